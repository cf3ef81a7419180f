//! The rules, one short file each.

mod adam;
mod sgd;

pub use adam::AdamRule;
pub use sgd::SgdRule;
