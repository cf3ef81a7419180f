//! The log of a run: a line of JSON for each step.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::Reading;
use crate::LabError;

/// Lines wait until there are so many bytes of them.
const BUFFER: usize = 1 << 16;

/// A file that readings are appended to, a line of JSON each.
///
/// Lines are kept until there are 64 KB of them, and reach the file whole. What waits is written by [`flush`](Self::flush), which says
/// what went wrong, or when the log is dropped, which cannot. What could not be written waits on, so that a disk that was full loses
/// nothing if there is room later. A kill may leave a last line without its end: [`read`](Self::read) reports it, and
/// [`resume`](Self::resume) takes it away.
///
/// ```
/// use rappel_lab::gauge::{GaugeLog, Reading};
///
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("run.jsonl");
/// let mut log = GaugeLog::create(&path)?;
/// let reading = Reading { step: 0, loss: f64::NAN, ..Reading::default() };
/// log.write(&reading)?;
/// log.flush()?;
/// let back = GaugeLog::read(&path)?;
/// assert!(back.readings[0].loss.is_nan() && back.cut.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct GaugeLog {
    path: PathBuf,
    file: File,
    /// How many bytes its whole lines have.
    whole: u64,
    waiting: Vec<u8>,
}

/// What a log has.
#[derive(Debug)]
pub struct Readings {
    /// The readings of its whole lines.
    pub readings: Vec<Reading>,
    /// Where its last line was cut, if it was: [`LabError::Line`].
    pub cut: Option<LabError>,
}

impl GaugeLog {
    /// A new log; a file of that name is emptied.
    ///
    /// # Errors
    /// [`LabError::File`] when it cannot be made.
    pub fn create(path: impl AsRef<Path>) -> Result<GaugeLog, LabError> {
        let path = path.as_ref();
        let file = File::create(path).map_err(|error| failed(path, error))?;
        Ok(GaugeLog { path: path.into(), file, whole: 0, waiting: Vec::with_capacity(BUFFER) })
    }

    /// Goes on with a log, made if there is none, and gives what it has. A last line that was cut is taken away, and reported.
    ///
    /// # Errors
    /// As [`read`](Self::read), and when the file cannot be written. It is as it was then.
    pub fn resume(path: impl AsRef<Path>) -> Result<(GaugeLog, Readings), LabError> {
        let path = path.as_ref();
        let to = || OpenOptions::new().write(true).create(true).truncate(false).open(path);
        let mut file = to().map_err(|error| failed(path, error))?;
        let text = std::fs::read(path).map_err(|error| failed(path, error))?;
        let (readings, whole) = parse(path, &text)?;
        file.set_len(whole as u64).and_then(|()| file.seek(SeekFrom::End(0))).map_err(|error| failed(path, error))?;
        let waiting = Vec::with_capacity(BUFFER);
        Ok((GaugeLog { path: path.into(), file, whole: whole as u64, waiting }, readings))
    }

    /// What a log has.
    ///
    /// # Errors
    /// [`LabError::File`] when it cannot be read, [`LabError::Line`] when a whole line is no reading.
    pub fn read(path: impl AsRef<Path>) -> Result<Readings, LabError> {
        let path = path.as_ref();
        let text = std::fs::read(path).map_err(|error| failed(path, error))?;
        Ok(parse(path, &text)?.0)
    }

    /// Appends a reading.
    ///
    /// # Errors
    /// [`LabError::File`] when lines that waited cannot be written.
    pub fn write(&mut self, reading: &Reading) -> Result<(), LabError> {
        serde_json::to_writer(&mut self.waiting, reading).map_err(|error| failed(&self.path, error.into()))?;
        self.waiting.push(b'\n');
        if self.waiting.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    /// Writes what waits.
    ///
    /// # Errors
    /// [`LabError::File`] when it cannot be written; it waits on then.
    pub fn flush(&mut self) -> Result<(), LabError> {
        if let Err(error) = self.file.write_all(&self.waiting) {
            // A part of it may be there: it is written again from its beginning.
            let _ = self.file.set_len(self.whole).and_then(|()| self.file.seek(SeekFrom::Start(self.whole)));
            return Err(failed(&self.path, error));
        }
        self.whole += self.waiting.len() as u64;
        self.waiting.clear();
        Ok(())
    }
}

impl Drop for GaugeLog {
    fn drop(&mut self) {
        // Nobody is there to be told; who wants to know calls `flush`.
        let _ = self.flush();
    }
}

fn failed(path: &Path, error: io::Error) -> LabError {
    LabError::File { path: path.into(), error }
}

/// The readings of whole lines, and how many bytes these have.
fn parse(path: &Path, text: &[u8]) -> Result<(Readings, usize), LabError> {
    let whole = text.iter().rposition(|b| *b == b'\n').map_or(0, |end| end + 1);
    let at = |line: usize, why: String| LabError::Line { path: path.into(), line: line + 1, why };
    let mut readings = Vec::new();
    for (line, text) in text[..whole].split_inclusive(|b| *b == b'\n').enumerate() {
        let no_reading = |error| at(line, format!("this is no reading of a gauge: {error}"));
        readings.push(serde_json::from_slice(text).map_err(no_reading)?);
    }
    let cut = (whole < text.len()).then(|| {
        let bytes = text.len() - whole;
        at(readings.len(), format!("the line was cut after {bytes} bytes; what is before it is whole"))
    });
    Ok((Readings { readings, cut }, whole))
}
