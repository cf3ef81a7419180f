//! Each family of kernels against a naive oracle, through the operations that run it.

mod attention;
mod conv;
mod cross_entropy;
mod dropout;
mod elementwise;
mod extreme;
mod index;
mod matmul;
mod moment;
mod movement;
mod normalise;
mod pairs;
mod pool;
mod recurrent;
mod reduce;
mod scan;
mod softmax;
mod sort;
mod tangent;
mod view;
