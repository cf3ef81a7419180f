//! Every row, with a naive reference, the domain the laws are tried on, and its kinks.

use rappel_elem::rows::*;
use rappel_elem::{Binary, Consts, Dual, Unary};
use std::f64::consts::PI;

type D = Dual<f64>;
type DD = Dual<Dual<f64>>;
/// From g, a, b, y.
type Chain = fn(f64, f64, f64, f64, Consts) -> f64;

/// A row of one argument with its types taken away.
pub(crate) struct One {
    pub(crate) name: &'static str,
    pub(crate) k: Consts,
    pub(crate) domain: [f64; 2],
    pub(crate) kinks: &'static [f64],
    pub(crate) gradient: bool,
    pub(crate) from_output: bool,
    pub(crate) naive: fn(f64, Consts) -> f64,
    pub(crate) f: fn(f64, Consts) -> f64,
    pub(crate) f32: fn(f32, Consts) -> f32,
    pub(crate) chain: fn(f64, f64, f64, Consts) -> f64,
    pub(crate) chain_dual: fn(D, D, D, Consts) -> D,
    pub(crate) dual: fn(D, Consts) -> D,
    pub(crate) parts: fn(D, Consts) -> D,
    pub(crate) twice: fn(DD, Consts) -> DD,
}

/// A row of two arguments with its types taken away.
pub(crate) struct Two {
    pub(crate) name: &'static str,
    pub(crate) k: Consts,
    pub(crate) domain: [[f64; 2]; 2],
    /// Whether there is a kink where the arguments are equal.
    pub(crate) kink: bool,
    pub(crate) naive: fn(f64, f64) -> f64,
    pub(crate) passes: [bool; 2],
    pub(crate) f: fn(f64, f64, Consts) -> f64,
    pub(crate) f32: fn(f32, f32, Consts) -> f32,
    pub(crate) chain: [Chain; 2],
    pub(crate) dual: fn(D, D, Consts) -> D,
    pub(crate) parts: fn(D, D, Consts) -> D,
    pub(crate) twice: fn(DD, DD, Consts) -> DD,
}

fn one<R: Unary>(k: Consts, domain: [f64; 2], kinks: &'static [f64], naive: fn(f64, Consts) -> f64) -> One {
    One {
        name: R::NAME,
        k,
        domain,
        kinks,
        gradient: R::GRADIENT,
        from_output: R::FROM_OUTPUT,
        naive,
        f: R::f,
        f32: R::f,
        chain: R::chain,
        chain_dual: R::chain,
        dual: Dual::unary::<R>,
        parts: R::f,
        twice: Dual::unary::<R>,
    }
}

fn two<R: Binary>(domain: [[f64; 2]; 2], kink: bool, naive: fn(f64, f64) -> f64) -> Two {
    two_with::<R>(NONE, domain, kink, naive)
}

fn two_with<R: Binary>(k: Consts, domain: [[f64; 2]; 2], kink: bool, naive: fn(f64, f64) -> f64) -> Two {
    Two {
        name: R::NAME,
        k,
        domain,
        kink,
        naive,
        passes: [R::PASSES_A, R::PASSES_B],
        f: R::f,
        f32: R::f,
        chain: [R::chain_a, R::chain_b],
        dual: Dual::binary::<R>,
        parts: R::f,
        twice: Dual::binary::<R>,
    }
}

const ALL: [f64; 2] = [-10.0, 10.0];
const POSITIVE: [f64; 2] = [0.3, 10.0];
const NEGATIVE: [f64; 2] = [-10.0, -0.3];
const INSIDE: [f64; 2] = [-0.8, 0.8];
const NONE: Consts = [0.0; 2];

/// The error function by its series about 0.
fn erf(x: f64) -> f64 {
    let (mut term, mut sum) = (x, 0.0);
    for n in 0..120 {
        sum += term / f64::from(2 * n + 1);
        term *= -x * x / f64::from(n + 1);
    }
    sum * 2.0 / PI.sqrt()
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

pub(crate) fn ones() -> Vec<One> {
    let mut rows = vec![
        one::<Neg>(NONE, ALL, &[], |x, _| 0.0 - x),
        one::<Square>(NONE, ALL, &[], |x, _| x * x),
        one::<Recip>(NONE, POSITIVE, &[], |x, _| 1.0 / x),
        one::<Recip>(NONE, NEGATIVE, &[], |x, _| 1.0 / x),
        one::<Shift>([1.5, 0.0], ALL, &[], |x, k| x + k[0]),
        one::<Scale>([-2.5, 0.0], ALL, &[], |x, k| x * k[0]),
        one::<SubFrom>([1.5, 0.0], ALL, &[], |x, k| k[0] - x),
        one::<DivBy>([-3.0, 0.0], ALL, &[], |x, k| x / k[0]),
        one::<DivInto>([-3.0, 0.0], POSITIVE, &[], |x, k| k[0] / x),
        one::<DivInto>([2.0, 0.0], NEGATIVE, &[], |x, k| k[0] / x),
        one::<Sqrt>(NONE, POSITIVE, &[], |x, _| x.sqrt()),
        one::<Exp>(NONE, ALL, &[], |x, _| x.exp()),
        one::<Expm1>(NONE, ALL, &[], |x, _| x.exp() - 1.0),
        one::<Ln>(NONE, POSITIVE, &[], |x, _| x.ln()),
        one::<Ln1p>(NONE, [-0.7, 10.0], &[], |x, _| (1.0 + x).ln()),
        one::<Sin>(NONE, ALL, &[], |x, _| x.sin()),
        one::<Cos>(NONE, ALL, &[], |x, _| x.cos()),
        one::<Tanh>(NONE, ALL, &[], |x, _| (x.exp() - (-x).exp()) / (x.exp() + (-x).exp())),
        one::<Sigmoid>(NONE, ALL, &[], |x, _| sigmoid(x)),
        one::<Softplus>(NONE, ALL, &[0.0], |x, _| (1.0 + x.exp()).ln()),
        one::<Relu>(NONE, ALL, &[0.0], |x, _| if x > 0.0 { x } else { 0.0 }),
        one::<Abs>(NONE, ALL, &[0.0], |x, _| (x * x).sqrt()),
        one::<Floor>(NONE, [-2.5, 2.5], &[-2.0, -1.0, 0.0, 1.0, 2.0], |x, _| x.floor()),
        one::<Ceil>(NONE, [-2.5, 2.5], &[-2.0, -1.0, 0.0, 1.0, 2.0], |x, _| -(-x).floor()),
        one::<Trunc>(NONE, [-2.5, 2.5], &[-2.0, -1.0, 1.0, 2.0], |x, _| x - x % 1.0),
        one::<Round>(NONE, [-1.9, 1.9], &[-1.5, -0.5, 0.5, 1.5], |x, _| (x + 0.5).floor()),
        one::<Sign>(NONE, ALL, &[0.0], |x, _| x / x.abs()),
        one::<SafeSqrt>(NONE, POSITIVE, &[], |x, _| x.sqrt()),
        one::<SignedPow>([1.5, 0.0], POSITIVE, &[], |x, k| x.powf(k[0])),
        one::<SignedPow>([1.5, 0.0], [-10.0, -0.3], &[], |x, k| -(-x).powf(k[0])),
        one::<Rsqrt>(NONE, POSITIVE, &[], |x, _| 1.0 / x.sqrt()),
        one::<Exp2>(NONE, ALL, &[], |x, _| 2f64.powf(x)),
        one::<Log2>(NONE, POSITIVE, &[], |x, _| x.ln() / 2f64.ln()),
        one::<Tan>(NONE, [-1.0, 1.0], &[], |x, _| x.sin() / x.cos()),
        one::<Asin>(NONE, INSIDE, &[], |x, _| (x / (1.0 - x * x).sqrt()).atan()),
        one::<Acos>(NONE, INSIDE, &[], |x, _| PI / 2.0 - (x / (1.0 - x * x).sqrt()).atan()),
        one::<Atan>(NONE, ALL, &[], |x, _| (x / (1.0 + x * x).sqrt()).asin()),
        one::<Sinh>(NONE, ALL, &[], |x, _| (x.exp() - (-x).exp()) / 2.0),
        one::<Cosh>(NONE, ALL, &[], |x, _| (x.exp() + (-x).exp()) / 2.0),
        one::<Asinh>(NONE, ALL, &[], |x, _| (x + (x * x + 1.0).sqrt()).ln()),
        one::<Acosh>(NONE, [1.3, 10.0], &[], |x, _| (x + (x * x - 1.0).sqrt()).ln()),
        one::<Atanh>(NONE, INSIDE, &[], |x, _| ((1.0 + x) / (1.0 - x)).ln() / 2.0),
        one::<Erf>(NONE, [-3.0, 3.0], &[], |x, _| erf(x)),
        one::<Erfc>(NONE, [-3.0, 3.0], &[], |x, _| 1.0 - erf(x)),
        one::<SoftplusUpTo>([2.0, 5.0], [-4.0, 4.0], &[0.0, 2.5], |x, k| {
            if k[0] * x > k[1] { x } else { (1.0 + (k[0] * x).exp()).ln() / k[0] }
        }),
        one::<SoftplusUpTo>([-0.5, f64::INFINITY], ALL, &[0.0], |x, k| (1.0 + (k[0] * x).exp()).ln() / k[0]),
        one::<LogSigmoid>(NONE, ALL, &[0.0], |x, _| sigmoid(x).ln()),
        one::<Softsign>(NONE, ALL, &[0.0], |x, _| x / (1.0 + x.abs())),
        one::<LeakyRelu>([0.1, 0.0], ALL, &[0.0], |x, k| if x > 0.0 { x } else { k[0] * x }),
        one::<LeakyRelu>([-0.5, 0.0], ALL, &[0.0], |x, k| if x > 0.0 { x } else { k[0] * x }),
        one::<Elu>([1.5, 0.0], ALL, &[0.0], |x, k| if x > 0.0 { x } else { k[0] * (x.exp() - 1.0) }),
        one::<Selu>(NONE, ALL, &[0.0], |x, _| {
            let (s, a) = (1.050_700_987_355_480_5, 1.673_263_242_354_377_3);
            if x > 0.0 { s * x } else { s * a * (x.exp() - 1.0) }
        }),
        one::<Celu>([1.5, 0.0], ALL, &[0.0], |x, k| if x > 0.0 { x } else { k[0] * ((x / k[0]).exp() - 1.0) }),
        one::<Silu>(NONE, ALL, &[], |x, _| x * sigmoid(x)),
        one::<Gelu>(NONE, [-4.0, 4.0], &[], |x, _| x * (1.0 + erf(x / 2f64.sqrt())) / 2.0),
        one::<GeluTanh>(NONE, ALL, &[], |x, _| {
            x * (1.0 + ((2.0 / PI).sqrt() * (x + 0.044_715 * x * x * x)).tanh()) / 2.0
        }),
        one::<Mish>(NONE, ALL, &[], |x, _| x * (1.0 + x.exp()).ln().tanh()),
        one::<HardTanh>([-1.0, 2.0], ALL, &[-1.0, 2.0], |x, k| x.clamp(k[0], k[1])),
        one::<HardSigmoid>(NONE, ALL, &[-3.0, 3.0], |x, _| (x / 6.0 + 0.5).clamp(0.0, 1.0)),
        one::<HardSwish>(NONE, ALL, &[-3.0, 3.0], |x, _| x * (x / 6.0 + 0.5).clamp(0.0, 1.0)),
        one::<Clamp>([-1.0, 2.0], ALL, &[-1.0, 2.0], |x, k| x.clamp(k[0], k[1])),
    ];
    for n in [-3, -1, 0, 1, 2, 3, 4, 7] {
        for domain in [[0.5, 3.0], [-3.0, -0.5]] {
            rows.push(one::<Powi>([n.into(), 0.0], domain, &[], |x, k| x.powf(k[0])));
        }
    }
    for c in [-1.5, 0.0, 0.5, 1.0, 2.0, 2.5] {
        rows.push(one::<Powf>([c, 0.0], [0.5, 3.0], &[], |x, k| (k[0] * x.ln()).exp()));
    }
    rows
}

pub(crate) fn twos() -> Vec<Two> {
    vec![
        two::<Add>([ALL, ALL], false, |a, b| a + b),
        two::<Sub>([ALL, ALL], false, |a, b| a - b),
        two::<Mul>([ALL, ALL], false, |a, b| a * b),
        two::<Div>([ALL, POSITIVE], false, |a, b| a / b),
        two::<Div>([ALL, NEGATIVE], false, |a, b| a / b),
        two::<Pow>([[0.5, 3.0], [-3.0, 3.0]], false, |a, b| (b * a.ln()).exp()),
        two::<Min>([ALL, ALL], true, |a, b| if a < b { a } else { b }),
        two::<Max>([ALL, ALL], true, |a, b| if a < b { b } else { a }),
        two_with::<Lerp>([0.3, 0.0], [ALL, ALL], false, |a, b| 0.7 * a + 0.3 * b),
        two_with::<Lerp>([0.8, 0.0], [ALL, ALL], false, |a, b| 0.2 * a + 0.8 * b),
        two::<Fmod>([[2.1, 2.9], [1.0, 1.04]], false, |a, b| a - 2.0 * b),
        two::<Fmod>([[-2.9, -2.1], [1.0, 1.04]], false, |a, b| a + 2.0 * b),
        two::<Remainder>([[2.1, 2.9], [1.0, 1.04]], false, |a, b| a - 2.0 * b),
        two::<Remainder>([[-2.9, -2.1], [1.0, 1.04]], false, |a, b| a + 3.0 * b),
        two::<Hypot>([ALL, POSITIVE], false, |a, b| (a * a + b * b).sqrt()),
        two::<Atan2>([ALL, POSITIVE], false, |a, b| (a / b).atan()),
        two::<Atan2>([POSITIVE, NEGATIVE], false, |a, b| (a / b).atan() + PI),
        two::<LogAddExp>([ALL, ALL], true, |a, b| (a.exp() + b.exp()).ln()),
        two::<XLogY>([ALL, POSITIVE], false, |a, b| a * b.ln()),
        two::<PRelu>([POSITIVE, ALL], false, |a, _| a),
        two::<PRelu>([NEGATIVE, ALL], false, |a, b| a * b),
        two::<Glu>([ALL, ALL], false, |a, b| a * sigmoid(b)),
        two::<SwiGlu>([ALL, ALL], false, |a, b| a * sigmoid(a) * b),
        two::<SquaredDifference>([ALL, ALL], false, |a, b| a * a - 2.0 * a * b + b * b),
        two::<BceWithLogits>([ALL, [0.0, 1.0]], false, |a, b| {
            let s = sigmoid(a);
            -b * s.ln() - (1.0 - b) * (1.0 - s).ln()
        }),
        two::<Bce>([[0.1, 0.9], [0.0, 1.0]], false, |a, b| -b * a.ln() - (1.0 - b) * (1.0 - a).ln()),
        two_with::<Huber>([1.5, 2.0], [[0.0, 1.4], [0.0, 1.4]], false, |a, b| (a - b) * (a - b) / 1.5),
        two_with::<Huber>([1.5, 2.0], [[1.0, 10.0], [-10.0, -1.0]], false, |a, b| 2.0 * (a - b) - 1.5),
        two_with::<Huber>([1.5, 2.0], [[-10.0, -1.0], [1.0, 10.0]], false, |a, b| 2.0 * (b - a) - 1.5),
        two_with::<Huber>([0.0, 1.0], [ALL, ALL], true, |a, b| if a > b { a - b } else { b - a }),
        two::<KlDiv>([[-3.0, 0.0], [0.1, 1.0]], false, |a, b| b * b.ln() - b * a),
        two::<KlDivLog>([[-3.0, 0.0], [-3.0, 0.0]], false, |a, b| b * b.exp() - a * b.exp()),
    ]
}
