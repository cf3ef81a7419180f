//! Making batches ahead of time.

use std::fmt;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{JoinHandle, spawn};

/// Runs an iterator on a thread of its own, some items ahead of the caller.
///
/// It gives the same items in the same order. That pays when making them takes a good part of the time of using them:
/// batches of images alone cost microseconds, and handing each to another thread costs as much again.
///
/// A panic of the iterator goes on in the caller, after the items made before it. Dropping the loader stops the thread
/// after the item in the making, and waits for it.
///
/// [`Batches::prefetch`](crate::Batches::prefetch) makes one; any other iterator may stand in its place, such as one that
/// changes the batches:
///
/// ```
/// # use rappel_data::{Dataset, Loader};
/// # use rappel_tensor::Tensor;
/// # let data = Dataset::new(Tensor::new(vec![0.5; 6], &[6, 1]), Tensor::new(vec![0; 6], &[6]), 1).unwrap();
/// let negative = data.shuffled(0).batches(2).map(|mut batch| {
///     batch.x = batch.x.map(|x| -x);
///     batch
/// });
/// for batch in Loader::new(negative, 2) {
///     assert_eq!(batch.x.data(), [-0.5, -0.5]);
/// }
/// ```
pub struct Loader<T> {
    items: Option<Receiver<T>>,
    thread: Option<JoinHandle<()>>,
    left: (usize, Option<usize>),
}

impl<T: Send + 'static> Loader<T> {
    /// Starts a thread that makes the items of `iter`, at most `depth` ahead of the one that is being taken.
    ///
    /// A depth of 0 makes the next item, but keeps none in store.
    ///
    /// # Panics
    /// When the operating system gives no thread.
    pub fn new(iter: impl IntoIterator<Item = T, IntoIter: Send + 'static>, depth: usize) -> Loader<T> {
        let iter = iter.into_iter();
        let left = iter.size_hint();
        let (sender, items) = sync_channel(depth);
        let thread = spawn(move || {
            for item in iter {
                // The loader was dropped: nobody wants the rest.
                if sender.send(item).is_err() {
                    break;
                }
            }
        });
        Loader { items: Some(items), thread: Some(thread), left }
    }
}

impl<T> Iterator for Loader<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        if let Some(item) = self.items.as_ref().and_then(|items| items.recv().ok()) {
            self.left = (self.left.0.saturating_sub(1), self.left.1.map(|most| most.saturating_sub(1)));
            return Some(item);
        }
        self.left = (0, Some(0));
        if let Some(Err(panic)) = self.thread.take().map(JoinHandle::join) {
            resume_unwind(panic);
        }
        None
    }

    /// As the iterator inside told when the loader was made.
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.left
    }
}

impl<T> Drop for Loader<T> {
    fn drop(&mut self) {
        // The thread may be waiting to hand over an item; without a receiver it stops.
        self.items = None;
        if let Some(thread) = self.thread.take() {
            // A panic that nobody asked about must not turn this drop into an abort.
            let _ = thread.join();
        }
    }
}

impl<T> fmt::Debug for Loader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader").field("left", &self.left).finish_non_exhaustive()
    }
}
