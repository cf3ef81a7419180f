//! Tests of `rappel-optim`; the modules mirror the sources.

mod adapters;
mod buffers;
mod catalogue;
mod describe;
mod error;
mod follow;
mod golden;
mod group;
mod knob;
mod knobs;
mod mutants;
mod optax_docs;
mod optimizer;
mod pass;
mod rule;
mod rules;
mod saved;
mod select;
#[cfg(feature = "serde")]
mod serde;
mod state;
mod support;
mod text;
