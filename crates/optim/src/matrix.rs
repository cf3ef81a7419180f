//! What an update rule is that looks at a parameter as a whole: a matrix, not its values.

use rappel_autodiff::Var;
use rappel_elem::Elem;
use rappel_tensor::{Float, Shape};
use smallvec::SmallVec;

use crate::knob::Knob;
use crate::rule::Slots;

/// An update rule on whole parameters, written once on variables: matrix products, factors, orthogonalisation.
///
/// A step evaluates it on a tape that is thrown away, and a step that is differentiated through on the tape of the loss; there is no
/// second copy. It is slower than an elementwise pass and worth it where products dominate. It gives the direction d of the step
/// `p <- p - lr d`, as a [`Rule`](crate::Rule) does.
///
/// ```
/// use rappel_optim::autodiff::Var;
/// use rappel_optim::autodiff::{Float, Shape};
/// use rappel_optim::elem::Elem;
/// use rappel_optim::{Knob, MatrixRule, Optimizer};
///
/// /// Each row of the gradient at unit length.
/// #[derive(Debug)]
/// struct Rows;
///
/// impl MatrixRule for Rows {
///     const NAME: &'static str = "rows";
///     const KNOBS: &'static [Knob] = &[Knob::new("eps", 1e-12, 0.0..=f64::MAX)];
///     const STATE: &'static [&'static str] = &[];
///     type Hyper<E: Elem> = [E; 1];
///
///     fn slots(_shape: &[usize]) -> Vec<Shape> {
///         Vec::new()
///     }
///
///     fn hyper<E: Elem>(_lr: E, knobs: &[E], _step: u64) -> [E; 1] {
///         [knobs[0]]
///     }
///
///     fn direction<'t, T: Float>(
///         &[eps]: &[Var<'t, T>; 1],
///         _step: u64,
///         _p: Var<'t, T>,
///         g: Var<'t, T>,
///         _s: &mut [Var<'t, T>],
///     ) -> Var<'t, T> {
///         g / (g.square().sum_axes(&[-1], true).sqrt() + eps)
///     }
/// }
///
/// # use rappel_optim::autodiff::{Param, Tape, Tensor};
/// let mut w = Param::new(Tensor::new([3.0, 4.0, 0.0, 2.0], &[2, 2]));
/// let mut optimizer = Optimizer::<Rows>::with_matrix_rule(1.0);
/// let tape = Tape::new();
/// let gradients = (tape.param(&w).square() * 0.5).sum().backward();
/// optimizer.step(&mut w, &gradients)?;
/// assert!((w.value.data()[1] - 3.2).abs() < 1e-6);
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub trait MatrixRule: Send + Sync + 'static {
    /// As [`Rule::NAME`](crate::Rule::NAME).
    const NAME: &'static str;
    /// As [`Rule::KNOBS`](crate::Rule::KNOBS).
    const KNOBS: &'static [Knob];
    /// As [`Rule::STATE`](crate::Rule::STATE).
    const STATE: &'static [&'static str];

    /// What the formula needs of the hyperparameters of one step.
    type Hyper<E: Elem>: Slots<E>;

    /// The shapes that the slots of state of a parameter of a shape begin with, as many as `STATE` names; they start as zeros. A slot
    /// that is not needed is of shape `[0]`. A step may leave another shape in a slot, where that depends on hyperparameters.
    fn slots(shape: &[usize]) -> Vec<Shape>;

    /// As [`Rule::hyper`](crate::Rule::hyper): in f64, so that numbers such as `1 - beta` keep their digits in single precision too.
    fn hyper<E: Elem>(lr: E, knobs: &[E], step: u64) -> Self::Hyper<E>;

    /// The direction d of the step `p <- p - lr d`, from a parameter, its gradient and its state, which moves on.
    ///
    /// What of `h` is a whole number or a choice is read by `item()`. `step` counts the parameter's own steps, as in `hyper`.
    fn direction<'t, T: Float>(
        h: &Self::Hyper<Var<'t, T>>,
        step: u64,
        p: Var<'t, T>,
        g: Var<'t, T>,
        s: &mut [Var<'t, T>],
    ) -> Var<'t, T>;

    /// As [`Rule::conflict`](crate::Rule::conflict).
    fn conflict(_constants: &[Option<f64>]) -> Option<&'static str> {
        None
    }

    /// As [`Rule::decoupled`](crate::Rule::decoupled).
    fn decoupled(_knobs: &[f64]) -> Option<usize> {
        None
    }
}

/// The slots of state, by their shapes.
pub(crate) type Shapes = SmallVec<[Shape; 2]>;
