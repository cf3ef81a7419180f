//! Gradients in the parameters of a module, against differences.

use std::collections::BTreeSet;

use rappel_autodiff::{Leaf, Module, ModuleExt, ParamId, ParamMut, ParamRef, Rng, Tape, Tensor, Var};

use crate::difference::directional;
use crate::gradcheck::{GradCheck, cotangent};
use crate::report::{GradError, GradReport, Tally};

/// Checks the gradient of `f` in every parameter of a net of `f64` against differences, with the settings of
/// [`GradCheck::default`]. The net is left as it was.
///
/// ```
/// use rappel_autodiff::{Module, Param, Tensor, Var};
/// use rappel_testkit::check_module;
///
/// #[derive(Module)]
/// struct Affine {
///     weight: Param<f64>,
///     bias: Param<f64>,
/// }
///
/// impl Affine {
///     fn forward<'t>(&self, x: Var<'t, f64>) -> Var<'t, f64> {
///         let tape = x.tape();
///         x.linear(tape.param(&self.weight), Some(tape.param(&self.bias)))
///     }
/// }
///
/// let mut net = Affine { weight: Param::new(Tensor::from([[0.5, -1.0]])), bias: Param::new(Tensor::from([0.1])) };
/// let x = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
/// let report = check_module(&mut net, |net, tape| net.forward(tape.input(&x)).tanh()).unwrap();
/// assert_eq!(report.checked, 3);
/// ```
///
/// # Errors
/// The first partial derivative on which the two disagree, by the parameter's path. A frozen parameter that received a gradient
/// is reported too.
///
/// # Panics
/// When a parameter is not of `f64`: differences of `f32` say nothing.
pub fn check_module<M: Module + ?Sized>(
    net: &mut M,
    f: impl for<'t> Fn(&M, &'t Tape<f64>) -> Var<'t, f64>,
) -> Result<GradReport, GradError> {
    GradCheck::default().module(net, f)
}

/// Checks the second derivative of `f` in the parameters of a net, as [`gradgradcheck`](crate::gradgradcheck) does in inputs: the
/// recorded gradient, against a random direction, is itself checked in every parameter.
///
/// # Errors
/// The first partial derivative of the gradient on which the two disagree, by the parameter's path.
///
/// # Panics
/// When a parameter is not of `f64`.
pub fn check_module_second<M: Module + ?Sized>(
    net: &mut M,
    f: impl for<'t> Fn(&M, &'t Tape<f64>) -> Var<'t, f64>,
) -> Result<GradReport, GradError> {
    GradCheck::default().module_second(net, f)
}

/// Sets one number of a parameter, at every place it is tied to.
fn set<M: Module + ?Sized>(net: &mut M, id: ParamId, value: &Tensor<f64>) {
    net.for_each_param_mut(|_, param: ParamMut<'_>| {
        if param.id() == id
            && let Some(param) = f64::open_mut(param)
        {
            param.value = value.clone();
        }
    });
}

/// Path, id, trainable and value of every parameter, tied ones once.
fn parameters<M: Module + ?Sized>(net: &M) -> Vec<(String, ParamId, bool, Tensor<f64>)> {
    let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
    net.for_each_param(|path, param: ParamRef<'_>| {
        if seen.insert(param.id()) {
            let own =
                f64::open(param).unwrap_or_else(|| panic!("parameter {path} is of f32: check a net built in f64"));
            all.push((path.to_owned(), own.id(), own.trainable, own.value.clone()));
        }
    });
    all
}

impl GradCheck {
    /// Checks the gradient of `f` in every parameter of a net: see [`check_module`].
    ///
    /// # Errors
    /// The first partial derivative on which the two disagree.
    pub fn module<M: Module + ?Sized>(
        &self,
        net: &mut M,
        f: impl for<'t> Fn(&M, &'t Tape<f64>) -> Var<'t, f64>,
    ) -> Result<GradReport, GradError> {
        self.run_module(net, f, "")
    }

    /// Checks the second derivative of `f` in the parameters of a net: see [`check_module_second`].
    ///
    /// # Errors
    /// The first partial derivative of the gradient on which the two disagree.
    pub fn module_second<M: Module + ?Sized>(
        &self,
        net: &mut M,
        f: impl for<'t> Fn(&M, &'t Tape<f64>) -> Var<'t, f64>,
    ) -> Result<GradReport, GradError> {
        let u = cotangent(&f(net, &self.tape()).value(), &mut Rng::seed(self.seed));
        let mut rng = Rng::seed(self.seed).split(2);
        let weights: Vec<_> = self.tape().params(net).iter().map(|p| cotangent(&p.value(), &mut rng)).collect();
        self.run_module(
            net,
            |net, tape| {
                let gradients = f(net, tape).grad_with(tape.input(&u), &tape.params(net));
                let dots = gradients.iter().zip(&weights).map(|(g, w)| (*g * tape.input(w)).sum());
                dots.fold(tape.constant(0.0), |a, b| a + b)
            },
            " (second order)",
        )
    }

    fn run_module<M: Module + ?Sized>(
        &self,
        net: &mut M,
        f: impl for<'t> Fn(&M, &'t Tape<f64>) -> Var<'t, f64>,
        order: &str,
    ) -> Result<GradReport, GradError> {
        let value = |net: &M| f(net, &self.tape()).value();
        let u = cotangent(&value(net), &mut Rng::seed(self.seed));
        let gradients = {
            let tape = self.tape();
            // A net may be constant; with a leaf of its own added, backward has something to go to.
            (f(net, &tape) + tape.var(&Tensor::scalar(0.0))).backward_with(&u)
        };
        let mut tally = Tally::new(self.tolerance);
        for (path, id, trainable, start) in parameters(net) {
            let place = || format!("parameter {path}{order}");
            for k in 0..start.len() {
                let analytic = gradients.by_id(id).map_or(0.0, |g| g.data()[k]);
                let difference = if trainable {
                    let along = directional(start.data()[k], &u, |moved| {
                        let mut to = start.clone();
                        to.data_mut()[k] = moved;
                        set(net, id, &to);
                        value(net)
                    });
                    set(net, id, &start);
                    along
                } else {
                    (0.0, 0.0)
                };
                tally.compare(place, (k, start.shape()), analytic, difference)?;
            }
        }
        Ok(tally.done())
    }
}
