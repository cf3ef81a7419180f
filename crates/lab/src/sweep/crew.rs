//! Threads that share a list of jobs.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What tells a job that its result is not wanted any more.
#[derive(Debug)]
pub(crate) struct Failures(AtomicUsize);

impl Failures {
    /// Whether a job before this one has failed. Jobs before a failed one go on, so that the failure reported is always that of the
    /// first job that fails, on any number of threads.
    pub(crate) fn is_before(&self, job: usize) -> bool {
        self.0.load(Ordering::Relaxed) < job
    }
}

/// Ends the list when its job panics.
struct Guard<'a>(&'a Failures);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.0.store(0, Ordering::Relaxed);
        }
    }
}

/// Works on jobs `0..count`, taken in order, with so many threads. Gives their failure, if any failed: that of the first.
///
/// A panic of a job ends the list and is the caller's.
pub(crate) fn work<E: Send>(
    threads: usize,
    count: usize,
    job: impl Fn(usize, &Failures) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let (next, failed, first) = (AtomicUsize::new(0), Failures(AtomicUsize::new(usize::MAX)), Mutex::new(None));
    let each = || {
        let _guard = Guard(&failed);
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            if i >= count || failed.is_before(i) {
                return;
            }
            if let Err(error) = job(i, &failed) {
                let mut first = first.lock().expect("nothing panics while it holds this lock");
                if failed.0.fetch_min(i, Ordering::Relaxed) > i {
                    *first = Some(error);
                }
            }
        }
    };
    let panicked = thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(count)).map(|_| scope.spawn(each)).collect();
        each();
        // Joined by hand: the scope itself would hide what the panic said.
        let panics: Vec<_> = others.into_iter().filter_map(|other| other.join().err()).collect();
        panics.into_iter().next()
    });
    if let Some(panic) = panicked {
        std::panic::resume_unwind(panic);
    }
    match first.into_inner().expect("nothing panics while it holds this lock") {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// As many threads as there are processors for this program.
pub(crate) fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}
