//! The derivative in every knob, lengths included, against a 5-point difference.

use crate::trees::{Kind, Piece};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use rappel_elem::Dual;
use rappel_schedule::{
    After, Clock, Plan, Ratio, Registry, Schedule, ScheduleError, constant, cosine, empty, here, hold, linear, noise,
    rest, steps, there, user, warmup,
};
use std::cell::Cell;

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
        // A length also moves what follows it, which may be much shorter.
        let h = 1e-3 * if plan.knobs()[i].is_length() { 10.0 } else { value.abs().max(1e-3) };
        let f = |k: f64| moved(plan, i, k * h).at(t);
        let difference = (8.0 * (f(1.0) - f(-1.0)) - (f(2.0) - f(-2.0))) / (12.0 * h);
        prop_assert!((y.d - difference).abs() <= 1e-8, "knob {}: {} {}", i, y.d, difference);
        prop_assert_eq!(plan.derivative(i, t), Ok(y.d));
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

/// The value with knob `i` moved by `h`; `None` if that would be no schedule.
fn value(plan: &Plan, i: usize, t: f64, h: f64) -> Option<f64> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| moved(plan, i, h).at(t))).ok()
}

/// With no two values equal, so that neither side of a `min` is both; seeds and lengths stay. `None` if that is no schedule.
fn apart(plan: &Plan) -> Option<Plan> {
    let mut number = 0.0_f64;
    let lifted = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        plan.lift(|v: f64| {
            number += 0.618_033_988_749_895;
            if v.abs() <= 2.0 { v + 1e-3 * number.fract() } else { v }
        })
    }));
    lifted.ok()
}

/// Five points, `h` apart, around knob `i`; `None` if it can only be moved to one side.
fn five_points(plan: &Plan, i: usize, t: f64, h: f64) -> Option<f64> {
    let f = |k: f64| value(plan, i, t, k * h);
    Some((8.0 * (f(1.0)? - f(-1.0)?) - (f(2.0)? - f(-2.0)?)) / (12.0 * h))
}

/// Of every shape and combinator. Where differences of different widths differ, or those to either side, there is a kink. How
/// many slopes were compared.
fn as_differences(tree: &Schedule, t: f64) -> Result<u32, TestCaseError> {
    let mut compared = 0;
    let Some(plan) = apart(&tree.bind(&Clock::new()).expect("bound before")) else { return Ok(0) };
    for (i, knob) in plan.knobs().into_iter().enumerate() {
        let slope = plan.derivative(i, t);
        if slope.as_ref().is_err_and(|error| error.to_string().contains("a seed")) {
            continue;
        }
        let h = 1e-4 * knob.value().abs().max(1e-2);
        let (Some(wide), Some(close)) = (five_points(&plan, i, t, h), five_points(&plan, i, t, h / 2.0)) else {
            continue;
        };
        let (Some(less), Some(more)) = (value(&plan, i, t, -h), value(&plan, i, t, h)) else { continue };
        let rounding = 1e-14 * plan.at(t).abs().max(1.0) / h;
        let bend = (less + more - 2.0 * plan.at(t)).abs() / h;
        if (wide - close).abs() > 1e-9 + rounding || bend > 0.1 * close.abs() + rounding {
            continue;
        }
        let near = 1e-8 * close.abs().max(1.0) + rounding;
        let side = |h: f64| {
            let far = value(&plan, i, t, 2.0 * h)?;
            Some((4.0 * value(&plan, i, t, h)? - 3.0 * plan.at(t) - far) / (2.0 * h))
        };
        let (Some(left), Some(right)) = (side(-h), side(h)) else { continue };
        if (left - right).abs() > 10.0 * near {
            continue;
        }
        match slope {
            Ok(slope) => {
                compared += 1;
                prop_assert!((slope - close).abs() <= near, "{}: knob {} at {}: {} {}", tree, i, t, slope, close);
            }
            // A jump that is multiplied by 0, or clamped; or in a knob that moves, at an end that does not depend on it.
            Err(error) => {
                let text = format!("{tree:?} {tree}");
                let hides = [" * ", ".min(", ".max(", ".clamp(", "Moving("].iter().any(|word| text.contains(word));
                prop_assert!(hides && error.to_string().contains("moves with it"), "{}: {}", tree, error);
            }
        }
    }
    Ok(compared)
}

/// On whole steps, where seams are: a derivative there is that of a piece, from the right. How many jumps there were.
fn right_or_none(tree: &Schedule, k: u64) -> Result<u32, TestCaseError> {
    let mut compared = 0;
    let plan = tree.bind(&Clock::new()).expect("bound before");
    let t = k as f64;
    for (i, knob) in plan.knobs().into_iter().enumerate() {
        let slope = plan.derivative(i, t);
        if !knob.is_length() {
            continue;
        }
        let h = 1e-6;
        let values = [-h, h].map(|h| value(&plan, i, t, h));
        let [Some(less), Some(more)] = values else { continue };
        // A jump of a tenth of the value as the length passes its own: then none may be claimed.
        let here = plan.at(t);
        let apart = |a: f64, b: f64| (a - b).abs() > 0.1 * a.abs().max(b.abs()).max(1e-3);
        // A slope without bound is no jump: of a nearer length the value is nearer.
        let jumps = |v: f64, h: f64| {
            let nearer = value(&plan, i, t, h * 1e-4).map_or(0.0, |nearer| (nearer - here).abs());
            apart(v, here) && nearer > 0.9 * (v - here).abs()
        };
        // A seam that stays at the time while the length changes is on either side of it, by the rounding of its place.
        let stays = |h: f64| match [t - 1e-9, t + 1e-9].map(|t| value(&plan, i, t, h)) {
            [Some(before), Some(after)] => apart(before, after),
            _ => true,
        };
        if stays(-h) || stays(h) {
            continue;
        }
        if jumps(less, -h) || jumps(more, h) {
            compared += 1;
            let steep = slope.as_ref().is_ok_and(|slope| (slope * h).abs() > 0.01 * here.abs().max(1e-3));
            prop_assert!(
                slope.is_err() || steep,
                "{}: knob {} at {}: {:?}: {} {} {}",
                tree,
                i,
                t,
                slope,
                less,
                here,
                more
            );
        }
    }
    Ok(compared)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn of_random_trees(tree in crate::random::tree(), t in 0.0..150.0_f64) {
        as_differences(&tree, t)?;
    }

    #[test]
    fn on_seams_it_is_the_right_pieces_or_none(tree in crate::random::tree(), k in 0..100_u64) {
        right_or_none(&tree, k)?;
    }
}

/// Most is passed over above; not all.
#[test]
fn of_random_trees_enough_is_compared() {
    let (slopes, jumps) = (Cell::new(0), Cell::new(0));
    let config = ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let run = runner.run(&(crate::random::tree(), 0.0..150.0_f64, 0..100_u64), |(tree, t, k)| {
        slopes.set(slopes.get() + as_differences(&tree, t)?);
        jumps.set(jumps.get() + right_or_none(&tree, k)?);
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
    let counts = (slopes.get(), jumps.get());
    assert!(counts.0 > 2000 && counts.1 > 10, "{counts:?}");
}

#[test]
fn where_there_is_none_it_says_why() {
    let registry = Registry::new().function("opaque", |z, v| z * v[0]).differentiable(
        "clear",
        |z, v| z * v[0],
        |z, v, out| (out[0], out[1]) = (v[0], z),
    );
    let bind = |s: Schedule| s.bind_with(&Clock::new(), &registry).expect("valid");
    let opaque = || user("opaque", [2.0], 10);
    for (s, knob, t, reason) in [
        (hold(1.0, 10).then(2.0), 1, 10.0, "the seam at step 10 moves with it, and there the value jumps from 1 to 2"),
        (linear(0.0, 1.0, 4).repeat(3), 2, 8.0, "the seam at step 8"),
        (linear(0.0, 1.0, 12).hold_every(4), 3, 8.0, "the seam at step 8"),
        (hold(1.0, 5).splice(linear(0.0, 1.0, 10)), 1, 5.0, "the seam at step 5"),
        (hold(1.0, 10).then(2.0).take(10), 3, 20.0, "the seam at step 20"),
        (linear(0.0, there(), 10).splice(hold(1.0, 10).then(2.0)), 1, 5.0, "the seam at step 5"),
        (noise(1.0, 3, 2), 1, 1.0, "a seed"),
        (noise(1.0, 3, 2), 2, 4.0, "the draw of noise"),
        (linear(0.0, 1.0, 1).inclusive(), 2, 0.0, "one step"),
        (linear(0.0, 1.0, 1).inclusive().after(After::Continue), 2, 5.0, "one step"),
        (opaque(), 0, 5.0, "user::opaque was registered without its derivatives"),
        (opaque(), 1, 5.0, "user::opaque"),
        (hold(1.0, 10).then(opaque()), 1, 15.0, "user::opaque"),
        (opaque().then(linear(here(), 0.0, 10)), 0, 15.0, "user::opaque"),
        (constant(1.0), 7, 0.0, "there is no knob 7; it has 1"),
    ] {
        let error = bind(s.clone()).derivative(knob, t).expect_err(&s.to_string());
        assert!(matches!(error, ScheduleError::NoDerivative { .. }) && error.to_string().contains(reason), "{error}");
    }
    for (s, knob, t, slope) in [
        (hold(1.0, 10).then(2.0), 1, 11.0, 0.0),
        (hold(1.0, 10).then(1.0), 1, 10.0, 0.0),
        (linear(0.0, 1.0, 10).then(linear(here(), 0.0, 10)), 2, 10.0, 0.1),
        (opaque().then(linear(1.0, 0.0, 10)), 1, 15.0, 0.1),
        (user("clear", [2.0], 10), 0, 5.0, 0.5),
        (user("clear", [2.0], 10), 1, 5.0, -0.1),
        (noise(1.0, 3, 2), 2, 3.0, 0.0),
        (linear(0.0, 1.0, 12).hold_every(4), 3, 9.0, 2.0 / 12.0),
    ] {
        let found = bind(s.clone()).derivative(knob, t);
        assert!(found.as_ref().is_ok_and(|d| (d - slope).abs() < 1e-15), "{s}: {found:?}");
    }
}
