//! The op table covers what it has to.

use std::collections::BTreeSet;

use rappel_testkit::{Case, FAMILIES, table};

#[test]
fn names_are_unique() {
    let all = table();
    let names: BTreeSet<_> = all.iter().map(|row| row.name()).collect();
    assert_eq!(names.len(), all.len());
}

/// Every row meets axes of size 0 and true axes of size 1.
#[test]
fn every_row_meets_empty_and_single_axes() {
    for row in table() {
        let cases = row.samples(400);
        let some = |size: usize| cases.iter().any(|case| case.inputs().iter().any(|x| x.shape().contains(&size)));
        assert!(some(1), "{}: no axis of size 1", row.name());
        assert!(some(0) || matches!(row.name(), "max" | "min"), "{}: no axis of size 0", row.name());
    }
}

/// What takes any shape meets all ranks, and pairs that broadcast either way, both ways, and not at all.
#[test]
fn elementwise_rows_meet_every_rank_and_broadcast() {
    let any_shape = ["activation", "arithmetic", "elementwise", "random", "selection"];
    for row in FAMILIES.iter().filter(|f| any_shape.contains(&f.0)).flat_map(|f| f.1()) {
        // They cut an axis in halves.
        if ["glu", "swiglu"].contains(&row.name()) {
            continue;
        }
        let cases = row.samples(400);
        let ranks: BTreeSet<usize> = cases.iter().flat_map(|case| case.inputs()).map(|x| x.rank()).collect();
        assert_eq!(ranks, (0..6).collect(), "{}", row.name());
        if cases.iter().all(|case| case.inputs().len() == 2) {
            let wide = |case: &Case, i: usize| case.reference().shape() == case.inputs()[i].shape();
            let met: BTreeSet<_> = cases.iter().map(|case| (wide(case, 0), wide(case, 1))).collect();
            assert_eq!(met.len(), 4, "{}: {met:?}", row.name());
        }
    }
}

/// Indices repeat: only then does the gradient of a gather accumulate.
#[test]
fn gathers_repeat_indices() {
    let gather = table().into_iter().find(|row| row.name() == "gather").expect("a row");
    let longer = |case: &Case| {
        let (x, y) = (&case.inputs()[0], case.reference());
        (0..x.rank()).any(|k| y.shape()[k] > x.shape()[k])
    };
    assert!(gather.samples(400).iter().filter(|case| longer(case)).count() > 20);
}
