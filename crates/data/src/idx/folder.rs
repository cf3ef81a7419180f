//! Folders of four IDX files, as MNIST, Fashion-MNIST and Kuzushiji-MNIST are published.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rappel_tensor::Tensor;

use super::read_idx;
use crate::{DataError, Dataset};

/// Reads a folder with the files of MNIST or another set of ten classes under its names: training set, test set.
///
/// The files are `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte`, `t10k-labels-idx1-ubyte`;
/// `.idx3` and `.idx1` with a point and names that end in `.gz` are found too. Samples are flat, of shape `[rows * columns]`;
/// [`Dataset::with_sample_shape`] gives them their rows back.
///
/// # Errors
/// As [`read_idx`] for each file; when images and labels differ in number, training and test images in size, or a label is
/// not below 10.
///
/// ```no_run
/// # fn main() -> Result<(), rappel_data::DataError> {
/// let (train, test) = rappel_data::idx::mnist_folder("data/fashion")?;
/// println!("{} images to learn from, {} to test with", train.len(), test.len());
/// # Ok(())
/// # }
/// ```
pub fn mnist_folder(folder: impl AsRef<Path>) -> Result<(Dataset, Dataset), DataError> {
    idx_folder(folder, 10)
}

/// [`mnist_folder`] for another number of classes.
///
/// # Errors
/// As [`mnist_folder`], with labels below `classes`.
pub fn idx_folder(folder: impl AsRef<Path>, classes: usize) -> Result<(Dataset, Dataset), DataError> {
    let folder = folder.as_ref();
    is_folder(folder)?;
    let find = |part: &str| Ok((find(folder, part, "images", 3)?, find(folder, part, "labels", 1)?));
    let ((train_images, train_labels), (test_images, test_labels)) = (find("train")?, find("t10k")?);
    let (train, train_size) = pair(&train_images, &train_labels, classes)?;
    let (test, test_size) = pair(&test_images, &test_labels, classes)?;
    if train_size != test_size {
        return Err(DataError::ImageSize {
            train_path: train_images,
            test_path: test_images,
            train: train_size,
            test: test_size,
        });
    }
    Ok((train, test))
}

/// Reads a file of images and the file of their labels; samples are flat, of shape `[rows * columns]`.
///
/// # Errors
/// As [`mnist_folder`] for one of its sets, with labels below `classes`.
///
/// ```no_run
/// # fn main() -> Result<(), rappel_data::DataError> {
/// let letters = rappel_data::idx::idx_pair("letters-images-idx3-ubyte", "letters-labels-idx1-ubyte", 27)?;
/// # Ok(())
/// # }
/// ```
pub fn idx_pair(images: impl AsRef<Path>, labels: impl AsRef<Path>, classes: usize) -> Result<Dataset, DataError> {
    pair(images.as_ref(), labels.as_ref(), classes).map(|(data, _)| data)
}

fn is_folder(path: &Path) -> Result<(), DataError> {
    let (owned, expected) = (path.to_owned(), "a folder with the four IDX files of MNIST".to_owned());
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(DataError::NotAFolder { path: owned, expected }),
        Err(e) if e.kind() == ErrorKind::NotFound => Err(DataError::Missing { path: owned, expected }),
        Err(source) => Err(DataError::Read { path: owned, expected, source }),
    }
}

/// The file of a set, under whichever of its names it is there.
fn find(folder: &Path, part: &str, what: &str, rank: usize) -> Result<PathBuf, DataError> {
    let names = ["-", "."].map(|separator| format!("{part}-{what}{separator}idx{rank}-ubyte"));
    let [first, second] = &names;
    let spellings = [first.clone(), format!("{first}.gz"), second.clone(), format!("{second}.gz")];
    // A file that is there but cannot be looked at counts: reading it will say why.
    let there = |path: &PathBuf| path.symlink_metadata().map_err(|e| e.kind()).err() != Some(ErrorKind::NotFound);
    spellings.iter().map(|name| folder.join(name)).find(there).ok_or_else(|| DataError::Missing {
        path: folder.join(first),
        expected: format!("an IDX file under this name, or {}", spellings[1..].join(", ")),
    })
}

/// The data set of two files, and the size of its images.
fn pair(images_path: &Path, labels_path: &Path, classes: usize) -> Result<(Dataset, Vec<usize>), DataError> {
    let images = read_rank(images_path, 3, "images: an array of rank 3 [count, rows, columns]")?;
    let labels = read_rank(labels_path, 1, "labels: an array of rank 1 [count]")?;
    let (count, size) = (images.shape()[0], images.shape()[1..].to_vec());
    if count != labels.len() {
        return Err(DataError::Count {
            images_path: images_path.into(),
            labels_path: labels_path.into(),
            images: count,
            labels: labels.len(),
        });
    }
    let labels = labels.map(|&label| u32::from(label));
    let data = Dataset::from_pixels(images, labels, classes).map_err(|e| {
        let path = if matches!(e, DataError::Label { .. }) { labels_path } else { images_path };
        e.in_file(path)
    })?;
    let flat = size.iter().product();
    Ok((data.with_sample_shape(&[flat]), size))
}

fn read_rank(path: &Path, rank: usize, expected: &str) -> Result<Tensor<u8>, DataError> {
    let array = read_idx(path)?;
    match array.rank() == rank {
        true => Ok(array),
        false => {
            Err(DataError::Rank { path: path.into(), shape: array.shape().to_vec(), expected: expected.to_owned() })
        }
    }
}
