//! Whole files: read at once, and replaced at once.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use rappel_file::{Destination, Reason};

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
    let written = Destination::new(path).and_then(|to| to.write_with(contents));
    written.map_err(|error| {
        let path = path.into();
        match error.into_reason() {
            Reason::NoFolder(folder) => StateError::NoFolder { path, folder },
            Reason::NotAFile(kind) => StateError::NotAFile { path, kind },
            Reason::Folder(source) | Reason::Io(source) => StateError::Write { path, source },
            other => StateError::Write { path, source: io::Error::other(other.to_string()) },
        }
    })
}

/// Reading a pipe would wait for ever.
fn refuse_other_kinds(path: &Path) -> Result<(), StateError> {
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(StateError::NotAFile { path: path.into(), kind: "a folder" }),
        Ok(there) if !there.is_file() => Err(StateError::NotAFile { path: path.into(), kind: "a device or a pipe" }),
        _ => Ok(()),
    }
}
