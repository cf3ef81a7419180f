//! The op table: one row per operation of the engine.

mod activation;
mod arithmetic;
mod attention;
mod contraction;
mod conv;
mod einsum;
mod elementwise;
mod index;
mod linear;
mod loss;
mod normalise;
mod pad;
mod pool;
mod random;
mod recurrent;
mod reduction;
mod scan;
mod selection;
mod shape;
mod slice;
mod softmax;
mod sort;

use proptest::prelude::*;
use rappel_autodiff::Tensor;

use crate::row::Row;
use crate::strategies;

/// A family of the table: its name, and what makes its rows.
pub type Family = (&'static str, fn() -> Vec<Row>);

/// Every family of the table: its name, and what makes its rows.
///
/// ```
/// use rappel_testkit::FAMILIES;
///
/// let (name, rows) = FAMILIES[0];
/// assert_eq!(name, "activation");
/// assert!(rows().iter().any(|row| row.name() == "relu"));
/// ```
pub const FAMILIES: &[Family] = &[
    ("activation", activation::rows),
    ("arithmetic", arithmetic::rows),
    ("attention", attention::rows),
    ("contraction", contraction::rows),
    ("conv", conv::rows),
    ("einsum", einsum::rows),
    ("elementwise", elementwise::rows),
    ("index", index::rows),
    ("linear", linear::rows),
    ("loss", loss::rows),
    ("normalise", normalise::rows),
    ("pad", pad::rows),
    ("pool", pool::rows),
    ("random", random::rows),
    ("recurrent", recurrent::rows),
    ("reduction", reduction::rows),
    ("scan", scan::rows),
    ("selection", selection::rows),
    ("shape", shape::rows),
    ("slice", slice::rows),
    ("softmax", softmax::rows),
    ("sort", sort::rows),
];

/// Every row.
///
/// ```
/// assert!(rappel_testkit::table().iter().any(|row| row.name() == "tanh"));
/// ```
pub fn table() -> Vec<Row> {
    FAMILIES.iter().flat_map(|(_, rows)| rows()).collect()
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

/// Factors of a product: zeros among them, often more than one.
fn factor() -> impl Strategy<Value = f64> + Clone {
    prop_oneof![1 => Just(0.0), 3 => -1.5..1.5]
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
