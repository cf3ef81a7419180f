//! The MNIST database of handwritten digits, all 70,000 images embedded: no download, no path.
//!
//! 60,000 training and 10,000 test images of 28 x 28 pixels, with the digit each shows. They add 9.1 MB to a program and are
//! unpacked in about a quarter of a second; in memory they stay bytes, 55 MB.
//!
//! ```
//! # fn main() -> Result<(), rappel_data::DataError> {
//! let (train, test) = rappel_mnist::load()?;
//! assert_eq!((train.len(), test.len(), train.classes(), train.sample_shape()), (60_000, 10_000, 10, &[784][..]));
//! let first = train.batches(64).next().expect("938 of them");
//! assert_eq!((first.x.shape(), first.y.data()[0]), (&[64, 784][..], 5));
//! # Ok(())
//! # }
//! ```
//!
//! # Credit and licence
//!
//! The images are the work of Yann LeCun and Corinna Cortes, who made them from the National Institute of Standards and
//! Technology's special databases 1 and 3 and hold their copyright. They are published as "The MNIST database of handwritten
//! digits" under the terms of the Creative Commons Attribution-Share Alike 3.0 licence
//! (<https://creativecommons.org/licenses/by-sa/3.0/>). The four published files were compressed anew and not otherwise changed:
//! [`idx_files`] gives them back byte for byte. The code of this crate is under MIT or Apache-2.0.
#![forbid(unsafe_code)]

mod files;
mod load;

pub use files::{IdxFiles, idx_files};
pub use load::load;

/// The program in the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
