//! Tests of `rappel-tensor`; the modules mirror the sources.

mod buffer;
mod display;
mod errors;
mod kernels;
mod mersenne;
mod naive;
mod ops;
mod random;
mod shape;
mod simd;
mod tensor;
mod threads;
