//! Gradients against differences.

use rappel_autodiff::{Rng, Tape, Tensor, Var};

use crate::difference::directional;
use crate::report::{GradError, GradReport, Tally};

/// Checks the gradient of `f` at `x` against differences, with the settings of [`GradCheck::default`].
///
/// ```
/// use rappel_autodiff::Tensor;
/// use rappel_testkit::gradcheck;
///
/// let x = Tensor::from([0.3, -1.2, 2.0]);
/// let report = gradcheck(|x| x * x.sigmoid(), &x).unwrap();
/// assert_eq!(report.checked, 3);
///
/// let wrong = gradcheck(|x| x.tanh().detach() * x, &x).unwrap_err();
/// assert_eq!((wrong.place.as_str(), &wrong.index[..]), ("input 0", &[0][..]));
/// ```
///
/// # Errors
/// The first partial derivative on which the two disagree.
pub fn gradcheck(f: impl for<'t> Fn(Var<'t, f64>) -> Var<'t, f64>, x: &Tensor<f64>) -> Result<GradReport, GradError> {
    gradcheck_all(|x| f(x[0]), std::slice::from_ref(x))
}

/// [`gradcheck`] of a function of several inputs, in all of them.
///
/// # Errors
/// The first partial derivative on which the two disagree.
pub fn gradcheck_all(
    f: impl for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
    x: &[Tensor<f64>],
) -> Result<GradReport, GradError> {
    GradCheck::default().first(f, x)
}

/// Checks the second derivative of `f` at `x`: differences of the recorded gradient against its derivative.
///
/// ```
/// use rappel_autodiff::Tensor;
/// use rappel_testkit::gradgradcheck;
///
/// let report = gradgradcheck(|x| x.sin(), &Tensor::from([0.5, 1.0])).unwrap();
/// assert_eq!(report.checked, 4); // in the two values, and in the cotangents of both
/// ```
///
/// # Errors
/// The first partial derivative of the gradient on which the two disagree.
pub fn gradgradcheck(
    f: impl for<'t> Fn(Var<'t, f64>) -> Var<'t, f64>,
    x: &Tensor<f64>,
) -> Result<GradReport, GradError> {
    gradgradcheck_all(|x| f(x[0]), std::slice::from_ref(x))
}

/// [`gradgradcheck`] of a function of several inputs, in all of them.
///
/// # Errors
/// The first partial derivative of the gradient on which the two disagree.
pub fn gradgradcheck_all(
    f: impl for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
    x: &[Tensor<f64>],
) -> Result<GradReport, GradError> {
    GradCheck::default().second(f, x)
}

/// The settings of a gradient check.
///
/// Each partial derivative of `<u, f(x)>` is compared with a five-point difference in `f64` (step: [`step`](crate::step)). The
/// cotangent u is drawn once per check from a fixed generator, with magnitudes between 0.5 and 1.5: ones everywhere would let a
/// transposed gradient pass. Two numbers agree when they are within `tolerance max(1, |a|, |b|)`, plus what the rounding of the
/// values of `f` may do to the difference. Keep inputs ten steps (about 0.01) away from kinks and ties.
///
/// ```
/// use rappel_autodiff::Tensor;
/// use rappel_testkit::GradCheck;
///
/// // Dropout drops the same values in every evaluation: the check is of one function.
/// let check = GradCheck { training: Some(7), ..GradCheck::default() };
/// check.first(|x| x[0].dropout(0.5).square(), &[Tensor::from([1.0, 2.0, 3.0])]).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct GradCheck {
    /// The relative error allowed. 1e-8 by default, first order and second.
    pub tolerance: f64,
    /// The seed of the random cotangent.
    pub seed: u64,
    /// A seed for tapes in training mode; none, and by default, for evaluation mode.
    pub training: Option<u64>,
}

impl Default for GradCheck {
    fn default() -> Self {
        GradCheck { tolerance: 1e-8, seed: 0x7261_7070_656c, training: None }
    }
}

impl GradCheck {
    /// Checks the gradient of `f` in every value of every input.
    ///
    /// # Errors
    /// The first partial derivative on which the two disagree.
    pub fn first(
        &self,
        f: impl for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
        x: &[Tensor<f64>],
    ) -> Result<GradReport, GradError> {
        self.run(f, x, |i| format!("input {i}"))
    }

    /// Checks the second derivative of `f`: the recorded gradient `J(x)^T v`, against a random direction, is itself checked as a
    /// function of the inputs and of the cotangent v.
    ///
    /// # Errors
    /// The first partial derivative of the gradient on which the two disagree.
    pub fn second(
        &self,
        f: impl for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
        x: &[Tensor<f64>],
    ) -> Result<GradReport, GradError> {
        let n = x.len();
        let mut rng = Rng::seed(self.seed).split(2);
        let mut inputs = x.to_vec();
        inputs.push(cotangent(&self.value(&f, x), &mut rng));
        let weights: Vec<Tensor<f64>> = x.iter().map(|x| cotangent(x, &mut rng)).collect();
        self.run(
            |all| {
                let (v, x) = all.split_last().expect("the cotangent is the last input");
                let gradients = f(x).grad_with(*v, x);
                let dots = gradients.iter().zip(&weights).map(|(g, w)| (*g * v.tape().input(w)).sum());
                dots.fold(v.tape().constant(0.0), |a, b| a + b)
            },
            &inputs,
            |i| if i == n { "the cotangent".to_owned() } else { format!("input {i} (second order)") },
        )
    }

    pub(crate) fn tape(&self) -> Tape<f64> {
        self.training.map_or_else(Tape::default, Tape::training_in)
    }

    fn value(&self, f: &impl for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>, x: &[Tensor<f64>]) -> Tensor<f64> {
        let tape = self.tape();
        let x: Vec<_> = x.iter().map(|x| tape.input(x)).collect();
        f(&x).value()
    }

    fn run(
        &self,
        f: impl for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
        x: &[Tensor<f64>],
        place: impl Fn(usize) -> String,
    ) -> Result<GradReport, GradError> {
        let mut x = x.to_vec();
        let u = cotangent(&self.value(&f, &x), &mut Rng::seed(self.seed));
        let analytic = {
            let tape = self.tape();
            let vars: Vec<_> = x.iter().map(|x| tape.var(x)).collect();
            // A function may be constant; with a leaf of its own added, backward has something to go to.
            let gradients = (f(&vars) + tape.var(&Tensor::scalar(0.0))).backward_with(&u);
            vars.iter().map(|v| gradients.wrt(*v).cloned()).collect::<Vec<_>>()
        };
        let mut tally = Tally::new(self.tolerance);
        for i in 0..x.len() {
            let shape = x[i].shape().to_vec();
            for k in 0..x[i].len() {
                let at = x[i].data()[k];
                let difference = directional(at, &u, |moved| {
                    x[i].data_mut()[k] = moved;
                    self.value(&f, &x)
                });
                x[i].data_mut()[k] = at;
                let analytic = analytic[i].as_ref().map_or(0.0, |g| g.data()[k]);
                tally.compare(|| place(i), (k, &shape), analytic, difference)?;
            }
        }
        Ok(tally.done())
    }
}

/// A random cotangent in the shape of `y`, no magnitude below 0.5 or above 1.5.
pub(crate) fn cotangent(y: &Tensor<f64>, rng: &mut Rng) -> Tensor<f64> {
    Tensor::from_fn(y.shape(), |_| {
        let x = 2.0 * rng.uniform() - 1.0;
        x + 0.5_f64.copysign(x)
    })
}
