//! Where results are put: pooled buffers, their way home, and copies on write.

use proptest::prelude::*;
use rappel_tensor::{Rng, Tensor, Threads, Workspace};

use crate::naive::numbers;

fn workspace() -> Workspace<f32> {
    Workspace::new(Threads::serial())
}

#[test]
fn results_of_tensors_in_a_workspace_return_to_its_pool() {
    let pool = workspace();
    let x = Tensor::from([1.0, 2.0, 3.0]).within(&pool);
    assert!(x.workspace().is_some());
    assert_eq!(pool.pooled_bytes(), 0, "a tensor from outside brings no buffer");
    let y = x.exp();
    assert_eq!(pool.pooled_bytes(), 0, "in use");
    let held = y.clone();
    drop(y);
    assert_eq!(pool.pooled_bytes(), 0, "still held");
    drop(held);
    let one = pool.pooled_bytes();
    assert!(one >= 3 * size_of::<f32>());

    let again = x.tanh();
    assert_eq!(pool.pooled_bytes(), 0, "the waiting buffer was taken");
    let other = &again + &x;
    drop((again, other));
    assert_eq!(pool.pooled_bytes(), 2 * one);
    drop(x);
    assert_eq!(pool.pooled_bytes(), 2 * one, "what came from outside does not enter the pool");
}

#[test]
fn what_is_computed_from_a_result_lands_in_the_workspace_too() {
    let pool = workspace();
    let (inside, outside) = (numbers::<f32>(&[4, 4], 1).within(&pool), numbers::<f32>(&[4, 4], 2));
    let results: Vec<Tensor> = vec![
        inside.exp(),
        -&inside,
        inside.exp() * 2.0,
        &inside + &outside,
        &outside + &inside,
        outside.clone() - &inside,
        inside.matmul(&outside),
        outside.matmul(&inside),
        inside.linear(&outside, None),
        outside.linear(&inside, None),
        inside.sum_axes(&[0], false),
        inside.mean(),
        inside.max_axes(&[0, 1], true),
        inside.softmax(0),
        inside.logsumexp(1, false),
        inside.permute(&[1, 0]),
        inside.expand(&[2, 4, 4]),
        inside.slice(&[1..2, 0..4]),
        inside.slice(&[1..2, 0..4]).embed(&[4, 4], &[0, 0]),
        Tensor::concat(&[&outside, &inside], 0),
        Tensor::stack(&[&outside, &inside], 0),
        inside.gather(0, &Tensor::full(&[1, 4], 2)),
        inside.scattered(&[9, 4], 0, &Tensor::full(&[4, 4], 2)),
        inside.scatter(0, &Tensor::full(&[4, 4], 2), &inside),
        inside.index_select(1, &Tensor::from([0_u32, 1])),
        inside.pad(&[(1, 1), (0, 0)], 0.0),
        inside.roll(&[1], &[0]),
        inside.tril(0),
        inside.cross_entropy(&Tensor::full(&[4], 0)).0,
        inside.dropout(1, 0.5),
        inside.where_cond(&outside, &outside),
        inside.reshape(&[16]).square(),
        inside.room(),
    ];
    for (i, result) in results.iter().enumerate() {
        assert!(result.workspace().is_some(), "result {i}");
    }
    let n = results.len();
    let before = pool.pooled_bytes();
    drop(results);
    assert!(pool.pooled_bytes() >= before + n * 64, "each gave back at least the smallest buffer");
    assert!((&outside + &outside).workspace().is_none());
}

#[test]
fn a_buffer_freed_on_another_thread_goes_home() {
    let pool = workspace();
    let x = numbers::<f32>(&[1000], 1).within(&pool);
    let results: Vec<Tensor> = (0..8).map(|_| x.exp()).collect();
    std::thread::scope(|s| {
        for result in results {
            s.spawn(move || drop(result));
        }
    });
    let eight = pool.pooled_bytes();
    assert!(eight >= 8 * 1000 * size_of::<f32>());
    let made_there = std::thread::scope(|s| s.spawn(|| x.exp()).join().expect("the thread returns"));
    assert_eq!(pool.pooled_bytes() * 8, eight * 7, "another thread draws from the same pool");
    drop(made_there);
    assert_eq!(pool.pooled_bytes(), eight);
}

#[test]
fn threads_that_share_a_buffer_let_go_of_it_safely() {
    let pool = workspace();
    let x = numbers::<f32>(&[100], 1).within(&pool);
    for _ in 0..200 {
        let y = x.exp();
        std::thread::scope(|s| {
            for _ in 0..2 {
                let y = y.clone();
                s.spawn(move || assert_eq!(y.len(), 100));
            }
            drop(y);
        });
    }
    assert!(pool.pooled_bytes() <= 2 * 128 * size_of::<f32>(), "the buffers were used again and again");
}

/// A round of mixed work, none of which is kept.
fn round(x: &Tensor, w: &Tensor) -> f32 {
    let hidden = x.linear(w, None).tanh();
    let probs = hidden.softmax(1);
    let mixed = &probs * &hidden.sum_axes(&[1], true) + &hidden.slice(&[0..1, 0..30]).expand(hidden.shape());
    Tensor::concat(&[&mixed, &probs], 0).permute(&[1, 0]).mean().item()
}

#[test]
fn the_pool_does_not_grow_in_steady_state() {
    let pool = workspace();
    let (x, w) = (numbers::<f32>(&[20, 7], 1).within(&pool), numbers::<f32>(&[30, 7], 2));
    let first = round(&x, &w);
    let settled = pool.pooled_bytes();
    for _ in 0..1000 {
        assert_eq!(round(&x, &w), first, "the contents of used buffers do not show");
    }
    assert_eq!(pool.pooled_bytes(), settled);
}

#[test]
fn a_tensor_outlives_its_workspace() {
    let y = {
        let pool = workspace();
        Tensor::from([1.0, 4.0]).within(&pool).sqrt()
    };
    assert_eq!(y.data(), [1.0, 2.0]);
    let z = &y + &y;
    drop(y);
    assert_eq!(z.workspace().expect("z keeps it").pooled_bytes(), 64, "y went home");
    assert_eq!(z.data(), [2.0, 4.0]);
}

#[test]
fn within_keeps_buffer_and_values() {
    let (pool, other) = (workspace(), workspace());
    let x = Tensor::from([1.0, 2.0]);
    let y = x.within(&pool);
    assert!(y.shares_buffer(&x) && x.workspace().is_none());
    let z = y.within(&other).exp();
    assert_eq!(pool.pooled_bytes(), 0);
    drop(z);
    assert!(other.pooled_bytes() > 0 && pool.pooled_bytes() == 0, "the last one named counts");
}

#[test]
#[cfg(feature = "threads")]
fn operations_use_the_threads_of_their_workspace() {
    let threads = Threads::new(2).expect("two threads");
    let pool = Workspace::<f32>::new(threads);
    assert_eq!(pool.threads().count(), 2);
    let (a, b) = (numbers::<f32>(&[200, 300], 1), numbers::<f32>(&[300, 150], 2));
    assert_eq!(a.within(&pool).matmul(&b), a.matmul(&b), "the same bits on two threads");
}

#[test]
fn debug_shows_what_waits_and_the_threads() {
    assert_eq!(format!("{:?}", workspace()), "Workspace { pooled_bytes: 0, threads: Threads { count: 1 } }");
}

#[test]
fn a_shared_buffer_is_copied_when_written_and_a_unique_one_is_not() {
    let pool = workspace();
    type Make = fn(&Workspace<f32>) -> Tensor;
    let ways: [Make; 3] = [
        |_| Tensor::from([1.0, 2.0]),
        |pool| Tensor::full_in(pool, &[2], 1.0),
        |pool| Tensor::from([1.0, 2.0]).within(pool),
    ];
    for make in ways {
        let mut x = make(&pool);
        assert!(x.is_unique());
        let place = x.data().as_ptr();
        x.data_mut()[0] = 5.0;
        assert_eq!(x.data().as_ptr(), place);

        let held = x.clone();
        assert!(!x.is_unique() && !held.is_unique() && x.shares_buffer(&held));
        x.data_mut()[1] = 7.0;
        assert_eq!((x.data()[0], x.data()[1]), (5.0, 7.0));
        assert_ne!(held.data()[1], 7.0);
        assert!(x.is_unique() && held.is_unique() && !x.shares_buffer(&held));

        let shaped = x.reshape(&[2, 1]);
        x.data_mut()[0] = -1.0;
        assert_eq!(shaped.data(), [5.0, 7.0], "a reshaped handle is a handle");
    }
}

#[test]
fn room_is_another_buffer_of_the_same_shape() {
    let x = numbers::<f32>(&[2, 3], 1);
    let y = x.room();
    assert_eq!(y.shape(), x.shape());
    assert!(!y.shares_buffer(&x));

    let pool = workspace();
    drop(Tensor::full_in(&pool, &[2, 3], 1.0));
    let recycled = x.within(&pool).room();
    assert_eq!(pool.pooled_bytes(), 0);
    if cfg!(debug_assertions) {
        assert!(recycled.data().iter().all(|v| v.is_nan()), "what is left unwritten shows");
    }
}

/// The size of the buffer that holds n values.
fn size_of_buffer(n: usize) -> usize {
    let pool = workspace();
    drop(Tensor::full_in(&pool, &[n], 0.0));
    pool.pooled_bytes() / size_of::<f32>()
}

#[test]
fn a_fifth_of_a_buffer_is_unused_at_most() {
    for n in (0..=16).map(|_| 16).chain(16..3000).chain([65_535, 65_536, 65_537, 1_000_003]) {
        let size = size_of_buffer(n);
        assert!(size >= n && (size - n) * 5 <= size, "{size} for {n}");
    }
    for n in 0..16 {
        assert_eq!(size_of_buffer(n), 16, "the smallest");
    }
    for power in 4..20 {
        assert_eq!(size_of_buffer(1 << power), 1 << power, "nothing is wasted on a power of two");
    }
}

proptest! {
    /// Buffers come and go in any order; nobody sees another's values.
    #[test]
    fn handles_never_see_each_other(steps in prop::collection::vec((0_usize..6, 0_usize..70), 1..60)) {
        let pool = workspace();
        let mut rng = Rng::seed(0);
        let mut live: Vec<(Tensor, Vec<f32>)> = Vec::new();
        for (action, n) in steps {
            let at = if live.is_empty() { 0 } else { rng.below(live.len() as u64) as usize };
            match action {
                0 | 1 => {
                    let v = rng.uniform() as f32;
                    live.push((Tensor::full_in(&pool, &[n], v), vec![v; n]));
                }
                2 if !live.is_empty() => drop(live.swap_remove(at)),
                3 if !live.is_empty() => {
                    let copy = live[at].clone();
                    live.push(copy);
                }
                4 if !live.is_empty() => {
                    let (x, values) = &mut live[at];
                    x.data_mut().iter_mut().zip(values).for_each(|(x, v)| (*x, *v) = (*x + 1.0, *v + 1.0));
                }
                5 if !live.is_empty() => {
                    let (x, values) = live.swap_remove(at);
                    live.push((x * 2.0, values.iter().map(|v| v * 2.0).collect()));
                }
                _ => {}
            }
            for (x, values) in &live {
                prop_assert_eq!(x.data(), &values[..]);
            }
        }
    }
}
