//! Dual numbers where the row's choice, or the nesting, shows. The laws over all rows are in [`crate::rows`].

use rappel_elem::{Binary, Dual, Elem, Scalar, Unary, rows};

fn at(x: f64) -> Dual<f64> {
    Dual::variable(x)
}

#[test]
fn kinks_take_the_subgradient_of_the_row() {
    let c = at(0.0).lit(0.0);
    assert_eq!(at(0.0).unary::<rows::Relu>([0.0; 2]), Dual { v: 0.0, d: 0.0 });
    assert_eq!(rows::Relu::f(at(0.0), [0.0; 2]).d, 1.0, "the parts of relu would say otherwise");
    assert_eq!(at(0.0).abs().d, 0.0);
    assert_eq!((at(0.0).max(c).d, at(0.0).min(c).d), (0.5, 0.5));
    assert_eq!(at(3.0).floor(), Dual { v: 3.0, d: 0.0 });
    assert_eq!(at(0.0).sqrt().d, f64::INFINITY);
}

#[test]
fn constants_have_no_derivative() {
    let x = at(4.0);
    assert_eq!(x.lit(7.0), Dual { v: 7.0, d: 0.0 });
    assert_eq!(Dual::constant(4.0).ln().d, 0.0);
    assert_eq!(x.re(), 4.0);
}

#[test]
fn a_constant_exponent_does_not_poison_a_negative_base() {
    assert_eq!(at(-2.0).pow_const(3.0), Dual { v: -8.0, d: 12.0 });
    assert_eq!(at(-2.0).powi(3), Dual { v: -8.0, d: 12.0 });
    assert_eq!(at(0.0).pow_const(0.0), Dual { v: 1.0, d: 0.0 });
    assert!(at(-2.0).powf(at(3.0)).d.is_nan(), "no neighbour of the exponent 3 has a value");
}

#[test]
fn masks_select_and_never_multiply() {
    let x = at(-1.0);
    let y = Dual::pick(x.below(x.lit(0.0)), x, x.ln());
    assert_eq!(y, Dual { v: -1.0, d: 1.0 });
}

#[test]
fn nesting_gives_higher_derivatives() {
    let x = Dual::variable(Dual::variable(Dual::variable(2.0_f64)));
    let y = x.powi(5);
    assert_eq!((y.v.v.v, y.v.v.d, y.v.d.d, y.d.d.d), (32.0, 80.0, 160.0, 240.0));
}

#[test]
fn power_keeps_its_second_derivatives_where_the_first_is_masked() {
    let variable = |v: f64, du: f64, dv: f64| Dual { v: Dual { v, d: du }, d: Dual { v: dv, d: 0.0 } };
    // d2/da2 of a^2 at 0, with the exponent held.
    assert_eq!(variable(0.0, 1.0, 1.0).powf(variable(2.0, 0.0, 0.0)).d.d, 2.0);
    // d2/(da db) of a^b at b = 0 is 1/a.
    assert_eq!(variable(4.0, 1.0, 0.0).powf(variable(0.0, 0.0, 1.0)).d.d, 0.25);
    assert_eq!(variable(4.0, 0.0, 1.0).powf(variable(0.0, 1.0, 0.0)).d.d, 0.25);
    // It has none at a negative base, where no neighbouring exponent has a value.
    let (a, b) = (Dual::constant(-4.0), at(0.0));
    assert!(rows::Pow::chain_a(Dual::constant(1.0), a, b, a.powf(b), [0.0; 2]).d.is_nan());
    // At (0, 0) everything is 0 by definition, and finite.
    assert_eq!(variable(0.0, 1.0, 1.0).powf(variable(0.0, 0.0, 0.0)).d.d, 0.0);
}
