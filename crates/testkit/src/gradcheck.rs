//! Gradients against differences.

use rappel_autodiff::transform::Linearised;
use rappel_autodiff::{Gradients, Rng, Tape, Tensor, Var};

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

/// Checks products of the Hessian of `f` with directions at `x`, by forward over reverse: against differences of the gradient, and
/// that the Hessian is symmetric.
///
/// `f` may give any shape; the Hessian is that of its inner product with a random cotangent.
///
/// ```
/// use rappel_autodiff::Tensor;
/// use rappel_testkit::hvpcheck;
///
/// let report = hvpcheck(|x| x.sin() * x.sum(), &Tensor::from([0.5, 1.0])).unwrap();
/// assert_eq!(report.checked, 3); // the two values of the product, and the symmetry
/// ```
///
/// # Errors
/// The first value of a product on which the two disagree.
pub fn hvpcheck(f: impl for<'t> Fn(Var<'t, f64>) -> Var<'t, f64>, x: &Tensor<f64>) -> Result<GradReport, GradError> {
    hvpcheck_all(|x| f(x[0]), std::slice::from_ref(x))
}

/// [`hvpcheck`] of a function of several inputs, in all of them.
///
/// # Errors
/// The first value of a product on which the two disagree.
pub fn hvpcheck_all(
    f: impl for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
    x: &[Tensor<f64>],
) -> Result<GradReport, GradError> {
    GradCheck::default().hessian(f, x)
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

    /// Checks products of the Hessian with random directions: see [`hvpcheck`].
    ///
    /// # Errors
    /// The first value of a product on which forward over reverse and the difference of the gradient disagree.
    pub fn hessian(
        &self,
        f: impl for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
        x: &[Tensor<f64>],
    ) -> Result<GradReport, GradError> {
        let mut x = x.to_vec();
        let u = cotangent(&self.value(&f, &x), &mut Rng::seed(self.seed));
        let mut rng = Rng::seed(self.seed).split(3);
        let [v, w] = [(); 2].map(|()| x.iter().map(|x| cotangent(x, &mut rng)).collect::<Vec<_>>());
        // Gradient and product with the Hessian, each as one vector.
        let along = |x: &[Tensor<f64>], v: &[Tensor<f64>]| {
            let tape = self.tape();
            let vars: Vec<_> = x.iter().map(|x| tape.var(x)).collect();
            let y = (f(&vars) * tape.input(&u)).sum();
            let direction = Gradients::along(&vars.iter().copied().zip(v).collect::<Vec<_>>());
            let (g, hv) = Linearised::new(y).hvp(&direction);
            [g, hv].map(|g| flat(vars.iter().map(|v| g.wrt(*v).cloned().unwrap_or_else(|| Tensor::zeros(&v.shape())))))
        };
        let [_, hv] = along(&x, &v);
        let [_, hw] = along(&x, &w);
        let [flat_v, flat_w] = [&v, &w].map(|v| flat(v.iter().cloned()));
        let mut tally = Tally::new(self.tolerance);
        let mut at = 0;
        for i in 0..x.len() {
            let shape = x[i].shape().to_vec();
            for k in 0..x[i].len() {
                let start = x[i].data()[k];
                let difference = directional(start, &flat_v, |moved| {
                    x[i].data_mut()[k] = moved;
                    let [g, _] = along(&x, &v);
                    g
                });
                x[i].data_mut()[k] = start;
                tally.compare(|| format!("input {i} (Hessian times v)"), (k, &shape), hv.data()[at + k], difference)?;
            }
            at += x[i].len();
        }
        let dot = |a: &Tensor<f64>, b: &Tensor<f64>| a.data().iter().zip(b.data()).map(|(a, b)| a * b).sum::<f64>();
        let rounding = flat_w.data().iter().zip(hv.data()).map(|(a, b)| (a * b).abs()).sum::<f64>() * 1e-12;
        tally.compare(
            || "w^T H v and v^T H w".to_owned(),
            (0, &[]),
            dot(&flat_w, &hv),
            (dot(&flat_v, &hw), rounding),
        )?;
        Ok(tally.done())
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

/// All values as one vector.
fn flat(arrays: impl Iterator<Item = Tensor<f64>>) -> Tensor<f64> {
    Tensor::from(arrays.flat_map(|x| x.data().to_vec()).collect::<Vec<_>>())
}

/// A random cotangent in the shape of `y`, no magnitude below 0.5 or above 1.5.
pub(crate) fn cotangent(y: &Tensor<f64>, rng: &mut Rng) -> Tensor<f64> {
    Tensor::from_fn(y.shape(), |_| {
        let x = 2.0 * rng.uniform() - 1.0;
        x + 0.5_f64.copysign(x)
    })
}
