//! A layer with a way around it.

use rappel_autodiff::{Float, Var};

use crate::layer::{enter_around, or_panic, pass};
use crate::{Layer, Misfit, Module};

/// A layer and a way around it: `x + body(x)`, or `projection(x) + body(x)` where the body changes the shape.
///
/// Gradients reach the layers below by the way around, however many bodies there are; a body that starts near zero starts the whole as
/// the identity. Parameters are called `body.*` and `projection.*`; PyTorch has no such container.
///
/// He et al., [Deep residual learning for image recognition](https://arxiv.org/abs/1512.03385), 2016.
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{Layer, Linear, ModuleExt, Relu, Residual, Sequential};
///
/// let rng = &mut Rng::seed(0);
/// let net: Sequential = Sequential::new()
///     .push(Residual::new((Linear::new(4, 4, rng), Relu)))
///     .push(Residual::with_projection((Linear::new(4, 8, rng), Relu), Linear::without_bias(4, 8, rng)));
/// let tape = Tape::new();
/// assert_eq!(net.forward(tape.input(&Tensor::zeros(&[2, 4]))).shape()[..], [2, 8]);
/// let names: Vec<_> = net.named_parameters().into_iter().map(|(name, _)| name).collect();
/// assert_eq!(names[2..], ["1.body.0.weight", "1.body.0.bias", "1.projection.weight"]);
/// ```
#[derive(Module, Debug, Clone)]
pub struct Residual<L: Module, P: Module = L> {
    /// The layer.
    pub body: L,
    /// What the way around goes through, if through anything.
    pub projection: Option<P>,
}

impl<L: Module> Residual<L> {
    /// `x + body(x)`: the body keeps the shape.
    pub fn new(body: L) -> Self {
        Residual { body, projection: None }
    }
}

impl<L: Module, P: Module> Residual<L, P> {
    /// `projection(x) + body(x)`: both make the same shape.
    pub fn with_projection(body: L, projection: P) -> Self {
        Residual { body, projection: Some(projection) }
    }
}

impl<T: Float, L: Layer<T>, P: Layer<T>> Layer<T> for Residual<L, P> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        or_panic(self.try_forward(x))
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        let place = |name: &str, why: String| format!("Residual.{name}: {why}");
        let body = self.body.misfit(shape).map(|why| place("body", why));
        body.or_else(|| Some(place("projection", self.projection.as_ref()?.misfit(shape)?)))
    }

    #[track_caller]
    fn try_forward<'t>(&self, x: Var<'t, T>) -> Result<Var<'t, T>, Misfit> {
        let whole = enter_around(self, x);
        let y = pass(&whole, "body", &self.body, x).map_err(|misfit| misfit.inside("Residual.body"))?;
        let around = match &self.projection {
            None => x,
            Some(layer) => {
                pass(&whole, "projection", layer, x).map_err(|misfit| misfit.inside("Residual.projection"))?
            }
        };
        let (to, from) = (y.shape(), around.shape());
        if to != from {
            let hint = if self.projection.is_none() { ": give it a projection" } else { "" };
            let kind = Layer::<T>::kind(self);
            let why = format!(
                "{kind}: the body makes {:?} of {:?}, to which {:?} cannot be added{hint}",
                &to[..],
                &x.shape()[..],
                &from[..]
            );
            return Err(Misfit::at(&whole, why));
        }
        Ok(whole.leave(around + y))
    }

    fn kind(&self) -> String {
        match &self.projection {
            None => format!("Residual({})", self.body.kind()),
            Some(projection) => format!("Residual({}, around it {})", self.body.kind(), projection.kind()),
        }
    }
}
