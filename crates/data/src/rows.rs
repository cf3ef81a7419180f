//! Which samples, in which order.

use std::ops::Range;
use std::sync::Arc;

/// The rows of the storage that a data set shows: a stretch of all rows in order, or of a list.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    list: Option<Arc<[u32]>>,
    range: Range<usize>,
}

impl Rows {
    pub(crate) fn all(count: usize) -> Rows {
        Rows { list: None, range: 0..count }
    }

    pub(crate) fn len(&self) -> usize {
        self.range.len()
    }

    /// The row in the storage.
    pub(crate) fn get(&self, i: usize) -> usize {
        let i = self.range.start + i;
        self.list.as_ref().map_or(i, |list| list[i] as usize)
    }

    /// A stretch of these rows; `range` lies within them.
    pub(crate) fn slice(&self, range: Range<usize>) -> Rows {
        Rows { list: self.list.clone(), range: self.range.start + range.start..self.range.start + range.end }
    }

    /// These rows in another order, a permutation of `0..self.len()`.
    pub(crate) fn ordered(&self, mut order: Vec<u32>) -> Rows {
        for i in &mut order {
            *i = self.get(*i as usize) as u32;
        }
        Rows { range: 0..order.len(), list: Some(order.into()) }
    }
}
