//! Tests of `rappel-optim`; the modules mirror the sources.

mod catalogue;
mod error;
mod follow;
mod glob;
mod golden;
mod group;
mod knob;
mod knobs;
mod optimizer;
mod pass;
mod rule;
mod rules;
mod select;
mod state;
mod support;
