//! Functions of one value: the row applied in a plain loop is the oracle, and is met to the bit.

use rappel_tensor::elem::{Consts, Unary, rows};
use rappel_tensor::simd::{Isa, Kernel, dispatch_on};
use rappel_tensor::{Float, Tensor};

use crate::naive::{assert_same, numbers, numbers_and_edges, same, soiled};

/// Around the widths of vectors and their multiples.
const LENGTHS: [usize; 14] = [0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 100, 1025];

/// A loop as the kernels have it, to be run with each instruction set.
struct Apply<'a, O, T> {
    x: &'a [T],
    y: &'a mut [T],
    k: Consts,
    row: std::marker::PhantomData<O>,
}

impl<O: Unary, T: Float> Kernel for Apply<'_, O, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Apply { x, y, k, .. } = self;
        for (y, x) in y.iter_mut().zip(x) {
            *y = O::f(*x, k);
        }
    }
}

fn check<O: Unary, T: Float>(k: Consts) {
    for n in LENGTHS {
        let what = format!("{} of {n} {}", O::NAME, T::NAME);
        let (x, g) = (soiled(&numbers_and_edges::<T>(&[n], 1), n), numbers::<T>(&[n], 2));
        let naive = Tensor::from_fn(&[n], |i| O::f(x.data()[i], k));
        let y = x.unary::<O>(k);
        assert_same(&y, &naive, &what);

        let pulled = |i: usize| O::chain(g.data()[i], x.data()[i], y.data()[i], k);
        assert_same(&Tensor::unary_chain::<O>(&g, &x, &y, k), &Tensor::from_fn(&[n], pulled), &what);
        let start = numbers::<T>(&[n], 3);
        let mut sum = start.clone();
        sum.add_unary_chain::<O>(&g, &x, &y, k);
        assert_same(&sum, &Tensor::from_fn(&[n], |i| start.data()[i] + pulled(i)), &what);

        for set in Isa::ALL.into_iter().filter(|set| set.is_supported()) {
            let mut y = vec![T::of(f64::NAN); n];
            dispatch_on(set, Apply::<O, T> { x: x.data(), y: &mut y, k, row: std::marker::PhantomData });
            assert_same(&Tensor::from(y), &naive, &format!("{what}, {set:?}"));
        }
    }
}

#[test]
fn every_row_matches_a_plain_loop() {
    macro_rules! each {
        ($($row:ident $k:expr;)*) => { $(
            check::<rows::$row, f32>($k);
            check::<rows::$row, f64>($k);
        )* };
    }
    each! {
        Neg [0.0; 2]; Abs [0.0; 2]; Exp [0.0; 2]; Expm1 [0.0; 2]; Ln [0.0; 2]; Ln1p [0.0; 2]; Sqrt [0.0; 2]; Square [0.0; 2];
        Recip [0.0; 2]; Sin [0.0; 2]; Cos [0.0; 2]; Tanh [0.0; 2]; Sigmoid [0.0; 2]; Relu [0.0; 2]; Floor [0.0; 2];
        Softplus [0.0; 2]; SoftplusUpTo [2.0, 1.0]; Shift [0.3, 0.0]; Scale [-1.7, 0.0]; SubFrom [2.5, 0.0]; DivBy [3.0, 0.0]; DivInto [-2.0, 0.0];
        Powi [3.0, 0.0]; Powi [-2.0, 0.0]; Powi [0.0, 0.0]; Powf [2.5, 0.0]; Powf [-0.5, 0.0]; Clamp [-0.5, 1.0];
        Exp2 [0.0; 2]; Log2 [0.0; 2]; Rsqrt [0.0; 2]; Tan [0.0; 2]; Asin [0.0; 2]; Acos [0.0; 2]; Atan [0.0; 2]; Sinh [0.0; 2];
        Cosh [0.0; 2]; Asinh [0.0; 2]; Acosh [0.0; 2]; Atanh [0.0; 2]; Erf [0.0; 2]; Erfc [0.0; 2]; Ceil [0.0; 2]; Trunc [0.0; 2];
        Round [0.0; 2]; Sign [0.0; 2]; LogSigmoid [0.0; 2]; Softsign [0.0; 2]; Selu [0.0; 2]; Gelu [0.0; 2]; GeluTanh [0.0; 2];
        Silu [0.0; 2]; Mish [0.0; 2]; HardTanh [-1.0, 1.0]; HardSigmoid [0.0; 2]; HardSwish [0.0; 2]; LeakyRelu [0.01, 0.0];
        Elu [1.5, 0.0]; Celu [0.5, 0.0];
    }
}

#[test]
fn named_functions_are_their_rows() {
    type Case = (&'static str, fn(&Tensor<f64>) -> Tensor<f64>, fn(f64) -> f64);
    let cases: [Case; 48] = [
        ("exp", |x| x.exp(), f64::exp),
        ("ln", |x| x.ln(), f64::ln),
        ("sqrt", |x| x.sqrt(), f64::sqrt),
        ("square", |x| x.square(), |x| x * x),
        ("abs", |x| x.abs(), f64::abs),
        ("tanh", |x| x.tanh(), f64::tanh),
        ("sigmoid", |x| x.sigmoid(), |x| 1.0 / (1.0 + (-x).exp())),
        ("relu", |x| x.relu(), |x| x.max(0.0)),
        ("powi", |x| x.powi(3), |x| x * x * x),
        ("powf", |x| x.powf(0.5), |x| x.powf(0.5)),
        ("clamp", |x| x.clamp(-0.5, 0.5), |x| x.clamp(-0.5, 0.5)),
        ("expm1", |x| x.expm1(), f64::exp_m1),
        ("exp2", |x| x.exp2(), f64::exp2),
        ("ln_1p", |x| x.ln_1p(), f64::ln_1p),
        ("log2", |x| x.log2(), f64::log2),
        ("rsqrt", |x| x.rsqrt(), |x| 1.0 / x.sqrt()),
        ("recip", |x| x.recip(), |x| 1.0 / x),
        ("sin", |x| x.sin(), f64::sin),
        ("cos", |x| x.cos(), f64::cos),
        ("tan", |x| x.tan(), f64::tan),
        ("asin", |x| x.asin(), f64::asin),
        ("acos", |x| x.acos(), f64::acos),
        ("atan", |x| x.atan(), f64::atan),
        ("sinh", |x| x.sinh(), f64::sinh),
        ("cosh", |x| x.cosh(), f64::cosh),
        ("asinh", |x| x.asinh(), f64::asinh),
        ("acosh", |x| (x + 2.0).acosh(), |x| (x + 2.0).acosh()),
        ("atanh", |x| x.atanh(), f64::atanh),
        ("erf and erfc", |x| x.erf() + x.erfc(), |_| 1.0),
        ("floor", |x| x.floor(), f64::floor),
        ("ceil", |x| x.ceil(), f64::ceil),
        ("trunc", |x| x.trunc(), f64::trunc),
        ("round", |x| x.round(), f64::round_ties_even),
        ("sign", |x| x.sign(), f64::signum),
        ("softplus", |x| x.softplus(), |x| x.exp().ln_1p()),
        ("log_sigmoid", |x| x.log_sigmoid(), |x| -(-x).exp().ln_1p()),
        ("softsign", |x| x.softsign(), |x| x / (1.0 + x.abs())),
        ("silu", |x| x.silu(), |x| x / (1.0 + (-x).exp())),
        ("hard_tanh", |x| x.hard_tanh(), |x| x.clamp(-1.0, 1.0)),
        ("hard_sigmoid", |x| x.hard_sigmoid(), |x| (x / 6.0 + 0.5).clamp(0.0, 1.0)),
        ("hard_swish", |x| x.hard_swish(), |x| x * (x / 6.0 + 0.5).clamp(0.0, 1.0)),
        ("leaky_relu", |x| x.leaky_relu(0.1), |x| if x > 0.0 { x } else { 0.1 * x }),
        ("elu", |x| x.elu(1.5), |x| if x > 0.0 { x } else { 1.5 * x.exp_m1() }),
        ("celu", |x| x.celu(2.0), |x| if x > 0.0 { x } else { 2.0 * (x / 2.0).exp_m1() }),
        ("negated", |x| -x, |x| -x),
        ("less a number", |x| x - 0.5, |x| x - 0.5),
        ("number less", |x| 0.5 - x, |x| 0.5 - x),
        ("number over", |x| 0.5 / x, |x| 0.5 / x),
    ];
    let x = numbers::<f64>(&[3, 7], 4);
    for (name, ours, naive) in cases {
        for (&x, &y) in x.data().iter().zip(ours(&x).data()) {
            assert!(same(y, naive(x)) || (y - naive(x)).abs() <= 4.0 * f64::EPSILON * y.abs(), "{name}({x}) is {y}");
        }
    }
}

#[test]
fn a_unique_buffer_is_written_in_place_and_a_shared_one_is_left_alone() {
    type Owned = fn(Tensor) -> Tensor;
    let cases: [(Owned, [f32; 2]); 9] = [
        (|x| -x, [-1.0, -2.0]),
        (|x| x + 1.0, [2.0, 3.0]),
        (|x| x - 1.0, [0.0, 1.0]),
        (|x| x * 4.0, [4.0, 8.0]),
        (|x| x / 4.0, [0.25, 0.5]),
        (|x| 1.0 + x, [2.0, 3.0]),
        (|x| 1.0 - x, [0.0, -1.0]),
        (|x| 4.0 * x, [4.0, 8.0]),
        (|x| 4.0 / x, [4.0, 2.0]),
    ];
    for (i, (op, want)) in cases.into_iter().enumerate() {
        let x = Tensor::from([1.0, 2.0]);
        let place = x.data().as_ptr();
        let y = op(x);
        assert_eq!((y.data(), y.data().as_ptr()), (&want[..], place), "case {i}");

        let x = Tensor::from([1.0, 2.0]);
        let held = x.clone();
        let y = op(x);
        assert_eq!((y.data(), held.data()), (&want[..], &[1.0, 2.0][..]), "case {i}");
        assert!(!y.shares_buffer(&held), "case {i}");
    }
}

#[test]
fn adding_in_place_adds_and_copies_what_is_shared() {
    for n in LENGTHS {
        let (x, y) = (numbers::<f32>(&[n], 5), numbers::<f32>(&[n], 6));
        let mut sum = x.clone();
        sum.add_assign(&y);
        assert_same(&sum, &Tensor::from_fn(&[n], |i| x.data()[i] + y.data()[i]), "add_assign");
        assert_same(&x, &numbers(&[n], 5), "the other handle");
    }
}
