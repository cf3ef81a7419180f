//! What can be put around a rule, one short file each.

mod accumulate;
mod adaptive_clip;
mod average;
mod cautious;
mod centralize;
mod clip_group_norm;
mod clip_norm;
mod clip_value;
mod ema;
mod l2;
mod lookahead;
mod mean;
mod sam;
mod schedule_free;
mod skip_nonfinite;
mod swa;
mod weight_decay;

use rappel_tensor::Float;

use crate::adapter::{Adapted, Adapter};

pub use accumulate::{Accumulate, accumulate};
pub use adaptive_clip::{AdaptiveClip, adaptive_clip};
pub use average::{Average, average};
pub use cautious::{Cautious, cautious};
pub use centralize::{Centralize, centralize};
pub use clip_group_norm::{ClipGroupNorm, clip_group_norm};
pub use clip_norm::{ClipNorm, clip_norm};
pub use clip_value::{ClipValue, clip_value};
pub use ema::{Ema, ema};
pub use l2::{L2, l2};
pub use lookahead::{Lookahead, lookahead};
pub use sam::{Sam, sam};
pub use schedule_free::{ScheduleFree, schedule_free};
pub use skip_nonfinite::{SkipNonfinite, skip_nonfinite};
pub use swa::{Swa, swa};
pub use weight_decay::{WeightDecay, weight_decay};

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
        row::<Accumulate<T>, T>("takes the mean gradient of several calls for one step"),
        row::<AdaptiveClip, T>("shortens the gradient of each output to a share of its weights"),
        row::<Centralize, T>("takes from the gradient of each output its mean"),
        row::<ClipGroupNorm, T>("shortens the gradients of each group where their norm is larger"),
        row::<ClipNorm, T>("shortens the gradients where their norm is larger"),
        row::<ClipValue, T>("holds each value of the gradients within a range"),
        row::<L2, T>("adds some of the weights to their gradients"),
        row::<Sam, T>("takes the gradient from a little uphill"),
        row::<SkipNonfinite, T>("leaves out steps whose gradients are not finite"),
        // direction
        row::<Cautious, T>("leaves out what points against the gradient"),
        // parameter
        row::<WeightDecay, T>("shrinks the weights in the step that moves them"),
        // weights
        row::<Average<T>, T>("keeps the running mean of the weights to evaluate with"),
        row::<Ema<T>, T>("keeps an exponential average of the weights to evaluate with"),
        row::<Lookahead<T>, T>("pulls the weights back to slow ones after every few steps"),
        row::<ScheduleFree<T>, T>("averages in the place of momentum and of a decreasing rate"),
        row::<Swa<T>, T>("keeps the mean of the weights late in a run to evaluate with"),
    ]
}
