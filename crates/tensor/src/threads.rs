//! Threads that share the shards of one operation.
//!
//! A [`Threads`] is a handle that a tape carries; there is no pool in the background of the process. Work is cut into shards
//! by its size alone and each shard writes its own part of the result, so the bits of a result do not depend on the number
//! of threads or on which of them ran what.

#[cfg(feature = "threads")]
mod pool;

use std::fmt;
#[cfg(feature = "threads")]
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};

/// How many threads an operation may use: a handle, cheap to clone, to a pool that all clones share.
///
/// The caller's thread always takes part, so a handle to `n` threads owns `n - 1`; they end with its last clone. Idle
/// threads wait actively for 0.5 ms, yielding to whoever else wants the processor (a hand-over then costs about 0.2 us), then sleep
/// (waking them takes the system 20 to 50 us).
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
/// use rappel_tensor::Threads;
///
/// let sum = AtomicUsize::new(0);
/// Threads::serial().run(10, &|shard| {
///     sum.fetch_add(shard, Ordering::Relaxed);
/// });
/// assert_eq!(sum.into_inner(), 45);
/// ```
#[derive(Clone, Default)]
pub struct Threads {
    #[cfg(feature = "threads")]
    pool: Option<Arc<pool::Pool>>,
}

impl Threads {
    /// The caller's thread alone. Starts nothing.
    pub const fn serial() -> Self {
        Threads {
            #[cfg(feature = "threads")]
            pool: None,
        }
    }

    /// The caller's thread and `count - 1` more, which are started now.
    ///
    /// ```
    /// use rappel_tensor::Threads;
    /// # fn main() -> Result<(), rappel_tensor::ThreadsError> {
    /// assert_eq!(Threads::new(1)?.count(), 1);
    /// assert_eq!(
    ///     Threads::new(0).unwrap_err().to_string(),
    ///     "Threads::new(0): at least 1 thread is needed, the caller's own; Threads::serial() is that one"
    /// );
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When `count` is 0, when the system refuses to start a thread, and when `count` is above 1 in a build without the
    /// feature `threads`.
    pub fn new(count: usize) -> Result<Self, ThreadsError> {
        match count {
            0 => Err(ThreadsError { count, cause: Cause::None }),
            1 => Ok(Threads::serial()),
            #[cfg(feature = "threads")]
            _ => match pool::Pool::new(count - 1) {
                Ok(pool) => Ok(Threads { pool: Some(Arc::new(pool)) }),
                Err(e) => Err(ThreadsError { count, cause: Cause::Refused(e) }),
            },
            #[cfg(not(feature = "threads"))]
            _ => Err(ThreadsError { count, cause: Cause::NotBuilt }),
        }
    }

    /// The number of threads, the caller's included; at least 1.
    pub fn count(&self) -> usize {
        #[cfg(feature = "threads")]
        if let Some(pool) = &self.pool {
            return 1 + pool.workers();
        }
        1
    }

    /// Calls `f` with each of `0..shards` once and returns when all calls have returned.
    ///
    /// Which thread makes which call, and in which order, is left to chance, so `f` must not let its result depend on it.
    /// While the pool is at work for one caller, another one (a second thread, or a shard that calls `run` itself) does all
    /// its shards alone: neither waits for the other.
    ///
    /// # Panics
    /// When a call panics, with its payload, once no call runs any more; calls that had not begun by then may be left out.
    pub fn run(&self, shards: usize, f: &(dyn Fn(usize) + Sync)) {
        #[cfg(feature = "threads")]
        if let Some(pool) = &self.pool
            && shards > 1
            && pool.run(shards, f)
        {
            return;
        }
        for shard in 0..shards {
            f(shard);
        }
    }

    /// Calls `f` with each of `n` items and its number: shards that own what they write. See [`run`](Self::run).
    pub(crate) fn share<I>(&self, n: usize, items: I, f: impl Fn(usize, I::Item) + Sync)
    where
        I: Iterator + Send,
    {
        let items = Mutex::new(items.enumerate());
        self.run(n, &|_| {
            // A panic cannot leave the list half advanced: nothing but it is touched under the lock.
            let next = items.lock().unwrap_or_else(PoisonError::into_inner).next();
            if let Some((i, item)) = next {
                f(i, item);
            }
        });
    }
}

impl fmt::Debug for Threads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Threads").field("count", &self.count()).finish()
    }
}

/// Why [`Threads::new`] failed.
#[derive(Debug)]
pub struct ThreadsError {
    count: usize,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    None,
    #[cfg(feature = "threads")]
    Refused(std::io::Error),
    #[cfg(not(feature = "threads"))]
    NotBuilt,
}

impl fmt::Display for ThreadsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Threads::new({}): ", self.count)?;
        match &self.cause {
            Cause::None => f.write_str("at least 1 thread is needed, the caller's own; Threads::serial() is that one"),
            #[cfg(feature = "threads")]
            Cause::Refused(e) => write!(f, "the system refused to start a thread ({e}); ask for fewer"),
            #[cfg(not(feature = "threads"))]
            Cause::NotBuilt => f.write_str("this build has no threads; enable the feature `threads` of rappel-tensor"),
        }
    }
}

impl std::error::Error for ThreadsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            #[cfg(feature = "threads")]
            Cause::Refused(e) => Some(e),
            _ => None,
        }
    }
}
