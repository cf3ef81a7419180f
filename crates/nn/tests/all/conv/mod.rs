mod axes;
mod convolution;
mod transposed;
