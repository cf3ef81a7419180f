//! Files that are written whole or not at all.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// A file that a result will go to. It is known to be writable before the work begins, and it appears whole or not at all.
///
/// ```
/// use rappel_examples::Destination;
///
/// let folder = tempfile::tempdir()?;
/// let file = folder.path().join("result.txt");
/// let destination = Destination::new(&file)?; // before the work
/// destination.write(b"42")?; //                  after it
/// assert_eq!(std::fs::read(&file)?, b"42");
/// assert!(Destination::new(folder.path().join("missing/result.txt")).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Destination {
    path: PathBuf,
}

/// A file that cannot be written, and why.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot be written: {why}", path.display())]
pub struct CannotWrite {
    path: PathBuf,
    why: String,
}

impl Destination {
    /// Checks that a file can be made in the folder of `path` and put in its place.
    ///
    /// # Errors
    /// When the folder is missing or takes no files, and when something that is not a file has that name.
    pub fn new(path: impl Into<PathBuf>) -> Result<Self, CannotWrite> {
        let to = Destination { path: path.into() };
        if to.path.file_name().is_none() {
            return Err(to.because("expected the name of a file".to_owned()));
        }
        if !to.folder().is_dir() {
            return Err(to.because(format!("there is no folder {}", to.folder().display())));
        }
        if to.path.metadata().is_ok_and(|there| !there.is_file()) {
            return Err(to.because("it exists and is not a file".to_owned()));
        }
        to.beside().map_err(|e| to.because(format!("its folder takes no files: {}", e.kind())))?;
        Ok(to)
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes to a temporary file beside it, waits until the disk has it, and gives it its name.
    ///
    /// # Errors
    /// When the disk is full or the folder has changed; a file that was there before is untouched then.
    pub fn write(&self, bytes: &[u8]) -> Result<(), CannotWrite> {
        let written = || -> io::Result<()> {
            let mut file = self.beside()?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(&self.path)?;
            Ok(())
        };
        written().map_err(|e| self.because(e.kind().to_string()))
    }

    fn folder(&self) -> &Path {
        self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    /// An empty file in the same folder, which is removed unless it is given a name.
    fn beside(&self) -> io::Result<NamedTempFile> {
        let mut builder = Builder::new();
        builder.prefix(".rappel-");
        // A temporary file is its owner's alone; a result has the permissions of any other file the user makes.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        builder.tempfile_in(self.folder())
    }

    fn because(&self, why: String) -> CannotWrite {
        CannotWrite { path: self.path.clone(), why }
    }
}
