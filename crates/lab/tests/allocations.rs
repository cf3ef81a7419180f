//! What the gauge allocates, counted by the allocator.
//!
//! One test, so that nothing else in this program allocates meanwhile.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use rappel_lab::autodiff::{Gradients, Param, Tensor};
use rappel_lab::gauge::{Gauge, GaugeLog};
use rappel_lab::optim::{Adam, Sgd, Stepper};

struct Counting;

static CALLS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on to the system's allocator as it came; counting does not touch memory that is handed out.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Ordering::Relaxed);
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

/// Calls of the allocator while `f` runs.
fn counted(f: impl FnOnce()) -> usize {
    let before = CALLS.load(Ordering::Relaxed);
    f();
    CALLS.load(Ordering::Relaxed) - before
}

#[test]
fn a_step_allocates_nothing_once_two_were_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = GaugeLog::create(folder.path().join("run.jsonl")).unwrap();
    let sizes = [17, 100_000, 3, 5_000];
    let mut net: Vec<Param> = sizes.iter().map(|n| Param::new(Tensor::ones(&[*n]))).collect();
    let gradients = Gradients::from_fn(&net, |_, p| p.value.clone());
    let gauges = || {
        let layers = Gauge::new().by_layer();
        [("sample", Gauge::new()), ("all", Gauge::exact()), ("layers", layers)]
    };
    let rules: [Box<dyn Stepper>; 2] = [Box::new(Sgd::new(1e-3)), Box::new(Adam::new(1e-3))];
    for rule in rules {
        for (name, mut gauge) in gauges() {
            let mut rule = rule.clone();
            let mut step = |net: &mut Vec<Param>| {
                let reading = gauge.step(&mut *rule, net, 0.5, &gradients).unwrap();
                reading.map_or(0.0, |r| r.all.update)
            };
            let first = counted(|| assert_eq!(step(&mut net), 0.0));
            assert!(first > 0, "the sample is somewhere");
            step(&mut net);
            step(&mut net);
            assert_eq!(counted(|| assert!(step(&mut net) > 0.0)), 0, "{name} of {}", rule.name());
        }
    }

    let batches = [(0.5, gradients.clone()), (0.6, gradients.clone()), (0.7, gradients.clone())];
    let mut gauge = Gauge::new();
    let mut step = |gauge: &mut Gauge| {
        gauge.before_batches(&net, &batches).unwrap();
        if let Some(reading) = gauge.after(0.1) {
            log.write(reading).unwrap();
        }
    };
    (0..3).for_each(|_| step(&mut gauge));
    assert_eq!(counted(|| step(&mut gauge)), 0, "micro-batches, and a log that has room");
}
