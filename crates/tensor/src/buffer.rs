//! Shared buffers and the pool they return to.
//!
//! A training step makes the same arrays again and again. Asking the allocator for each costs more than the arithmetic of a
//! small net, and fresh pages cost a multiple of that, so a tape owns a pool: whole reference-counted buffers wait there in
//! size classes, a buffer returns to the pool it came from, from any thread, when its last handle goes.

use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};

use crate::Threads;
use crate::lock::Lock;
use crate::number::Data;

/// Where results are put and on how many threads they are computed: a pool of buffers and a handle to threads.
///
/// Cheap to clone; a tape owns one. The pooled memory is given back with the last handle, of which every tensor made in the
/// workspace holds one.
#[derive(Clone)]
pub struct Workspace<T: Data>(Arc<Inner<T>>);

struct Inner<T: Data> {
    pool: Lock<Pool<T>>,
    threads: Threads,
}

/// What waits, by size class, and what keeps the pool alive for the buffers that are out.
struct Pool<T: Data> {
    classes: Vec<Vec<Arc<Buf<T>>>>,
    /// How many buffers are in use that will come home.
    out: usize,
    /// A handle on this pool, held while `out` is above 0: one for all buffers, or each operation would count one up and down.
    own: Option<Workspace<T>>,
}

struct Buf<T: Data> {
    /// As long as its size class; a tensor uses a prefix.
    data: Vec<T>,
    /// The index of its size class.
    class: usize,
    /// Where it belongs, while it is out; a handle that is not counted (see [`Pool::own`]).
    home: Option<ManuallyDrop<Workspace<T>>>,
}

impl<T: Data> Pool<T> {
    /// Counts a buffer that leaves.
    #[inline]
    fn lend(&mut self, pool: &Workspace<T>) {
        if self.out == 0 {
            self.own = Some(pool.clone());
        }
        self.out += 1;
    }

    /// Counts a buffer that was out, and gives back the pool's own handle when it was the last.
    #[inline]
    fn back(&mut self) -> Option<Workspace<T>> {
        self.out -= 1;
        if self.out == 0 { self.own.take() } else { None }
    }
}

/// A buffer that is freed while it is out: two threads let go of it at once, and neither was the last one for the other.
impl<T: Data> Drop for Buf<T> {
    fn drop(&mut self) {
        if let Some(home) = self.home.take() {
            let own = home.0.pool.with(Pool::back);
            drop(own); // after the lock is open: it may be the last handle
        }
    }
}

/// Four size classes per power of two: at most a fifth of a buffer is unused.
#[inline]
fn class(len: usize) -> (usize, usize) {
    let len = len.max(16);
    let power = len.next_power_of_two();
    // Shifts: a division would cost as much as the rest of a small operation's bookkeeping.
    let shift = power.trailing_zeros() - 3;
    let eighths = (len - power / 2 + (1 << shift) - 1) >> shift;
    (power.trailing_zeros() as usize * 4 + eighths, power / 2 + (eighths << shift))
}

impl<T: Data> Workspace<T> {
    /// An empty pool whose operations run on the given threads.
    pub fn new(threads: Threads) -> Self {
        let pool = Pool { classes: Vec::new(), out: 0, own: None };
        Workspace(Arc::new(Inner { pool: Lock::new(pool), threads }))
    }

    /// The threads that operations on this workspace's tensors use.
    #[inline]
    pub fn threads(&self) -> &Threads {
        &self.0.threads
    }

    /// Bytes that wait in the pool.
    pub fn pooled_bytes(&self) -> usize {
        self.0.pool.with(|pool| pool.classes.iter().flatten().map(|b| b.data.len() * size_of::<T>()).sum())
    }

    /// A buffer of at least `len` values that counts as out.
    #[inline]
    fn take(&self, len: usize) -> Shared<T> {
        let (index, size) = class(len);
        let waiting = self.0.pool.with(|pool| {
            let buf = pool.classes.get_mut(index)?.pop()?;
            pool.lend(self);
            Some(buf)
        });
        let mut buf = Shared(ManuallyDrop::new(match waiting {
            Some(buf) => buf,
            None => {
                let new = Arc::new(Buf { data: vec![T::default(); size], class: index, home: None });
                self.0.pool.with(|pool| pool.lend(self));
                new
            }
        }));
        // SAFETY: the pointer is this handle's own. The second handle is not counted, and it is never dropped; it is used while the
        // buffer is out, when the pool keeps a counted one.
        let home = unsafe { Workspace(Arc::from_raw(Arc::as_ptr(&self.0))) };
        match buf.get_mut() {
            Some(buf) => buf.home = Some(ManuallyDrop::new(home)),
            None => unreachable!("a waiting buffer has one handle"),
        }
        buf
    }

    /// Takes a buffer back.
    #[inline]
    fn put(&self, buf: Arc<Buf<T>>) {
        let own = self.0.pool.with(|pool| {
            let index = buf.class;
            if pool.classes.len() <= index {
                pool.classes.resize_with(index + 1, Vec::new);
            }
            pool.classes[index].push(buf);
            pool.back()
        });
        drop(own); // after the lock is open: it may be the last handle
    }
}

impl<T: Data> std::fmt::Debug for Workspace<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workspace")
            .field("pooled_bytes", &self.pooled_bytes())
            .field("threads", self.threads())
            .finish()
    }
}

/// A reference-counted buffer that goes home when the last handle is dropped.
pub(crate) struct Shared<T: Data>(ManuallyDrop<Arc<Buf<T>>>);

impl<T: Data> Shared<T> {
    /// A buffer of at least `len` values, of which `fill` writes the first `len`; it finds arbitrary (but initialised) contents.
    #[inline]
    pub(crate) fn make(workspace: Option<&Workspace<T>>, len: usize, fill: impl FnOnce(&mut [T])) -> Self {
        let Some(workspace) = workspace else {
            let mut data = vec![T::default(); len];
            fill(&mut data);
            return Shared::from_vec(data);
        };
        let mut buf = workspace.take(len);
        match buf.unique() {
            Some(data) => {
                if cfg!(debug_assertions) {
                    data.fill(T::POISON);
                }
                fill(&mut data[..len]);
            }
            None => unreachable!("a new buffer has one handle"),
        }
        buf
    }

    pub(crate) fn from_vec(data: Vec<T>) -> Self {
        Shared(ManuallyDrop::new(Arc::new(Buf { data, class: 0, home: None })))
    }

    #[inline]
    pub(crate) fn data(&self) -> &[T] {
        &self.0.data
    }

    /// Whether no other handle shares the contents.
    #[inline]
    pub(crate) fn is_unique(&self) -> bool {
        // There are no weak handles, and a new one could only be cloned from this.
        Arc::strong_count(&self.0) == 1
    }

    /// The buffer, if no other handle shares it: `Arc::get_mut` without its locked instruction, which guards against weak handles.
    #[inline]
    fn get_mut(&mut self) -> Option<&mut Buf<T>> {
        if !self.is_unique() {
            return None;
        }
        // What a handle that has gone on another thread did to the contents comes before what is done now.
        fence(Ordering::Acquire);
        // SAFETY: this is the only handle, held exclusively, and there are no weak ones, so nobody else can reach the contents; the
        // pointer is valid and may be written through, as it is what the `Arc` itself would use.
        Some(unsafe { &mut *Arc::as_ptr(&self.0).cast_mut() })
    }

    /// The contents, if no other handle shares them.
    #[inline]
    pub(crate) fn unique(&mut self) -> Option<&mut [T]> {
        self.get_mut().map(|b| &mut b.data[..])
    }

    #[inline]
    pub(crate) fn home(&self) -> Option<&Workspace<T>> {
        self.0.home.as_deref()
    }

    /// Whether both handles share one buffer.
    pub(crate) fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T: Data> Clone for Shared<T> {
    #[inline]
    fn clone(&self) -> Self {
        Shared(self.0.clone())
    }
}

impl<T: Data> Drop for Shared<T> {
    #[inline]
    fn drop(&mut self) {
        let home = self.get_mut().and_then(|b| b.home.take());
        // SAFETY: `drop` runs once and the field is not touched afterwards.
        let buf = unsafe { ManuallyDrop::take(&mut self.0) };
        if let Some(home) = home {
            home.put(buf);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Shared, Workspace};
    use crate::Threads;

    #[test]
    fn a_pool_ends_with_its_last_handle_or_buffer() {
        let pool = Workspace::<f32>::new(Threads::serial());
        let ended = Arc::downgrade(&pool.0);
        let [a, b, c] = [10, 10, 1000].map(|n| Shared::make(Some(&pool), n, |to| to.fill(1.0)));
        drop((a, pool));
        assert!(ended.upgrade().is_some(), "two buffers are out");
        let d = Shared::make(c.home(), 10, |to| to.fill(2.0));
        drop((b, c));
        assert_eq!(d.data()[0], 2.0);
        assert!(ended.upgrade().is_some(), "one buffer is out");
        drop(d);
        assert!(ended.upgrade().is_none());
    }

    /// Whichever handle goes last, and whether or not it knows: counts stay right.
    #[test]
    fn a_pool_ends_after_buffers_that_two_threads_let_go_of_at_once() {
        let pool = Workspace::<f32>::new(Threads::serial());
        let ended = Arc::downgrade(&pool.0);
        for _ in 0..if cfg!(miri) { 20 } else { 500 } {
            let buffer = Shared::make(Some(&pool), 10, |to| to.fill(1.0));
            std::thread::scope(|s| {
                let other = buffer.clone();
                s.spawn(move || drop(other));
                drop(buffer);
            });
        }
        drop(pool);
        assert!(ended.upgrade().is_none());
    }
}
