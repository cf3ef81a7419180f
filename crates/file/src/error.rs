//! Why a file cannot be written.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fmt, io};

/// A file that cannot be written, and why.
#[derive(Debug)]
pub struct CannotWrite {
    path: PathBuf,
    reason: Reason,
}

/// Why a file cannot be written.
#[derive(Debug)]
#[non_exhaustive]
pub enum Reason {
    /// The path does not end with a name.
    NoName,
    /// Its folder is missing.
    NoFolder(PathBuf),
    /// Something has its name that is not a file: what, in words.
    NotAFile(&'static str),
    /// Its folder takes no files.
    Folder(io::Error),
    /// The disk is full, the folder has changed, ...
    Io(io::Error),
}

impl CannotWrite {
    pub(crate) fn new(path: PathBuf, reason: Reason) -> CannotWrite {
        CannotWrite { path, reason }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Why.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// Why, to be kept.
    pub fn into_reason(self) -> Reason {
        self.reason
    }
}

impl fmt::Display for CannotWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: cannot be written: {}", self.path.display(), self.reason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::NoName => f.write_str("expected the name of a file"),
            Reason::NoFolder(folder) => write!(f, "there is no folder {}", folder.display()),
            Reason::NotAFile(kind) => write!(f, "it is {kind}"),
            Reason::Folder(error) => write!(f, "its folder takes no files: {}", error.kind()),
            Reason::Io(error) => write!(f, "{}", error.kind()),
        }
    }
}

impl Error for CannotWrite {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.reason {
            Reason::Io(error) | Reason::Folder(error) => Some(error),
            _ => None,
        }
    }
}
