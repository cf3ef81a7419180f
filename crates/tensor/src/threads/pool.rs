//! A pool with a quick hand-over: workers that wait actively for a while before they sleep.
//!
//! Training steps hand over every few ten microseconds. Waking a sleeping thread takes as long as the work it is woken for
//! (40 us, measured with the general-purpose pools, which let their threads sleep after a few microseconds); a thread that
//! still looks at the counter of runs takes over in 0.2 us.
//!
//! One run at a time: the caller puts a [`Job`] on its stack, opens the gate, works on the job itself, shuts the gate and
//! waits until the last worker has left. A worker that comes late finds the gate shut and is not waited for.

use std::any::Any;
use std::hint::spin_loop;
use std::io;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind, resume_unwind};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle, yield_now};
use std::time::{Duration, Instant};

/// How long a thread waits actively before it sleeps: longer than the serial stretches of a training step, such as a pass of the
/// optimizer over a million parameters (0.35 ms).
const PATIENCE: Duration = Duration::from_micros(500);

/// The gate's bit for "workers may enter"; above it, the number of workers inside.
const OPEN: usize = 1;
const INSIDE: usize = 2;

pub(super) struct Pool {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
}

// A panic leaves a pool as it was: the gate is shut and `busy` cleared before it is passed on. (The `JoinHandle`s alone would
// make every tensor that carries a pool unfit for `catch_unwind`.)
impl UnwindSafe for Pool {}
impl RefUnwindSafe for Pool {}

#[derive(Default)]
struct Shared {
    /// Set while a caller has the pool.
    busy: AtomicBool,
    /// The job of the open gate; a worker that is inside may read it.
    job: AtomicPtr<Job<'static>>,
    gate: AtomicUsize,
    /// The number of runs so far: its change calls the workers.
    runs: AtomicUsize,
    stop: AtomicBool,
    start: Signal,
    end: Signal,
}

struct Job<'a> {
    f: &'a (dyn Fn(usize) + Sync),
    shards: usize,
    next: AtomicUsize,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

impl Pool {
    /// Starts the workers.
    pub(super) fn new(workers: usize) -> io::Result<Self> {
        // On an error halfway, the drop ends those that were started.
        let mut pool = Pool { shared: Arc::default(), workers: Vec::new() };
        for i in 1..=workers {
            let shared = pool.shared.clone();
            pool.workers.push(Builder::new().name(format!("rappel-{i}")).spawn(move || shared.serve())?);
        }
        Ok(pool)
    }

    pub(super) fn workers(&self) -> usize {
        self.workers.len()
    }

    /// Runs all shards, unless the pool is at work for another caller (or this is a shard of its run): then it does nothing
    /// and returns false.
    pub(super) fn run(&self, shards: usize, f: &(dyn Fn(usize) + Sync)) -> bool {
        let shared = &*self.shared;
        if shared.busy.swap(true, Ordering::Acquire) {
            return false;
        }
        let job = Job { f, shards, next: AtomicUsize::new(0), panic: Mutex::new(None) };
        // The lifetime is erased here and kept by hand: this function neither returns nor unwinds before the gate is shut and
        // everybody is out. (`work` catches panics, and nothing else here panics.)
        shared.job.store(ptr::from_ref(&job).cast::<Job<'static>>().cast_mut(), Ordering::Relaxed);
        shared.gate.store(OPEN, Ordering::Release);
        shared.runs.fetch_add(1, Ordering::SeqCst);
        shared.start.notify();

        job.work();
        if shared.gate.fetch_sub(OPEN, Ordering::SeqCst) != OPEN {
            shared.end.wait(|| shared.gate.load(Ordering::SeqCst) == 0);
        }
        shared.busy.store(false, Ordering::Release);
        if let Some(payload) = job.panic.into_inner().unwrap_or_else(PoisonError::into_inner) {
            resume_unwind(payload);
        }
        true
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        self.shared.runs.fetch_add(1, Ordering::SeqCst);
        self.shared.start.notify();
        for worker in self.workers.drain(..) {
            // Workers catch the panics of shards, so none has ended with one.
            let _ = worker.join();
        }
    }
}

impl Job<'_> {
    /// Takes shards until none is left, or one panics.
    fn work(&self) {
        let shards = || {
            loop {
                let shard = self.next.fetch_add(1, Ordering::Relaxed);
                if shard >= self.shards {
                    return;
                }
                (self.f)(shard);
            }
        };
        // What a panic leaves behind is the caller's to judge: it gets the panic.
        if let Err(payload) = catch_unwind(AssertUnwindSafe(shards)) {
            self.next.store(self.shards, Ordering::Relaxed);
            self.panic.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(payload);
        }
    }
}

impl Shared {
    /// A worker's life.
    fn serve(&self) {
        let mut seen = 0;
        loop {
            self.start.wait(|| self.runs.load(Ordering::SeqCst) != seen);
            seen = self.runs.load(Ordering::SeqCst);
            if self.stop.load(Ordering::SeqCst) {
                return;
            }
            if self.enter() {
                // SAFETY: the gate was open when this worker entered, so the pointer is that run's job, which lives until
                // the worker has left.
                unsafe { &*self.job.load(Ordering::Relaxed) }.work();
                if self.gate.fetch_sub(INSIDE, Ordering::SeqCst) == INSIDE {
                    self.end.notify();
                }
            }
        }
    }

    /// Goes in if the gate is open.
    fn enter(&self) -> bool {
        let step = |gate| (gate & OPEN != 0).then_some(gate + INSIDE);
        self.gate.fetch_update(Ordering::Acquire, Ordering::Relaxed, step).is_ok()
    }
}

/// Waiting for a condition that another thread makes true: actively at first, then asleep.
#[derive(Default)]
struct Signal {
    sleepers: AtomicUsize,
    lock: Mutex<()>,
    wake: Condvar,
}

impl Signal {
    /// Returns once `ready` returns true. What it reads, and [`notify`](Self::notify)'s caller writes, is sequentially
    /// consistent: either the writer sees this thread among the sleepers, or this thread sees what was written.
    fn wait(&self, ready: impl Fn() -> bool) {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            for _ in 0..64 {
                if ready() {
                    return;
                }
                spin_loop();
            }
            // Where there are more threads than processors, the one waited for may need this one.
            yield_now();
        }
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        let mut guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        while !ready() {
            guard = self.wake.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
        drop(guard);
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
    }

    /// To be called after a change that may make a waiting thread ready.
    fn notify(&self) {
        if self.sleepers.load(Ordering::SeqCst) > 0 {
            // With the lock taken once, a sleeper that had not seen the change has begun to wait.
            drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner));
            self.wake.notify_all();
        }
    }
}
