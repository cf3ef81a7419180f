//! Layers side by side, chosen at run time.

use std::fmt;

use rappel_autodiff::{Float, Module, ModuleExt, Var, Visitor, VisitorMut};

use crate::layer::{enter_around, or_panic, pass};
use crate::{Layer, Misfit};

/// Layers that are all applied to one input, and whose outputs are joined.
///
/// Parameters are called as [`Sequential`](crate::Sequential)'s: `0.weight`, `1.bias`.
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{Layer, Linear, Parallel, Tanh};
///
/// let rng = &mut Rng::seed(0);
/// let tape = Tape::new();
/// let x = tape.input(&Tensor::zeros(&[5, 3]));
/// let joined = Parallel::concat(-1).push(Linear::new(3, 2, rng)).push((Linear::new(3, 4, rng), Tanh));
/// assert_eq!(joined.forward(x).shape()[..], [5, 6]);
/// let added = Parallel::sum().push(Linear::new(3, 4, rng)).push(Linear::new(3, 4, rng));
/// assert_eq!(added.forward(x).shape()[..], [5, 4]);
/// let heads = Parallel::stack(0).push(Linear::new(3, 4, rng)).push(Linear::new(3, 4, rng));
/// assert_eq!(heads.forward(x).shape()[..], [2, 5, 4]);
/// ```
pub struct Parallel<T: Float = f32> {
    layers: Vec<Box<dyn Layer<T>>>,
    join: Join,
}

/// What is made of the outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Join {
    Concat(isize),
    Sum,
    Stack(isize),
}

impl<T: Float> Parallel<T> {
    /// Outputs side by side along an axis, counted from the back if negative. The other axes agree.
    pub fn concat(axis: isize) -> Self {
        Parallel { layers: Vec::new(), join: Join::Concat(axis) }
    }

    /// The sum of the outputs, which have one shape.
    pub fn sum() -> Self {
        Parallel { layers: Vec::new(), join: Join::Sum }
    }

    /// Outputs of one shape as places along a new axis, counted from the back of the result if negative.
    pub fn stack(axis: isize) -> Self {
        Parallel { layers: Vec::new(), join: Join::Stack(axis) }
    }

    /// The same with another layer.
    #[must_use]
    pub fn push(mut self, layer: impl Layer<T> + 'static) -> Self {
        self.layers.push(Box::new(layer));
        self
    }

    /// The layers in order.
    pub fn layers(&self) -> &[Box<dyn Layer<T>>] {
        &self.layers
    }

    /// The layers in order, to be changed, added to or replaced.
    pub fn layers_mut(&mut self) -> &mut Vec<Box<dyn Layer<T>>> {
        &mut self.layers
    }

    /// Why outputs cannot be joined.
    fn apart(&self, outputs: &[Var<'_, T>]) -> Option<String> {
        let shapes: Vec<_> = outputs.iter().map(|y| y.shape()).collect();
        let first = shapes.first()?;
        let rank = match self.join {
            Join::Sum => None,
            Join::Concat(axis) => Some((axis, first.len())),
            Join::Stack(axis) => Some((axis, first.len() + 1)),
        };
        if let Some((axis, rank)) = rank
            && !(-(rank as isize)..rank as isize).contains(&axis)
        {
            return Some(format!("{}: there is no axis {axis} in outputs of shape {:?}", self.kind(), &first[..]));
        }
        let free = match self.join {
            Join::Concat(axis) => Some(axis.rem_euclid(first.len() as isize) as usize),
            Join::Sum | Join::Stack(_) => None,
        };
        let (i, shape) = shapes.iter().enumerate().find(|(_, shape)| {
            shape.len() != first.len() || (0..first.len()).any(|i| Some(i) != free && shape[i] != first[i])
        })?;
        Some(format!(
            "{}: layer 0 makes {:?} and layer {i} {:?}, which cannot be joined",
            self.kind(),
            &first[..],
            &shape[..]
        ))
    }
}

impl<T: Float> Layer<T> for Parallel<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        or_panic(self.try_forward(x))
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        if self.layers.is_empty() {
            return Some(format!("{}: there is nothing to join: push a layer", self.kind()));
        }
        let misfit = |(i, layer): (usize, &Box<dyn Layer<T>>)| Some(format!("Parallel[{i}]: {}", layer.misfit(shape)?));
        self.layers.iter().enumerate().find_map(misfit)
    }

    #[track_caller]
    fn try_forward<'t>(&self, x: Var<'t, T>) -> Result<Var<'t, T>, Misfit> {
        let whole = enter_around(self, x);
        if self.layers.is_empty() {
            return Err(Misfit::at(&whole, self.misfit(&x.shape()).unwrap_or_default()));
        }
        let mut outputs = Vec::with_capacity(self.layers.len());
        for (i, layer) in self.layers.iter().enumerate() {
            outputs.push(pass(&whole, i, layer, x).map_err(|misfit| misfit.inside(format_args!("Parallel[{i}]")))?);
        }
        if let Some(why) = self.apart(&outputs) {
            return Err(Misfit::at(&whole, why));
        }
        let joined = match self.join {
            Join::Concat(axis) => Var::concat(&outputs, axis),
            Join::Stack(axis) => Var::stack(&outputs, axis),
            Join::Sum => {
                let mut sum = outputs[0];
                for &y in &outputs[1..] {
                    sum = sum + y;
                }
                sum
            }
        };
        Ok(whole.leave(joined))
    }

    fn kind(&self) -> String {
        let join = match self.join {
            Join::Concat(axis) => format!("concat {axis}"),
            Join::Sum => "sum".into(),
            Join::Stack(axis) => format!("stack {axis}"),
        };
        format!("Parallel({} layers, {join})", self.layers.len())
    }
}

impl<T: Float> Module for Parallel<T> {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        self.layers.visit(visitor);
    }

    fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
        self.layers.visit_mut(visitor);
    }
}

impl<T: Float> fmt::Debug for Parallel<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parallel")
            .field("layers", &self.layers.len())
            .field("join", &self.join)
            .field("parameters", &self.count_parameters())
            .finish()
    }
}
