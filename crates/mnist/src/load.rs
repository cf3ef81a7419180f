//! The data sets.

use rappel_data::idx::parse_idx;
use rappel_data::{DataError, Dataset};

use crate::idx_files;

/// All of MNIST: 60,000 training images and 10,000 test images with their digits, in the published order.
///
/// A sample is flat, 784 values from 0 (background) to 1 (ink), pixel p being `p as f32 / 255.0`;
/// [`Dataset::with_sample_shape`] makes it `[28, 28]` or `[1, 28, 28]`.
///
/// # Errors
/// [`DataError::Unpack`] when the embedded bytes are damaged, which would be a fault of the build.
///
/// ```
/// # fn main() -> Result<(), rappel_data::DataError> {
/// let (train, test) = rappel_mnist::load()?;
/// assert_eq!(train.batches_per_epoch(64), 938);
/// assert_eq!(test.take(8).all().y.data(), [7, 2, 1, 0, 4, 1, 4, 9]);
/// # Ok(())
/// # }
/// ```
pub fn load() -> Result<(Dataset, Dataset), DataError> {
    let files = idx_files()?;
    let train = digits(&files.train_images, &files.train_labels)?;
    let test = digits(&files.test_images, &files.test_labels)?;
    Ok((train, test))
}

fn digits(images: &[u8], labels: &[u8]) -> Result<Dataset, DataError> {
    let images = parse_idx("embedded images", images)?;
    let labels = parse_idx("embedded labels", labels)?.map(|&digit| u32::from(digit));
    Ok(Dataset::from_pixels(images, labels, 10)?.with_sample_shape(&[784]))
}
