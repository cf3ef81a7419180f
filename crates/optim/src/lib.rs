//! Optimizers written as one formula each, with every hyperparameter a schedule.
//!
//! A [`Rule`] gives the direction of a step from a gradient and some state. Read on numbers it is one fused pass over memory;
//! its learning rate and every other hyperparameter is a [`Schedule`], a number being the simplest. The schedules are re-exported.
//! Read on variables ([`Unrolled`]) it is a step that can be differentiated through.
//!
//! Rules that sum over a parameter or the net are [`Staged`], those on whole parameters are [`MatrixRule`]s, those that evaluate the
//! loss again are [`Search`]es; all are in [`rules`]. Around them are [`adapters`] and [`Group`]s. An [`Optimizer`] is all of it, with
//! its state; [`AnyOptimizer`] is read from text, and the [`catalogue`] lists what there is.
//!
//! ```
//! use rappel_optim::autodiff::{Param, Tape, Tensor};
//! use rappel_optim::{Adam, cosine, warmup};
//!
//! let mut w = Param::new(Tensor::from([1.0, -2.0]));
//! let mut adam = Adam::new(warmup(0.1, 10).then(cosine(0.1, 0.0, 190)));
//! let mut tape = Tape::new();
//! for _ in 0..200 {
//!     tape.reset();
//!     let loss = tape.param(&w).square().sum();
//!     adam.step(&mut w, &loss.backward())?;
//! }
//! assert!(w.value.data().iter().all(|x| x.abs() < 1e-2));
//! # Ok::<(), rappel_optim::StepError>(())
//! ```
#![forbid(unsafe_code)]
#![doc(test(attr(deny(warnings))))]

mod adapter;
pub mod adapters;
mod aliases;
mod around;
mod catalogue;
mod core;
mod describe;
mod error;
mod eval;
mod evaluate;
mod group;
mod incoming;
mod knob;
mod knobs;
mod layers;
mod matrix;
mod norm;
mod optimizer;
mod origin;
mod pass;
mod report;
mod rule;
pub mod rules;
mod saved;
mod search;
mod select;
mod shadow;
mod staged;
mod state;
mod step;
mod stepped;
mod stepper;
mod text;
mod unroll;
mod update;

pub use adapter::{Adapted, Adapter, Flow, Place, Stage};
pub use aliases::{
    AdEmaMix, AdaBelief, Adadelta, Adafactor, Adagrad, Adam, AdamHd, AdamW, Adamax, Adan, Adopt, AmsGrad, Armijo, Asgd,
    DadaptAdamW, Dog, Dowg, Lamb, Lars, Lbfgs, Lion, Momo, MomoAdam, Muon, NAdam, NAdamW, PolyakSgd, Prodigy, RAdam,
    Rmsprop, Rprop, Sgd, SgdHd, Soap, Yogi,
};
pub use catalogue::{Entry, EntryKind, catalogue};
pub use describe::{DescribedParam, Description, Training};
pub use error::StepError;
pub use eval::Evaluated;
pub use evaluate::Evaluate;
pub use group::{Group, layer_decay, layer_decay_of, no_decay, no_decay_of};
pub use incoming::Incoming;
pub use knob::{Domain, Knob};
pub use matrix::MatrixRule;
pub use optimizer::{Any, AnyOptimizer, Optimizer};
pub use origin::Origin;
pub use rappel_autodiff as autodiff;
pub use rappel_elem as elem;
pub use rappel_schedule as schedule;
pub use rappel_schedule::{
    After, Clock, Dur, Plan, Registry, Schedule, ScheduleError, constant, cosine, empty, epochs, fraction, greedy,
    hold, linear, linked, percent, plateau, plateau_keras, plateau_optax, rest, samples, stable, steps, tokens, warmup,
};
pub use report::{Outcome, Report};
pub use rule::{MOST_HYPER, MOST_SLOTS, Rule, Slots, update};
pub use saved::{OptimizerState, Reshaped, Restored, StateError};
pub use search::Search;
pub use select::{Pattern, PatternError, Predicate, Select};
pub use shadow::{Kept, Shadow};
pub use staged::{MOST_MEMO, MOST_SUMS, Now, Scope, Staged};
pub use state::ParamState;
pub use stepped::Stepped;
pub use stepper::Stepper;
pub use unroll::Unrolled;

/// The program in the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
