//! What rows give at kinks, poles, infinities and NaN: value and derivative, in `f64` and in `f32`.

use crate::close::agrees;
use rappel_elem::rows::*;
use rappel_elem::{Binary, Consts, Unary};
use std::f64::consts::LN_2;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
const NONE: Consts = [0.0; 2];

/// Each line: x, value, derivative.
fn one<R: Unary>(k: Consts, lines: &[[f64; 3]]) {
    for &[x, value, slope] in lines {
        let (wide, narrow) = (R::f(x, k), R::f(x as f32, k));
        let wide = [wide, R::chain(1.0, x, wide, k)];
        let narrow = [narrow, R::chain(1.0, x as f32, narrow, k)].map(f64::from);
        check(R::NAME, &[x, k[0], k[1]], &wide, &narrow, &[value, slope]);
    }
}

/// Each line: a, b, value, derivatives in a and in b.
fn two<R: Binary>(lines: &[[f64; 5]]) {
    for &[a, b, value, slope_a, slope_b] in lines {
        let (c, d) = (a as f32, b as f32);
        let (wide, narrow) = (R::f(a, b, NONE), R::f(c, d, NONE));
        let wide = [wide, R::chain_a(1.0, a, b, wide, NONE), R::chain_b(1.0, a, b, wide, NONE)];
        let narrow = [narrow, R::chain_a(1.0, c, d, narrow, NONE), R::chain_b(1.0, c, d, narrow, NONE)].map(f64::from);
        check(R::NAME, &[a, b], &wide, &narrow, &[value, slope_a, slope_b]);
    }
}

fn check(name: &str, at: &[f64], wide: &[f64], narrow: &[f64], expected: &[f64]) {
    for (got, epsilon) in [(wide, f64::EPSILON), (narrow, f64::from(f32::EPSILON))] {
        let right = got.iter().zip(expected).all(|(got, expected)| agrees(*got, *expected, epsilon));
        assert!(right, "{name} at {at:?}: value and derivatives {got:?} are not {expected:?} to {epsilon:e}");
    }
}

#[test]
fn activations() {
    one::<Relu>(NONE, &[[0.0, 0.0, 0.0], [-0.0, 0.0, 0.0], [INF, INF, 1.0], [-INF, 0.0, 0.0], [NAN, NAN, 0.0]]);
    one::<Tanh>(NONE, &[[0.0, 0.0, 1.0], [INF, 1.0, 0.0], [-INF, -1.0, 0.0], [NAN, NAN, NAN]]);
    one::<Sigmoid>(NONE, &[[0.0, 0.5, 0.25], [INF, 1.0, 0.0], [-INF, 0.0, 0.0], [-1e4, 0.0, 0.0], [NAN, NAN, NAN]]);
    one::<Softplus>(NONE, &[[INF, INF, 1.0], [-INF, 0.0, 0.0], [1e4, 1e4, 1.0], [-1e4, 0.0, 0.0], [NAN, NAN, NAN]]);
    one::<Softplus>(NONE, &[[0.0, LN_2, 0.5]]);
}

#[test]
fn a_dead_unit_drops_an_infinite_cotangent() {
    assert_eq!(Relu::chain(INF, -1.0, 0.0, NONE), 0.0);
    assert_eq!(Clamp::chain(INF, 3.0, 1.0, [0.0, 1.0]), 0.0);
    assert_eq!(Max::chain_a(INF, 1.0, 2.0, 2.0, NONE), 0.0);
    assert_eq!(Floor::chain(INF, 1.5, 1.0, NONE), 0.0);
}

#[test]
fn order() {
    one::<Abs>(NONE, &[[0.0, 0.0, 0.0], [-0.0, 0.0, 0.0], [-INF, INF, -1.0], [INF, INF, 1.0], [NAN, NAN, 0.0]]);
    one::<Floor>(NONE, &[[2.0, 2.0, 0.0], [-0.5, -1.0, 0.0], [-INF, -INF, 0.0], [NAN, NAN, 0.0]]);
    let bounds =
        [[-1.0, -1.0, 1.0], [2.0, 2.0, 1.0], [-1.5, -1.0, 0.0], [2.5, 2.0, 0.0], [INF, 2.0, 0.0], [NAN, NAN, 1.0]];
    one::<Clamp>([-1.0, 2.0], &bounds);
    one::<Clamp>([2.0, -1.0], &[[1.0, 2.0, 0.0], [3.0, -1.0, 0.0]]);
    two::<Max>(&[[1.0, 1.0, 1.0, 0.5, 0.5], [1.0, 2.0, 2.0, 0.0, 1.0], [2.0, 1.0, 2.0, 1.0, 0.0]]);
    two::<Min>(&[[1.0, 1.0, 1.0, 0.5, 0.5], [1.0, 2.0, 1.0, 1.0, 0.0], [2.0, 1.0, 1.0, 0.0, 1.0]]);
    two::<Max>(&[[NAN, 1.0, NAN, 0.5, 0.5], [1.0, NAN, NAN, 0.5, 0.5], [-INF, INF, INF, 0.0, 1.0]]);
    two::<Min>(&[[NAN, 1.0, NAN, 0.5, 0.5], [1.0, NAN, NAN, 0.5, 0.5], [0.0, -0.0, 0.0, 0.5, 0.5]]);
}

#[test]
fn exponentials() {
    one::<Exp>(NONE, &[[0.0, 1.0, 1.0], [INF, INF, INF], [-INF, 0.0, 0.0], [800.0, INF, INF], [NAN, NAN, NAN]]);
    one::<Expm1>(NONE, &[[0.0, 0.0, 1.0], [INF, INF, INF], [-INF, -1.0, 0.0], [NAN, NAN, NAN]]);
    one::<Ln>(NONE, &[[1.0, 0.0, 1.0], [0.0, -INF, INF], [INF, INF, 0.0], [-1.0, NAN, -1.0], [NAN, NAN, NAN]]);
    one::<Ln1p>(NONE, &[[0.0, 0.0, 1.0], [-1.0, -INF, INF], [INF, INF, 0.0], [-2.0, NAN, -1.0], [NAN, NAN, NAN]]);
    one::<Sin>(NONE, &[[0.0, 0.0, 1.0], [INF, NAN, NAN], [NAN, NAN, NAN]]);
    one::<Cos>(NONE, &[[0.0, 1.0, 0.0], [INF, NAN, NAN], [NAN, NAN, NAN]]);
}

#[test]
fn powers() {
    one::<Sqrt>(NONE, &[[0.0, 0.0, INF], [4.0, 2.0, 0.25], [INF, INF, 0.0], [-1.0, NAN, NAN], [NAN, NAN, NAN]]);
    one::<Square>(NONE, &[[0.0, 0.0, 0.0], [-INF, INF, -INF], [NAN, NAN, NAN]]);
    one::<Powi>(NONE, &[[0.0, 1.0, 0.0], [NAN, 1.0, 0.0], [INF, 1.0, 0.0]]);
    one::<Powi>([1.0, 0.0], &[[0.0, 0.0, 1.0], [-INF, -INF, 1.0]]);
    one::<Powi>([2.0, 0.0], &[[0.0, 0.0, 0.0], [-3.0, 9.0, -6.0]]);
    one::<Powi>([3.0, 0.0], &[[0.0, 0.0, 0.0], [-2.0, -8.0, 12.0], [-INF, -INF, INF], [NAN, NAN, NAN]]);
    one::<Powi>([-1.0, 0.0], &[[0.0, INF, -INF], [2.0, 0.5, -0.25], [INF, 0.0, 0.0]]);
    one::<Powf>(NONE, &[[0.0, 1.0, 0.0], [NAN, 1.0, 0.0], [-1.0, 1.0, 0.0]]);
    one::<Powf>([1.0, 0.0], &[[0.0, 0.0, 1.0], [-2.0, -2.0, 1.0]]);
    one::<Powf>([2.5, 0.0], &[[0.0, 0.0, 0.0], [4.0, 32.0, 20.0], [-1.0, NAN, NAN], [INF, INF, INF]]);
    one::<Powf>([0.5, 0.0], &[[0.0, 0.0, INF], [4.0, 2.0, 0.25]]);
    one::<Powf>([-1.0, 0.0], &[[0.0, INF, -INF], [-2.0, -0.5, -0.25]]);
    two::<Pow>(&[
        [0.0, 0.0, 1.0, 0.0, 0.0],
        [0.0, 2.0, 0.0, 0.0, 0.0],
        [0.0, 1.0, 0.0, 1.0, 0.0],
        [0.0, 0.5, 0.0, INF, 0.0],
        [0.0, -1.0, INF, -INF, -INF],
        [1.0, 5.0, 1.0, 5.0, 0.0],
        [2.0, 3.0, 8.0, 12.0, 8.0 * LN_2],
        [1e-40, 0.0, 1.0, 0.0, 1e-40_f64.ln()],
        [NAN, 0.0, 1.0, 0.0, NAN],
        [2.0, NAN, NAN, NAN, NAN],
        [-2.0, 3.0, -8.0, 12.0, NAN],
        [-2.0, 0.0, 1.0, 0.0, NAN],
        [INF, 0.0, 1.0, 0.0, INF],
    ]);
}

#[test]
fn quotients() {
    one::<Recip>(NONE, &[[0.0, INF, -INF], [-0.0, -INF, -INF], [INF, 0.0, 0.0], [2.0, 0.5, -0.25], [NAN, NAN, NAN]]);
    one::<DivInto>([2.0, 0.0], &[[0.0, INF, -INF], [-2.0, -1.0, -0.5], [INF, 0.0, 0.0]]);
    one::<DivBy>([0.0, 0.0], &[[1.0, INF, INF], [-1.0, -INF, INF], [0.0, NAN, INF]]);
    two::<Div>(&[[1.0, 0.0, INF, INF, -INF], [0.0, 0.0, NAN, INF, NAN], [1.0, INF, 0.0, 0.0, 0.0]]);
    // b * b underflows in f32, the quotient does not.
    let y = Div::f(1e-23_f32, 1e-23, NONE);
    assert_eq!(Div::chain_b(1e-10_f32, 1e-23, 1e-23, y, NONE), -1e-10 / 1e-23);
}

#[test]
fn losses() {
    two::<SquaredDifference>(&[[1.0, 1.0, 0.0, 0.0, 0.0], [3.0, 1.0, 4.0, 4.0, -4.0], [INF, 1.0, INF, INF, -INF]]);
    two::<BceWithLogits>(&[
        [1e4, 1.0, 0.0, 0.0, -1e4],
        [1e4, 0.0, 1e4, 1.0, -1e4],
        [-1e4, 1.0, 1e4, -1.0, 1e4],
        [-1e4, 0.0, 0.0, 0.0, 1e4],
        [0.0, 0.5, LN_2, 0.0, 0.0],
        [NAN, 1.0, NAN, NAN, NAN],
    ]);
    two::<KlDiv>(&[
        [-1.0, 0.0, 0.0, 0.0, 0.0],
        [-INF, 0.0, 0.0, 0.0, 0.0],
        [-INF, 1.0, INF, -1.0, INF],
        [0.0, 1.0, 0.0, -1.0, 1.0],
        [0.0, -1.0, NAN, 1.0, NAN],
        [-1.0, NAN, NAN, NAN, NAN],
    ]);
    two::<KlDivLog>(&[
        [-1.0, -INF, 0.0, 0.0, 0.0],
        [-INF, -INF, 0.0, 0.0, 0.0],
        [-INF, 0.0, INF, -1.0, INF],
        [0.0, 0.0, 0.0, -1.0, 1.0],
        [-1.0, NAN, NAN, NAN, NAN],
    ]);
}
