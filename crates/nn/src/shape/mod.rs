//! Layers that move values and change none: flattening, padding, resizing.

mod flatten;

pub use flatten::Flatten;
