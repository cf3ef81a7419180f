//! Whole files: read at once, and replaced at once.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use super::error::StateError;

/// The contents of a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, StateError> {
    refuse_other_kinds(path)?;
    let read = || {
        let mut bytes = Vec::new();
        File::open(path)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|source| StateError::Read { path: path.into(), source })
}

/// Puts a file with these contents in the place of `path`, whole or not at all.
pub(super) fn replace(path: &Path, contents: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), StateError> {
    refuse_other_kinds(path)?;
    let failed = |source| StateError::Write { path: path.into(), source };
    // A link stays a link: it is the file it points to that is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.into());
    let folder = match target.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(StateError::NoFolder { path: path.into(), folder: folder.into() });
    }
    let (temporary, file) = Temporary::create(&target).map_err(failed)?;
    temporary.fill(file, contents).and_then(|()| temporary.rename(&target)).map_err(failed)?;
    // The new name is in the folder; whether the folder's own record is forced to the disk is up to the file system.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Nothing is renamed over a device, and reading a pipe would wait for ever.
fn refuse_other_kinds(path: &Path) -> Result<(), StateError> {
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(StateError::NotAFile { path: path.into(), kind: "a folder" }),
        Ok(there) if !there.is_file() => Err(StateError::NotAFile { path: path.into(), kind: "a device or a pipe" }),
        _ => Ok(()),
    }
}

/// A file that is removed again unless it was renamed.
struct Temporary {
    path: PathBuf,
    renamed: bool,
}

impl Temporary {
    /// Creates a file beside `target`, under a name that nothing else has.
    fn create(target: &Path) -> io::Result<(Temporary, File)> {
        let name = target.file_name().ok_or_else(|| io::Error::other("the path does not end with a name"))?;
        for n in 0_u32.. {
            let mut hidden = OsString::from(".");
            hidden.push(name);
            hidden.push(format!(".{n}.tmp"));
            let path = target.with_file_name(hidden);
            match File::create_new(&path) {
                Ok(file) => return Ok((Temporary { path, renamed: false }, file)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        unreachable!("2^32 saves of one file are under way")
    }

    fn fill(&self, file: File, contents: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut file = BufWriter::new(file);
        contents(&mut file)?;
        file.into_inner()?.sync_all()
    }

    fn rename(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.renamed = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.renamed {
            // Nothing can be done about a failure here, and the first failure is the one to report.
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a full disk does.
    #[test]
    fn a_write_that_fails_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("net");
        fs::write(&path, "old").unwrap();
        let full = |to: &mut dyn Write| {
            to.write_all(&[0; 100_000])?;
            Err(io::ErrorKind::StorageFull.into())
        };
        assert!(matches!(replace(&path, full), Err(StateError::Write { .. })));
        assert_eq!((fs::read(&path).unwrap(), fs::read_dir(&folder).unwrap().count()), (b"old".to_vec(), 1));
    }
}
