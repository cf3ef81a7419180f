//! The laws the crate's documentation states, on random schedules.

use crate::trees::{joined, oracle, pieces, rounding, total, whole};
use proptest::prelude::*;
use rappel_schedule::{Clock, Plan, Ratio, Schedule, empty, fraction, linear, steps};

fn bound(s: &Schedule) -> Plan {
    s.bind(&Clock::new()).expect("a valid schedule in steps")
}

proptest! {
    #[test]
    fn values_are_the_oracles(pieces in pieces()) {
        let plan = bound(&joined(&pieces));
        for step in 0..total(&pieces) + 3 {
            let (value, expected) = (plan.at_step(step), oracle(&pieces, step as i64));
            prop_assert!((value - expected).abs() <= rounding(&pieces), "step {}: {} {}", step, value, expected);
        }
    }

    #[test]
    fn then_is_associative(a in pieces(), b in pieces(), c in pieces()) {
        let (a, b, c) = (joined(&a), joined(&b), joined(&c));
        let (left, right) = (a.clone().then(b.clone()).then(c.clone()), a.then(b.then(c)));
        prop_assert_eq!(bound(&left), bound(&right));
        prop_assert_eq!(left, right);
    }

    #[test]
    fn empty_is_the_identity_of_then(a in pieces()) {
        let piece = a[0].schedule();
        prop_assert_eq!(empty().then(piece.clone()), piece.clone());
        prop_assert_eq!(piece.clone().then(empty()), piece);
        let a = joined(&a);
        prop_assert_eq!(empty().then(a.clone()), a.clone());
        prop_assert_eq!(a.clone().then(empty()), a);
    }

    #[test]
    fn the_right_piece_owns_the_boundary(a in pieces(), b in pieces()) {
        let a = whole(a);
        let (sa, sb) = (bound(&joined(&a)), bound(&joined(&b)));
        let n = total(&a);
        let both = bound(&joined(&a).then(joined(&b)));
        for step in 0..n {
            prop_assert_eq!(both.at_step(step), sa.at_step(step));
        }
        // At the boundary exactly; later, seams that are not whole are rounded elsewhere.
        prop_assert_eq!(both.at_step(n), sb.at_step(0));
        let tolerance = rounding(&[a, b.clone()].concat());
        for step in 0..total(&b) + 2 {
            prop_assert!((both.at_step(n + step) - sb.at_step(step)).abs() <= tolerance);
        }
    }

    #[test]
    fn values_stay_inside_the_written_ones(pieces in pieces(), t in -10.0..400.0_f64) {
        let low = pieces.iter().map(|p| p.range().0).fold(f64::INFINITY, f64::min);
        let high = pieces.iter().map(|p| p.range().1).fold(f64::NEG_INFINITY, f64::max);
        let plan = bound(&joined(&pieces));
        for t in (0..total(&pieces) + 2).map(|k| k as f64).chain([t]) {
            prop_assert!((low..=high).contains(&plan.at(t)), "{} at {}", plan.at(t), t);
        }
    }

    #[test]
    fn the_end_value_holds(pieces in pieces(), later in 0..10_000_u64) {
        let plan = bound(&joined(&pieces));
        let end = pieces.last().expect("not empty").to;
        prop_assert_eq!(plan.end(), end);
        prop_assert_eq!(plan.steps(), Some(total(&pieces)));
        for step in [0, 1, later, u64::MAX - total(&pieces)].map(|k| total(&pieces) + k) {
            prop_assert_eq!(plan.at_step(step), end);
        }
    }

    #[test]
    fn resumed_equals_straight_through(pieces in pieces(), from in 0..200_u64) {
        let plan = bound(&joined(&pieces));
        let mut straight = vec![0.0; 300];
        plan.fill(&mut straight, 0);
        let mut resumed = vec![0.0; 300 - from as usize];
        bound(&joined(&pieces)).fill(&mut resumed, from);
        prop_assert_eq!(&straight[from as usize..], &resumed[..]);
        let one_by_one: Vec<f64> = (0..300).rev().map(|k| plan.at_step(k)).collect();
        prop_assert!(straight.iter().rev().eq(&one_by_one));
    }

    #[test]
    fn inclusive_is_the_last_pieces(a in pieces(), b in pieces()) {
        let (a, b) = (joined(&a), joined(&b));
        let both = a.clone().then(b.clone()).inclusive();
        prop_assert_eq!(&both, &a.then(b.inclusive()));
        prop_assert_eq!(both.clone().inclusive(), both);
    }

    #[test]
    fn a_plan_written_back_has_its_values(pieces in pieces()) {
        let run = Ratio::from(total(&pieces) + 7);
        let plan = joined(&pieces).then(linear(1.0, 0.5, rappel_schedule::rest())).over(steps(run)).expect("room");
        let back = bound(&Schedule::from(plan.clone()));
        for step in 0..total(&pieces) + 10 {
            prop_assert_eq!(back.at_step(step).to_bits(), plan.at_step(step).to_bits());
        }
    }
}

#[test]
fn seven_sevenths_end_at_the_whole() {
    for n in 1..200_i64 {
        let seventh = |v: f64| linear(v, v, steps(Ratio::new(n, 7)));
        let s = (1..7).fold(seventh(0.0), |s, i| s.then(seventh(f64::from(i)))).then(9.0);
        let plan = bound(&s);
        assert_eq!(plan.at_step(n as u64 - 1), 6.0_f64.min(((n - 1) * 7 / n) as f64), "the last step of {n}");
        assert_eq!(plan.at_step(n as u64), 9.0, "step {n}");
        assert_eq!(plan.at((n as f64).next_down()), 6.0, "just before {n}");
    }
}

#[test]
fn a_last_seventh_reaches_its_end_value_at_the_whole() {
    for n in 1..200_i64 {
        let seventh = |from: f64, to: f64| linear(from, to, steps(Ratio::new(n, 7)));
        let s = (0..6).fold(empty(), |s, _| s.then(seventh(1.0, 1.0))).then(seventh(1.0, 0.0));
        assert_eq!(bound(&s).at_step(n as u64), 0.0, "step {n}");
    }
}

#[test]
fn thirds_of_a_hundred_begin_at_34_67_and_100() {
    let third = |v: f64| linear(v, v, fraction(Ratio::new(1, 3)));
    let plan = third(1.0).then(third(2.0)).then(third(3.0)).then(4.0).over(100).expect("valid");
    let changes: Vec<u64> = (1..200).filter(|k| plan.at_step(*k) != plan.at_step(k - 1)).collect();
    assert_eq!(changes, [34, 67, 100]);
}
