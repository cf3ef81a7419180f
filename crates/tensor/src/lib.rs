//! N-dimensional arrays and the kernels under rappel: pooled buffers, run-time SIMD dispatch, tuned matrix products.
