//! Loops over slices, one module per family. Each is run by [`simd::dispatch`](crate::simd::dispatch) and tested against a
//! naive oracle in `tests/all/kernels`.

pub(crate) mod attention;
pub(crate) mod conv;
pub(crate) mod cross_entropy;
pub(crate) mod dropout;
pub(crate) mod eigen;
pub(crate) mod elementwise;
pub(crate) mod extreme;
pub(crate) mod index;
pub(crate) mod lanes;
pub(crate) mod matmul;
pub(crate) mod movement;
pub(crate) mod norm;
pub(crate) mod normalise;
pub(crate) mod pairs;
pub(crate) mod pool;
pub(crate) mod product;
pub(crate) mod qr;
pub(crate) mod recurrent;
pub(crate) mod reduce;
pub(crate) mod scan;
pub(crate) mod selection;
pub(crate) mod shards;
pub(crate) mod softmax;
pub(crate) mod sort;
pub(crate) mod tangent;
pub(crate) mod variance;
