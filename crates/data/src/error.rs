//! What can be wrong with data, and where.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why data could not be read or does not form a data set.
///
/// Every message names the file or the values, and what was expected instead.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// There is no such file or folder.
    #[error("{}: no such file or folder; expected {expected}", path.display())]
    Missing {
        /// What was looked for.
        path: PathBuf,
        /// What it should have been, and under which other names it was looked for.
        expected: String,
    },

    /// The operating system refused to open or read the file or folder.
    #[error("{}: cannot be read: {source}; expected {expected}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What it should have been.
        expected: String,
        /// The operating system's reason.
        source: io::Error,
    },

    /// The path leads to something else than a file, such as a folder.
    #[error("{}: is not a regular file; expected {expected}", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it should have been.
        expected: String,
    },

    /// The path should be a folder and is not one.
    #[error("{}: is not a folder; expected {expected}", path.display())]
    NotAFolder {
        /// The path.
        path: PathBuf,
        /// What it should have held.
        expected: String,
    },

    /// Compressed data do not unpack: they are cut, or their checksum is wrong.
    #[error("{}: damaged {format} data: {source}; expected {expected}", path.display())]
    Unpack {
        /// The file.
        path: PathBuf,
        /// The compression: `gzip`, `zlib` or `brotli`.
        format: &'static str,
        /// What should have been inside.
        expected: String,
        /// The decoder's reason.
        source: io::Error,
    },

    /// The file ends before its header does.
    #[error("{}: holds {found} bytes; expected an IDX header of {expected} bytes", path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// Bytes there are, after unpacking.
        found: usize,
        /// Bytes the header needs: 4, and 4 more per axis.
        expected: usize,
    },

    /// The file does not begin as an IDX file does.
    #[error(
        "{}: begins with the bytes {:02x} {:02x} {:02x} {:02x}; expected an IDX file, which begins with 00 00, a type and a rank",
        path.display(), found[0], found[1], found[2], found[3]
    )]
    Magic {
        /// The file.
        path: PathBuf,
        /// Its first bytes.
        found: [u8; 4],
    },

    /// The elements are not bytes.
    #[error("{}: holds elements of type {code:#04x} ({name}); expected 0x08 (u8)", path.display())]
    ElementType {
        /// The file.
        path: PathBuf,
        /// The type byte of the header.
        code: u8,
        /// The type's name, or `unknown`.
        name: &'static str,
    },

    /// The array has another number of axes than this kind of file has.
    #[error("{}: holds an array of shape {shape:?}; expected {expected}", path.display())]
    Rank {
        /// The file.
        path: PathBuf,
        /// The shape its header states.
        shape: Vec<usize>,
        /// What it should have held.
        expected: String,
    },

    /// The header states more than can be meant.
    #[error("{}: the header states shape {shape:?}; expected at most {limit} values", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The shape its header states.
        shape: Vec<usize>,
        /// The most values that are read.
        limit: u64,
    },

    /// The file ends before its data do.
    #[error("{}: holds {found} values; expected {expected}, as its header states", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Values there are.
        found: u64,
        /// Values the header states.
        expected: u64,
    },

    /// The file goes on after its data.
    #[error("{}: goes on after its data; expected it to end after the {expected} values its header states", path.display())]
    Trailing {
        /// The file.
        path: PathBuf,
        /// Values the header states.
        expected: u64,
    },

    /// Two files that belong together hold different numbers of samples.
    #[error(
        "{} holds {images} images but {} holds {labels} labels; expected as many labels as images",
        images_path.display(), labels_path.display()
    )]
    Count {
        /// The file of images.
        images_path: PathBuf,
        /// The file of labels.
        labels_path: PathBuf,
        /// Images there are.
        images: usize,
        /// Labels there are.
        labels: usize,
    },

    /// Training and test images differ in size.
    #[error(
        "{} holds images of size {train:?} but {} holds images of size {test:?}; expected one size",
        train_path.display(), test_path.display()
    )]
    ImageSize {
        /// The file of training images.
        train_path: PathBuf,
        /// The file of test images.
        test_path: PathBuf,
        /// Rows and columns of the training images.
        train: Vec<usize>,
        /// Rows and columns of the test images.
        test: Vec<usize>,
    },

    /// What a file holds does not form a data set.
    #[error("{}: {source}", path.display())]
    InFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<DataError>,
    },

    /// A data set without samples, or whose samples hold no values.
    #[error("x has shape {shape:?}; expected [n, ...] with at least one sample of at least one value")]
    Empty {
        /// The shape of the samples.
        shape: Vec<usize>,
    },

    /// Samples and labels differ in number, or the labels are not a vector.
    #[error("x has shape {x:?} and y has shape {y:?}; expected x of shape [n, ...] and y of shape [n]")]
    Lengths {
        /// The shape of the samples.
        x: Vec<usize>,
        /// The shape of the labels.
        y: Vec<usize>,
    },

    /// A label that names no class.
    #[error("the label of row {row} is {label}; expected a class below {classes}")]
    Label {
        /// The first such row, counted from 0.
        row: usize,
        /// Its label.
        label: u32,
        /// The number of classes.
        classes: usize,
    },

    /// Rows that the data set does not have, or none.
    #[error("rows {start}..{end} of a data set of {len} samples; expected at least one row, and none beyond the last")]
    Rows {
        /// The first row asked for.
        start: usize,
        /// The row after the last asked for.
        end: usize,
        /// Samples there are.
        len: usize,
    },

    /// A batch-size schedule that was not followed far enough.
    #[error(
        "the batch sizes from step {step} on are not known for the {len} samples; let the schedule end, or its size settle"
    )]
    BatchSizes {
        /// The step of the first batch.
        step: u64,
        /// Samples there are.
        len: usize,
    },

    /// Batches of no samples.
    #[error("batch size 0; expected at least 1 (the data set holds {len} samples)")]
    BatchSize {
        /// Samples there are.
        len: usize,
    },
}

impl DataError {
    pub(crate) fn in_file(self, path: impl Into<PathBuf>) -> DataError {
        DataError::InFile { path: path.into(), source: Box::new(self) }
    }
}
