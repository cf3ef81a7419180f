//! The runs of a sweep in a file, so that it can be killed and gone on with.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;

use super::measure::Measure;
use super::run::Run;
use crate::LabError;

/// What makes two sweeps the same: the first line of a journal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Header {
    /// What the file is.
    pub(crate) journal: &'static str,
    /// The version of the program: another one may compute other bits.
    pub(crate) version: &'static str,
    /// The number type.
    pub(crate) numbers: &'static str,
    pub(crate) problem: String,
    /// The loss at the start of the first run: another one has other data or weights.
    pub(crate) first_loss: Option<f64>,
    /// Name and optimizer of each arm, as it is at the lowest rate.
    pub(crate) arms: Vec<(String, String)>,
    pub(crate) rates: Vec<f64>,
    pub(crate) seeds: Vec<u64>,
    pub(crate) rungs: Vec<u64>,
    pub(crate) halving: Option<u32>,
    pub(crate) measure: Measure,
    pub(crate) blow_up: f64,
}

/// What the first line says a journal is.
pub(crate) const KIND: &str = "runs of a rappel sweep";

impl Header {
    fn line(&self) -> String {
        line(self)
    }

    /// In what another journal's first line differs.
    fn differences(&self, there: &Value) -> Vec<String> {
        let here = serde_json::to_value(self).expect("a plain record is JSON");
        let fields = here.as_object().into_iter().flatten();
        let differ = fields.filter(|(name, value)| there.get(name) != Some(value));
        differ
            .map(|(name, value)| match there.get(name) {
                Some(there) => format!("{name}: {there} there, {value} here"),
                None => format!("{name}: nothing there, {value} here"),
            })
            .collect()
    }
}

/// A record as a line of JSON, its end included.
fn line(record: &impl Serialize) -> String {
    let mut line = serde_json::to_string(record).expect("a plain record is JSON");
    line.push('\n');
    line
}

/// The file, held by this process alone.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    /// How many bytes its whole lines have.
    whole: u64,
    synced: Instant,
}

/// What a journal held when it was opened.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// The runs, by member and length.
    pub(crate) runs: BTreeMap<(usize, u64), Run>,
    /// The line that was cut, if the last one was; it is gone.
    pub(crate) cut: Option<usize>,
}

/// The disk is waited for once in so long at most: a wait takes longer than many a run. A killed program loses no line that it wrote; a
/// machine that loses its power may lose the last ones, whose runs are made again.
const SYNC: Duration = Duration::from_secs(1);

impl Journal {
    /// Opens a journal, or begins one. `fits` says what is wrong with a run, if anything is.
    pub(crate) fn open(
        path: &Path,
        header: &Header,
        fits: impl Fn(&Run) -> Result<(), String>,
    ) -> Result<(Journal, Kept), LabError> {
        let failed = |error| LabError::File { path: path.into(), error };
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let why = "another sweep is writing this journal; wait for it, or take another file";
                return Err(failed(io::Error::new(io::ErrorKind::ResourceBusy, why)));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let kept = read(path, header, &bytes, fits)?;
        let whole = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |end| end + 1);
        if whole < bytes.len() {
            file.set_len(whole as u64).map_err(failed)?;
        }
        let mut journal = Journal { path: path.into(), file, whole: whole as u64, synced: Instant::now() };
        if whole == 0 {
            journal.append(header)?;
        }
        journal.sync()?;
        Ok((journal, kept))
    }

    /// Adds a line in one write, whole or not at all.
    pub(crate) fn append(&mut self, record: &impl Serialize) -> Result<(), LabError> {
        let line = line(record);
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            // On a full disk a part of it may be there, and runs of other threads are still to come: they begin a line of their own.
            let _ = self.file.set_len(self.whole);
            return Err(self.failed(error));
        }
        self.whole += line.len() as u64;
        if self.synced.elapsed() >= SYNC { self.sync() } else { Ok(()) }
    }

    /// Waits until the disk has it.
    pub(crate) fn sync(&mut self) -> Result<(), LabError> {
        self.file.sync_data().map_err(|error| self.failed(error))?;
        self.synced = Instant::now();
        Ok(())
    }

    fn failed(&self, error: io::Error) -> LabError {
        LabError::File { path: self.path.clone(), error }
    }
}

/// Reads what is in a journal, a last line without an end left out.
fn read(
    path: &Path,
    header: &Header,
    bytes: &[u8],
    fits: impl Fn(&Run) -> Result<(), String>,
) -> Result<Kept, LabError> {
    let bad = |line, why| LabError::Line { path: path.into(), line, why };
    let mut kept = Kept::default();
    let mut lines = bytes.split_inclusive(|b| *b == b'\n').enumerate().map(|(i, line)| (i + 1, line));
    let Some((_, first)) = lines.next() else { return Ok(kept) };
    if !first.ends_with(b"\n") {
        // Killed while it wrote its first line, perhaps within a character. Anything else may be somebody's file.
        if !header.line().as_bytes().starts_with(first) {
            return Err(bad(1, "this is no journal of a sweep; take another file".into()));
        }
        kept.cut = Some(1);
        return Ok(kept);
    }
    let there: Option<Value> = serde_json::from_slice(first).ok();
    let Some(there) = there.filter(|there| there.get("journal").and_then(Value::as_str) == Some(KIND)) else {
        return Err(bad(1, "this is no journal of a sweep; take another file".into()));
    };
    let differences = header.differences(&there);
    if !differences.is_empty() {
        let why = "this is the journal of another sweep; take another file, or the settings it was begun with";
        return Err(bad(1, format!("{why} ({})", differences.join("; "))));
    }
    for (number, line) in lines {
        if !line.ends_with(b"\n") {
            kept.cut = Some(number);
            break;
        }
        let again = "remove this line, and its run is made again";
        let run: Run =
            serde_json::from_slice(line).map_err(|error| bad(number, format!("this is no run ({error}); {again}")))?;
        fits(&run).map_err(|why| bad(number, format!("{why}; {again}")))?;
        let key = (run.member, run.steps);
        if kept.runs.insert(key, run).is_some() {
            return Err(bad(number, format!("run {} is here twice; remove one of the two lines", key.0)));
        }
    }
    Ok(kept)
}
