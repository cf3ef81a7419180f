//! A valley of a given spectrum.

use std::ops::RangeInclusive;

use rappel_autodiff::{Float, Rng, Tape, Tensor, Var};
use rappel_nn::Layer;

use super::Point;
use crate::{Cursor, LabError, Optimum, Problem};

/// `quadratic`: `f(x) = 1/2 sum of lambda_i x_i^2`, from `x = (1, .., 1)`: every direction with a curvature of its own.
///
/// Its minimum is 0, at the origin. Gradient descent of rate `lr` multiplies `x_i` by `1 - lr lambda_i`, so it is stable below
/// `2 / max lambda`, and the best constant rate `2 / (min + max)` shrinks the error by `(c - 1) / (c + 1)` a step, where `c` is the
/// condition number `max / min` (B. Polyak, "Introduction to Optimization", 1987, section 1.4).
///
/// ```
/// use rappel_lab::autodiff::Tape;
/// use rappel_lab::problems::Quadratic;
/// use rappel_lab::{Optimum, Problem};
///
/// let valley: &dyn Problem<f64> = &Quadratic::new(&[1.0, 25.0]);
/// assert_eq!(valley.whole(&*valley.net(0), &Tape::default()).item(), 13.0);
/// assert_eq!(valley.optimum(), Some(Optimum { loss: 0.0 }));
/// ```
#[derive(Debug, Clone)]
pub struct Quadratic {
    spectrum: Vec<f64>,
    /// Rows are the directions of the curvatures; the axes themselves where there is none.
    directions: Option<Tensor<f64>>,
}

impl Quadratic {
    /// The valley of these curvatures, one per coordinate. Where one is below 0 the loss has no minimum.
    pub fn new(spectrum: &[f64]) -> Quadratic {
        Quadratic { spectrum: spectrum.into(), directions: None }
    }

    /// `n` curvatures at even steps, the first and the last included; with `n = 1` the last alone.
    ///
    /// # Errors
    /// [`LabError::Range`] when the range is empty or reversed, or its ends are not finite and above 0; [`LabError::Setting`] without
    /// curvatures.
    pub fn linear(n: usize, curvatures: RangeInclusive<f64>) -> Result<Quadratic, LabError> {
        let (from, to) = checked(n, &curvatures)?;
        Ok(Quadratic::spread(n, |t| if t == 1.0 { to } else { from + (to - from) * t }))
    }

    /// `n` curvatures at even ratios, otherwise as [`linear`](Self::linear): the spectra of nets are rather of this kind.
    ///
    /// ```
    /// use rappel_lab::problems::Quadratic;
    ///
    /// let valley = Quadratic::logarithmic(3, 0.01..=1.0)?;
    /// assert_eq!(valley.spectrum(), [0.01, 0.1, 1.0]);
    /// assert_eq!(valley.condition(), 100.0);
    /// # Ok::<(), rappel_lab::LabError>(())
    /// ```
    ///
    /// # Errors
    /// As [`linear`](Self::linear).
    pub fn logarithmic(n: usize, curvatures: RangeInclusive<f64>) -> Result<Quadratic, LabError> {
        let (from, to) = checked(n, &curvatures)?;
        Ok(Quadratic::spread(n, |t| if t == 1.0 { to } else { from * (to / from).powf(t) }))
    }

    /// Curvatures as a function of a place from 0 to 1.
    fn spread(n: usize, at: impl Fn(f64) -> f64) -> Quadratic {
        let place = |i: usize| if i + 1 == n { 1.0 } else { i as f64 / (n - 1) as f64 };
        Quadratic::new(&(0..n).map(|i| at(place(i))).collect::<Vec<_>>())
    }

    /// The same valley in random directions, so that no rule can treat each curvature by itself: `f(Q x)` for an orthogonal matrix `Q`
    /// drawn uniformly, from the same height.
    ///
    /// Gradient descent, with momentum too, runs through the same losses; rules that scale coordinates do not.
    ///
    /// `Q` is the orthogonal factor of a matrix of normal numbers (F. Mezzadri, "How to generate random matrices from the classical
    /// compact groups", 2007).
    #[must_use]
    pub fn rotated(self, seed: u64) -> Quadratic {
        let n = self.spectrum.len();
        let mut random = Rng::seed(seed);
        let mut rows: Vec<Tensor<f64>> = Vec::with_capacity(n);
        while rows.len() < n {
            let mut row = Tensor::normal(&[n], 0.0, 1.0, &mut random);
            // Twice, as the first pass leaves errors of rounding along the other rows.
            for other in rows.iter().chain(&rows) {
                row = &row - other * (&row * other).sum().item();
            }
            rows.push(&row * (&row * &row).sum().item().sqrt().recip());
        }
        let values = rows.iter().flat_map(|row| row.data().iter().copied()).collect::<Vec<_>>();
        Quadratic { directions: Some(Tensor::new(values, &[n, n])), ..self }
    }

    /// The curvatures: the eigenvalues of the Hessian, which is the same everywhere.
    pub fn spectrum(&self) -> &[f64] {
        &self.spectrum
    }

    /// The largest curvature over the smallest; 1 for a round bowl.
    pub fn condition(&self) -> f64 {
        let (least, most) = self.ends();
        most / least
    }

    /// The smallest and the largest curvature.
    pub(super) fn ends(&self) -> (f64, f64) {
        self.spectrum.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), c| (least.min(*c), most.max(*c)))
    }

    /// Where runs begin: at 1 along each direction.
    pub(super) fn start<T: Float>(&self) -> Box<dyn Layer<T>> {
        let ones = Tensor::<f64>::ones(&[1, self.spectrum.len()]);
        let start = match &self.directions {
            None => ones,
            Some(directions) => ones.matmul(directions),
        };
        Box::new(Point::new(start.reshape(&[self.spectrum.len()]).cast()))
    }

    /// The loss at the point of a net, and the point.
    pub(super) fn at<'t, T: Float>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>) -> (Var<'t, T>, Var<'t, T>) {
        let point = net.forward(tape.constant(0.0));
        let along = match &self.directions {
            None => point,
            Some(directions) => tape.input(&directions.cast()).matmul(point),
        };
        let curvatures = Tensor::from_fn(&[self.spectrum.len()], |i| T::of(self.spectrum[i]));
        ((along.square() * tape.input(&curvatures)).sum() * 0.5, point)
    }
}

/// The ends of a range of curvatures.
fn checked(n: usize, curvatures: &RangeInclusive<f64>) -> Result<(f64, f64), LabError> {
    let (from, to) = (*curvatures.start(), *curvatures.end());
    if n == 0 {
        let why = "a valley has one curvature at least";
        return Err(LabError::Setting { what: "the number of curvatures", value: "0".into(), why });
    }
    if !(from > 0.0 && from <= to && to < f64::INFINITY) {
        let why = "curvatures rise from a number above 0 to a finite one";
        return Err(LabError::Range { what: "curvatures".into(), from, to, why });
    }
    Ok((from, to))
}

impl<T: Float> Problem<T> for Quadratic {
    fn name(&self) -> &str {
        "quadratic"
    }

    fn net(&self, _seed: u64) -> Box<dyn Layer<T>> {
        self.start()
    }

    fn loss<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>, _cursor: &mut Cursor) -> Var<'t, T> {
        self.whole(net, tape)
    }

    fn whole<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>) -> Var<'t, T> {
        self.at(net, tape).0
    }

    fn optimum(&self) -> Option<Optimum> {
        (self.ends().0 >= 0.0).then_some(Optimum { loss: 0.0 })
    }

    fn steps(&self) -> u64 {
        200
    }
}
