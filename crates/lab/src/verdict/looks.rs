//! What was looked at from time to time, in bounded memory.

/// So many looks are kept at most.
const MOST: usize = 64;

/// Looks, evenly spread over all there were: when they get too many, every second is dropped, and every second one to come.
#[derive(Debug, Clone)]
pub(super) struct Looks<L> {
    kept: Vec<L>,
    /// How many there were.
    count: usize,
    /// One of so many is kept.
    every: usize,
}

impl<L> Default for Looks<L> {
    fn default() -> Looks<L> {
        Looks { kept: Vec::new(), count: 0, every: 1 }
    }
}

impl<L> Looks<L> {
    /// One more.
    pub(super) fn push(&mut self, look: L) {
        if self.kept.len() == MOST && self.count == MOST * self.every {
            let mut keep = false;
            self.kept.retain(|_| {
                keep = !keep;
                keep
            });
            self.every *= 2;
        }
        if self.count.is_multiple_of(self.every) {
            self.kept.push(look);
        }
        self.count += 1;
    }

    /// Those that are kept, in the order they came.
    pub(super) fn kept(&self) -> &[L] {
        &self.kept
    }
}
