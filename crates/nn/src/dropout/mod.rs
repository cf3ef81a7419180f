//! Dropout.

mod element;

pub use element::Dropout;
