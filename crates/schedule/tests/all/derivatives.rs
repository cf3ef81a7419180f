//! The derivative in every knob, lengths included, against a 5-point difference.

use crate::trees::{Kind, Piece};
use proptest::prelude::*;
use rappel_elem::Dual;
use rappel_schedule::{Clock, Plan, Ratio, cosine, empty, linear, rest, steps, warmup};

/// The plan with knob `i` moved by `h`.
fn moved(plan: &Plan, i: usize, h: f64) -> Plan {
    let mut knob = 0..;
    plan.lift(|v| if knob.next() == Some(i) { v + h } else { v })
}

/// The values of the knobs.
fn knobs(plan: &Plan) -> Vec<f64> {
    let mut knobs = Vec::new();
    plan.lift(|v| {
        knobs.push(v);
        v
    });
    knobs
}

fn check(plan: &Plan, t: f64) -> Result<(), TestCaseError> {
    for (i, value) in knobs(plan).into_iter().enumerate() {
        let mut knob = 0..;
        let dual = plan.lift(|v| Dual { v, d: if knob.next() == Some(i) { 1.0 } else { 0.0 } });
        let y = dual.at(Dual::constant(t));
        prop_assert_eq!(y.v.to_bits(), plan.at(t).to_bits(), "the dual's value is the plan's");
        let h = 1e-3 * value.abs().max(1e-3);
        let f = |k: f64| moved(plan, i, k * h).at(t);
        let difference = (8.0 * (f(1.0) - f(-1.0)) - (f(2.0) - f(-2.0))) / (12.0 * h);
        prop_assert!((y.d - difference).abs() <= 1e-8, "knob {}: {} {}", i, y.d, difference);
    }
    Ok(())
}

/// Long enough that a knob's difference leaves `t` in its piece.
fn long_piece() -> impl Strategy<Value = Piece> {
    let kind = prop_oneof![Just(Kind::Linear), Just(Kind::Cosine), Just(Kind::Warmup)];
    (kind, -2.0..2.0, -2.0..2.0, 24..120_i64, 1..=2_i64, any::<bool>())
        .prop_map(|(kind, from, to, num, den, inclusive)| Piece { kind, from, to, num, den, inclusive })
}

proptest! {
    #[test]
    fn in_every_knob(pieces in prop::collection::vec(long_piece(), 1..6), at in 0..6_usize, way in 0.1..0.85_f64) {
        let plan = crate::trees::joined(&pieces).bind(&Clock::new()).expect("valid");
        let at = at % pieces.len();
        let length = |p: &Piece| p.num as f64 / p.den as f64;
        let begin: f64 = pieces[..at].iter().map(length).sum();
        check(&plan, begin + way * length(&pieces[at]))?;
    }

    #[test]
    fn where_the_rest_gives_way(n in 20..50_i64, way in 0.1..0.85_f64) {
        // Making the warm-up longer makes the cosine shorter and leaves the last piece where it is.
        let s = warmup(1.0, steps(Ratio::from(n))).then(cosine(1.0, 0.3, rest())).then(linear(0.2, 0.1, 40));
        let plan = s.over(200).expect("valid");
        for t in [way * n as f64, n as f64 + way * (160 - n) as f64, 160.0 + way * 40.0] {
            check(&plan, t)?;
        }
        prop_assert_eq!(knobs(&plan).len(), 2 + 2 + 3, "the rest is no knob");
        prop_assert_eq!(moved(&plan, 1, 5.0).length(), Some(200.0));
    }
}

#[test]
fn a_number_that_does_not_change_keeps_every_boundary() {
    for n in 1..200_i64 {
        let seventh = |v: f64| linear(v, v, steps(Ratio::new(n, 7)));
        let s = (0..7).fold(empty(), |s, i| s.then(seventh(f64::from(i)))).then(9.0);
        let plan = s.bind(&Clock::new()).expect("valid").lift(Dual::variable);
        assert_eq!(plan.at(Dual::constant(n as f64)).v, 9.0, "step {n}");
        assert_eq!(plan.at(Dual::constant((n as f64).next_down())).v, 6.0, "before step {n}");
    }
}

#[test]
fn in_time() {
    let plan = cosine(1.0, 0.0, 100).then(linear(0.0, 5.0, 10)).bind(&Clock::new()).expect("valid");
    let plan = plan.lift(Dual::constant);
    let slope = |t: f64| plan.at(Dual::variable(t)).d;
    assert_eq!(slope(0.0), 0.0);
    assert!((slope(50.0) + std::f64::consts::PI / 200.0).abs() < 1e-15);
    assert_eq!(slope(100.0), 0.5, "the right piece's");
    assert_eq!(slope(110.0), 0.0);
}
