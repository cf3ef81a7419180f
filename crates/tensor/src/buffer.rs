//! Shared buffers and the pool they return to.
//!
//! A training step makes the same arrays again and again. Asking the allocator for each costs more than the arithmetic of a
//! small net, and fresh pages cost a multiple of that, so a tape owns a pool: whole reference-counted buffers wait there in
//! size classes, a buffer returns to the pool it came from, from any thread, when its last handle goes.

use std::mem::ManuallyDrop;
use std::sync::atomic::{Ordering, fence};
use std::sync::{Arc, Mutex, PoisonError};

use crate::Threads;
use crate::number::Data;

/// Where results are put and on how many threads they are computed: a pool of buffers and a handle to threads.
///
/// Cheap to clone; a tape owns one. The pooled memory is given back with the last handle, of which every tensor made in the
/// workspace holds one.
#[derive(Clone)]
pub struct Workspace<T: Data>(Arc<Inner<T>>);

struct Inner<T: Data> {
    classes: Mutex<Vec<Vec<Arc<Buf<T>>>>>,
    threads: Threads,
}

struct Buf<T: Data> {
    /// As long as its size class; a tensor uses a prefix.
    data: Vec<T>,
    /// The index of its size class.
    class: usize,
    /// Set while the buffer is in use; none while it waits, or the pool would keep itself alive.
    home: Option<Workspace<T>>,
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
        Workspace(Arc::new(Inner { classes: Mutex::new(Vec::new()), threads }))
    }

    /// The threads that operations on this workspace's tensors use.
    #[inline]
    pub fn threads(&self) -> &Threads {
        &self.0.threads
    }

    /// Bytes that wait in the pool.
    pub fn pooled_bytes(&self) -> usize {
        self.classes().iter().flatten().map(|b| b.data.len() * size_of::<T>()).sum()
    }

    fn classes(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Arc<Buf<T>>>>> {
        // A panic between lock and unlock cannot leave the lists half changed.
        self.0.classes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, len: usize) -> Arc<Buf<T>> {
        let (index, size) = class(len);
        let waiting = self.classes().get_mut(index).and_then(Vec::pop);
        waiting.unwrap_or_else(|| Arc::new(Buf { data: vec![T::default(); size], class: index, home: None }))
    }

    fn put(&self, buf: Arc<Buf<T>>) {
        let index = buf.class;
        let mut classes = self.classes();
        if classes.len() <= index {
            classes.resize_with(index + 1, Vec::new);
        }
        classes[index].push(buf);
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
        let mut buf = Shared(ManuallyDrop::new(workspace.take(len)));
        match buf.get_mut() {
            Some(b) => {
                b.home = Some(workspace.clone());
                if cfg!(debug_assertions) {
                    b.data.fill(T::POISON);
                }
                fill(&mut b.data[..len]);
            }
            None => unreachable!("a waiting buffer has one handle"),
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
        self.0.home.as_ref()
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
