//! What the oracles share: walking over indices, drawing shapes and values, comparing.

use proptest::prelude::*;
use rappel_tensor::shape::count;
use rappel_tensor::{Data, Float, Rng, Tensor, Threads, Workspace};

/// Every index of a shape, in row-major order.
pub(crate) fn indices(shape: &[usize]) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for &n in shape {
        all = all.iter().flat_map(|head| (0..n).map(|i| [&head[..], &[i]].concat())).collect();
    }
    all
}

/// The position in an operand that an index of the shape it is stretched to falls on.
pub(crate) fn position(operand: &[usize], index: &[usize]) -> usize {
    let own = &index[index.len() - operand.len()..];
    own.iter().zip(operand).fold(0, |at, (&i, &n)| at * n + if n == 1 { 0 } else { i })
}

/// The value an operand shows at an index of the shape it is stretched to.
pub(crate) fn look<T: Data>(x: &Tensor<T>, index: &[usize]) -> T {
    x.data()[position(x.shape(), index)]
}

/// A tensor from the value at each index.
pub(crate) fn build<T: Data>(shape: &[usize], f: impl Fn(&[usize]) -> T) -> Tensor<T> {
    Tensor::new(indices(shape).iter().map(|i| f(i)).collect::<Vec<_>>(), shape)
}

/// Normal numbers, the same for the same seed.
pub(crate) fn numbers<T: Float>(shape: &[usize], seed: u64) -> Tensor<T> {
    Tensor::normal(shape, 0.0, 1.0, &mut Rng::seed(seed))
}

/// Normal numbers with edge values strewn in.
pub(crate) fn numbers_and_edges<T: Float>(shape: &[usize], seed: u64) -> Tensor<T> {
    const EDGES: [f64; 12] =
        [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e-40, -1e-40, 88.0, -104.0, 1e30, 1.0, -2.0];
    let mut x = numbers::<T>(shape, seed);
    let mut rng = Rng::seed(seed).split(1);
    for x in x.data_mut().iter_mut() {
        if rng.below(3) == 0 {
            *x = T::of(EDGES[rng.below(12) as usize]);
        }
    }
    x
}

/// The tensor in a workspace whose pool holds buffers full of NaN up to the given length, so that a result that is not written
/// shows.
pub(crate) fn soiled<T: Float>(x: &Tensor<T>, longest: usize) -> Tensor<T> {
    let workspace = Workspace::new(Threads::serial());
    let (mut waiting, mut n) = (Vec::new(), 16);
    while n <= 2 * longest.max(16) {
        waiting.extend((0..4).map(|_| Tensor::full_in(&workspace, &[n], T::of(f64::NAN))));
        n += n.next_power_of_two() / 8;
    }
    drop(waiting);
    x.within(&workspace)
}

/// Whether two numbers are equal, NaN to NaN.
pub(crate) fn same<T: Float>(a: T, b: T) -> bool {
    a == b || a.re().is_nan() && b.re().is_nan()
}

/// Asserts equal shapes and equal values, NaN to NaN.
#[track_caller]
pub(crate) fn assert_same<T: Float>(got: &Tensor<T>, want: &Tensor<T>, what: &str) {
    assert_eq!(got.shape(), want.shape(), "{what}");
    for (i, (&g, &w)) in got.data().iter().zip(want.data()).enumerate() {
        assert!(same(g, w), "{what}: value {i} of shape {:?} is {g} instead of {w}", got.shape());
    }
}

/// Asserts a shape and values within a bound each; what is not finite must be equal, NaN to NaN.
#[track_caller]
pub(crate) fn assert_near<T: Float>(got: &Tensor<T>, shape: &[usize], want: &[(f64, f64)], what: &str) {
    assert_eq!(got.shape(), shape, "{what}");
    assert_eq!(got.len(), want.len(), "{what}");
    for (i, (&g, &(w, bound))) in got.data().iter().zip(want).enumerate() {
        let near = if w.is_finite() { (g.re() - w).abs() <= bound } else { same(g.re(), w) };
        assert!(near, "{what}: value {i} of shape {shape:?} is {g} instead of {w}, bound {bound:e}");
    }
}

/// The distance from 1 to the next number of the type.
pub(crate) fn epsilon<T: Float>() -> f64 {
    if T::NAME == "f32" { f64::from(f32::EPSILON) } else { f64::EPSILON }
}

/// The smallest normal number of the type, below which results have fewer digits.
pub(crate) fn tiny<T: Float>() -> f64 {
    if T::NAME == "f32" { f64::from(f32::MIN_POSITIVE) } else { f64::MIN_POSITIVE }
}

/// Shapes of rank 0 to 5 with true 0 and 1 sizes, of at most 2000 values.
pub(crate) fn shapes() -> impl Strategy<Value = Vec<usize>> {
    let size = prop_oneof![1 => Just(0_usize), 4 => Just(1), 6 => 2_usize..5, 1 => 15_usize..18];
    prop::collection::vec(size, 0..=5).prop_map(|mut shape| {
        while count(&shape) > 2000 {
            shape.pop();
        }
        shape
    })
}

/// Shapes with at least one axis, and one of the axes.
pub(crate) fn shapes_and_axis() -> impl Strategy<Value = (Vec<usize>, usize)> {
    (shapes().prop_filter("a scalar has no axis", |s| !s.is_empty()), any::<prop::sample::Index>())
        .prop_map(|(shape, index)| (shape.clone(), index.index(shape.len())))
}

/// A shape and one that stretches to it: some axes of size 1, some leading ones missing.
pub(crate) fn stretched(shape: &[usize]) -> impl Strategy<Value = Vec<usize>> + use<> {
    let shape = shape.to_vec();
    let rank = shape.len();
    (prop::collection::vec(any::<bool>(), rank), 0..=rank).prop_map(move |(thin, missing)| {
        let thinned: Vec<usize> = shape.iter().zip(thin).map(|(&n, thin)| if thin { 1 } else { n }).collect();
        thinned[missing..].to_vec()
    })
}
