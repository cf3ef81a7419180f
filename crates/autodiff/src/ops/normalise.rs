//! Normalisation, fused: layer, RMS, group, instance and batch.

use rappel_elem::rows;
use rappel_tensor::{Float, Normalisation, Reduction, Shape, Tensor};
use smallvec::SmallVec;

use crate::array::{Array, Axes, Tangent, plus};
use crate::primitive::{Primitive, Value};
use crate::row::built_in;
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<'t, T: Float> Var<'t, T> {
    /// Layer normalisation: `(x - mean) / sqrt(var + eps) weight + bias`, where mean and (biased) variance are those of the trailing
    /// axes, whose sizes are `normalized`; weight and bias have that shape. A row of equal values gives the bias.
    ///
    /// Ba, Kiros & Hinton, [Layer normalization](https://arxiv.org/abs/1607.06450), 2016.
    ///
    /// ```
    /// use rappel_autodiff::Tape;
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let x = tape.input(&Tensor::from([[1.0, 3.0], [-5.0, 5.0]]));
    /// assert_eq!(x.layer_norm(&[2], None, None, 0.0).value().data(), [-1.0, 1.0, -1.0, 1.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the shape does not end in `normalized`, a weight or bias has another shape, or eps is negative.
    #[track_caller]
    pub fn layer_norm(
        self,
        normalized: &[usize],
        weight: Option<Var<'t, T>>,
        bias: Option<Var<'t, T>>,
        eps: f64,
    ) -> Self {
        self.normalise(Normalisation::layer(&self.shape(), normalized, eps), weight, bias)
    }

    /// Normalisation by the root of the mean square: `x / sqrt(mean(x^2) + eps) weight`, over the trailing axes, whose sizes are
    /// `normalized`.
    ///
    /// Zhang & Sennrich, [Root mean square layer normalization](https://arxiv.org/abs/1910.07467), 2019.
    ///
    /// # Panics
    /// At the caller's line, when the shape does not end in `normalized`, the weight has another shape, or eps is negative.
    #[track_caller]
    pub fn rms_norm(self, normalized: &[usize], weight: Option<Var<'t, T>>, eps: f64) -> Self {
        self.normalise(Normalisation::rms(&self.shape(), normalized, eps), weight, None)
    }

    /// Group normalisation of `[n, channels, ..]`: mean and variance are those of each of `groups` equal groups of channels of each
    /// sample; weight and bias are `[channels]`.
    ///
    /// Wu & He, [Group normalization](https://arxiv.org/abs/1803.08494), 2018.
    ///
    /// # Panics
    /// At the caller's line, when there is no axis 1 or its size is no multiple of the groups, a weight or bias has another shape, or
    /// eps is negative.
    #[track_caller]
    pub fn group_norm(self, groups: usize, weight: Option<Var<'t, T>>, bias: Option<Var<'t, T>>, eps: f64) -> Self {
        self.normalise(Normalisation::group(&self.shape(), groups, eps), weight, bias)
    }

    /// Instance normalisation of `[n, channels, ..]`: [`group_norm`](Self::group_norm) with a group for each channel.
    ///
    /// # Panics
    /// At the caller's line, when there is no axis 1, a weight or bias has another shape, or eps is negative.
    #[track_caller]
    pub fn instance_norm(self, weight: Option<Var<'t, T>>, bias: Option<Var<'t, T>>, eps: f64) -> Self {
        self.normalise(Normalisation::instance(&self.shape(), eps), weight, bias)
    }

    /// Batch normalisation of `[n, channels, ..]` by the statistics of the batch, as in training: mean and (biased) variance are those of
    /// each channel over all other axes; weight and bias are `[channels]`. Also gives mean and variance, `[channels]` each, for a layer
    /// to collect; PyTorch collects the unbiased variance, `n / (n - 1)` times this one for n values per channel.
    ///
    /// Ioffe & Szegedy, [Batch normalization](https://arxiv.org/abs/1502.03167), 2015. By given statistics, as in evaluation:
    /// [`batch_norm_with`](Self::batch_norm_with).
    ///
    /// ```
    /// use rappel_autodiff::Tape;
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let x = tape.input(&Tensor::from([[1.0, 0.0], [3.0, 4.0]]));
    /// let (y, mean, var) = x.batch_norm(None, None, 0.0);
    /// assert_eq!(y.value().data(), [-1.0, -1.0, 1.0, 1.0]);
    /// assert_eq!((mean.data(), var.data()), (&[2.0, 2.0][..], &[1.0, 4.0][..]));
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when there is no axis 1, a weight or bias has another shape, or eps is negative.
    #[track_caller]
    pub fn batch_norm(
        self,
        weight: Option<Var<'t, T>>,
        bias: Option<Var<'t, T>>,
        eps: f64,
    ) -> (Self, Tensor<T>, Tensor<T>) {
        let y = self.normalise(Normalisation::batch(&self.shape(), eps), weight, bias);
        let nodes = self.tape.nodes.borrow();
        let stats = nodes[y.id as usize].kept.as_ref().expect("the evaluation kept the statistics");
        let channels = stats.shape()[1];
        let row = |i: usize| stats.slice_axis(0, i..i + 1).reshape(&[channels]);
        (y, row(0), row(1))
    }

    /// Batch normalisation of `[n, channels, ..]` by given statistics, as in evaluation: `(x - mean) / sqrt(var + eps) weight + bias`.
    /// All of them are `[channels]`, and variables like others.
    ///
    /// # Panics
    /// At the caller's line, when there is no axis 1, one of the others has another shape, or eps is negative.
    #[track_caller]
    pub fn batch_norm_with(
        self,
        (mean, var): (Var<'t, T>, Var<'t, T>),
        weight: Option<Var<'t, T>>,
        bias: Option<Var<'t, T>>,
        eps: f64,
    ) -> Self {
        let shape = self.shape();
        let by = Normalisation::batch(&shape, eps);
        let mut wide: Shape = smallvec::smallvec![1; shape.len() - 1];
        wide[0] = shape[1];
        let parts = [("mean", Some(mean)), ("variance", Some(var)), ("weight", weight), ("bias", bias)];
        for (part, v) in parts {
            if let Some(v) = v {
                self.check_same(by.name(), v);
                by.check_affine(part, &v.shape());
            }
        }
        let root = (var + eps).sqrt();
        // No closures: they would be the callers that what they compute is recorded for.
        let scale = match weight {
            Some(w) => w / root,
            None => root.recip(),
        };
        let y = (self - mean.reshape(&wide)) * scale.reshape(&wide);
        match bias {
            Some(b) => y + b.reshape(&wide),
            None => y,
        }
    }

    #[track_caller]
    fn normalise(self, by: Normalisation, weight: Option<Var<'t, T>>, bias: Option<Var<'t, T>>) -> Self {
        let op = Normalise { by, weight: weight.is_some() };
        match (weight, bias) {
            (None, None) => self.apply1(op),
            (Some(a), None) | (None, Some(a)) => self.apply2(a, op),
            (Some(w), Some(b)) => self.apply3(w, b, op),
        }
    }
}

/// Normalisation. Inputs: the array, the weight if `weight`, and the bias if there is one more. It keeps the statistics.
#[derive(Clone, Debug)]
pub(crate) struct Normalise {
    by: Normalisation,
    weight: bool,
}

impl Normalise {
    /// Where the weight and the bias are among so many inputs.
    fn affine(&self, inputs: usize) -> (Option<usize>, Option<usize>) {
        let bias = if self.weight { 2 } else { 1 };
        (self.weight.then_some(1), (bias < inputs).then_some(bias))
    }

    /// The weight's shape beside the view of the array.
    fn beside(&self) -> [usize; 3] {
        let [_, groups, width, _] = self.by.view();
        [groups, width, 1]
    }
}

impl Primitive for Normalise {
    fn name(&self) -> &'static str {
        self.by.name()
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        let (w, b) = self.affine(x.len());
        let (y, stats) = x[0].normalise(&self.by, w.map(|i| x[i]), b.map(|i| x[i]));
        (y, Some(stats))
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], y: &Tensor<T>, kept: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let (w, b) = self.affine(x.len());
        let view = self.by.view();
        let beside = |x: &Tensor<T>| x.reshape(&self.beside());
        // The Jacobian without weight and bias is symmetric.
        let along_x = x[0].d.as_ref().map(|d| {
            let d = Tensor::normalise_chain(d, &x[0].v, kept.expect("the statistics"), None, &self.by).reshape(&view);
            w.map_or_else(|| d.clone(), |i| &d * &beside(&x[i].v))
        });
        let along_w = w.and_then(|i| x[i].d.as_ref()).map(|d| {
            let plain = x[0].v.normalise(&self.by, None, None).0;
            plain.reshape(&view) * &beside(d)
        });
        let along_b = b.and_then(|i| x[i].d.as_ref()).map(|d| beside(d).expand(&view));
        plus(plus(along_x, along_w), along_b).map(|d| d.reshape(y.shape()))
    }

    /// With `n = (x - mean) / sqrt(var + eps)` and `h` the cotangent of n: `(h - mean(h) - n mean(h n)) / sqrt(var + eps)`.
    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let (w, b) = self.affine(c.inputs());
        let (view, axes) = (self.by.view(), self.by.axes());
        let mean = |v: &V| v.reduce(Reduction::Mean, &axes, true);
        let x = c.x(0).reshape(&view);
        let centred = if self.by.is_centred() { x.sub(&mean(&x)) } else { x };
        let var = mean(&centred.mul(&centred));
        let root =
            var.unary(built_in!(unary rows::Shift), [self.by.eps(), 0.0]).unary(built_in!(unary rows::Sqrt), [0.0; 2]);
        let plain = centred.div(&root);
        let g = g.reshape(&view);
        if s.needs(0) {
            let h = w.map_or_else(|| g.clone(), |i| g.mul(&c.x(i).reshape(&self.beside())));
            let rest = h.sub(&plain.mul(&mean(&h.mul(&plain))));
            let rest = if self.by.is_centred() { rest.sub(&mean(&h)) } else { rest };
            s.add(0, rest.div(&root).reshape(&c.x(0).dims()));
        }
        let batch: Axes = SmallVec::from_slice(&[0, 3]);
        let gather = |v: &V, i: usize| v.reduce(Reduction::Sum, &batch, false).reshape(&c.x(i).dims());
        if let Some(i) = w.filter(|i| s.needs(*i)) {
            s.add(i, gather(&g.mul(&plain), i));
        }
        if let Some(i) = b.filter(|i| s.needs(*i)) {
            s.add(i, gather(&g, i));
        }
    }

    fn vjp_fast<T: Float>(&self, c: &impl Saved<Tensor<T>>, g: Tensor<T>, s: &mut impl Sink<T, Tensor<T>>) {
        let (w, b) = self.affine(c.inputs());
        let stats = c.kept().expect("the evaluation kept the statistics");
        if s.needs(0) {
            s.add(0, Tensor::normalise_chain(&g, c.x(0), stats, w.map(|i| c.x(i)), &self.by));
        }
        let wanted = |i: Option<usize>| i.filter(|i| s.needs(*i));
        let (w, b) = (wanted(w), wanted(b));
        if w.is_some() || b.is_some() {
            let (dw, db) = Tensor::normalise_affine_chain(&g, c.x(0), stats, &self.by);
            w.into_iter().for_each(|i| s.add(i, dw.clone()));
            b.into_iter().for_each(|i| s.add(i, db.clone()));
        }
    }
}
