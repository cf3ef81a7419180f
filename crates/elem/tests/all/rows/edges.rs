//! What rows give at kinks, poles, infinities and NaN: value and derivative, in `f64` and in `f32`.

use crate::close::agrees;
use rappel_elem::rows::*;
use rappel_elem::{Binary, Consts, Unary};
use std::f64::consts::{FRAC_2_SQRT_PI, FRAC_PI_2, FRAC_PI_4, LN_2, PI};

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
    two_with::<R>(NONE, lines);
}

fn two_with<R: Binary>(k: Consts, lines: &[[f64; 5]]) {
    for &[a, b, value, slope_a, slope_b] in lines {
        let (c, d) = (a as f32, b as f32);
        let (wide, narrow) = (R::f(a, b, k), R::f(c, d, k));
        let wide = [wide, R::chain_a(1.0, a, b, wide, k), R::chain_b(1.0, a, b, wide, k)];
        let narrow = [narrow, R::chain_a(1.0, c, d, narrow, k), R::chain_b(1.0, c, d, narrow, k)].map(f64::from);
        check(R::NAME, &[a, b, k[0], k[1]], &wide, &narrow, &[value, slope_a, slope_b]);
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
    one::<SoftplusUpTo>(
        [2.0, 4.0],
        &[[INF, INF, 1.0], [-INF, 0.0, 0.0], [2.5, 2.5, 1.0], [0.0, LN_2 / 2.0, 0.5], [NAN, NAN, NAN]],
    );
    one::<LogSigmoid>(
        NONE,
        &[[INF, 0.0, 0.0], [-INF, -INF, 1.0], [-1e4, -1e4, 1.0], [0.0, -LN_2, 0.5], [NAN, NAN, NAN]],
    );
    one::<Softsign>(
        NONE,
        &[
            [0.0, 0.0, 1.0],
            [INF, 1.0, 0.0],
            [-INF, -1.0, 0.0],
            [1023.0, 1023.0 / 1024.0, 2f64.powi(-20)],
            [NAN, NAN, NAN],
        ],
    );
    for ends in [one::<Silu>, one::<Gelu>, one::<GeluTanh>, one::<Mish>] {
        ends(NONE, &[[INF, INF, 1.0], [-INF, 0.0, 0.0], [1e4, 1e4, 1.0], [-1e4, 0.0, 0.0], [NAN, NAN, NAN]]);
    }
    one::<Silu>(NONE, &[[0.0, 0.0, 0.5]]);
    one::<Gelu>(NONE, &[[0.0, 0.0, 0.5]]);
    one::<GeluTanh>(NONE, &[[0.0, 0.0, 0.5]]);
    one::<Mish>(NONE, &[[0.0, 0.0, 0.6]]);
    two::<Glu>(&[[2.0, INF, 2.0, 1.0, 0.0], [2.0, -INF, 0.0, 0.0, 0.0], [2.0, 0.0, 1.0, 0.5, 0.5]]);
    two::<SwiGlu>(&[[INF, 2.0, INF, 2.0, INF], [-INF, 2.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 1.0, 0.0]]);
}

#[test]
fn rectifiers() {
    one::<LeakyRelu>(
        [0.25, 0.0],
        &[[0.0, 0.0, 0.25], [-4.0, -1.0, 0.25], [INF, INF, 1.0], [-INF, -INF, 0.25], [NAN, NAN, 0.25]],
    );
    one::<Elu>([1.5, 0.0], &[[0.0, 0.0, 1.5], [-INF, -1.5, 0.0], [-1e4, -1.5, 0.0], [INF, INF, 1.0], [1e4, 1e4, 1.0]]);
    let (s, left) = (1.050_700_987_355_480_5, 1.758_099_340_847_376_6);
    one::<Selu>(NONE, &[[0.0, 0.0, left], [-INF, -left, 0.0], [INF, INF, s], [2.0, 2.0 * s, s], [NAN, NAN, NAN]]);
    one::<Celu>([1.5, 0.0], &[[0.0, 0.0, 1.0], [-INF, -1.5, 0.0], [INF, INF, 1.0], [NAN, NAN, NAN]]);
    two::<PRelu>(&[[0.0, 0.25, 0.0, 0.25, 0.0], [2.0, 0.25, 2.0, 1.0, 0.0], [-2.0, 0.25, -0.5, 0.25, -2.0]]);
    two::<PRelu>(&[[INF, 0.25, INF, 1.0, 0.0], [1.0, NAN, 1.0, 1.0, 0.0], [NAN, 0.25, NAN, 0.25, NAN]]);
}

#[test]
fn hard_activations() {
    one::<HardTanh>(
        [-1.0, 1.0],
        &[[-1.0, -1.0, 0.0], [1.0, 1.0, 0.0], [0.5, 0.5, 1.0], [INF, 1.0, 0.0], [NAN, NAN, 0.0]],
    );
    one::<HardTanh>(
        [0.0, 6.0],
        &[[0.0, 0.0, 0.0], [1e-30, 1e-30, 1.0], [6.0, 6.0, 0.0], [7.0, 6.0, 0.0], [-INF, 0.0, 0.0]],
    );
    let sixth = 1.0 / 6.0;
    one::<HardSigmoid>(
        NONE,
        &[[-3.0, 0.0, 0.0], [3.0, 1.0, 0.0], [0.0, 0.5, sixth], [-INF, 0.0, 0.0], [NAN, NAN, 0.0]],
    );
    one::<HardSwish>(NONE, &[[-3.0, 0.0, 0.0], [3.0, 3.0, 1.0], [0.0, 0.0, 0.5], [INF, INF, 1.0], [-INF, 0.0, 0.0]]);
    one::<HardSwish>(NONE, &[[NAN, NAN, 0.0]]);
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
    one::<Ceil>(NONE, &[[2.0, 2.0, 0.0], [0.5, 1.0, 0.0], [-INF, -INF, 0.0], [NAN, NAN, 0.0]]);
    one::<Trunc>(NONE, &[[2.5, 2.0, 0.0], [-2.5, -2.0, 0.0], [INF, INF, 0.0], [NAN, NAN, 0.0]]);
    one::<Round>(NONE, &[[0.5, 0.0, 0.0], [1.5, 2.0, 0.0], [-2.5, -2.0, 0.0], [INF, INF, 0.0], [NAN, NAN, 0.0]]);
    one::<Sign>(NONE, &[[0.0, 0.0, 0.0], [-INF, -1.0, 0.0], [1e-30, 1.0, 0.0], [NAN, NAN, 0.0]]);
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
    one::<Exp2>(NONE, &[[0.0, 1.0, LN_2], [INF, INF, INF], [-INF, 0.0, 0.0], [3.0, 8.0, 8.0 * LN_2], [NAN, NAN, NAN]]);
    one::<Log2>(
        NONE,
        &[[1.0, 0.0, 1.0 / LN_2], [0.0, -INF, INF], [INF, INF, 0.0], [NAN, NAN, NAN], [8.0, 3.0, 0.125 / LN_2]],
    );
    one::<Sin>(NONE, &[[0.0, 0.0, 1.0], [INF, NAN, NAN], [NAN, NAN, NAN]]);
    one::<Cos>(NONE, &[[0.0, 1.0, 0.0], [INF, NAN, NAN], [NAN, NAN, NAN]]);
}

#[test]
fn arcs() {
    one::<Tan>(NONE, &[[0.0, 0.0, 1.0], [INF, NAN, NAN], [NAN, NAN, NAN]]);
    one::<Asin>(
        NONE,
        &[[1.0, FRAC_PI_2, INF], [-1.0, -FRAC_PI_2, INF], [0.0, 0.0, 1.0], [2.0, NAN, NAN], [NAN, NAN, NAN]],
    );
    one::<Acos>(NONE, &[[1.0, 0.0, -INF], [-1.0, PI, -INF], [0.0, FRAC_PI_2, -1.0], [-2.0, NAN, NAN], [NAN, NAN, NAN]]);
    one::<Atan>(NONE, &[[INF, FRAC_PI_2, 0.0], [-INF, -FRAC_PI_2, 0.0], [1.0, FRAC_PI_4, 0.5], [NAN, NAN, NAN]]);
    two::<Atan2>(&[
        [0.0, 0.0, 0.0, 0.0, 0.0],
        [0.0, -0.0, PI, 0.0, 0.0],
        [0.0, 2.0, 0.0, 0.5, 0.0],
        [0.0, -2.0, PI, -0.5, 0.0],
        [2.0, 0.0, FRAC_PI_2, 0.0, -0.5],
        [-2.0, 0.0, -FRAC_PI_2, 0.0, 0.5],
        [3e30, 4e30, 0.75_f64.atan(), 0.16e-30, -0.12e-30],
        [INF, -INF, 3.0 * FRAC_PI_4, NAN, NAN],
        [NAN, 1.0, NAN, NAN, NAN],
    ]);
}

/// The factored derivatives keep their digits next to the edge, where `1 - x^2` has few left.
#[test]
fn arcs_next_to_their_edges() {
    let (d, x) = (2f64.powi(-40), 1.0 - 2f64.powi(-40));
    one::<Asin>(NONE, &[[0.0, 0.0, 1.0]]);
    let exact = 1.0 / (d * (2.0 - d));
    assert!(agrees(Asin::chain(1.0, x, x.asin(), NONE), exact.sqrt(), f64::EPSILON));
    assert!(agrees(Acos::chain(1.0, x, x.acos(), NONE), -exact.sqrt(), f64::EPSILON));
    assert!(agrees(Atanh::chain(1.0, x, x.atanh(), NONE), exact, f64::EPSILON));
    let exact = 1.0 / (d.sqrt() * (2.0 + d).sqrt());
    assert!(agrees(Acosh::chain(1.0, 1.0 + d, 0.0, NONE), exact, f64::EPSILON));
}

#[test]
fn hyperbolics() {
    one::<Sinh>(NONE, &[[0.0, 0.0, 1.0], [INF, INF, INF], [-INF, -INF, INF], [NAN, NAN, NAN]]);
    one::<Cosh>(NONE, &[[0.0, 1.0, 0.0], [INF, INF, INF], [-INF, INF, -INF], [NAN, NAN, NAN]]);
    one::<Asinh>(NONE, &[[0.0, 0.0, 1.0], [INF, INF, 0.0], [-INF, -INF, 0.0], [NAN, NAN, NAN]]);
    one::<Asinh>(NONE, &[[1e30, 1e30_f64.ln() + LN_2, 1e-30]]);
    one::<Acosh>(NONE, &[[1.0, 0.0, INF], [INF, INF, 0.0], [0.5, NAN, NAN], [-2.0, NAN, NAN], [NAN, NAN, NAN]]);
    one::<Acosh>(NONE, &[[1e30, 1e30_f64.ln() + LN_2, 1e-30]]);
    one::<Atanh>(NONE, &[[1.0, INF, INF], [-1.0, -INF, INF], [0.0, 0.0, 1.0], [2.0, NAN, -1.0 / 3.0], [NAN, NAN, NAN]]);
    one::<Erf>(NONE, &[[0.0, 0.0, FRAC_2_SQRT_PI], [INF, 1.0, 0.0], [-INF, -1.0, 0.0], [NAN, NAN, NAN]]);
    one::<Erfc>(NONE, &[[0.0, 1.0, -FRAC_2_SQRT_PI], [INF, 0.0, 0.0], [-INF, 2.0, 0.0], [NAN, NAN, NAN]]);
}

#[test]
fn logarithms_of_two() {
    two::<LogAddExp>(&[
        [0.0, 0.0, LN_2, 0.5, 0.5],
        [1e4, 1e4, 1e4 + LN_2, 0.5, 0.5],
        [1e4, 0.0, 1e4, 1.0, 0.0],
        [INF, INF, INF, 0.5, 0.5],
        [-INF, -INF, -INF, 0.5, 0.5],
        [-INF, 3.0, 3.0, 0.0, 1.0],
        [INF, -INF, INF, 1.0, 0.0],
        [NAN, 1.0, NAN, 0.5, 0.5],
    ]);
    two::<XLogY>(&[
        [0.0, 0.0, 0.0, 0.0, 0.0],
        [0.0, -1.0, 0.0, 0.0, 0.0],
        [0.0, 2.0, 0.0, LN_2, 0.0],
        [0.0, INF, 0.0, INF, 0.0],
        [0.0, NAN, NAN, NAN, NAN],
        [2.0, 0.0, -INF, -INF, INF],
        [2.0, -1.0, NAN, NAN, -2.0],
        [3.0, 1.0, 0.0, 0.0, 3.0],
    ]);
}

#[test]
fn remainders() {
    two::<Fmod>(&[
        [-7.0, 3.0, -1.0, 1.0, 2.0],
        [7.0, -3.0, 1.0, 1.0, 2.0],
        [6.0, 3.0, 0.0, 1.0, -2.0],
        [1.0, INF, 1.0, 1.0, 0.0],
    ]);
    two::<Fmod>(&[[1.0, 0.0, NAN, 1.0, NAN], [INF, 2.0, NAN, 1.0, NAN]]);
    two::<Remainder>(&[[-7.0, 3.0, 2.0, 1.0, 3.0], [7.0, -3.0, -2.0, 1.0, 3.0], [-7.0, -3.0, -1.0, 1.0, -2.0]]);
    two::<Remainder>(&[[6.0, 3.0, 0.0, 1.0, -2.0], [1.0, 0.0, NAN, 1.0, NAN], [INF, 2.0, NAN, 1.0, NAN]]);
    // The quotient rounds up to 10, the remainder says 9.
    let (a, b) = (1.0, 0.1);
    assert_eq!((a / b, Fmod::chain_b(1.0, a, b, Fmod::f(a, b, NONE), NONE)), (10.0, -9.0));
}

#[test]
fn powers() {
    one::<Sqrt>(NONE, &[[0.0, 0.0, INF], [4.0, 2.0, 0.25], [INF, INF, 0.0], [-1.0, NAN, NAN], [NAN, NAN, NAN]]);
    one::<SafeSqrt>(NONE, &[[0.0, 0.0, 0.0], [4.0, 2.0, 0.25], [INF, INF, 0.0], [-1.0, NAN, NAN], [NAN, NAN, NAN]]);
    one::<SignedPow>([0.5, 0.0], &[[0.0, 0.0, 0.0], [-0.0, 0.0, 0.0], [-4.0, -2.0, 0.25], [INF, INF, 0.0]]);
    one::<SignedPow>([-0.5, 0.0], &[[0.0, 0.0, 0.0], [-4.0, -0.5, -0.0625], [NAN, NAN, NAN]]);
    one::<Rsqrt>(NONE, &[[0.0, INF, -INF], [4.0, 0.5, -0.0625], [INF, 0.0, 0.0], [-1.0, NAN, NAN], [NAN, NAN, NAN]]);
    two::<Hypot>(&[
        [0.0, 0.0, 0.0, 0.0, 0.0],
        [3e30, -4e30, 5e30, 0.6, -0.8],
        [0.0, -2.0, 2.0, 0.0, -1.0],
        [INF, 1.0, INF, NAN, 0.0],
        [INF, NAN, INF, NAN, NAN],
        [NAN, 1.0, NAN, NAN, NAN],
    ]);
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
    two::<Bce>(&[
        [0.0, 0.0, 0.0, 0.0, 100.0],
        [0.0, 1.0, 100.0, -1e12, 100.0],
        [1.0, 1.0, 0.0, 0.0, -100.0],
        [1.0, 0.0, 100.0, 1e12, -100.0],
        [0.5, 1.0, LN_2, -2.0, 0.0],
        [NAN, 1.0, NAN, NAN, NAN],
    ]);
    // Outside [0, 1] one of the logarithms is NaN, whatever its weight.
    assert!(Bce::f(1.5_f64, 1.0, NONE).is_nan() && Bce::f(-0.5_f64, 0.0, NONE).is_nan());
    two_with::<Huber>(
        [2.0, 3.0],
        &[
            [1.0, 1.0, 0.0, 0.0, 0.0],
            [3.0, 1.0, 3.0, 3.0, -3.0],
            [1.0, 3.0, 3.0, -3.0, 3.0],
            [2.0, 1.0, 0.75, 1.5, -1.5],
            [INF, 1.0, INF, 3.0, -3.0],
            [1.0, INF, INF, -3.0, 3.0],
            [NAN, 1.0, NAN, NAN, NAN],
        ],
    );
    two_with::<Huber>(
        [0.0, 1.0],
        &[
            [1.0, 1.0, 0.0, 0.0, 0.0],
            [3.0, 1.0, 2.0, 1.0, -1.0],
            [1.0, 3.0, 2.0, -1.0, 1.0],
            [-INF, 1.0, INF, -1.0, 1.0],
            [NAN, 1.0, NAN, NAN, NAN],
        ],
    );
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
