//! Data sets, seeded shuffling, batching, prefetching, the IDX reader, and MNIST-1D embedded.
//!
//! A [`Dataset`] holds samples with class labels. [`Dataset::shuffled`] gives it another order per epoch, a pure function of
//! its seed and the epoch; [`Dataset::batches`] cuts it into [`Batch`]es; a [`Loader`] makes them ahead of time on a thread
//! of its own. The module [`idx`] reads MNIST and its kin from files; [`mnist1d`] is embedded. Nothing panics for bad data: a [`DataError`] names the
//! file or the values and what was expected.
//!
//! ```
//! use rappel_data::Dataset;
//! use rappel_tensor::Tensor;
//! # fn main() -> Result<(), rappel_data::DataError> {
//! let x = Tensor::from_fn(&[10, 2], |i| i as f32);
//! let data = Dataset::new(x, Tensor::from_fn(&[10], |i| (i % 2) as u32), 2)?.with_seed(7);
//! let (train, test) = data.shuffled(0).split_at(8);
//! for epoch in 0..2 {
//!     for batch in train.shuffled(epoch).batches(3).prefetch(2) {
//!         assert_eq!(batch.x.shape(), [batch.len(), 2]);
//!     }
//! }
//! assert_eq!((train.batches_per_epoch(3), test.all().x.shape()), (3, &[2, 2][..]));
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod batch;
mod dataset;
mod error;
pub mod idx;
mod loader;
mod mnist1d;
mod rows;
mod samples;

pub use batch::{Batch, Batches};
pub use dataset::Dataset;
pub use error::DataError;
pub use loader::Loader;
pub use mnist1d::mnist1d;
pub use rappel_schedule as schedule;

/// The program in the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
