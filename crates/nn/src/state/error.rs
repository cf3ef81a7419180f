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

    /// A name that a file cannot hold, or that two entries would have.
    #[error("{origin}: {why}")]
    Name {
        /// What was to be written or renamed.
        origin: Origin,
        /// The name.
        name: String,
        /// What is wrong with it and what to do.
        why: String,
    },

    /// The file is not one of its format, or not a whole one.
    #[error("{origin}: not a whole {format} file ({bytes} bytes): {reason}")]
    Damaged {
        /// The file.
        origin: Origin,
        /// What it was read as: `safetensors` or `npz`.
        format: &'static str,
        /// Its size.
        bytes: usize,
        /// What is wrong.
        reason: String,
    },

    /// An array of numbers that no net has, or that the format has no name for.
    #[error("{origin}: {name}: {why}")]
    Kind {
        /// The file.
        origin: Origin,
        /// The array.
        name: String,
        /// What it holds and what to do.
        why: String,
    },

    /// The file belongs to another net.
    #[error(
        "{origin} does not fit the net; nothing was loaded:{}{}{}{}",
        Names("only in the net", missing),
        Names("only in the file", unexpected),
        Differences(different),
        Hint(hint)
    )]
    Mismatch {
        /// The file.
        origin: Origin,
        /// Names that the net has and the file has not, in the net's order.
        missing: Vec<String>,
        /// Names that the file has and the net has not, sorted.
        unexpected: Vec<String>,
        /// What both have, with another shape or number type.
        different: Vec<Difference>,
        /// What to do, where the names tell.
        hint: Option<String>,
    },
}

/// Where the entries of a state dict are from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// The bytes of one.
    Bytes,
    /// A net, or a program.
    #[default]
    Memory,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::File(path) => write!(f, "{}", path.display()),
            Origin::Bytes => f.write_str("the bytes"),
            Origin::Memory => f.write_str("the state dict"),
        }
    }
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

pub(super) struct Names<'a>(pub(super) &'a str, pub(super) &'a [String]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.1.is_empty() { Ok(()) } else { write!(f, "\n  {}: {}", self.0, self.1.join(", ")) }
    }
}

pub(super) struct Differences<'a>(pub(super) &'a [Difference]);

impl fmt::Display for Differences<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|difference| write!(f, "\n  {difference}"))
    }
}

struct Hint<'a>(&'a Option<String>);

impl fmt::Display for Hint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|hint| write!(f, "\n  {hint}"))
    }
}
