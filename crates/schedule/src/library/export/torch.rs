//! A schedule as a program for PyTorch.

use super::NotExpressible;
use super::python::{Dialect, Said, Writer, number};
use crate::Plan;

enum Torch {}

impl Dialect for Torch {
    const MATH: &'static str = "math";

    fn choose(condition: &str, yes: &str, no: &str) -> String {
        format!("{yes} if {condition} else {no}")
    }

    fn branch(condition: &str, value: &str) -> Option<[String; 2]> {
        Some([format!("if {condition}:"), format!("    return {value}")])
    }

    fn smaller(a: &str, b: &str) -> String {
        format!("min({a}, {b})")
    }

    fn larger(a: &str, b: &str) -> String {
        format!("max({a}, {b})")
    }

    fn power(base: &str, exponent: &str) -> String {
        format!("power({base}, {exponent})")
    }

    const POWER: &'static str = "def power(base, exponent):
    # Python's own raises where it is past the largest float.
    try:
        return base**exponent
    except OverflowError:
        return -math.inf if base < 0.0 and exponent % 2 == 1 else math.inf


";

    fn unless(flag: &str, condition: &str) -> String {
        format!("not {flag} and {condition}")
    }

    fn join(_: &[String], _: &[String]) -> Option<String> {
        None
    }

    const NOISE: Option<&'static str> = Some(
        "def uniform(seed, counter):
    # Noise from -1 to 1, two rounds of SplitMix64.
    def mix(z):
        z = (z + 0x9E3779B97F4A7C15) % 2**64
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        return z ^ (z >> 31)

    return (mix(mix(int(seed)) ^ int(min(counter, 2**64 - 1))) >> 11) * 2.0**-52 - 1.0


",
    );
}

/// The schedule as a program for PyTorch: a function for each piece, and a `LambdaLR` of them all.
///
/// `scheduler(optimizer)` of the program sets the rate that the schedule has at step `t` after `t` calls of `step()`, whatever
/// rate the optimizer was given. Run by itself, with steps as arguments, it prints the rates of those steps. Values are the
/// plan's to rounding.
///
/// # Errors
///
/// What follows a metric, a function of your own, and a linked quantity cannot be said in such a program.
///
/// ```
/// use rappel_schedule::{linear, to_torch};
///
/// let program = to_torch(&linear(0.0, 1e-3, 500).over(500)?)?;
/// assert!(program.contains("def linear_1(t):"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn to_torch(plan: &Plan) -> Result<String, NotExpressible> {
    let (functions, said) = Writer::<Torch>::write(plan)?;
    let value = match said {
        Said::Number(v) => number(v),
        Said::Function(name) => format!("{name}(t)"),
    };
    let schedule = plan.schedule();
    Ok(format!(
        "# {schedule}
import math
import sys

import torch


{functions}def schedule(t):
    return {value}


def scheduler(optimizer):
    for group in optimizer.param_groups:
        group[\"lr\"] = group[\"initial_lr\"] = 1.0
    return torch.optim.lr_scheduler.LambdaLR(optimizer, schedule)


if __name__ == \"__main__\":
    steps = sorted(int(step) for step in sys.argv[1:]) or range(10)
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))])
    following = scheduler(optimizer)
    for t in range(max(steps) + 1):
        if t in steps:
            print(f\"{{t}},{{optimizer.param_groups[0]['lr']}}\")
        optimizer.step()
        following.step()
"
    ))
}
