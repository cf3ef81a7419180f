//! Tests of `rappel-optim`; the modules mirror the sources.

mod catalogue;
mod error;
mod follow;
mod golden;
mod knob;
mod knobs;
mod optimizer;
mod pass;
mod rule;
mod rules;
mod state;
mod support;
