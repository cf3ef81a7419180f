//! What reading a plan asks the allocator for: nothing.

use rappel_schedule::{Clock, Schedule, cosine, exponential_decay, forever, hold, linear, noise, times, user, warmup};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Passes everything on to the system's allocator and counts what this thread asks for.
struct Counting;

thread_local! {
    static CALLS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call is passed on unchanged to `System`, which keeps the contract; counting touches a thread-local without a
// destructor, initialised while compiling, and so never allocates.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.set(CALLS.get() + 1);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn counted(f: impl FnOnce()) -> u64 {
    let before = CALLS.get();
    f();
    CALLS.get() - before
}

/// Between them every kind of node.
fn schedules() -> Vec<Schedule> {
    let main = warmup(1.0, 50).then(cosine(1.0, 0.1, 600)).then(linear(0.1, 0.0, 350));
    let wave = cosine(0.1, 0.0, 100).repeat(forever()).clamp(0.0, 0.05);
    vec![
        main.clone() * hold(1.0, 500).then(0.5) + wave.clone(),
        main.clone().max(wave),
        main.clone().take(700).skip(3).stretch(2).hold_every(7),
        linear(0.0, 1.0, 10).splice(exponential_decay(1.0, 0.5, 90)).min(0.7),
        cosine(main.clone(), 0.0, 300).repeat(times(5).grow(2).decay(0.5)),
        main.repeat(3).reverse() * noise(0.1, 7, 3),
        user("ramp", [2.0, 3.0], 400).then(0.5),
    ]
}

#[test]
fn evaluating_and_filling_allocate_nothing() {
    let registry = rappel_schedule::Registry::new().function("ramp", |z, v| v[0] + z * v[1]);
    let mut run = vec![0.0; 5000];
    for s in schedules() {
        let plan = s.bind_with(&Clock::new(), &registry).expect("valid");
        let steps = || (0..3000).map(|k| plan.at_step(k)).sum::<f64>();
        assert_eq!(counted(|| assert!(steps().is_finite())), 0, "{s}");
        assert_eq!(counted(|| plan.fill(&mut run, 3)), 0, "{s}");
    }
    let plan = schedules()[4].bind(&Clock::new()).expect("valid");
    assert!(counted(|| drop(plan.boundaries(1000))) > 0, "what is counted is counted");
}
