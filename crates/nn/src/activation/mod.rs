//! Activations as layers, for containers; elsewhere `x.relu()` is shorter.

mod plain;

pub use plain::{Relu, Sigmoid, Softplus, Tanh};
