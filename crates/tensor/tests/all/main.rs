//! Tests of `rappel-tensor`; the modules mirror the sources.

mod kernels;
mod naive;
mod ops;
mod random;
mod simd;
mod threads;
