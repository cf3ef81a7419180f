//! What can be put around a rule, one short file each.

mod cautious;
mod clip_norm;
mod ema;

use rappel_tensor::Float;

use crate::adapter::{Adapted, Adapter};

pub use cautious::{Cautious, cautious};
pub use clip_norm::{ClipNorm, clip_norm};
pub use ema::{Ema, ema};

/// What the text form knows of an adapter.
pub(crate) struct Row<T: Float> {
    pub(crate) name: &'static str,
    pub(crate) make: fn() -> Adapted<T>,
    /// What it does, in a line.
    pub(crate) about: &'static str,
}

fn row<A: Adapter<T> + Default + 'static, T: Float>(about: &'static str) -> Row<T> {
    Row { name: A::default().name(), make: || Adapted::new(A::default()), about }
}

/// All adapters, in the order of their stages and their names.
pub(crate) fn table<T: Float>() -> Vec<Row<T>> {
    vec![
        // gradient
        row::<ClipNorm, T>("shortens the gradients where their norm is larger"),
        // direction
        row::<Cautious, T>("leaves out what points against the gradient"),
        // parameter
        // weights
        row::<Ema<T>, T>("keeps an exponential average of the weights to evaluate with"),
    ]
}
