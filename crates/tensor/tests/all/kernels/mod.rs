//! Each family of kernels against a naive oracle, through the operations that run it.

mod conv;
mod cross_entropy;
mod dropout;
mod elementwise;
mod index;
mod matmul;
mod movement;
mod pairs;
mod pool;
mod reduce;
mod softmax;
