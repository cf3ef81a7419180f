//! What holds for every operation, whatever it computes.
//!
//! A [`Law`] is checked on one [`Case`]; [`assert()`] checks it on cases of every row, shrinks what fails, and reports all rows that
//! broke it, not just the first. Cotangents and directions come from a fixed generator, with magnitudes between 0.5 and 1.5.
//! "Mid-graph" means between a function of each input (`x + 3/4 d + d^2 / 4` at `d = 0`) and one of the output (`y + y^2 / 5`):
//! curved, so that second derivatives meet, but adding little to the error of differences.
//!
//! | law | what agrees | how closely |
//! |---|---|---|
//! | [`VALUE`] | the value and the reference | 1e-13 of the largest magnitude |
//! | [`GRADIENT`] | the backward pass and a five-point difference, alone and mid-graph | 1e-8 |
//! | [`ADJOINT`] | `<u, J v>` by forward mode and `<J^T u, v>` by backward | 1e-12 of the sum of magnitudes |
//! | [`RECORDED`] | eager and recorded backward | bit for bit; 16 ulp of the largest gradient where the eager kernel is fused |
//! | [`SECOND_ORDER`] | the recorded gradient's derivative and a difference of it, alone and mid-graph | 1e-8 |
//! | [`HESSIAN`] | `u^T H v` and `v^T H u`; forward over reverse and reverse over reverse | 1e-12 of the sum of magnitudes |
//! | [`MASKS`] | every choice of inputs that want a gradient | bit for bit |
//! | [`ALIASING`] | `f(x, x)` and the sum over separate inputs | 64 ulp |
//! | [`ACCUMULATION`] | inputs used elsewhere too, before and after, and the sum over the uses | 64 ulp |
//! | [`ZERO`] | the gradient for a zero cotangent, and zeros | exactly |
//! | [`SINGLE`] | `f32` and `f64` on the same inputs, value and gradient | 1e-5 of the largest magnitude |
//! | [`COMPOSED`] | an operation and what it is fused from, value and gradients | 1e-13 of the largest magnitude |
//! | [`REPEATABLE`] | one thread, two threads, the same tape again in recycled memory | bit for bit |

mod adjoint;
mod agreement;
mod composition;
mod gradient;
mod hessian;
mod precision;
mod repeatable;
mod run;
mod sharing;
mod value;

use std::fmt;

use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};

use crate::row::{Case, Row};

/// Something that holds for every operation.
#[derive(Clone, Copy)]
pub struct Law {
    /// Its name in messages.
    pub name: &'static str,
    check: fn(&Case) -> Result<(), Broken>,
}

impl Law {
    const fn new(name: &'static str, check: fn(&Case) -> Result<(), Broken>) -> Self {
        Law { name, check }
    }

    /// Checks the law on a case.
    ///
    /// # Errors
    /// What was compared, where, and both numbers.
    pub fn check(&self, case: &Case) -> Result<(), Broken> {
        (self.check)(case)
    }
}

impl fmt::Debug for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Law({})", self.name)
    }
}

/// How a law was broken.
#[derive(Clone, Debug, PartialEq)]
pub struct Broken(String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Broken {}

impl From<crate::GradError> for Broken {
    fn from(e: crate::GradError) -> Self {
        Broken(e.to_string())
    }
}

/// The value is the reference's.
pub const VALUE: Law = Law::new("value", value::holds);
/// The backward pass gives the derivative.
pub const GRADIENT: Law = Law::new("gradient", gradient::first);
/// Forward mode and backward are each other's adjoint.
pub const ADJOINT: Law = Law::new("adjoint", adjoint::adjoint);
/// Eager and recorded backward agree.
pub const RECORDED: Law = Law::new("recorded", agreement::recorded);
/// The recorded gradient has the right derivative.
pub const SECOND_ORDER: Law = Law::new("second order", gradient::second);
/// Hessian-vector products are symmetric, and the same both ways.
pub const HESSIAN: Law = Law::new("hessian", hessian::hessian);
/// What one input gets does not depend on which others want something.
pub const MASKS: Law = Law::new("masks", agreement::masks);
/// One variable may stand in two places.
pub const ALIASING: Law = Law::new("aliasing", sharing::aliasing);
/// A variable may be used elsewhere too.
pub const ACCUMULATION: Law = Law::new("accumulation", sharing::accumulation);
/// A zero cotangent gives zeros.
pub const ZERO: Law = Law::new("zero", agreement::zero);
/// Single precision is near double precision.
pub const SINGLE: Law = Law::new("single precision", precision::single);
/// A fused operation is the composition its row gives; rows without one hold.
pub const COMPOSED: Law = Law::new("composed", composition::composed);
/// The same bits on any number of threads, and again.
pub const REPEATABLE: Law = Law::new("repeatable", repeatable::repeatable);

/// Every law.
pub const ALL: [Law; 13] = [
    VALUE,
    GRADIENT,
    ADJOINT,
    RECORDED,
    SECOND_ORDER,
    HESSIAN,
    MASKS,
    ALIASING,
    ACCUMULATION,
    ZERO,
    SINGLE,
    COMPOSED,
    REPEATABLE,
];

/// Checks a law on cases of every row.
///
/// # Panics
/// When a row breaks it; the message names each such row with its smallest failing case found.
#[track_caller]
pub fn assert(law: &Law, rows: &[Row], config: &ProptestConfig) {
    let broken: Vec<String> = rows.iter().filter_map(|row| break_one(law, row, config)).collect();
    assert!(broken.is_empty(), "the law `{}` is broken by:\n{}", law.name, broken.join("\n"));
}

/// Checks every law on cases of every row.
///
/// # Panics
/// When a row breaks one.
#[track_caller]
pub fn assert_all(rows: &[Row], config: &ProptestConfig) {
    for law in &ALL {
        assert(law, rows, config);
    }
}

/// What the runner has to say about a law and a row, if it finds a case that breaks it.
fn break_one(law: &Law, row: &Row, config: &ProptestConfig) -> Option<String> {
    let mut runner = TestRunner::new(config.clone());
    let outcome = runner.run(&row.cases(), |case| law.check(&case).map_err(|e| TestCaseError::fail(e.to_string())));
    match outcome {
        Ok(()) => None,
        Err(TestError::Fail(why, case)) => Some(format!("* {case:?}\n  {why}")),
        Err(TestError::Abort(why)) => Some(format!("* {}: {why}", row.name())),
    }
}
