//! Many runs over rates, seeds and rules, and what they say together.
//!
//! One run at one rate says little: a rule that looks better than another may only have been given a rate that suits it. A [`Sweep`] runs each
//! arm (a rule and the shape of its learning rate) at each of the [`Rates`] with each seed, and its [`Outcome`] says which rate is best, how
//! much seeds matter, how wide the basin of good rates is, how much a wrong rate costs, and which arms change places.

mod arm;
mod crew;
mod curve;
mod engine;
mod flip;
mod halving;
mod journal;
mod measure;
mod member;
mod outcome;
mod rates;
mod run;
mod settings;
mod table;
mod work;

pub use curve::{Basin, Curve, Edge, Point};
pub use flip::Flip;
pub use measure::Measure;
pub use member::Member;
pub use outcome::Outcome;
pub use rates::Rates;
pub use run::Run;
pub use settings::Sweep;
