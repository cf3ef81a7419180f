//! What has been recorded, as a linear map.

use rappel_tensor::{Float, Tensor};

use super::sweep::{pull_back, sweep};
use crate::array::{Array, Tangent};
use crate::gradients::Gradients;
use crate::hook::Hooks;
use crate::op::Op;
use crate::var::Var;

/// A recorded value as a function of the `tape.var`s and parameters it was computed from, near where they are: its products with any
/// number of directions, for one forward pass.
///
/// Directions and results are [`Gradients`]: a tensor per parameter or `var`.
///
/// ```
/// use rappel_autodiff::transform::Linearised;
/// use rappel_autodiff::{Gradients, Param, Tape, Tensor};
///
/// // The largest eigenvalue of a Hessian, by power iteration: here of w0^2 + 3 w1^2.
/// let net = Param::new(Tensor::from([1.0, 1.0]));
/// let tape = Tape::new();
/// let loss = Linearised::new((tape.param(&net).square() * tape.input(&Tensor::from([1.0, 3.0]))).sum());
/// let mut v = Gradients::from_fn(&net, |_, p| Tensor::ones(p.value.shape()));
/// let mut largest = 0.0;
/// for _ in 0..30 {
///     v.scale(1.0 / v.norm());
///     let (_, hv) = loss.hvp(&v);
///     largest = v.dot(&hv);
///     v = hv;
/// }
/// assert!((largest - 6.0).abs() < 1e-5);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Linearised<'t, T: Float = f32> {
    y: Var<'t, T>,
}

impl<'t, T: Float> Linearised<'t, T> {
    /// Takes a value as it has been recorded.
    ///
    /// # Panics
    /// At the caller's line, when `backward` has spent the tape.
    #[track_caller]
    pub fn new(y: Var<'t, T>) -> Self {
        y.check();
        y.tape.assert_fresh();
        Linearised { y }
    }

    /// The value.
    #[track_caller]
    pub fn value(&self) -> Tensor<T> {
        self.y.value()
    }

    /// Jacobian times direction: the derivative of the value, in its shape. What the direction does not name stands still.
    ///
    /// # Panics
    /// At the caller's line, when a direction has another shape than its parameter, or is one of a variable of another tape or step,
    /// or the value was computed by a [`CustomKernel`](crate::CustomKernel) without forward mode.
    #[track_caller]
    pub fn jvp(&self, direction: &Gradients<T>) -> Tensor<T> {
        let end = self.sweep("jvp", direction).swap_remove(self.y.id as usize);
        end.moved()
    }

    /// Cotangent times Jacobian: the gradient of the inner product of the value with `u`, which has its shape.
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ.
    #[track_caller]
    pub fn vjp(&self, u: &Tensor<T>) -> Gradients<T> {
        if self.is_constant() { Gradients::of(self.y, 0) } else { self.y.pass(Some(u), &mut Hooks::none()) }
    }

    /// The gradient of a one-element value, and its Hessian times the direction: a sweep of tangents, and the backward rules read with
    /// them.
    ///
    /// Both have the parameters and variables the value depends on; the product has zeros where the gradient stands still.
    ///
    /// # Panics
    /// At the caller's line, as [`jvp`](Self::jvp) does, and when the value has more or fewer elements than one, or was computed by a
    /// [`CustomKernel`](crate::CustomKernel), which has no second derivative.
    #[track_caller]
    pub fn hvp(&self, direction: &Gradients<T>) -> (Gradients<T>, Gradients<T>) {
        let shape = self.y.shape();
        assert!(
            shape.iter().product::<usize>() == 1,
            "hvp: the function gives shape {:?}; a Hessian needs one element (`sum`, `mean`)",
            &shape[..]
        );
        let tangents = self.sweep("hvp", direction);
        let (mut gradient, mut product) = (Gradients::of(self.y, 0), Gradients::of(self.y, 0));
        if self.is_constant() {
            return (gradient, product);
        }
        let tape = self.y.tape;
        let [mut cotangents, mut along] = pull_back(tape, tangents);
        let mut part = |id: usize| {
            let g = cotangents[id].take()?;
            let d = along[id].take().unwrap_or_else(|| Array::constant(&g, 0.0));
            Some((g, d))
        };
        let (nodes, params) = (tape.nodes.borrow(), tape.params.borrow());
        for &(param, id) in params.order.iter().filter(|p| p.1 <= self.y.id) {
            if let Some((g, d)) = part(id as usize) {
                gradient.push_param(param, id, g);
                product.push_param(param, id, d);
            }
        }
        for (id, node) in (0..=self.y.id).zip(nodes.iter()) {
            if let (Op::Leaf, true) = (&node.op, node.needs)
                && let Some((g, d)) = part(id as usize)
            {
                gradient.push_leaf(id, g);
                product.push_leaf(id, d);
            }
        }
        (gradient, product)
    }

    #[track_caller]
    fn sweep(&self, op: &str, direction: &Gradients<T>) -> Vec<Tangent<T>> {
        let tape = self.y.tape;
        self.y.check();
        tape.assert_fresh();
        let directions = direction.by_node(self.y);
        for (id, v) in &directions {
            let at = tape.handle(*id).shape();
            assert!(
                at[..] == *v.shape(),
                "{op}: a direction of shape {:?} at a point of shape {:?}: they must be equal",
                v.shape(),
                &at[..]
            );
        }
        sweep(op, tape, self.y.id as usize + 1, directions)
    }

    fn is_constant(&self) -> bool {
        !self.y.tape.nodes.borrow()[self.y.id as usize].needs
    }
}
