//! Places as angles.

use rappel_autodiff::{Float, Tensor, Var};

use super::misfit;
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// Rotary positions, for the queries and the keys of each head: `[.., time, size]` is cut into pairs, and at place p the i-th pair is
/// turned by the angle `p base^(-2i / size)`. The product of a query and a key then depends on how far apart they are, not on where.
///
/// With `(a, b)` a pair and `t` its angle, it becomes `(a cos t - b sin t, b cos t + a sin t)`. A pair is numbers 2i and 2i + 1
/// (the paper, GPT-J, and LLaMA as published); with [`half_split`](Self::half_split) it is numbers i and i + size / 2 (GPT-NeoX, and
/// what the `transformers` library reads LLaMA as). Weights trained with one convention do not work with the other.
///
/// Nothing is learned and nothing saved; sines and cosines are computed once in `f64` and rounded.
///
/// Su et al., [RoFormer: enhanced transformer with rotary position embedding](https://arxiv.org/abs/2104.09864), 2021.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{Layer, Rotary};
///
/// let rotary = Rotary::new(128, 4);
/// let tape = Tape::new();
/// let x = tape.input(&Tensor::from([[1.0, 0.0, 1.0, 0.0], [1.0, 0.0, 1.0, 0.0]]));
/// let y = rotary.forward(x).value();
/// assert_eq!(y.at(0), Tensor::from([1.0, 0.0, 1.0, 0.0]));
/// assert_eq!(y.at((1, ..2)), Tensor::from([1_f64.cos() as f32, 1_f64.sin() as f32]));
/// ```
#[derive(Module, Debug, Clone)]
pub struct Rotary<T: Float = f32> {
    #[module(skip)]
    cos: Tensor<T>,
    #[module(skip)]
    sin: Tensor<T>,
    #[module(skip)]
    half_split: bool,
}

impl<T: Float> Rotary<T> {
    /// So many places and heads of this size, with the paper's base of 10000.
    ///
    /// # Panics
    /// At the caller's line, when the size is odd.
    #[track_caller]
    pub fn new(places: usize, size: usize) -> Self {
        Self::with_base(places, size, 10_000.0)
    }

    /// [`new`](Self::new) with another base: the longest wave is some `2 pi base` places long.
    ///
    /// # Panics
    /// At the caller's line, when the size is odd, or unless the base is finite and above 0.
    #[track_caller]
    pub fn with_base(places: usize, size: usize, base: f64) -> Self {
        assert!(size % 2 == 0, "Rotary: {size} numbers cannot be cut into pairs");
        assert!(base.is_finite() && base > 0.0, "Rotary: the base must be finite and above 0, not {base}");
        let pairs = size / 2;
        let angle = |i: usize| (i / pairs) as f64 * base.powf(-((2 * (i % pairs)) as f64) / size as f64);
        let table = |f: fn(f64) -> f64| Tensor::from_fn(&[places, pairs], |i| T::of(f(angle(i))));
        Rotary { cos: table(f64::cos), sin: table(f64::sin), half_split: false }
    }

    /// Whether a pair is numbers i and i + size / 2, instead of 2i and 2i + 1; not by default.
    #[must_use]
    pub fn half_split(self, half: bool) -> Self {
        Rotary { half_split: half, ..self }
    }

    /// The same for a sequence that begins at a place: a continued one, whose earlier keys were turned before.
    ///
    /// # Panics
    /// At the caller's line, when the shape does not fit or the sequence goes beyond the last place.
    #[track_caller]
    pub fn forward_at<'t>(&self, x: Var<'t, T>, offset: usize) -> Var<'t, T> {
        let shape = x.shape();
        if let Some(why) = self.apart(&shape, offset) {
            panic!("{}", Misfit::of(self, x, why));
        }
        let (layer, rank) = (enter(self, x), shape.len());
        let (time, pairs) = (shape[rank - 2], shape[rank - 1] / 2);
        let rows = |table: &Tensor<T>| {
            let rows = table.slice_axis(0, offset as isize..(offset + time) as isize);
            x.tape().input(&rows)
        };
        let (cos, sin) = (rows(&self.cos), rows(&self.sin));
        let turn = |a: Var<'t, T>, b: Var<'t, T>| (a * cos - b * sin, b * cos + a * sin);
        layer.leave(if self.half_split {
            let halves = x.split(&[pairs; 2], -1);
            let (a, b) = turn(halves[0], halves[1]);
            Var::concat(&[a, b], -1)
        } else {
            let both = x.unflatten(-1, &[pairs, 2]).unbind(-1);
            let (a, b) = turn(both[0], both[1]);
            Var::stack(&[a, b], -1).reshape(&shape)
        })
    }

    fn apart(&self, shape: &[usize], offset: usize) -> Option<String> {
        misfit(&self.kind(), shape, offset, [self.cos.shape()[0], 2 * self.cos.shape()[1]])
    }
}

/// The sequence begins at place 0.
impl<T: Float> Layer<T> for Rotary<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        self.forward_at(x, 0)
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        self.apart(shape, 0)
    }

    fn kind(&self) -> String {
        let order = if self.half_split { ", half split" } else { "" };
        format!("Rotary({} x {}{order})", self.cos.shape()[0], 2 * self.cos.shape()[1])
    }
}
