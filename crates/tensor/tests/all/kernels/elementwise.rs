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
        Softplus [0.0; 2]; Shift [0.3, 0.0]; Scale [-1.7, 0.0]; SubFrom [2.5, 0.0]; DivBy [3.0, 0.0]; DivInto [-2.0, 0.0];
        Powi [3.0, 0.0]; Powi [-2.0, 0.0]; Powi [0.0, 0.0]; Powf [2.5, 0.0]; Powf [-0.5, 0.0]; Clamp [-0.5, 1.0];
    }
}

#[test]
fn named_functions_are_their_rows() {
    type Case = (&'static str, fn(&Tensor<f64>) -> Tensor<f64>, fn(f64) -> f64);
    let cases: [Case; 15] = [
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
