//! Normalisation over trailing axes, groups of channels, or a batch.

use smallvec::SmallVec;

use super::place;
use crate::kernels::normalise::{View, channels, rows};
use crate::number::Float;
use crate::shape::{Shape, checked_count, count};
use crate::tensor::Tensor;

/// Over which values an array is normalised, checked against its shape: the array is seen as `[outer, groups, width, inner]`, and a
/// weight or bias has one value for each of `groups x width`.
///
/// ```
/// use rappel_tensor::{Normalisation, Tensor};
///
/// let x = Tensor::from([[1.0_f32, 3.0], [5.0, 5.0]]);
/// let (y, stats) = x.normalise(&Normalisation::layer(x.shape(), &[2], 0.0), None, None);
/// assert_eq!(y.data()[..2], [-1.0, 1.0]);
/// assert_eq!(stats.data()[..4], [2.0, 5.0, 1.0, 0.0]); // means, variances
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Normalisation {
    name: &'static str,
    view: View,
    /// Whether the statistics are those of a group over the whole batch.
    batch: bool,
    /// The shape of weight and bias.
    affine: Shape,
}

impl Normalisation {
    /// Over the trailing axes, whose sizes are `normalized`.
    ///
    /// # Panics
    /// At the caller's line, when the shape does not end in these sizes.
    #[track_caller]
    pub fn layer(shape: &[usize], normalized: &[usize], eps: f64) -> Self {
        Self::trailing("layer_norm", shape, normalized, true, eps)
    }

    /// [`layer`](Self::layer) by the root of the mean square; the mean stays.
    ///
    /// # Panics
    /// At the caller's line, when the shape does not end in these sizes.
    #[track_caller]
    pub fn rms(shape: &[usize], normalized: &[usize], eps: f64) -> Self {
        Self::trailing("rms_norm", shape, normalized, false, eps)
    }

    #[track_caller]
    fn trailing(name: &'static str, shape: &[usize], normalized: &[usize], centred: bool, eps: f64) -> Self {
        assert!(
            !normalized.is_empty() && shape.ends_with(normalized),
            "{name}: an input of shape {shape:?} cannot be normalised over {normalized:?}: these must be the sizes of its last axes, \
             at least one"
        );
        check_eps(name, eps);
        let outer = count(&shape[..shape.len() - normalized.len()]);
        let view = View { outer, groups: 1, width: count(normalized), inner: 1, centred, eps };
        Normalisation { name, view, batch: false, affine: normalized.into() }.countable(shape)
    }

    /// Over each of `groups` equal groups of channels; the channels are axis 1.
    ///
    /// # Panics
    /// At the caller's line, when there is no axis 1 or its size is no multiple of the groups.
    #[track_caller]
    pub fn group(shape: &[usize], groups: usize, eps: f64) -> Self {
        Self::grouped("group_norm", shape, groups, eps)
    }

    /// Over each channel of each sample: [`group`](Self::group) with as many groups as channels.
    ///
    /// # Panics
    /// At the caller's line, when there is no axis 1.
    #[track_caller]
    pub fn instance(shape: &[usize], eps: f64) -> Self {
        Self::grouped("instance_norm", shape, shape.get(1).copied().unwrap_or(1), eps)
    }

    #[track_caller]
    fn grouped(name: &'static str, shape: &[usize], groups: usize, eps: f64) -> Self {
        let channels = channels_of(name, shape);
        assert!(
            (groups > 0 || channels == 0) && channels.is_multiple_of(groups),
            "{name}: {channels} channels (axis 1 of shape {shape:?}) do not fall into {groups} equal groups"
        );
        check_eps(name, eps);
        let width = channels.checked_div(groups).unwrap_or(0);
        let view = View { outer: shape[0], groups, width, inner: count(&shape[2..]), centred: true, eps };
        Normalisation { name, view, batch: false, affine: Shape::from_slice(&[channels]) }.countable(shape)
    }

    /// Over the batch, for each channel; the channels are axis 1.
    ///
    /// # Panics
    /// At the caller's line, when there is no axis 1.
    #[track_caller]
    pub fn batch(shape: &[usize], eps: f64) -> Self {
        let name = "batch_norm";
        let groups = channels_of(name, shape);
        check_eps(name, eps);
        let view = View { outer: shape[0], groups, width: 1, inner: count(&shape[2..]), centred: true, eps };
        Normalisation { name, view, batch: true, affine: Shape::from_slice(&[groups]) }.countable(shape)
    }

    /// Panics at the caller's line when there are more statistics, or weights, than can be counted: of no values there can be.
    #[track_caller]
    fn countable(self, shape: &[usize]) -> Self {
        let Normalisation { name, view: View { outer, groups, .. }, .. } = self;
        let rows = if self.batch { [1, groups] } else { [outer, groups] };
        let countable = checked_count(&[3, rows[0], rows[1]]).is_some() && checked_count(&self.affine).is_some();
        assert!(
            countable,
            "{name}: {groups} groups in each of {} rows of an input of shape {shape:?} have more means than can be counted",
            rows[0]
        );
        self
    }

    /// The operation's name in messages.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The array as `[outer, groups, width, inner]`.
    pub fn view(&self) -> [usize; 4] {
        let View { outer, groups, width, inner, .. } = self.view;
        [outer, groups, width, inner]
    }

    /// The axes of the [`view`](Self::view) that statistics are formed over.
    pub fn axes(&self) -> SmallVec<[usize; 4]> {
        if self.batch { smallvec::smallvec![0, 2, 3] } else { smallvec::smallvec![2, 3] }
    }

    /// Whether the mean is taken out.
    pub fn is_centred(&self) -> bool {
        self.view.centred
    }

    /// What is added to a variance.
    pub fn eps(&self) -> f64 {
        self.view.eps
    }

    /// Panics at the caller's line unless the part, a weight or a bias, has its shape.
    #[track_caller]
    pub fn check_affine(&self, part: &str, shape: &[usize]) {
        let Normalisation { name, affine, .. } = self;
        assert!(affine[..] == *shape, "{name}: a {part} of shape {shape:?} does not fit: it must be {:?}", &affine[..]);
    }

    fn rows(&self) -> usize {
        if self.batch { self.view.groups } else { self.view.outer * self.view.groups }
    }
}

/// The size of axis 1.
#[track_caller]
fn channels_of(name: &str, shape: &[usize]) -> usize {
    assert!(shape.len() >= 2, "{name}: an input of shape {shape:?} has no channels: [n, channels, ..] is expected");
    shape[1]
}

#[track_caller]
fn check_eps(name: &str, eps: f64) {
    assert!(eps >= 0.0, "{name}: eps must be at least 0, not {eps}");
}

impl<T: Float> Tensor<T> {
    /// `(x - mean) / sqrt(var + eps) w + b`, and `[3, rows]`: the mean, the (biased) variance and the factor `1 / sqrt(var + eps)` of
    /// each row that statistics are formed over. Without the mean taken out, 0 stands for it, and the mean square for the variance.
    ///
    /// # Panics
    /// At the caller's line, when weight or bias have another shape.
    #[track_caller]
    pub fn normalise(&self, by: &Normalisation, weight: Option<&Self>, bias: Option<&Self>) -> (Self, Self) {
        debug_assert_eq!(count(&by.view()), self.len());
        for (part, x) in [("weight", weight), ("bias", bias)] {
            if let Some(x) = x {
                by.check_affine(part, x.shape());
            }
        }
        let (w, b) = (self.affine(by, weight, T::ONE), self.affine(by, bias, T::ZERO));
        let mut out = None;
        let stats = Self::make(self.workspace(), Shape::from_slice(&[3, by.rows()]), |stats| {
            out = Some(Self::make(self.workspace(), self.shape().into(), |y| {
                let forward = if by.batch { channels::forward } else { rows::forward };
                forward(by.view, self.data(), w.data(), b.data(), y, stats);
            }));
        });
        (out.expect("the statistics were formed"), stats)
    }

    /// The cotangent of the input of [`normalise`](Self::normalise), from the input, the statistics and the weight.
    pub fn normalise_chain(g: &Self, x: &Self, stats: &Self, weight: Option<&Self>, by: &Normalisation) -> Self {
        let w = x.affine(by, weight, T::ONE);
        let sums = by.batch.then(|| Self::normalise_affine_chain(g, x, stats, by));
        Self::make(place(g, x), x.shape().into(), |to| match &sums {
            None => rows::chain(by.view, g.data(), x.data(), w.data(), stats.data(), to),
            Some((dw, db)) => {
                channels::chain(by.view, g.data(), x.data(), w.data(), stats.data(), (dw.data(), db.data()), to);
            }
        })
    }

    /// The cotangents of weight and bias.
    pub fn normalise_affine_chain(g: &Self, x: &Self, stats: &Self, by: &Normalisation) -> (Self, Self) {
        let mut bias = None;
        let weight = Self::make(place(g, x), by.affine.clone(), |dw| {
            bias = Some(Self::make(place(g, x), by.affine.clone(), |db| {
                let chain = if by.batch { channels::affine_chain } else { rows::affine_chain };
                chain(by.view, g.data(), x.data(), stats.data(), dw, db);
            }));
        });
        (weight, bias.expect("the sums were formed"))
    }

    /// The weight or bias, or the number that stands for none.
    fn affine(&self, by: &Normalisation, part: Option<&Self>, none: T) -> Self {
        match part {
            Some(part) => part.clone(),
            None => Self::make(self.workspace(), by.affine.clone(), |to| to.fill(none)),
        }
    }
}
