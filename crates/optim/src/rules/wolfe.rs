//! A line search for the strong Wolfe conditions.
//!
//! ```text
//! loss(t) <= loss(0) + c1 t slope(0)        |slope(t)| <= c2 |slope(0)|        c1 = 1e-4, c2 = 0.9
//! ```
//!
//! First the step grows until it has a point that fulfils both between it and the one before, or does so itself; then that bracket is
//! made smaller. Trials are minima of the cubic through two points. Nocedal and Wright, "Numerical Optimization" (2006), algorithms 3.5
//! and 3.6, in the form of `torch.optim.LBFGS`, whose trials these are. Where torch meets a loss that is not finite it goes on with NaN;
//! here such a point is one of infinite loss, and the next trial is the middle.

use rappel_autodiff::Gradients;
use rappel_tensor::Float;

const C1: f64 = 1e-4;
const C2: f64 = 0.9;

/// A place on the line.
#[derive(Clone)]
pub(super) struct Point<T: Float> {
    pub(super) t: f64,
    pub(super) loss: f64,
    /// Of the loss in t.
    pub(super) slope: f64,
    pub(super) gradients: Gradients<T>,
}

impl<T: Float> Point<T> {
    pub(super) fn new(t: f64, gradients: Gradients<T>, d: &Gradients<T>) -> Self {
        let (loss, slope) = (gradients.loss().unwrap_or(f64::NAN), gradients.dot(d));
        let finite = loss.is_finite() && slope.is_finite();
        Point { t, loss: if finite { loss } else { f64::INFINITY }, slope, gradients }
    }
}

/// When a search ends.
pub(super) struct Limits {
    /// How many trials there may be after the first.
    pub(super) trials: usize,
    /// A bracket in which no weight moves by more is small enough.
    pub(super) change: f64,
    /// The greatest value of the direction.
    pub(super) reach: f64,
}

/// The point found, from the start of the line and a first step; that of infinite loss where no trial was finite.
pub(super) fn strong_wolfe<T: Float>(
    start: &Point<T>,
    t: f64,
    limits: &Limits,
    mut at: impl FnMut(f64) -> Point<T>,
) -> Point<T> {
    let fits = |p: &Point<T>| p.loss <= start.loss + C1 * p.t * start.slope;
    let flat = |p: &Point<T>| p.slope.abs() <= -C2 * start.slope;
    let mut trials = 0;
    let (mut before, mut here) = (start.clone(), at(t));
    let mut bracket = loop {
        if trials >= limits.trials {
            break [start.clone(), here];
        }
        if !fits(&here) || (trials > 1 && here.loss >= before.loss) {
            break [before, here];
        }
        if flat(&here) {
            return here;
        }
        if here.slope >= 0.0 {
            break [before, here];
        }
        let t = cubic(&before, &here, here.t + 0.01 * (here.t - before.t), here.t * 10.0);
        before = std::mem::replace(&mut here, at(t));
        trials += 1;
    };

    let mut low = lower(&bracket);
    let mut slow = false;
    while trials < limits.trials {
        let (left, right) = (bracket[0].t.min(bracket[1].t), bracket[0].t.max(bracket[1].t));
        if (right - left) * limits.reach < limits.change {
            break;
        }
        let mut t = cubic(&bracket[0], &bracket[1], left, right);
        let margin = 0.1 * (right - left);
        // Twice next to an end, or on it, does not get on: a tenth within it does.
        let near = (right - t).min(t - left) < margin;
        let stuck = near && (slow || t >= right || t <= left);
        if stuck {
            t = if (t - right).abs() < (t - left).abs() { right - margin } else { left + margin };
        }
        slow = near && !stuck;

        let here = at(t);
        trials += 1;
        if !fits(&here) || here.loss >= bracket[low].loss {
            bracket[1 - low] = here;
            low = lower(&bracket);
        } else {
            let done = flat(&here);
            if !done && here.slope * (bracket[1 - low].t - bracket[low].t) >= 0.0 {
                bracket[1 - low] = bracket[low].clone();
            }
            bracket[low] = here;
            if done {
                break;
            }
        }
    }
    let [first, second] = bracket;
    let (low, high) = if low == 0 { (first, second) } else { (second, first) };
    if low.t == 0.0 && high.loss == f64::INFINITY { high } else { low }
}

fn lower<T: Float>(bracket: &[Point<T>; 2]) -> usize {
    usize::from(bracket[0].loss > bracket[1].loss)
}

/// Where the cubic that has losses and slopes of two points is least, within bounds; the middle of these where there is no such place.
fn cubic<T: Float>(a: &Point<T>, b: &Point<T>, least: f64, most: f64) -> f64 {
    let (a, b) = if a.t <= b.t { (a, b) } else { (b, a) };
    let d1 = a.slope + b.slope - 3.0 * (a.loss - b.loss) / (a.t - b.t);
    let square = d1 * d1 - a.slope * b.slope;
    let d2 = square.sqrt();
    let t = b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2.0 * d2));
    if square >= 0.0 && t.is_finite() { t.max(least).min(most) } else { f64::midpoint(least, most) }
}
