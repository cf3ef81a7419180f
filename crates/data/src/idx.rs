//! IDX files, the format MNIST is published in.
//!
//! Two zero bytes, a byte for the element type, a byte for the number of axes, each axis as a big-endian `u32`, the
//! elements in row-major order (Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits"). Files of
//! bytes are read, plain or packed with gzip, which is told by the content and not by the name. A file is believed only as
//! far as it is long: nothing is allocated for values that a header merely claims.

mod folder;

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use rappel_tensor::Tensor;

use crate::DataError;

pub use folder::{idx_folder, idx_pair, mnist_folder};

/// The most values that are unpacked from one gzip file: a bound on what a small malicious one can cost.
const UNPACK_LIMIT: u64 = 1 << 32;

/// Reserved at first for the values of a file that states more; the rest as they arrive.
const FIRST_RESERVE: u64 = 1 << 26;

/// What messages say was expected.
const EXPECTED: &str = "an IDX file of bytes, plain or gzip";

/// Reads the array of an IDX file of bytes, plain or gzip.
///
/// # Errors
/// Each names the file and what was expected: when it is missing, unreadable or a folder, when it is no IDX file or one of
/// other elements than bytes, cut, longer than its header states, or damaged. A gzip file may unpack to 2^32 values at most.
///
/// ```no_run
/// # fn main() -> Result<(), rappel_data::DataError> {
/// let images = rappel_data::idx::read_idx("data/train-images-idx3-ubyte.gz")?;
/// assert_eq!(images.shape(), [60_000, 28, 28]);
/// # Ok(())
/// # }
/// ```
pub fn read_idx(path: impl AsRef<Path>) -> Result<Tensor<u8>, DataError> {
    let path = path.as_ref();
    let read = |source: io::Error| match source.kind() {
        ErrorKind::NotFound => DataError::Missing { path: path.into(), expected: EXPECTED.into() },
        _ => DataError::Read { path: path.into(), expected: EXPECTED.into(), source },
    };
    // Looked at before it is opened: opening a pipe would wait for somebody to write.
    let metadata = path.metadata().map_err(read)?;
    if !metadata.is_file() {
        return Err(DataError::NotAFile { path: path.into(), expected: EXPECTED.into() });
    }
    let file = File::open(path).map_err(read)?;
    decode(path, BufReader::new(file), metadata.len())
}

/// Reads the array of an IDX file of bytes, plain or gzip, that is in memory; `name` stands for the file in messages.
///
/// # Errors
/// As [`read_idx`] for the content of a file.
///
/// ```
/// use rappel_data::idx::parse_idx;
/// # fn main() -> Result<(), rappel_data::DataError> {
/// let labels = parse_idx("labels", &[0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1])?;
/// assert_eq!((labels.shape(), labels.data()), (&[3][..], &[7, 2, 1][..]));
///
/// let e = parse_idx("labels", &[0, 0, 8, 1, 0, 0, 0, 3, 7, 2]).unwrap_err();
/// assert_eq!(e.to_string(), "labels: holds 2 values; expected 3, as its header states");
/// # Ok(())
/// # }
/// ```
pub fn parse_idx(name: impl AsRef<Path>, bytes: &[u8]) -> Result<Tensor<u8>, DataError> {
    decode(name.as_ref(), bytes, bytes.len() as u64)
}

/// `length`: bytes the reader will give.
fn decode(path: &Path, mut reader: impl BufRead, length: u64) -> Result<Tensor<u8>, DataError> {
    let plain = |source| DataError::Read { path: path.into(), expected: EXPECTED.into(), source };
    let packed = |source| DataError::Unpack { path: path.into(), format: "gzip", expected: EXPECTED.into(), source };
    if reader.fill_buf().map_err(plain)?.starts_with(&[0x1f, 0x8b]) {
        let reader = MultiGzDecoder::new(reader);
        Source { path, reader, failure: packed, length: None }.array()
    } else {
        Source { path, reader, failure: plain, length: Some(length) }.array()
    }
}

/// The bytes of an IDX file, unpacked.
struct Source<'a, R, F> {
    path: &'a Path,
    reader: R,
    /// What a failure of the reader means.
    failure: F,
    /// Bytes there are, if that is known before reading them.
    length: Option<u64>,
}

impl<R: Read, F: Fn(io::Error) -> DataError> Source<'_, R, F> {
    fn array(mut self) -> Result<Tensor<u8>, DataError> {
        let start = self.header(4, 0)?;
        let [0, 0, code, rank] = start[..] else {
            return Err(DataError::Magic { path: self.path.into(), found: [start[0], start[1], start[2], start[3]] });
        };
        if code != 0x08 {
            return Err(DataError::ElementType { path: self.path.into(), code, name: element_name(code) });
        }
        let sizes = self.header(4 * usize::from(rank), 4)?;
        let sizes = sizes.chunks_exact(4).map(|size| u32::from_be_bytes([size[0], size[1], size[2], size[3]]));
        let shape: Vec<usize> = sizes.map(|size| size as usize).collect();
        let count = self.count(&shape)?;
        let data = self.values(count, 4 + 4 * u64::from(rank))?;
        Tensor::try_new(data, &shape).map_err(|_| self.too_large(&shape))
    }

    /// The next `count` bytes of the header, after `before` others.
    fn header(&mut self, count: usize, before: usize) -> Result<Vec<u8>, DataError> {
        let bytes = self.read(count as u64)?;
        match bytes.len() == count {
            true => Ok(bytes),
            false => {
                Err(DataError::Header { path: self.path.into(), found: before + bytes.len(), expected: before + count })
            }
        }
    }

    /// The number of values of a shape, if it can be meant.
    fn count(&self, shape: &[usize]) -> Result<u64, DataError> {
        let count = shape.iter().try_fold(1_u64, |count, &size| count.checked_mul(size as u64));
        count.filter(|&count| count <= self.limit()).ok_or_else(|| self.too_large(shape))
    }

    fn limit(&self) -> u64 {
        if self.length.is_some() { isize::MAX as u64 } else { UNPACK_LIMIT }
    }

    fn too_large(&self, shape: &[usize]) -> DataError {
        DataError::TooLarge { path: self.path.into(), shape: shape.into(), limit: self.limit() }
    }

    /// All values, after a header of `header` bytes.
    fn values(&mut self, count: u64, header: u64) -> Result<Vec<u8>, DataError> {
        let truncated = |found| DataError::Truncated { path: self.path.into(), found, expected: count };
        if let Some(found) = self.length.map(|length| length.saturating_sub(header)).filter(|&found| found < count) {
            return Err(truncated(found));
        }
        let data = self.read(count)?;
        if (data.len() as u64) < count {
            return Err(truncated(data.len() as u64));
        }
        // Also makes the decoder compare the checksum, which stands at the very end.
        match self.read(1)?.is_empty() {
            true => Ok(data),
            false => Err(DataError::Trailing { path: self.path.into(), expected: count }),
        }
    }

    /// Up to `count` bytes; fewer only at the end.
    fn read(&mut self, count: u64) -> Result<Vec<u8>, DataError> {
        let mut bytes = Vec::with_capacity(count.min(FIRST_RESERVE) as usize);
        self.reader.by_ref().take(count).read_to_end(&mut bytes).map_err(&self.failure)?;
        Ok(bytes)
    }
}

fn element_name(code: u8) -> &'static str {
    match code {
        0x08 => "u8",
        0x09 => "i8",
        0x0b => "i16",
        0x0c => "i32",
        0x0d => "f32",
        0x0e => "f64",
        _ => "unknown",
    }
}
