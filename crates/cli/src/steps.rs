//! A range of steps on the command line: `0..100`, `0..=100`, `0..100000/1000`, `5`.

use std::ops::Range;

/// Steps are exact up to here.
pub(crate) const LAST: u64 = 1 << 53;

/// Steps from `range`, each `stride` after the one before.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Steps {
    pub(crate) range: Range<u64>,
    pub(crate) stride: u64,
}

impl Steps {
    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        (self.range.end - self.range.start).div_ceil(self.stride)
    }

    /// The last.
    pub(crate) fn last(&self) -> u64 {
        self.range.start + (self.count() - 1) * self.stride
    }

    /// All of them.
    pub(crate) fn each(&self) -> impl Iterator<Item = u64> + use<> {
        let (start, stride) = (self.range.start, self.stride);
        (0..self.count()).map(move |i| start + i * stride)
    }
}

/// A step: a whole number up to 2^53, perhaps with `_` between its digits.
pub(crate) fn step(text: &str) -> Result<u64, String> {
    let digits = text.replace('_', "");
    if digits.is_empty() || digits.bytes().any(|b| !b.is_ascii_digit()) {
        return Err("a step is a whole number, 0 or more".into());
    }
    match digits.parse() {
        Ok(step) if step <= LAST => Ok(step),
        _ => Err("that is beyond 2^53, up to which steps are exact".into()),
    }
}

/// A range: `a..b` without `b`, `a..=b` with it, `a..b/n` every `n`, and `a` for one step.
pub(crate) fn steps(text: &str) -> Result<Steps, String> {
    let (range, stride) = match text.split_once('/') {
        Some((range, stride)) => (range, step(stride)?),
        None => (text, 1),
    };
    if stride == 0 {
        return Err("every 0 steps is never".into());
    }
    let range = match range.split_once("..") {
        None => (step(range)?, step(range)? + 1),
        Some((from, to)) => match to.strip_prefix('=') {
            Some(to) => (step(from)?, step(to)? + 1),
            None => (step(from)?, step(to)?),
        },
    };
    if range.0 >= range.1 {
        return Err("there is no step in it".into());
    }
    Ok(Steps { range: range.0..range.1, stride })
}
