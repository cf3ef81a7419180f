//! Tests of `rappel-tensor`; the modules mirror the sources.

mod random;
mod simd;
