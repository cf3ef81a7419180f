//! A lock for a few instructions.

use std::cell::UnsafeCell;
use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::yield_now;

/// A value that one thread at a time works on, briefly: whoever finds it taken tries again until it is free.
///
/// Taken by one locked instruction and let go of by a plain store, half of what `std::sync::Mutex` costs when nobody else wants it. In
/// exchange nobody is woken, so it is for work that ends before a sleep would begin.
#[derive(Debug)]
pub(crate) struct Lock<T> {
    taken: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached by one thread at a time, which may differ from the last one.
unsafe impl<T: Send> Sync for Lock<T> {}

/// Tries before the processor is offered to others: the one who works may be waiting for it.
const SPINS: u32 = 64;

impl<T> Lock<T> {
    pub(crate) const fn new(value: T) -> Self {
        Lock { taken: AtomicBool::new(false), value: UnsafeCell::new(value) }
    }

    /// Calls `work` on the value while nobody else does. It must not come back to this lock.
    #[inline]
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        if self.taken.swap(true, Ordering::Acquire) {
            self.wait();
        }
        let _open = Open(&self.taken);
        // SAFETY: the flag was found down and is up until `_open` goes, so this is the only reference.
        work(unsafe { &mut *self.value.get() })
    }

    #[cold]
    fn wait(&self) {
        let mut tries = 0_u32;
        while self.taken.load(Ordering::Relaxed) || self.taken.swap(true, Ordering::Acquire) {
            tries += 1;
            if tries.is_multiple_of(SPINS) { yield_now() } else { spin_loop() }
        }
    }
}

/// Takes the flag down, after a panic too.
struct Open<'a>(&'a AtomicBool);

impl Drop for Open<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::Lock;

    #[test]
    fn threads_work_one_at_a_time() {
        let count = Lock::new(0_u64);
        std::thread::scope(|s| {
            for _ in 0..4 {
                s.spawn(|| (0..10_000).for_each(|_| count.with(|n| *n += 1)));
            }
        });
        assert_eq!(count.with(|n| *n), 40_000);
    }

    #[test]
    fn a_panic_lets_go() {
        let lock = Lock::new(0_u64);
        let panics = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| lock.with(|_| panic!("on purpose"))));
        assert!(panics.is_err());
        assert_eq!(lock.with(|n| *n), 0);
    }
}
