//! Why weights could not be saved or loaded.

use std::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why weights could not be saved or loaded: which file, what is wrong, and what to do. Neither the file nor the net has changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StateError {
    /// The folder to write into does not exist.
    #[error("{}: the folder {} does not exist; create it first", path.display(), folder.display())]
    NoFolder {
        /// The file to be written.
        path: PathBuf,
        /// The folder that is missing.
        folder: PathBuf,
    },

    /// The path is that of a folder, a device or the like.
    #[error("{}: is {kind}; expected the path of a file, such as net.safetensors", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is.
        kind: &'static str,
    },

    /// The system refused to write.
    #[error(
        "{}: cannot be written: {source}; a new file is written beside it and takes its place, so its folder must be writable and \
         have room for both", path.display()
    )]
    Write {
        /// The file to be written.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },

    /// The system refused to read.
    #[error("{}: cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },

    /// A name that the file cannot hold.
    #[error("{}: cannot be written: {why}", path.display())]
    Name {
        /// The file to be written.
        path: PathBuf,
        /// The name.
        name: String,
        /// What is wrong with it and what to do.
        why: String,
    },

    /// The file is no safetensors file, or not a whole one.
    #[error("{}: not a whole safetensors file ({bytes} bytes): {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: usize,
        /// What is wrong.
        reason: String,
    },

    /// The file belongs to another net.
    #[error(
        "{} does not fit the net; nothing was loaded:{}{}{}",
        path.display(), Names("only in the net", missing), Names("only in the file", unexpected), Differences(different)
    )]
    Mismatch {
        /// The file.
        path: PathBuf,
        /// Names that the net has and the file has not, in the net's order.
        missing: Vec<String>,
        /// Names that the file has and the net has not, sorted.
        unexpected: Vec<String>,
        /// What both have, with another shape or number type.
        different: Vec<Difference>,
    },
}

/// A tensor that a net and a file have in different forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its name.
    pub name: String,
    /// Type and shape in the net, such as `f32[128, 784]`.
    pub net: String,
    /// Type and shape in the file.
    pub file: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} in the net, {} in the file", self.name, self.net, self.file)
    }
}

struct Names<'a>(&'a str, &'a [String]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.1.is_empty() { Ok(()) } else { write!(f, "\n  {}: {}", self.0, self.1.join(", ")) }
    }
}

struct Differences<'a>(&'a [Difference]);

impl fmt::Display for Differences<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|difference| write!(f, "\n  {difference}"))
    }
}
