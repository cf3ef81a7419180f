//! The published files, unpacked.

use std::io::{Error, ErrorKind, Read};

use brotli_decompressor::Decompressor;
use rappel_data::DataError;

/// The four files one after the other; `data/make.py` made it.
static PACKED: &[u8] = include_bytes!("../data/mnist.br");

/// Bytes of the four files: an image file has a header of 16 bytes, a label file one of 8.
const LENGTHS: [usize; 4] = [16 + 60_000 * 784, 8 + 60_000, 16 + 10_000 * 784, 8 + 10_000];

/// The four files of MNIST as they are published, unpacked: the format is described in [`rappel_data::idx`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdxFiles {
    /// `train-images-idx3-ubyte`: 60,000 x 28 x 28 bytes.
    pub train_images: Vec<u8>,
    /// `train-labels-idx1-ubyte`: 60,000 bytes.
    pub train_labels: Vec<u8>,
    /// `t10k-images-idx3-ubyte`: 10,000 x 28 x 28 bytes.
    pub test_images: Vec<u8>,
    /// `t10k-labels-idx1-ubyte`: 10,000 bytes.
    pub test_labels: Vec<u8>,
}

impl std::fmt::Debug for IdxFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdxFiles")
            .field("train_images", &self.train_images.len())
            .field("train_labels", &self.train_labels.len())
            .field("test_images", &self.test_images.len())
            .field("test_labels", &self.test_labels.len())
            .finish()
    }
}

/// Unpacks the published files, to be written to a folder for other programs.
///
/// # Errors
/// [`DataError::Unpack`] when the embedded bytes are damaged, which would be a fault of the build.
///
/// ```
/// # fn main() -> Result<(), rappel_data::DataError> {
/// let files = rappel_mnist::idx_files()?;
/// assert_eq!(files.test_labels[8..16], [7, 2, 1, 0, 4, 1, 4, 9]);
/// # Ok(())
/// # }
/// ```
pub fn idx_files() -> Result<IdxFiles, DataError> {
    let mut packed = Decompressor::new(PACKED, 1 << 16);
    let mut next = |length: usize| {
        let mut bytes = Vec::with_capacity(length);
        packed.by_ref().take(length as u64).read_to_end(&mut bytes).map_err(damaged)?;
        match bytes.len() == length {
            true => Ok(bytes),
            false => Err(damaged(ErrorKind::UnexpectedEof.into())),
        }
    };
    let [train_images, train_labels, test_images, test_labels] = LENGTHS.map(&mut next);
    Ok(IdxFiles {
        train_images: train_images?,
        train_labels: train_labels?,
        test_images: test_images?,
        test_labels: test_labels?,
    })
}

fn damaged(source: Error) -> DataError {
    DataError::Unpack {
        path: "embedded mnist.br".into(),
        format: "brotli",
        expected: "the four IDX files of MNIST".into(),
        source,
    }
}
