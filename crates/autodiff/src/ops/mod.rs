//! What one can do with variables, one module per family.

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

pub use arithmetic::{Number, Operand};
