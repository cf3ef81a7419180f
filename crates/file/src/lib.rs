//! Files that appear whole or not at all: written beside the place they go to, forced to the disk, renamed.
#![forbid(unsafe_code)]

mod error;
mod temporary;

pub use error::{CannotWrite, Reason};

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use temporary::Temporary;

/// A file that a result will go to. It is known to be writable before the work begins, and it appears whole or not at all.
///
/// A link to a file that is there stays a link: the file it points to is replaced. A replaced file gets the mode of a new one.
///
/// # Examples
///
/// ```
/// use rappel_file::Destination;
///
/// let folder = tempfile::tempdir()?;
/// let file = folder.path().join("result.txt");
/// let destination = Destination::new(&file)?; // before the work
/// destination.write(b"42")?; //                  after it
/// assert_eq!(std::fs::read(&file)?, b"42");
/// assert!(Destination::new(folder.path().join("missing/result.txt")).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Destination {
    path: PathBuf,
    /// What is replaced: where `path` leads to.
    target: PathBuf,
}

impl Destination {
    /// Checks that a file can be made in the folder of `path` and put in its place.
    ///
    /// # Errors
    ///
    /// When the folder is missing or takes no files, and when something that is not a file has that name.
    pub fn new(path: impl Into<PathBuf>) -> Result<Destination, CannotWrite> {
        let path = path.into();
        let target = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        let to = Destination { path, target };
        // Nothing is renamed over a device.
        match fs::metadata(&to.path) {
            Ok(there) if there.is_dir() => return Err(to.because(Reason::NotAFile("a folder"))),
            Ok(there) if !there.is_file() => return Err(to.because(Reason::NotAFile("a device or a pipe"))),
            _ => {}
        }
        if to.target.file_name().is_none() {
            return Err(to.because(Reason::NoName));
        }
        if !to.folder().is_dir() {
            return Err(to.because(Reason::NoFolder(to.folder().into())));
        }
        Temporary::create(&to.target).map_err(|error| to.because(Reason::Folder(error)))?;
        Ok(to)
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes to a temporary file beside it, waits until the disk has it, and gives it its name.
    ///
    /// # Errors
    ///
    /// When the disk is full or the folder has changed; a file that was there before is untouched then.
    pub fn write(&self, bytes: &[u8]) -> Result<(), CannotWrite> {
        self.write_with(|to| to.write_all(bytes))
    }

    /// As [`write`](Destination::write), of what `contents` writes.
    ///
    /// # Errors
    ///
    /// As [`write`](Destination::write), and when `contents` fails.
    pub fn write_with(&self, contents: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CannotWrite> {
        let written = || {
            let (temporary, file) = Temporary::create(&self.target)?;
            temporary.fill(file, contents)?;
            temporary.rename(&self.target)
        };
        written().map_err(|error| self.because(Reason::Io(error)))?;
        // The new name is in the folder; whether the folder's own record is forced to the disk is up to the file system.
        let _ = File::open(self.folder()).and_then(|folder| folder.sync_all());
        Ok(())
    }

    fn folder(&self) -> &Path {
        self.target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    fn because(&self, reason: Reason) -> CannotWrite {
        CannotWrite::new(self.path.clone(), reason)
    }
}

/// The program in the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
