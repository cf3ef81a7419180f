//! Where weights start: random tensors whose spread suits the layer.
//!
//! A sum over `fan` inputs multiplies their variance by `fan`, so weights are drawn with standard deviation `gain / sqrt(fan)`
//! and signals keep their size through the layers. Definitions, names and gains are PyTorch's (`torch.nn.init`).
//! With [`Mersenne`](rappel_autodiff::random::Mersenne) the values are those that PyTorch draws after `torch.manual_seed`.
//!
//! ```
//! use rappel_nn::Linear;
//! use rappel_nn::autodiff::Rng;
//! use rappel_nn::init::{self, Gain};
//!
//! let mut rng = Rng::seed(3);
//! let mut fc: Linear = Linear::new(64, 32, &mut rng);
//! fc.weight.value = init::xavier_uniform(&[32, 64], Gain::Tanh, &mut rng);
//! ```
//!
//! A whole net at once, by the paths and shapes of its parameters: [`apply`].

mod apply;
mod default;
mod dirac;
mod fan;
mod gain;
mod generator;
mod kaiming;
mod orthogonal;
mod plain;
mod sparse;
mod truncated;
mod xavier;

pub use apply::apply;
pub(crate) use default::{default_bias, default_weight};
pub use dirac::dirac;
pub use fan::{Fan, fans};
pub use gain::Gain;
pub use generator::Generator;
pub use kaiming::{kaiming_normal, kaiming_uniform};
pub use orthogonal::orthogonal;
pub use plain::{constant, eye, normal, ones, uniform, zeros};
pub use sparse::sparse;
pub use truncated::trunc_normal;
pub use xavier::{xavier_normal, xavier_uniform};
