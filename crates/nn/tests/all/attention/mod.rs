mod decoder;
mod encoder;
mod multihead;

use rappel_nn::autodiff::{Tape, Tensor, Var};

use crate::golden::{Case, Inputs};

/// A mask of a case on a tape, and whether it hides (or is added).
fn mask<'t>(case: &Case, tape: &'t Tape<f64>, inputs: &Inputs<'t>, name: &str) -> Option<(Var<'t, f64>, bool)> {
    if !case.has(name) {
        return None;
    }
    Some(match inputs.opt(name) {
        Some(added) => (added, false),
        None => (tape.input(&numbers(&case.flags(name))), true),
    })
}

fn numbers(flags: &Tensor<bool>) -> Tensor<f64> {
    flags.map(|&flag| f64::from(u8::from(flag)))
}

/// The masks of a case, by the names it has for them.
fn masks<'t>(
    case: &Case,
    tape: &'t Tape<f64>,
    inputs: &Inputs<'t>,
    [attention, keys]: [&str; 2],
) -> rappel_nn::Masks<'t, f64> {
    let all = rappel_nn::Masks::new();
    let all = match mask(case, tape, inputs, attention) {
        Some((mask, true)) => all.hide(mask),
        Some((bias, false)) => all.add(bias),
        None => all,
    };
    match mask(case, tape, inputs, keys) {
        Some((mask, true)) => all.hide_keys(mask),
        Some((bias, false)) => all.add_keys(bias),
        None => all,
    }
}
