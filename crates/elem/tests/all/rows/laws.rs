//! Laws of every row at random arguments, away from kinks.

use super::table::{One, Two, ones, twos};
use crate::close::{close, difference, step};
use proptest::prelude::*;
use rappel_elem::Dual;

/// Of values against naive formulas that cancel.
const VALUE: f64 = 1e-11;
/// Of derivatives against differences.
const SLOPE: f64 = 1e-8;

fn within(domain: [f64; 2], u: f64) -> f64 {
    domain[0] + (domain[1] - domain[0]) * u
}

/// The argument at the fraction `u` of the row's domain; none if a difference there would reach over a kink.
fn argument(row: &One, u: f64) -> Option<f64> {
    let x = within(row.domain, u);
    row.kinks.iter().all(|kink| (x - kink).abs() > 4.0 * step(x)).then_some(x)
}

fn arguments(row: &Two, u: f64, v: f64) -> Option<(f64, f64)> {
    let (a, b) = (within(row.domain[0], u), within(row.domain[1], v));
    (!row.kink || (a - b).abs() > 4.0 * (step(a) + step(b))).then_some((a, b))
}

proptest! {
    #[test]
    fn of_one_argument(u in 0.0..1.0_f64, g in -3.0..3.0_f64) {
        for row in ones() {
            let Some(x) = argument(&row, u) else { continue };
            let (name, k) = (row.name, row.k);
            let y = (row.f)(x, k);
            let chain = (row.chain)(g, x, y, k);
            prop_assert!(close(y, (row.naive)(x, k), VALUE), "{name} {k:?}: value {y} at {x}");

            let slope = difference(x, |x| (row.f)(x, k));
            prop_assert!(close(chain, g * slope, SLOPE), "{name} {k:?}: {chain} for {} at {x}", g * slope);
            prop_assert!((row.chain)(0.0, x, y, k) == 0.0, "{name} {k:?}: a zero cotangent at {x}");

            let dual = (row.dual)(Dual { v: x, d: g }, k);
            prop_assert_eq!(dual, Dual { v: y, d: chain }, "{} {:?}: dual at {}", name, k, x);
            let parts = (row.parts)(Dual { v: x, d: g }, k);
            let right = close(parts.v, y, VALUE) && close(parts.d, g * slope, SLOPE);
            prop_assert!(right, "{name} {k:?}: {parts:?} at {x}");

            let by_output = (row.chain)(g, y, y, k);
            prop_assert!(!row.from_output || by_output.to_bits() == chain.to_bits(), "{name} {k:?} needs more than {y}");
            prop_assert!(row.gradient || chain == 0.0, "{name}: {chain} without a gradient at {x}");

            let near = f64::from((row.f32)(x as f32, k));
            let rounded = (row.f)(f64::from(x as f32), k);
            prop_assert!(close(near, rounded, 1e-6), "{name} {k:?}: {near} in f32, {rounded} in f64 at {x}");
        }
    }

    /// The second derivative, by nesting duals and by reading `chain` itself on duals.
    #[test]
    fn of_one_argument_in_second_order(u in 0.0..1.0_f64) {
        for row in ones() {
            let Some(x) = argument(&row, u) else { continue };
            let (name, k) = (row.name, row.k);
            let curve = difference(x, |x| (row.chain)(1.0, x, (row.f)(x, k), k));
            let nested = (row.twice)(Dual::variable(Dual::variable(x)), k).d.d;
            prop_assert!(close(nested, curve, SLOPE), "{name} {k:?}: {nested} for {curve} at {x}");
            let v = Dual::variable(x);
            let read = (row.chain_dual)(Dual::constant(1.0), v, (row.dual)(v, k), k).d;
            prop_assert!(close(read, curve, SLOPE), "{name} {k:?}: {read} for {curve} at {x}");
        }
    }

    #[test]
    fn of_two_arguments(u in 0.0..1.0_f64, v in 0.0..1.0_f64, g in -3.0..3.0_f64, h in -3.0..3.0_f64) {
        for row in twos() {
            let Some((a, b)) = arguments(&row, u, v) else { continue };
            let name = row.name;
            let y = (row.f)(a, b, row.k);
            let chain = row.chain.map(|chain| chain(g, a, b, y, row.k));
            prop_assert!(close(y, (row.naive)(a, b), VALUE), "{name}: value {y} at {a}, {b}");

            let slopes = [difference(a, |a| (row.f)(a, b, row.k)), difference(b, |b| (row.f)(a, b, row.k))];
            for i in 0..2 {
                let slope = slopes[i];
                prop_assert!(close(chain[i], g * slope, SLOPE), "{name}: {} for {} at {a}, {b}", chain[i], g * slope);
                prop_assert!(row.chain[i](0.0, a, b, y, row.k) == 0.0, "{name}: a zero cotangent at {a}, {b}");
                prop_assert!(!row.passes[i] || chain[i].to_bits() == g.to_bits(), "{name} does not pass {g} on");
            }

            let along = g * slopes[0] + h * slopes[1];
            for dual in [row.dual, row.parts] {
                let dual = dual(Dual { v: a, d: g }, Dual { v: b, d: h }, row.k);
                let right = close(dual.v, y, VALUE) && close(dual.d, along, 2.0 * SLOPE);
                prop_assert!(right, "{name}: {dual:?} at {a}, {b}");
            }

            let near = f64::from((row.f32)(a as f32, b as f32, row.k));
            let rounded = (row.f)(f64::from(a as f32), f64::from(b as f32), row.k);
            prop_assert!(close(near, rounded, 1e-6), "{name}: {near} in f32, {rounded} in f64 at {a}, {b}");
        }
    }

    /// The second derivative along a direction, mixed terms included.
    #[test]
    fn of_two_arguments_in_second_order(u in 0.1..0.9_f64, v in 0.1..0.9_f64, d in [-1.0..1.0_f64, -1.0..1.0]) {
        let [da, db] = d;
        for row in twos() {
            let Some((a, b)) = arguments(&row, u, v) else { continue };
            let curve = difference(0.0, |t| {
                let (a, b) = (a + t * da, b + t * db);
                let y = (row.f)(a, b, row.k);
                row.chain[0](da, a, b, y, row.k) + row.chain[1](db, a, b, y, row.k)
            });
            let lift = |v, d| Dual { v: Dual { v, d }, d: Dual { v: d, d: 0.0 } };
            let nested = (row.twice)(lift(a, da), lift(b, db), row.k).d.d;
            prop_assert!(close(nested, curve, SLOPE), "{}: {nested} for {curve} at {a}, {b}", row.name);
        }
    }
}

// The laws above hold a flag to its word; these say who raises it.

#[test]
fn steps_are_declared_to_have_no_gradient() {
    let steps: Vec<_> = ones().iter().filter(|row| !row.gradient).map(|row| row.name).collect();
    assert_eq!(steps, ["floor", "ceil", "trunc", "round", "sign"]);
}

#[test]
fn some_derivatives_need_the_output_only() {
    let mut names: Vec<_> = ones().iter().filter(|row| row.from_output).map(|row| row.name).collect();
    names.sort_unstable();
    names.dedup();
    let expected = [
        "div_by",
        "exp",
        "exp2",
        "expm1",
        "hard_sigmoid",
        "hard_tanh",
        "neg",
        "recip",
        "relu",
        "rsqrt",
        "safe_sqrt",
        "scale",
        "selu",
        "shift",
        "sigmoid",
        "sqrt",
        "sub_from",
        "tan",
        "tanh",
    ];
    assert_eq!(names, expected);
}

#[test]
fn sums_pass_the_cotangent_on() {
    let mut passing: Vec<_> =
        twos().iter().filter(|row| row.passes != [false; 2]).map(|row| (row.name, row.passes)).collect();
    passing.dedup();
    assert_eq!(
        passing,
        [("add", [true, true]), ("sub", [true, false]), ("fmod", [true, false]), ("remainder", [true, false])]
    );
}

#[test]
fn names_are_unique() {
    let mut names: Vec<_> = ones().iter().map(|row| row.name).chain(twos().iter().map(|row| row.name)).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 81, "{names:?}");
}
