//! The op table: one row per operation of the engine.

mod activation;
mod arithmetic;
mod contraction;
mod elementwise;
mod index;
mod loss;
mod random;
mod reduction;
mod selection;
mod shape;
mod softmax;

use proptest::prelude::*;
use rappel_autodiff::Tensor;

use crate::row::Row;
use crate::strategies;

/// Every row.
///
/// ```
/// assert!(rappel_testkit::table().iter().any(|row| row.name() == "tanh"));
/// ```
pub fn table() -> Vec<Row> {
    let families = [
        activation::rows,
        arithmetic::rows,
        contraction::rows,
        elementwise::rows,
        index::rows,
        loss::rows,
        random::rows,
        reduction::rows,
        selection::rows,
        shape::rows,
        softmax::rows,
    ];
    families.into_iter().flat_map(|rows| rows()).collect()
}

/// Arguments and inputs of a row.
type Cases<A> = BoxedStrategy<(A, Vec<Tensor<f64>>)>;

/// One input of any shape and no arguments.
fn one(values: impl Strategy<Value = f64> + Clone + 'static) -> Cases<()> {
    strategies::one(values).prop_map(|x| ((), vec![x])).boxed()
}

/// Two inputs that broadcast and no arguments.
fn two(a: impl Strategy<Value = f64> + Clone + 'static, b: impl Strategy<Value = f64> + Clone + 'static) -> Cases<()> {
    strategies::pair(a, b).prop_map(|(a, b)| ((), vec![a, b])).boxed()
}

/// One input of a shape that something is drawn for.
fn shaped<A: std::fmt::Debug + 'static>(
    shapes: BoxedStrategy<Vec<usize>>,
    args: impl Fn(&[usize]) -> BoxedStrategy<A> + 'static,
) -> Cases<A> {
    shapes
        .prop_flat_map(move |s| (args(&s), strategies::tensor(&s, -2.0..2.0)))
        .prop_map(|(args, x)| (args, vec![x]))
        .boxed()
}
