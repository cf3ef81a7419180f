//! What the laws have in common: evaluating a case, and comparing arrays.

use rappel_autodiff::{Rng, Tape, Tensor, Var};

use super::Broken;
use crate::gradcheck::cotangent;
use crate::report::unravel;
use crate::row::{Case, Real};

/// Where the operation stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    Alone,
    MidGraph,
}

impl Place {
    pub(super) const BOTH: [Place; 2] = [Place::Alone, Place::MidGraph];

    /// Where to look at derivatives: nowhere, when the value is infinite or NaN (a mean of nothing) and has none.
    pub(super) fn with_derivatives(case: &Case) -> &'static [Place] {
        if value::<f64>(case).first_non_finite().is_some() { &[] } else { &Place::BOTH }
    }

    /// The operation on variables, in its place.
    pub(super) fn of<'t, T: Real>(self, case: &Case, x: &[Var<'t, T>]) -> Var<'t, T> {
        if self == Place::Alone {
            return case.vars(x);
        }
        let movable = case.movable();
        let before = |((w, start), movable): ((&Var<'t, T>, &Tensor<f64>), &bool)| {
            let start = w.tape().input(&start.cast::<T>());
            let d = *w - start;
            if *movable { start + d * (d * 0.25 + 0.75) } else { *w }
        };
        let inner: Vec<_> = x.iter().zip(case.inputs()).zip(&movable).map(before).collect();
        let y = case.vars(&inner);
        y + y.square() * 0.2
    }
}

/// The inputs in a number type.
pub(super) fn inputs<T: Real>(case: &Case) -> Vec<Tensor<T>> {
    case.inputs().iter().map(Tensor::cast).collect()
}

/// A random cotangent for the case's output.
pub(super) fn seed_for(case: &Case) -> Tensor<f64> {
    cotangent(&value::<f64>(case), &mut Rng::seed(3))
}

/// A random direction in every input; zeros in those that cannot move.
pub(super) fn direction(case: &Case, stream: u64) -> Vec<Tensor<f64>> {
    let mut rng = Rng::seed(4).split(stream);
    let one = |(x, movable): (&Tensor<f64>, bool)| {
        let v = cotangent(x, &mut rng);
        if movable { v } else { Tensor::zeros(x.shape()) }
    };
    case.inputs().iter().zip(case.movable()).map(one).collect()
}

/// The value alone.
pub(super) fn value<T: Real>(case: &Case) -> Tensor<T> {
    let tape = Case::tape::<T>();
    let x: Vec<_> = inputs::<T>(case).iter().map(|x| tape.input(x)).collect();
    case.vars(&x).value()
}

/// Value and gradients by the eager backward pass; `wanted` says which inputs are `tape.var`s.
pub(super) fn pull_on<T: Real>(
    tape: &Tape<T>,
    case: &Case,
    place: Place,
    u: &Tensor<T>,
    wanted: &[bool],
) -> (Tensor<T>, Vec<Option<Tensor<T>>>) {
    let lift = |(x, &wanted): (&Tensor<T>, &bool)| if wanted { tape.var(x) } else { tape.input(x) };
    let x: Vec<_> = inputs::<T>(case).iter().zip(wanted).map(lift).collect();
    let y = place.of(case, &x);
    let value = y.value();
    // Some functions are constant; with a leaf of its own added, backward has something to go to.
    let gradients = (y + tape.var(&Tensor::scalar(T::ZERO))).backward_with(u);
    (value, x.iter().map(|x| gradients.wrt(*x).cloned()).collect())
}

/// [`pull_on`] a fresh tape, with every input that can move wanted.
pub(super) fn pull<T: Real>(case: &Case, place: Place, u: &Tensor<T>) -> (Tensor<T>, Vec<Option<Tensor<T>>>) {
    pull_on(&Case::tape::<T>(), case, place, u, &case.movable())
}

/// A gradient with absence read as zeros.
pub(super) fn or_zeros<T: Real>(g: &Option<Tensor<T>>, like: &Tensor<f64>) -> Tensor<T> {
    g.clone().unwrap_or_else(|| Tensor::zeros(like.shape()))
}

/// The largest finite magnitude among arrays, and at least 1.
pub(super) fn magnitude<'a, T: Real>(arrays: impl IntoIterator<Item = &'a Tensor<T>>) -> f64 {
    let all = arrays.into_iter().flat_map(|x| x.data().iter().map(|v| v.re().abs()));
    all.filter(|v| v.is_finite()).fold(1.0, f64::max)
}

/// Equal shapes, and values no further apart than `allowed`; NaN agrees with NaN. Both values are shown where they differ.
pub(super) fn close<T: Real, U: Real>(what: &str, a: &Tensor<T>, b: &Tensor<U>, allowed: f64) -> Result<(), Broken> {
    if a.shape() != b.shape() {
        return Err(Broken(format!("{what}: shapes {:?} and {:?}", a.shape(), b.shape())));
    }
    for (k, (x, y)) in a.data().iter().zip(b.data()).enumerate() {
        let (x, y) = (x.re(), y.re());
        let fine = (x - y).abs() <= allowed || x == y || x.is_nan() && y.is_nan();
        if !fine {
            let at = unravel(k, a.shape());
            let apart = (x - y).abs();
            return Err(Broken(format!(
                "{what} at {at:?}: {x:.17e} and {y:.17e}, {apart:.1e} apart, {allowed:.1e} allowed"
            )));
        }
    }
    Ok(())
}

/// Two numbers within `allowed`.
pub(super) fn close_numbers(what: &str, a: f64, b: f64, allowed: f64) -> Result<(), Broken> {
    close(what, &Tensor::scalar(a), &Tensor::scalar(b), allowed)
}

/// The inner product over several arrays, and the sum of the magnitudes of its terms.
pub(super) fn dot(a: &[Tensor<f64>], b: &[Tensor<f64>]) -> (f64, f64) {
    let pairs = || a.iter().zip(b).flat_map(|(a, b)| a.data().iter().zip(b.data()));
    (pairs().map(|(a, b)| a * b).sum(), pairs().map(|(a, b)| (a * b).abs()).sum())
}

/// All the inputs that can move as one vector.
pub(super) fn packed(case: &Case, arrays: &[Tensor<f64>]) -> Tensor<f64> {
    let movable = arrays.iter().zip(case.movable()).filter(|(_, movable)| *movable);
    Tensor::from(movable.flat_map(|(x, _)| x.data().to_vec()).collect::<Vec<_>>())
}

/// The case's inputs from such a vector; those that cannot move are constants.
pub(super) fn unpacked<'t>(case: &Case, p: Var<'t, f64>) -> Vec<Var<'t, f64>> {
    let mut at = 0;
    let one = |(x, movable): (&Tensor<f64>, bool)| {
        if !movable {
            return p.tape().input(x);
        }
        at += x.len();
        p.slice(std::slice::from_ref(&(at - x.len()..at))).reshape(x.shape())
    };
    case.inputs().iter().zip(case.movable()).map(one).collect()
}
