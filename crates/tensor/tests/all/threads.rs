//! Every shard runs once, whatever the number of threads, the nesting and the panics.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use rappel_tensor::Threads;

/// Handles to 1 and, where the build has threads, to 2, 3 and 4 threads.
fn handles() -> Vec<Threads> {
    let most = if cfg!(feature = "threads") { 4 } else { 1 };
    (1..=most).map(|n| Threads::new(n).unwrap()).collect()
}

/// How often each shard of a run was called.
fn calls(threads: &Threads, shards: usize) -> Vec<usize> {
    let calls: Vec<AtomicUsize> = (0..shards).map(|_| AtomicUsize::new(0)).collect();
    threads.run(shards, &|shard| {
        calls[shard].fetch_add(1, Ordering::Relaxed);
    });
    calls.into_iter().map(AtomicUsize::into_inner).collect()
}

#[test]
fn each_shard_runs_once() {
    for threads in handles() {
        for shards in [0, 1, 2, 3, 4, 5, 17, 1000] {
            for _ in 0..200 {
                assert_eq!(calls(&threads, shards), vec![1; shards], "{threads:?}, {shards} shards");
            }
        }
    }
}

#[test]
fn writes_of_shards_are_seen_by_the_caller() {
    for threads in handles() {
        let mut sum = vec![0_u64; 64];
        for round in 0..500_u64 {
            let parts: Vec<std::sync::Mutex<&mut u64>> = sum.iter_mut().map(std::sync::Mutex::new).collect();
            threads.run(parts.len(), &|i| **parts[i].lock().unwrap() += round * i as u64);
        }
        assert!(sum.iter().enumerate().all(|(i, &s)| s == i as u64 * 500 * 499 / 2), "{threads:?}");
    }
}

#[test]
fn a_sleeping_pool_wakes_up() {
    for threads in handles() {
        for _ in 0..5 {
            std::thread::sleep(std::time::Duration::from_millis(2));
            assert_eq!(calls(&threads, 8), [1; 8]);
            // Long enough that whoever is done first goes to sleep waiting for the others.
            let count = AtomicUsize::new(0);
            threads.run(3, &|_| {
                std::thread::sleep(std::time::Duration::from_millis(1));
                count.fetch_add(1, Ordering::Relaxed);
            });
            assert_eq!(count.into_inner(), 3);
        }
    }
}

#[test]
fn a_run_inside_a_shard_runs_all_its_shards() {
    for threads in handles() {
        let count = AtomicUsize::new(0);
        threads.run(5, &|_| {
            assert_eq!(calls(&threads, 7), [1; 7]);
            count.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(count.into_inner(), 5);
    }
}

#[test]
fn callers_share_a_pool() {
    for threads in handles() {
        std::thread::scope(|scope| {
            for _ in 0..3 {
                let threads = threads.clone();
                scope.spawn(move || {
                    for _ in 0..300 {
                        assert_eq!(calls(&threads, 6), [1; 6]);
                    }
                });
            }
        });
    }
}

#[test]
fn a_panic_reaches_the_caller_and_the_pool_lives_on() {
    for threads in handles() {
        for bad in [0, 1, 9] {
            let result = catch_unwind(AssertUnwindSafe(|| {
                threads.run(10, &|shard| {
                    if shard == bad {
                        std::panic::resume_unwind(Box::new(shard));
                    }
                });
            }));
            assert_eq!(*result.unwrap_err().downcast::<usize>().unwrap(), bad, "{threads:?}");
            assert_eq!(calls(&threads, 10), [1; 10], "{threads:?}");
        }
    }
}

#[test]
fn counts() {
    assert_eq!(Threads::serial().count(), 1);
    assert_eq!(Threads::default().count(), 1);
    for (i, threads) in handles().into_iter().enumerate() {
        assert_eq!(threads.count(), i + 1);
        assert_eq!(threads.clone().count(), i + 1);
        assert_eq!(format!("{threads:?}"), format!("Threads {{ count: {} }}", i + 1));
    }
}

#[test]
fn no_threads_at_all_is_an_error() {
    let error = Threads::new(0).unwrap_err();
    assert!(error.to_string().contains("at least 1 thread"), "{error}");
    assert!(error.source().is_none());
}

#[test]
#[cfg(not(feature = "threads"))]
fn a_build_without_threads_says_so() {
    let error = Threads::new(2).unwrap_err();
    assert!(error.to_string().contains("feature `threads`"), "{error}");
}

#[test]
fn handles_cross_threads() {
    fn is_shared<T: Send + Sync + Clone + std::panic::UnwindSafe + std::panic::RefUnwindSafe>() {}
    is_shared::<Threads>();
}
