//! What a training step asks the allocator for, once it has run a few times.
//!
//! Measured for the net of the README, 784-128-10 with batches of 64, on one thread (`cargo test -p rappel --test allocations --
//! --nocapture` prints it): 20 allocations a step. 19 of them are made by the gemm crate inside the five matrix products, which pack
//! their operands; how many there are depends on the processor's instruction set. The one left is the list of gradients.
//! Values, gradients, the optimizer's state, batches and the tape's own lists come out of memory that is used again.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use rappel::prelude::*;
use rappel::tensor::Workspace;

/// Passes everything on to the system's allocator and counts what this thread asks for.
struct Counting;

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Count {
    calls: u64,
    bytes: u64,
}

thread_local! {
    static COUNT: Cell<Count> = const { Cell::new(Count { calls: 0, bytes: 0 }) };
}

fn note(bytes: usize) {
    let Count { calls, bytes: sum } = COUNT.get();
    COUNT.set(Count { calls: calls + 1, bytes: sum + bytes as u64 });
}

// SAFETY: every call is passed on unchanged to `System`, which keeps the contract; counting touches a thread-local without a
// destructor, initialised while compiling, and so never allocates.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(size);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The average of what `f` allocates in later calls, which must not vary.
fn per_call(name: &str, mut f: impl FnMut()) -> Count {
    const CALLS: u64 = 20;
    for _ in 0..10 {
        f();
    }
    let mut counts = [Count::default(); CALLS as usize];
    for count in &mut counts {
        let before = COUNT.get();
        f();
        let after = COUNT.get();
        *count = Count { calls: after.calls - before.calls, bytes: after.bytes - before.bytes };
    }
    assert!(counts.iter().all(|count| *count == counts[0]), "{name}: not steady: {counts:?}");
    #[expect(clippy::print_stdout, reason = "the figures are what the test is for")]
    {
        println!("{name}: {} allocations, {} bytes", counts[0].calls, counts[0].bytes);
    }
    counts[0]
}

#[derive(Module)]
struct Net {
    fc1: Linear,
    fc2: Linear,
}

impl Layer for Net {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        self.fc2.forward(self.fc1.forward(x).relu())
    }
}

fn net(rng: &mut Rng) -> Net {
    Net { fc1: Linear::new(784, 128, rng), fc2: Linear::new(128, 10, rng) }
}

fn data() -> Dataset {
    let pixels = Tensor::from_fn(&[6400, 784], |i| (i % 251) as u8);
    Dataset::from_pixels(pixels, Tensor::from_fn(&[6400], |i| (i % 10) as u32), 10).unwrap()
}

/// One step, with what the optimizer does or does not do.
fn step(tape: &mut Tape, net: &mut Net, batch: &Batch, optimize: impl FnOnce(&mut Net, &Gradients)) {
    tape.reset();
    let loss = net.forward(tape.input(&batch.x)).cross_entropy(&batch.y);
    optimize(net, &loss.backward());
}

/// What the matrix products of a step allocate by themselves: two forward, three backward.
fn products() -> Count {
    let workspace = Workspace::<f32>::new(Threads::serial());
    let tensor = |shape: &[usize]| Tensor::<f32>::ones(shape).within(&workspace);
    let (x, w1, b1) = (tensor(&[64, 784]), tensor(&[128, 784]), tensor(&[128]));
    let (h, w2, b2, g) = (tensor(&[64, 128]), tensor(&[10, 128]), tensor(&[10]), tensor(&[64, 10]));
    per_call("the five products alone", || {
        x.linear(&w1, Some(&b1));
        h.linear(&w2, Some(&b2));
        g.matmul_with(&h, true, false);
        let h = g.matmul_with(&w2, false, false);
        h.matmul_with(&x, true, false);
    })
}

#[test]
fn a_steady_step_allocates_the_list_of_gradients_and_what_the_products_pack() {
    let (mut net, data, mut tape) = (net(&mut Rng::seed(1)), data(), Tape::training(1));
    let batch = data.batches(64).next().unwrap();
    let products = products();
    let one_more = |count: Count| count.calls - products.calls;

    let evaluation = per_call("an evaluation", || {
        tape.rewind();
        net.forward(tape.input(&batch.x)).cross_entropy(&batch.y);
    });
    assert!(evaluation.calls <= products.calls, "{evaluation:?}");

    let backward = per_call("forward and backward", || step(&mut tape, &mut net, &batch, |_, _| {}));
    assert_eq!(one_more(backward), 1, "{backward:?}");

    let mut sgd = Sgd::new(0.1).momentum(0.9);
    let count = per_call("a step with Sgd", || {
        step(&mut tape, &mut net, &batch, |net, g| {
            sgd.step(net, g).unwrap();
        })
    });
    assert_eq!(one_more(count), 1, "{count:?}");

    let mut adam = Adam::new(warmup(1e-3, 15).then(cosine(1e-3, 0.0, 40)));
    let count = per_call("a step with Adam", || {
        step(&mut tape, &mut net, &batch, |net, g| {
            adam.step(net, g).unwrap();
        })
    });
    assert_eq!(one_more(count), 1, "{count:?}");

    let mut batches = data.batches(64);
    let count = per_call("a step with Adam and a new batch", || {
        let batch = batches.next().unwrap();
        step(&mut tape, &mut net, &batch, |net, g| {
            adam.step(net, g).unwrap();
        });
    });
    assert_eq!(one_more(count), 1, "{count:?}");
}
