//! Hessian-vector products of `<u, f>`, mid-graph, in two ways.

use rappel_autodiff::Tensor;
use rappel_autodiff::transform::hvp_on;

use super::Broken;
use super::run::{Place, close, close_numbers, direction, dot, magnitude, packed, seed_for, unpacked};
use crate::row::Case;

/// Gradient and Hessian times `v` by reverse over reverse.
fn reverse_over_reverse(case: &Case, u: &Tensor<f64>, v: &Tensor<f64>) -> (Tensor<f64>, Tensor<f64>) {
    let tape = Case::tape::<f64>();
    let p = tape.var(&packed(case, case.inputs()));
    let y = (Place::MidGraph.of(case, &unpacked(case, p)) * tape.input(u)).sum();
    let g = y.grad(&[p])[0];
    (g.value(), (g * tape.input(v)).sum().grad(&[p])[0].value())
}

pub(super) fn hessian(case: &Case) -> Result<(), Broken> {
    let u = seed_for(case);
    let x = packed(case, case.inputs());
    let [v, w] = [1, 2].map(|stream| packed(case, &direction(case, stream)));
    let forward = |v: &Tensor<f64>| {
        hvp_on(&Case::tape(), |p| (Place::MidGraph.of(case, &unpacked(case, p)) * p.tape().input(&u)).sum(), &x, v)
    };
    let ((_, hv), (g, hw)) = (forward(&v), forward(&w));
    let (reverse_g, reverse_hw) = reverse_over_reverse(case, &u, &w);
    let scale = magnitude([&g, &hv, &hw]);
    close("gradients of forward over reverse and of reverse", &g, &reverse_g, 1e-12 * scale)?;
    close("H v by forward over reverse and by reverse over reverse", &hw, &reverse_hw, 1e-12 * scale)?;
    let ((left, a), (right, b)) = (dot(&[w], &[hv]), dot(&[v], &[hw]));
    close_numbers("w^T H v and v^T H w", left, right, 1e-12 * (a + b).max(scale))
}
