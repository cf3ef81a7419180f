//! Other libraries' schedules by their own names, and the recipes: behind the feature `library`.

#[cfg(feature = "library")]
mod export;
#[cfg(feature = "library")]
pub mod fastai;
#[cfg(feature = "library")]
mod field;
#[cfg(feature = "library")]
mod fill;
#[cfg(feature = "library")]
mod importer;
#[cfg(feature = "library")]
pub mod keras;
#[cfg(feature = "library")]
mod lay;
#[cfg(feature = "library")]
mod none;
#[cfg(feature = "library")]
pub mod optax;
#[cfg(feature = "library")]
mod recipes;
#[cfg(feature = "library")]
mod table;
#[cfg(feature = "library")]
pub mod timm;
#[cfg(feature = "library")]
pub mod torch;
#[cfg(feature = "library")]
pub mod transformers;

#[cfg(feature = "library")]
pub use export::{NotExpressible, to_optax, to_torch};
#[cfg(feature = "library")]
pub use recipes::{Recipe, recipes};
#[cfg(feature = "library")]
pub(crate) use table::{entries, read};

#[cfg(not(feature = "library"))]
mod off;
#[cfg(not(feature = "library"))]
pub(crate) use off::{entries, read};
