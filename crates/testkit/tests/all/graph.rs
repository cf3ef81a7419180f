//! Random graphs.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rappel_autodiff::Tape;
use rappel_testkit::programs;

#[test]
fn graphs_differ_reuse_values_and_stay_moderate() {
    let (mut runner, strategy) = (TestRunner::deterministic(), programs(5..31));
    let mut sizes = Vec::new();
    for _ in 0..50 {
        let program = strategy.new_tree(&mut runner).unwrap().current();
        let tape = Tape::<f64>::default();
        let leaves: Vec<_> = program.leaves().iter().map(|x| tape.var(x)).collect();
        let y = program.run(&leaves).value();
        assert!(y.data().iter().all(|v| v.abs() < 1e3), "{program:?} gives {y:?}");
        sizes.push(tape.len());
    }
    sizes.sort_unstable();
    sizes.dedup();
    assert!(sizes.len() > 20 && *sizes.last().unwrap() > 60, "{sizes:?}");
}
