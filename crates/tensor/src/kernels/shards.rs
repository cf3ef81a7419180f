//! Parts of one result, written by several threads.

use crate::number::Data;
use crate::{Threads, Workspace};

/// The threads of a workspace; without one, the caller's alone.
pub(crate) fn threads<T: Data>(workspace: Option<&Workspace<T>>) -> Threads {
    workspace.map_or_else(Threads::serial, |w| w.threads().clone())
}

/// Where parts go; each shard writes its own.
pub(super) struct Target<T>(*mut T);

// SAFETY: a pointer to what a kernel has to itself; what is written through it from several threads is disjoint.
unsafe impl<T: Send> Sync for Target<T> {}

impl<T> Target<T> {
    pub(super) fn new(to: &mut [T]) -> Self {
        Target(to.as_mut_ptr())
    }

    pub(super) fn get(&self) -> *mut T {
        self.0
    }
}

/// Calls `f(i, part)` once for each part of `size` values, the last of which may be shorter. Which thread takes which part is left
/// to chance; parts are cut by size alone.
pub(crate) fn for_each_part<T: Send>(
    threads: &Threads,
    data: &mut [T],
    size: usize,
    f: impl Fn(usize, &mut [T]) + Sync,
) {
    if data.is_empty() {
        return;
    }
    let (len, to) = (data.len(), Target::new(data));
    threads.run(len.div_ceil(size), &|i| {
        let start = i * size;
        // SAFETY: the part is inside of `data`, which this function has to itself until all calls have returned; each `i` comes once,
        // and no two parts overlap.
        let part = unsafe { std::slice::from_raw_parts_mut(to.get().add(start), size.min(len - start)) };
        f(i, part);
    });
}
