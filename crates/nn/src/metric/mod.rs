//! How good a net is, in the numbers its task is judged by.
//!
//! A metric is fed batch by batch (`update`), joined with that of another part of the data (`merge`), and asked (`value`), which is
//! `None` as long as there is nothing to tell. It holds no tape and no net: outputs go in as tensors, those of an evaluated net.
//!
//! ```
//! use rappel_nn::autodiff::Tensor;
//! use rappel_nn::metric::{Accuracy, ConfusionMatrix};
//!
//! let (mut accuracy, mut confusion) = (Accuracy::new(), ConfusionMatrix::new(2));
//! for (outputs, labels) in [([[2.0, 1.0], [0.0, 3.0]], [0, 1]), ([[5.0, 4.0], [1.0, 0.0]], [1, 0])] {
//!     let (outputs, labels) = (Tensor::<f32>::from(outputs), Tensor::from(labels));
//!     accuracy.update(&outputs, &labels);
//!     confusion.update(&outputs, &labels);
//! }
//! assert_eq!(accuracy.value(), Some(0.75));
//! assert_eq!(confusion.recall_of(1), Some(0.5));
//! ```
//!
//! | task | metrics |
//! |---|---|
//! | one class of several | [`Accuracy`], [`TopK`], [`ConfusionMatrix`] (precision, recall, F, kappa, Matthews) |
//! | yes or no, also several at once | [`Accuracy::binary`], [`Accuracy::whole_rows`], [`RocAuc`], [`AveragePrecision`] |
//! | probabilities that mean what they say | [`CalibrationError`], [`Brier`] |
//! | language | [`Perplexity`] |
//! | numbers | [`MeanSquaredError`], [`MeanAbsoluteError`], [`MeanAbsolutePercentageError`], [`R2`], [`ExplainedVariance`] |
//!
//! **Sharding.** The value does not depend on how the samples were split into batches and shards, nor on their order, to the last bit:
//! counts are integers, and sums of floating point numbers are kept exactly and rounded once.
//!
//! **NaN.** Where right and wrong are counted ([`Accuracy`], [`TopK`], [`ConfusionMatrix`]), a sample with a NaN is wrong. Every other
//! metric gives NaN once it has seen one.
//!
//! **Misfits.** Shapes that do not fit and labels that are no class panic at the line of `update`; so does `merge` of two metrics with
//! different settings.

mod accuracy;
mod average_precision;
mod brier;
mod calibration;
mod confusion;
mod error;
mod inputs;
mod perplexity;
mod rank;
mod roc;
mod scores;
mod sum;
mod top_k;
mod variance;

pub use accuracy::Accuracy;
pub use average_precision::{AveragePrecision, PrecisionRecall};
pub use brier::Brier;
pub use calibration::{CalibrationBin, CalibrationError};
pub use confusion::{Average, ConfusionMatrix};
pub use error::{MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredError};
pub use perplexity::Perplexity;
pub use roc::{RocAuc, RocPoint};
pub use top_k::TopK;
pub use variance::{ExplainedVariance, R2};
