//! A schedule as a program for optax.

use super::NotExpressible;
use super::python::{Dialect, Said, Writer, number};
use crate::Plan;

enum Optax {}

impl Dialect for Optax {
    const MATH: &'static str = "jnp";

    fn choose(condition: &str, yes: &str, no: &str) -> String {
        format!("jnp.where({condition}, {yes}, {no})")
    }

    fn branch(_: &str, _: &str) -> Option<[String; 2]> {
        None
    }

    fn smaller(a: &str, b: &str) -> String {
        format!("jnp.minimum({a}, {b})")
    }

    fn larger(a: &str, b: &str) -> String {
        format!("jnp.maximum({a}, {b})")
    }

    fn power(base: &str, exponent: &str) -> String {
        format!("{base} ** {exponent}")
    }

    const POWER: &'static str = "";

    fn unless(flag: &str, condition: &str) -> String {
        format!("jnp.logical_not({flag}) & ({condition})")
    }

    fn join(pieces: &[String], seams: &[String]) -> Option<String> {
        Some(format!("optax.join_schedules([{}], [{}])", pieces.join(", "), seams.join(", ")))
    }

    const NOISE: Option<&'static str> = None;
}

/// The schedule as a program for optax: a function for each piece, and `schedule(step)` of them all, which can be traced and
/// given to any optimizer of optax.
///
/// Run by itself, with steps as arguments, it prints the rates of those steps. Values are the plan's to rounding, which in
/// JAX is that of 32 bits unless `JAX_ENABLE_X64` is set.
///
/// # Errors
///
/// What follows a metric, a function of your own, a linked quantity, and noise cannot be said in such a program.
///
/// ```
/// use rappel_schedule::{linear, to_optax};
///
/// let program = to_optax(&linear(0.0, 1e-3, 500).then(1e-3).over(1000)?)?;
/// assert!(program.contains("optax.join_schedules([linear_1, lambda t: 0.001], [500.0])"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn to_optax(plan: &Plan) -> Result<String, NotExpressible> {
    let (functions, said) = Writer::<Optax>::write(plan)?;
    let value = match said {
        Said::Number(v) => format!("jnp.full_like(t, {})", number(v)),
        Said::Function(name) => format!("{name}(t)"),
    };
    let schedule = plan.schedule();
    Ok(format!(
        "# {schedule}
import sys

import jax.numpy as jnp
import optax


{functions}def schedule(step):
    t = jnp.asarray(step, float)
    return {value}


if __name__ == \"__main__\":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f\"{{step}},{{schedule(step)}}\")
"
    ))
}
