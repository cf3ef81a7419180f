//! Tests of `rappel-tensor`; the modules mirror the sources.

mod kernels {
    mod matmul;
}
mod random;
mod simd;
mod threads;
