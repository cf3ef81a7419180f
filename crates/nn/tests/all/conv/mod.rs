mod axes;
mod convolution;
mod layer;
mod transposed;
