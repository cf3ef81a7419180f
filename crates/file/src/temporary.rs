//! The file that is written before it has its name.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A file that is removed again unless it was renamed.
pub(crate) struct Temporary {
    path: PathBuf,
    renamed: bool,
}

impl Temporary {
    /// Creates a file beside `target`, under a name that nothing else has.
    pub(crate) fn create(target: &Path) -> io::Result<(Temporary, File)> {
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
        unreachable!("2^32 writers of one file are at work")
    }

    pub(crate) fn fill(&self, file: File, contents: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut file = BufWriter::new(file);
        contents(&mut file)?;
        file.into_inner()?.sync_all()
    }

    pub(crate) fn rename(mut self, target: &Path) -> io::Result<()> {
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
