//! First and second derivatives against differences.

use rappel_autodiff::{Tensor, Var};

use super::Broken;
use super::run::Place;
use crate::gradcheck::GradCheck;
use crate::row::Case;

fn settings() -> GradCheck {
    GradCheck { training: Some(Case::SEED), ..GradCheck::default() }
}

/// The inputs that can move.
fn moving(case: &Case) -> Vec<Tensor<f64>> {
    case.inputs().iter().zip(case.movable()).filter(|(_, m)| *m).map(|(x, _)| x.clone()).collect()
}

/// The case as a function of the inputs that can move.
fn apply<'t>(case: &Case, place: Place, x: &[Var<'t, f64>]) -> Var<'t, f64> {
    let mut rest = x.iter();
    let tape = x[0].tape();
    let next = |(start, movable): (&Tensor<f64>, bool)| {
        if movable { *rest.next().expect("a variable per input that moves") } else { tape.input(start) }
    };
    let all: Vec<_> = case.inputs().iter().zip(case.movable()).map(next).collect();
    place.of(case, &all)
}

pub(super) fn first(case: &Case) -> Result<(), Broken> {
    for &place in Place::with_derivatives(case) {
        settings().first(|x| apply(case, place, x), &moving(case))?;
    }
    Ok(())
}

pub(super) fn second(case: &Case) -> Result<(), Broken> {
    for &place in Place::with_derivatives(case) {
        settings().second(|x| apply(case, place, x), &moving(case))?;
    }
    Ok(())
}
