//! Cotangents with their derivatives: the row's rule on dual numbers in a plain loop is the oracle, and is met to the bit.

use rappel_tensor::elem::{Binary, Consts, Dual, Unary, rows};
use rappel_tensor::{Along, Float, Side, Tensor};

use crate::naive::{assert_same, numbers, numbers_and_edges, soiled};

/// Around the length of the blocks that are read at a time.
const LENGTHS: [usize; 8] = [0, 1, 7, 63, 64, 65, 128, 300];

/// Operands with derivatives, or without where the bit of `which` is not set; there the oracle's are zero.
struct Operands<T: Float> {
    v: Vec<Tensor<T>>,
    d: Vec<Tensor<T>>,
    which: usize,
}

impl<T: Float> Operands<T> {
    fn new(count: usize, n: usize, which: usize) -> Self {
        let v = (0..count).map(|i| soiled(&numbers_and_edges(&[n], i as u64), n)).collect();
        Operands { v, d: (0..count).map(|i| numbers(&[n], 10 + i as u64)).collect(), which }
    }

    fn moves(&self, i: usize) -> bool {
        self.which >> i & 1 == 1
    }

    fn along(&self, i: usize) -> Along<'_, T> {
        Along { v: &self.v[i], d: self.moves(i).then(|| &self.d[i]) }
    }

    fn dual(&self, i: usize, at: usize) -> Dual<T> {
        Dual { v: self.v[i].data()[at], d: if self.moves(i) { self.d[i].data()[at] } else { T::ZERO } }
    }

    /// What the rule gives at each place, value and derivative apart.
    fn naive(&self, rule: impl Fn(usize) -> Dual<T>) -> [Tensor<T>; 2] {
        let n = self.v[0].len();
        [Tensor::from_fn(&[n], |at| rule(at).v), Tensor::from_fn(&[n], |at| rule(at).d)]
    }
}

fn assert_both<T: Float>((v, d): (Tensor<T>, Tensor<T>), naive: &[Tensor<T>; 2], what: &str) {
    assert_same(&v, &naive[0], what);
    assert_same(&d, &naive[1], &format!("{what}, derivative"));
}

fn unary<O: Unary, T: Float>(k: Consts) {
    for n in LENGTHS {
        for which in 0..8 {
            let x = Operands::<T>::new(3, n, which);
            let naive = x.naive(|at| O::chain(x.dual(0, at), x.dual(1, at), x.dual(2, at), k));
            let fast = Tensor::unary_chain_along::<O>(&x.along(0), &x.along(1), &x.along(2), k);
            assert_both(fast, &naive, &format!("{} of {n} {}, {which:03b}", O::NAME, T::NAME));
        }
    }
}

fn binary<O: Binary, T: Float>() {
    let k = [0.0; 2];
    for n in LENGTHS {
        for which in 0..16 {
            let x = Operands::<T>::new(4, n, which);
            for side in [Side::A, Side::B] {
                let naive = x.naive(|at| {
                    let [g, a, b, y] = [0, 1, 2, 3].map(|i| x.dual(i, at));
                    match side {
                        Side::A => O::chain_a(g, a, b, y, k),
                        Side::B => O::chain_b(g, a, b, y, k),
                    }
                });
                let [g, a, b, y] = [0, 1, 2, 3].map(|i| x.along(i));
                let fast = Tensor::binary_chain_along::<O>(side, [&g, &a, &b, &y], k);
                assert_both(fast, &naive, &format!("{} of {n} {}, {side:?}, {which:04b}", O::NAME, T::NAME));
            }
        }
    }
}

#[test]
fn every_row_matches_a_plain_loop() {
    macro_rules! each {
        ($check:ident: $($row:ident($($k:expr)?))*) => { $(
            $check::<rows::$row, f32>($($k)?);
            $check::<rows::$row, f64>($($k)?);
        )* };
    }
    each! { unary: Exp([0.0; 2]) Ln([0.0; 2]) Sqrt([0.0; 2]) Square([0.0; 2]) Tanh([0.0; 2]) Sigmoid([0.0; 2]) Relu([0.0; 2])
    Powi([3.0, 0.0]) Powf([2.5, 0.0]) Clamp([-0.5, 1.0]) }
    each! { binary: Add() Sub() Mul() Div() Pow() Min() Max() SquaredDifference() BceWithLogits() }
}
