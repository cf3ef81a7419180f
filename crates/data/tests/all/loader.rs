use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use rappel_data::{Batch, Loader};

use crate::{counted, rows};

/// Counts up; says in `alive` whether the thread that owns it still has it, and in `made` how far it came.
struct Endless {
    _alive: Arc<()>,
    made: Arc<AtomicUsize>,
}

impl Iterator for Endless {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        Some(self.made.fetch_add(1, Ordering::SeqCst))
    }
}

fn endless() -> (Endless, Arc<()>, Arc<AtomicUsize>) {
    let (alive, made) = (Arc::new(()), Arc::new(AtomicUsize::new(0)));
    (Endless { _alive: alive.clone(), made: made.clone() }, alive, made)
}

#[test]
fn dropping_the_loader_ends_its_thread() {
    for (depth, taken) in [(0, 0), (0, 3), (1, 0), (4, 2), (4, 9)] {
        let (iter, alive, made) = endless();
        let mut loader = Loader::new(iter, depth);
        assert!((0..taken).all(|i| loader.next() == Some(i)));
        drop(loader);
        assert_eq!(Arc::strong_count(&alive), 1, "the thread outlives its loader");
        let made = made.load(Ordering::SeqCst);
        assert!((taken..=taken + depth + 1).contains(&made), "depth {depth}: {made} made, {taken} taken");
    }
}

#[test]
fn a_panic_reaches_the_caller_after_the_items_before_it() {
    let mut loader = Loader::new((0..5).map(|i| if i < 3 { i } else { std::panic::panic_any("a bad sample") }), 1);
    assert_eq!(loader.by_ref().take(3).collect::<Vec<_>>(), [0, 1, 2]);
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| loader.next())).expect_err("a panic");
    assert_eq!(panic.downcast_ref(), Some(&"a bad sample"));
    assert_eq!(loader.next(), None, "after the panic");
}

#[test]
fn a_loader_with_a_panic_can_be_dropped() {
    let (iter, alive, made) = endless();
    let loader = Loader::new(iter.map(|i| assert!(i < 1, "nobody takes this")), 3);
    while made.load(Ordering::SeqCst) < 2 {
        std::thread::yield_now();
    }
    drop(loader);
    assert_eq!(Arc::strong_count(&alive), 1);
}

#[test]
fn the_size_hint_counts_down_and_the_end_stays() {
    let mut loader = counted(10).batches(4).prefetch(2);
    for left in [3, 2, 1] {
        assert_eq!(loader.size_hint(), (left, Some(left)));
        assert!(loader.next().is_some());
    }
    assert_eq!(loader.size_hint(), (0, Some(0)));
    assert!(loader.next().is_none() && loader.next().is_none());
    assert_eq!(Loader::new(std::iter::repeat(1), 0).size_hint(), (usize::MAX, None));
}

#[test]
fn held_batches_keep_their_values() {
    let held: Vec<Batch> = counted(40).batches(2).prefetch(3).collect();
    for (i, batch) in held.iter().enumerate() {
        assert_eq!(rows(batch), [2 * i, 2 * i + 1]);
    }
}

proptest! {
    #[test]
    fn prefetched_batches_are_the_same(n in 1_usize..100, size in 1_usize..40, depth in 0_usize..5, epoch: u64) {
        let data = counted(n).shuffled(epoch);
        prop_assert!(data.batches(size).prefetch(depth).eq(data.batches(size)));
        prop_assert!(data.batches(size).drop_last().prefetch(depth).eq(data.batches(size).drop_last()));
    }
}
