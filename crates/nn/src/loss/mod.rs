//! Losses: what a net is trained to make small.
//!
//! Each is a small struct of options with PyTorch's names and defaults, and a `forward`. Targets are variables, and have gradients where
//! the formula has derivatives in them; `tape.input(&t)` puts a tensor beside the prediction. Shapes have to agree.

mod bce;
mod bce_with_logits;
mod cosine;
mod cross_entropy;
mod gaussian_nll;
mod hinge_embedding;
mod huber;
mod kl_div;
mod l1;
mod margin_ranking;
mod mse;
mod multi_label;
mod multi_margin;
mod nll;
mod poisson_nll;
mod smooth_l1;
mod soft_margin;
pub(crate) mod target;
mod triplet_margin;

pub use bce::BceLoss;
pub use bce_with_logits::BceWithLogitsLoss;
pub use cosine::{CosineEmbeddingLoss, cosine_similarity};
pub use cross_entropy::CrossEntropyLoss;
pub use gaussian_nll::GaussianNllLoss;
pub use hinge_embedding::HingeEmbeddingLoss;
pub use huber::HuberLoss;
pub use kl_div::KlDivLoss;
pub use l1::L1Loss;
pub use margin_ranking::MarginRankingLoss;
pub use mse::MseLoss;
pub use multi_label::{MultiLabelMarginLoss, MultiLabelSoftMarginLoss};
pub use multi_margin::MultiMarginLoss;
pub use nll::NllLoss;
pub use poisson_nll::PoissonNllLoss;
pub use smooth_l1::SmoothL1Loss;
pub use soft_margin::SoftMarginLoss;
pub use triplet_margin::{TripletMarginLoss, pairwise_distance};
