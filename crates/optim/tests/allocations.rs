//! What a step allocates, counted by the allocator.
//!
//! One test, so that nothing else in this program allocates meanwhile.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use rappel_autodiff::{Gradients, Module, Param, Tape};
use rappel_optim::{Adam, AnyOptimizer, EntryKind, Optimizer, Sgd, catalogue, cosine, linked, plateau, warmup};
use rappel_tensor::{Tensor, Threads};

struct Counting;

static CALLS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on to the system's allocator as it came; counting does not touch memory that is handed out.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promises are the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Calls of the allocator and bytes asked for while `f` runs.
fn counted(f: impl FnOnce()) -> (usize, usize) {
    let before = (CALLS.load(Ordering::Relaxed), BYTES.load(Ordering::Relaxed));
    f();
    (CALLS.load(Ordering::Relaxed) - before.0, BYTES.load(Ordering::Relaxed) - before.1)
}

fn gradients(tape: &Tape, net: &[Param]) -> Gradients {
    let sums = net.iter().filter(|p| p.trainable).map(|p| tape.param(p).sum());
    sums.reduce(|a, b| a + b).unwrap().backward()
}

/// Calls and bytes of the first step and of a later one.
fn steps<R>(mut optimizer: Optimizer<R>, net: &mut (impl Module + ?Sized), g: &Gradients) -> [(usize, usize); 2] {
    let first = counted(|| {
        optimizer.step(net, g).unwrap();
    });
    optimizer.step(net, g).unwrap();
    [
        first,
        counted(|| {
            optimizer.step(net, g).unwrap();
        }),
    ]
}

fn params(lengths: &[usize]) -> Vec<Param> {
    lengths.iter().map(|n| Param::new(Tensor::zeros(&[*n]))).collect()
}

/// Rules that find a basis now and then, which takes memory of its own.
const BASES: [&str; 1] = ["soap"];

/// What may be around a rule: adapters, and more combinations of groups than a few.
const AROUND: [&str; 6] = [
    "adam(lr=0.1) | clip_norm(0.1)",
    "adam(lr=0.1) | ema(0.9)",
    "adam(lr=0.1) | cautious()",
    "lamb(lr=0.1) | clip_norm(0.1) | cautious() | ema(0.9) | group(\"1*\", lr=0.01)",
    "muon(lr=0.1) | clip_norm(0.1) | ema(0.9)",
    "adam(lr=0.1) | group(\"*1*\", lr=0.01) | scale(\"*2*\", lr=0.5) | scale(\"*3*\", lr=0.5) | scale(\"*4*\", lr=0.5)",
];

/// Calls of the allocator by the products of Newton and Schulz's iteration, as often as Muon makes it: the gemm crate packs operands into
/// memory of its own.
fn products(tape: &mut Tape, net: &[Param]) -> usize {
    tape.rewind();
    let tape = &*tape;
    counted(|| {
        for p in net.iter().filter(|p| p.value.rank() == 2) {
            let (x, tall) = (tape.input(&p.value), p.value.shape()[0] > p.value.shape()[1]);
            let x = if tall { x.transpose() } else { x };
            for _ in 0..5 {
                let gram = x.matmul(x.transpose());
                gram.matmul(gram);
                gram.matmul(x);
            }
        }
    })
    .0
}

/// Calls of the allocator in a step of an optimizer that has made some.
fn later(text: &str, g: &Gradients, net: &mut Vec<Param>) -> usize {
    let mut optimizer: AnyOptimizer = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
    for _ in 0..4 {
        optimizer.step(net, g).unwrap_or_else(|e| panic!("{text}: {e}"));
    }
    counted(|| {
        optimizer.step(net, g).unwrap();
    })
    .0
}

#[test]
fn a_step_allocates_state_once_and_then_nothing() {
    const LARGE: usize = 100_000;
    // The bytes of one slot of state, beside which those of the bound schedules are few.
    let slot = 4 * LARGE;
    let mut tape = Tape::new();
    let threads = Threads::new(if cfg!(feature = "threads") { 2 } else { 1 }).unwrap();
    // All of them have begun: what a thread allocates when it starts is no step's.
    let begun = Barrier::new(threads.count());
    threads.run(threads.count(), &|_| {
        begun.wait();
    });
    tape.set_threads(&threads);
    let schedule = || warmup(0.1, 5).then(cosine(0.1, 0.0, 95));

    let mut small = params(&[17; 300]);
    let g = gradients(&tape, &small);
    assert_eq!(steps(Sgd::new(schedule()), &mut small, &g)[1], (0, 0), "SGD");
    assert_eq!(steps(Sgd::new(schedule()).momentum(0.9), &mut small, &g)[1], (0, 0), "momentum");
    assert_eq!(steps(Adam::new(schedule()), &mut small, &g)[1], (0, 0), "Adam");
    let following = Sgd::new(schedule() * plateau()).momentum(0.9 - linked("lr"));
    assert_eq!(steps(following, &mut small, &g)[1], (0, 0), "what follows another, and a metric");
    small.reverse();
    assert_eq!(steps(Adam::new(schedule()), &mut small, &g)[1], (0, 0), "another order");

    tape.reset();
    let mut mixed: Vec<Param> =
        (0..60).map(|k| Param::new(Tensor::full(&[[7, 5], [5, 7], [1, 9]][k % 3], 0.5))).collect();
    mixed.extend(params(&[17; 60]));
    let g = gradients(&tape, &mixed);
    let rules = catalogue().into_iter().filter(|entry| entry.kind == EntryKind::Rule && !BASES.contains(&entry.name));
    let texts = rules.map(|entry| format!("{}(lr=0.01)", entry.name)).chain(AROUND.map(String::from));
    let mut scratch = Tape::new();
    let of_products = (0..3).map(|_| products(&mut scratch, &mixed)).last().expect("three");
    let allowed = |text: &str| if text.starts_with("muon") { of_products } else { 0 };
    let calls = texts.map(|text| (later(&text, &g, &mut mixed), text));
    let more: Vec<_> = calls.filter(|(calls, text)| *calls != allowed(text)).collect();
    assert!(more.is_empty(), "{more:?}");

    tape.reset();
    let mut large = params(&[LARGE]);
    let g = gradients(&tape, &large);
    let [first, later] = steps(Adam::new(0.1), &mut large, &g);
    assert!((8 * LARGE..9 * LARGE).contains(&first.1), "two slots of f32, and little else: {} bytes", first.1);
    assert_eq!(later, (0, 0), "on two threads");
    let [first, later] = steps(Sgd::new(0.1), &mut large, &g);
    assert!(first.1 < slot / 10, "no state: {} bytes", first.1);
    assert_eq!(later, (0, 0));

    tape.reset();
    let mut mixed = params(&[10, LARGE]);
    mixed[1].trainable = false;
    let g = gradients(&tape, &mixed);
    let [first, _] = steps(Adam::new(0.1), &mut mixed, &g);
    assert!(first.1 < slot / 10, "no state for what is frozen: {} bytes", first.1);

    // A tied pair is written into the pool's other buffer; a value somebody holds, too.
    tape.reset();
    let one = params(&[LARGE]).remove(0);
    let mut tied = vec![one.tie(), one.tie()];
    drop(one);
    let g = gradients(&tape, &tied);
    assert_eq!(steps(Adam::new(0.1), tied.as_mut_slice(), &g)[1], (0, 0), "tied");
    let mut held = Vec::with_capacity(4);
    let mut adam = Adam::new(0.1);
    let mut bytes = [0; 4];
    for bytes in &mut bytes {
        held.push(tied[0].value.clone());
        *bytes = counted(|| {
            adam.step(&mut tied, &g).unwrap();
        })
        .1;
        held.rotate_left(1);
        held.truncate(1);
    }
    assert_eq!(bytes[3], 0, "a snapshot that is let go of makes room for the next: {bytes:?}");
}
