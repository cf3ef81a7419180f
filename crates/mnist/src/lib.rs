//! The MNIST database of handwritten digits, all 70,000 images embedded: no download, no path.
