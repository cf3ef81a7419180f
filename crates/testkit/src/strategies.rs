//! proptest strategies for shapes, values and whole inputs.
//!
//! Shapes have ranks 0 to 5 and sizes 0 to 3, true ones often, and at most 36 values: small enough that everything about them can
//! be checked by differences, and that a failure can be read. Values keep away from kinks and ties by [`MARGIN`].
//!
//! ```
//! use proptest::prelude::*;
//! use rappel_testkit::strategies::{self, config};
//!
//! proptest! {
//!     #![proptest_config(config(16, file!()))]
//!     # #[allow(unused)]
//!     fn addition_commutes((a, b) in strategies::pair(-1.0..1.0, -1.0..1.0)) {
//!         prop_assert_eq!(&a + &b, &b + &a);
//!     }
//! }
//! # addition_commutes();
//! ```

use std::ops::Range;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::test_runner::FileFailurePersistence;
use rappel_autodiff::Tensor;

/// How far values stay from kinks, and from each other where a tie matters: many difference steps.
pub const MARGIN: f64 = 0.05;

/// The largest number of values in a shape.
const LARGEST: usize = 36;

/// The settings of a run: `cases` cases unless the environment variable `PROPTEST_CASES` asks for another number; failures are
/// kept beside the test's source file (pass `file!()`), with the extension `regressions`, and tried first from then on.
pub fn config(cases: u32, source_file: &'static str) -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let default = ProptestConfig::default();
    ProptestConfig {
        cases: if asked { default.cases } else { cases },
        source_file: Some(source_file),
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..default
    }
}

/// The size of an axis: 0 to 3, 0 seldom, 1 often.
pub fn size() -> impl Strategy<Value = usize> + Clone {
    prop_oneof![5 => Just(1_usize), 4 => Just(2), 4 => Just(3), 1 => Just(0)]
}

/// The size of an axis that has to have values: 1 to 3.
pub fn full_size() -> impl Strategy<Value = usize> + Clone {
    1_usize..=3
}

/// Shapes of ranks 0 to 5.
pub fn shape() -> BoxedStrategy<Vec<usize>> {
    shape_of(0..6)
}

/// Shapes of the given ranks.
pub fn shape_of(ranks: Range<usize>) -> BoxedStrategy<Vec<usize>> {
    vec(size(), ranks).prop_map(limited).boxed()
}

/// The shape with its last large sizes made 1 until it holds few values.
fn limited(mut shape: Vec<usize>) -> Vec<usize> {
    while shape.iter().product::<usize>() > LARGEST {
        let at = shape.iter().rposition(|&n| n > 1).expect("some size is above 1 where the product is");
        shape[at] = 1;
    }
    shape
}

/// A shape, and two that broadcast to it: sizes made 1, leading axes left away.
pub fn broadcasting() -> BoxedStrategy<(Vec<usize>, Vec<usize>)> {
    let narrowed = |shape: Vec<usize>| {
        let rank = shape.len();
        let ones = vec(prop_oneof![3 => Just(false), 1 => Just(true)], rank);
        let dropped = prop_oneof![2 => Just(0), 1 => 0..=rank];
        (Just(shape), ones, dropped).prop_map(|(mut shape, ones, dropped)| {
            for (n, one) in shape.iter_mut().zip(ones) {
                *n = if one { 1 } else { *n };
            }
            shape.split_off(dropped)
        })
    };
    let each = move |shape: Vec<usize>| {
        let same = (Just(shape.clone()), Just(shape.clone()));
        prop_oneof![1 => same, 3 => (narrowed(shape.clone()), narrowed(shape))]
    };
    shape().prop_flat_map(each).boxed()
}

/// Tensors of a shape, with values drawn one by one.
pub fn tensor(shape: &[usize], values: impl Strategy<Value = f64> + 'static) -> BoxedStrategy<Tensor<f64>> {
    let shape = shape.to_vec();
    vec(values, shape.iter().product::<usize>()).prop_map(move |v| Tensor::new(v, &shape)).boxed()
}

/// A tensor of any shape.
pub fn one(values: impl Strategy<Value = f64> + Clone + 'static) -> BoxedStrategy<Tensor<f64>> {
    shape().prop_flat_map(move |s| tensor(&s, values.clone())).boxed()
}

/// Two tensors whose shapes broadcast.
pub fn pair(
    a: impl Strategy<Value = f64> + Clone + 'static,
    b: impl Strategy<Value = f64> + Clone + 'static,
) -> BoxedStrategy<(Tensor<f64>, Tensor<f64>)> {
    broadcasting().prop_flat_map(move |(m, n)| (tensor(&m, a.clone()), tensor(&n, b.clone()))).boxed()
}

/// Values of a range that keep `margin` away from the given points, which are further apart than twice that.
pub fn away_from(points: &'static [f64], margin: f64, values: Range<f64>) -> impl Strategy<Value = f64> + Clone {
    values.prop_map(move |x| {
        let near = points.iter().find(|&&p| (x - p).abs() < margin);
        near.map_or(x, |&p| if x < p { p - margin } else { p + margin })
    })
}

/// Values on a coarse grid, each off its line by a little: two of different `lines` are at least two [`MARGIN`]s apart.
///
/// `offset` shifts the grid; half a grid apart (0.1) no value of one tensor ties with one of another.
pub fn gridded(offset: f64) -> impl Strategy<Value = f64> + Clone {
    (-8_i32..=8, -0.02..0.02).prop_map(move |(k, jitter)| 0.2 * f64::from(k) + offset + jitter)
}

/// Tensors of a shape whose values are all apart by two [`MARGIN`]s or more, within about 2 of 0.
pub fn distinct(shape: &[usize]) -> BoxedStrategy<Tensor<f64>> {
    let shape = shape.to_vec();
    let n = shape.iter().product::<usize>();
    let order = Just((0..n).collect::<Vec<_>>()).prop_shuffle();
    (order, vec(-0.005..0.005, n))
        .prop_map(move |(order, jitter)| {
            let value = |(k, j): (&usize, &f64)| 0.12 * (*k as f64 - n as f64 / 2.0) + j;
            Tensor::new(order.iter().zip(&jitter).map(value).collect::<Vec<_>>(), &shape)
        })
        .boxed()
}

/// Some axes of a rank, each counted from the front or from the back, in any order; sometimes none.
pub fn axes(rank: usize) -> BoxedStrategy<Vec<isize>> {
    let chosen = subsequence((0..rank as isize).collect::<Vec<_>>(), 0..=rank).prop_shuffle();
    (chosen, vec(any::<bool>(), rank))
        .prop_map(move |(axes, back)| {
            axes.iter().map(|&k| if back[k as usize] { k - rank as isize } else { k }).collect()
        })
        .boxed()
}

/// One axis of a rank of at least 1, counted from the front or from the back.
pub fn axis(rank: usize) -> BoxedStrategy<isize> {
    (-(rank as isize)..rank as isize).boxed()
}

/// Indices below `bound` in a tensor of a shape. They repeat.
///
/// # Panics
/// When there is no index below the bound and the shape holds values.
pub fn indices(shape: &[usize], bound: usize) -> BoxedStrategy<Tensor<u32>> {
    let shape = shape.to_vec();
    let n = shape.iter().product::<usize>();
    assert!(n == 0 || bound > 0, "there is no index below 0 to fill shape {shape:?} with");
    vec(0..(bound.max(1) as u32), n).prop_map(move |v| Tensor::new(v, &shape)).boxed()
}
