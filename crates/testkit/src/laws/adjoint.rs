//! Forward mode and backward are each other's adjoint: no truncation, so nearly exact.

use rappel_autodiff::transform::jvp_on;

use super::Broken;
use super::run::{Place, close, close_numbers, direction, dot, or_zeros, packed, pull, seed_for, unpacked, value};
use crate::row::Case;

pub(super) fn adjoint(case: &Case) -> Result<(), Broken> {
    let (u, v) = (seed_for(case), direction(case, 0));
    for &place in Place::with_derivatives(case) {
        let (_, back) = pull::<f64>(case, place, &u);
        let back: Vec<_> = back.iter().zip(case.inputs()).map(|(g, x)| or_zeros(g, x)).collect();
        let (x, v_packed) = (packed(case, case.inputs()), packed(case, &v));
        let (y, forward) = jvp_on(&Case::tape(), |p| place.of(case, &unpacked(case, p)), &x, &v_packed);
        if place == Place::Alone {
            close("value beside the tangent", &y, &value::<f64>(case), 0.0)?;
        }
        let (left, left_size) = dot(std::slice::from_ref(&u), &[forward]);
        let (right, right_size) = dot(&back, &v);
        close_numbers("<u, J v> and <J^T u, v>", left, right, 1e-12 * (left_size + right_size).max(1.0))?;
    }
    Ok(())
}
