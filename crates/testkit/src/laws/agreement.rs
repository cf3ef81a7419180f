//! Different roads to one gradient.

use rappel_autodiff::Tensor;

use super::Broken;
use super::run::{Place, close, inputs, magnitude, or_zeros, pull, pull_on, seed_for};
use crate::row::Case;

/// Gradients by the recorded backward; absence is zeros there.
fn recorded_in(case: &Case, place: Place, u: &Tensor<f64>, wanted: &[bool]) -> Vec<Option<Tensor<f64>>> {
    let tape = Case::tape::<f64>();
    let x: Vec<_> = inputs::<f64>(case).iter().map(|x| tape.var(x)).collect();
    let wrt: Vec<_> = x.iter().zip(wanted).filter(|(_, w)| **w).map(|(x, _)| *x).collect();
    let mut gradients = place.of(case, &x).grad_with(tape.input(u), &wrt).into_iter();
    wanted.iter().map(|&w| if w { gradients.next().map(|g| g.value()) } else { None }).collect()
}

pub(super) fn recorded(case: &Case) -> Result<(), Broken> {
    let u = seed_for(case);
    for place in Place::BOTH {
        let (_, eager) = pull::<f64>(case, place, &u);
        let recorded = recorded_in(case, place, &u, &case.movable());
        for (i, x) in case.inputs().iter().enumerate() {
            let (e, r) = (or_zeros(&eager[i], x), or_zeros(&recorded[i], x));
            let scale = if case.facts.fused { magnitude([&e, &r, &u]) } else { 0.0 };
            close(&format!("eager and recorded, input {i}"), &e, &r, 16.0 * f64::EPSILON * scale)?;
        }
    }
    Ok(())
}

pub(super) fn masks(case: &Case) -> Result<(), Broken> {
    let (u, movable) = (seed_for(case), case.movable());
    let n = movable.len();
    let (_, all) = pull::<f64>(case, Place::Alone, &u);
    let all_recorded = recorded_in(case, Place::Alone, &u, &movable);
    for mask in 0..1_usize << n {
        let wanted: Vec<bool> = (0..n).map(|i| mask >> i & 1 == 1).collect();
        let (_, some) = pull_on(&Case::tape::<f64>(), case, Place::Alone, &u, &wanted);
        for (i, x) in case.inputs().iter().enumerate() {
            match (&some[i], wanted[i] && movable[i]) {
                (None, false) => {}
                // A mask may be made a `var`; nothing may come of it.
                (Some(g), false) => {
                    close(&format!("gradient of the constant input {i}"), g, &Tensor::<f64>::zeros(x.shape()), 0.0)?
                }
                (g, true) => close(
                    &format!("input {i} among {wanted:?} and among all"),
                    &or_zeros(g, x),
                    &or_zeros(&all[i], x),
                    0.0,
                )?,
            }
            if some[i].is_some() && !wanted[i] {
                return Err(Broken(format!("input {i} is no `var` and has a gradient")));
            }
        }
        let wanted: Vec<bool> = wanted.iter().zip(&movable).map(|(w, m)| *w && *m).collect();
        let some = recorded_in(case, Place::Alone, &u, &wanted);
        for i in (0..n).filter(|&i| wanted[i]) {
            let x = &case.inputs()[i];
            let what = format!("recorded, input {i} among {wanted:?} and among all");
            close(&what, &or_zeros(&some[i], x), &or_zeros(&all_recorded[i], x), 0.0)?;
        }
    }
    Ok(())
}

pub(super) fn zero(case: &Case) -> Result<(), Broken> {
    let u = Tensor::zeros(seed_for(case).shape());
    let (_, eager) = pull::<f64>(case, Place::Alone, &u);
    let recorded = recorded_in(case, Place::Alone, &u, &case.movable());
    for (g, x) in eager.iter().zip(case.inputs()).chain(recorded.iter().zip(case.inputs())) {
        close("the gradient for a zero cotangent, and zero", &or_zeros(g, x), &Tensor::<f64>::zeros(x.shape()), 0.0)?;
    }
    Ok(())
}
