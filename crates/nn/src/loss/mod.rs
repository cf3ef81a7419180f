//! Losses: what a net is trained to make small.

mod cross_entropy;

pub use cross_entropy::CrossEntropyLoss;
