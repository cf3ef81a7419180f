//! Sequences of operations from a fixed generator: a process of its own, as panics are watched.

use rappel_autodiff::Rng;
use rappel_fuzz::{Panics, operations};

/// As many sequences as `RAPPEL_FUZZ` says, 4,000 without it.
#[test]
fn operations_work_or_refuse_at_the_line_that_called_them() {
    let panics = Panics::watch();
    let sequences =
        std::env::var("RAPPEL_FUZZ").map_or(4_000, |n| n.parse().expect("RAPPEL_FUZZ is a number of sequences"));
    let mut findings: Vec<String> = (0..sequences)
        .filter_map(|seed| {
            let mut rng = Rng::seed(seed);
            let bytes: Vec<u8> = (0..40 + rng.below(260)).map(|_| rng.below(256) as u8).collect();
            operations(&bytes, &panics).err().map(|finding| format!("seed {seed}: {finding}"))
        })
        .collect();
    drop(panics);
    // The shortest first: they say most.
    findings.sort_by_key(String::len);
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings[..findings.len().min(20)].join("\n"));
}
