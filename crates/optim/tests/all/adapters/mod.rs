//! What goes around a rule.

mod accumulate;
mod adaptive_clip;
mod average;
mod cautious;
mod centralize;
mod clip_norm;
mod clip_value;
mod composed;
mod ema;
mod l2;
mod lookahead;
mod sam;
mod schedule_free;
mod swa;
mod weight_decay;
