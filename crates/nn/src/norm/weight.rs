//! Weight normalisation.

use rappel_autodiff::{Float, Leaf, Module, Param, Tape, Var, Visitor, VisitorMut};

use super::named::{self, Named, Shown};
use crate::layer::{enter_around, or_panic};
use crate::{Layer, Misfit};

/// A layer whose weight is written as length and direction: `weight = g v / |v|`, where g and v are trained.
///
/// The norm of each slice `v[i, ..]` of the first axis is taken over all other axes, so that each output has a length of its own. The
/// layer's weight holds v and is not used itself; while the layer runs, the tape reads `g v / |v|` in its place, with a derivative
/// that is exact to any order. Any module will do that has a parameter of the name. At first nothing changes: g is the norm of v.
///
/// Names are PyTorch's (`torch.nn.utils.parametrizations.weight_norm`): behind the layer's other parameters follow
/// `parametrizations.weight.original0`, which is g, with size 1 where the norm was taken, and `parametrizations.weight.original1`, which
/// is v. [`old_names`](Self::old_names) gives those of `torch.nn.utils.weight_norm`: `weight_g` and `weight_v`.
///
/// Salimans & Kingma, [Weight normalization](https://arxiv.org/abs/1602.07868), 2016.
///
/// ```
/// use rappel_nn::autodiff::{Param, Tape, Tensor};
/// use rappel_nn::{Layer, Linear, ModuleExt, WeightNorm};
///
/// let fc = Linear { weight: Param::new(Tensor::from([[3.0, 4.0]])), bias: None };
/// let mut norm = WeightNorm::new(fc);
/// assert_eq!(norm.length.value, Tensor::from([[5.0]]));
///
/// norm.length.value = Tensor::from([[10.0]]);
/// let tape = Tape::new();
/// assert_eq!(norm.forward(tape.input(&Tensor::from([[1.0, 0.0]]))).item(), 6.0);
/// let names: Vec<_> = norm.named_parameters().into_iter().map(|(name, _)| name).collect();
/// assert_eq!(names, ["parametrizations.weight.original0", "parametrizations.weight.original1"]);
/// assert_eq!(norm.into_layer().weight.value, Tensor::from([[6.0, 8.0]]));
/// ```
#[derive(Debug, Clone)]
pub struct WeightNorm<L, T: Float = f32> {
    /// The layer; its weight is the direction, of any length.
    pub layer: L,
    /// The length, of the weight's shape with size 1 where the norm is taken.
    pub length: Param<T>,
    name: String,
    axis: Option<usize>,
    old: bool,
}

impl<L: Layer<T>, T: Float> WeightNorm<L, T> {
    /// Of the layer's `weight`, with a length for each slice of its first axis.
    ///
    /// # Panics
    /// At the caller's line, when the layer has no parameter `weight` of this number type.
    #[track_caller]
    pub fn new(layer: L) -> Self {
        WeightNorm::of(layer, "weight", Some(0))
    }
}

impl<L: Module, T: Float> WeightNorm<L, T> {
    /// Of another parameter of the layer's own, such as `weight_hh_l0`, with a length for each slice of an axis, or one for all.
    ///
    /// ```
    /// use rappel_nn::autodiff::Rng;
    /// use rappel_nn::{Linear, WeightNorm};
    ///
    /// let fc: Linear = Linear::new(3, 2, &mut Rng::seed(0));
    /// let columns: WeightNorm<Linear> = WeightNorm::of(fc.clone(), "weight", Some(1));
    /// assert_eq!(columns.length.value.shape(), [1, 3]);
    /// let whole: WeightNorm<Linear> = WeightNorm::of(fc, "weight", None);
    /// assert_eq!(whole.length.value.shape(), [0; 0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the layer has no parameter of the name and this number type, or that has no such axis.
    #[track_caller]
    pub fn of(layer: L, name: &str, axis: Option<usize>) -> Self {
        let direction = named::find::<T>(name, &layer);
        let Some(direction) = direction else {
            panic!("WeightNorm: the layer has no parameter `{name}` of its own with numbers of this type")
        };
        let (value, rank) = (direction.value.clone(), direction.value.rank());
        if let Some(axis) = axis {
            assert!(axis < rank, "WeightNorm: the parameter `{name}` of shape {:?} has no axis {axis}", value.shape());
        }
        let tape = Tape::default();
        let length = norm(tape.input(&value), axis).value();
        WeightNorm { layer, length: Param::new(length), name: name.to_owned(), axis, old: false }
    }

    /// With the parameter names of `torch.nn.utils.weight_norm`: `weight_g` and `weight_v`.
    #[must_use]
    pub fn old_names(self) -> Self {
        WeightNorm { old: true, ..self }
    }

    /// Runs something with the layer while its weight is the normalised one: for modules that are no [`Layer`].
    #[track_caller]
    pub fn with<R>(&self, tape: &Tape<T>, run: impl FnOnce(&L) -> R) -> R {
        let direction = self.direction();
        let weight = self.weight_on(tape);
        tape.with(&[(direction.id(), weight)], || run(&self.layer))
    }

    /// The layer with `g v / |v|` as its weight.
    pub fn into_layer(mut self) -> L {
        let weight = self.weight_on(&Tape::default()).value();
        named::set(&self.name, &mut self.layer, weight);
        self.layer
    }

    /// v.
    #[track_caller]
    fn direction(&self) -> &Param<T> {
        let Some(direction) = named::find(&self.name, &self.layer) else {
            panic!("WeightNorm: the layer was replaced by one that has no parameter `{}`", self.name)
        };
        direction
    }

    /// `g v / |v|`.
    #[track_caller]
    fn weight_on<'t>(&self, tape: &'t Tape<T>) -> Var<'t, T> {
        let direction = tape.param(self.direction());
        direction * (tape.param(&self.length) / norm(direction, self.axis))
    }
}

/// The norm over all axes but one, which are kept, or over all, which are not: PyTorch's shapes.
#[track_caller]
fn norm<T: Float>(x: Var<'_, T>, axis: Option<usize>) -> Var<'_, T> {
    match axis {
        None => x.norm(),
        Some(axis) => {
            let others: Vec<isize> = (0..x.rank()).filter(|&k| k != axis).map(|k| k as isize).collect();
            x.norm_axes(2, &others, true)
        }
    }
}

/// What is entered around g and v, and what they are called.
fn names(old: bool, name: &str) -> ([&str; 2], [String; 2]) {
    if old {
        return (["", ""], [format!("{name}_g"), format!("{name}_v")]);
    }
    (["parametrizations", name], ["original0".to_owned(), "original1".to_owned()])
}

/// The layer without its weight, then g and v.
macro_rules! show {
    ($self:ident, $visitor:ident, $visit:ident, $visitors:ty, $wrap:ident, $($mutable:tt)?) => {{
        $self.layer.$visit(&mut Named::new(&$self.name, Shown::Rest, $visitor as &mut $visitors));
        let (around, [length, direction]) = names($self.old, &$self.name);
        let around = around.iter().filter(|name| !name.is_empty());
        around.clone().for_each(|name| $visitor.enter(name));
        $visitor.enter(&length);
        $visitor.param(T::$wrap(&$($mutable)? $self.length));
        $visitor.leave();
        $visitor.enter(&direction);
        $self.layer.$visit(&mut Named::new(&$self.name, Shown::It, $visitor as &mut $visitors));
        $visitor.leave();
        around.for_each(|_| $visitor.leave());
    }};
}

impl<L: Module, T: Float> Module for WeightNorm<L, T> {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        show!(self, visitor, visit, dyn Visitor<'a>, wrap,);
    }

    fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
        show!(self, visitor, visit_mut, dyn VisitorMut, wrap_mut, mut);
    }
}

impl<T: Float, L: Layer<T>> Layer<T> for WeightNorm<L, T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        or_panic(self.try_forward(x))
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        self.layer.misfit(shape)
    }

    #[track_caller]
    fn try_forward<'t>(&self, x: Var<'t, T>) -> Result<Var<'t, T>, Misfit> {
        let whole = enter_around(self, x).passing_on();
        let y = self.with(x.tape(), |layer| layer.try_forward(x))?;
        Ok(whole.leave(y))
    }

    fn kind(&self) -> String {
        format!("WeightNorm({})", self.layer.kind())
    }
}
