//! Convolution in one and two dimensions, and its transpose.
//!
//! Value, gradient in the input and gradient in the weight are three views of one trilinear form, each an operation whose rule is the
//! other two.

use rappel_tensor::{Conv, ConvShape, ConvTranspose, Float, Reduction, Shape, Tensor};

use crate::array::{Array, Axes, Tangent, plus};
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<'t, T: Float> Var<'t, T> {
    /// The convolution of images `[n, c_in, h, w]` with a weight `[c_out, c_in / groups, kh, kw]`, plus a bias `[c_out]`. See
    /// [`Tensor::conv2d`].
    ///
    /// ```
    /// use rappel_autodiff::{Conv, Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// let x = tape.input(&Tensor::ones(&[8, 1, 28, 28]));
    /// let w = tape.var(&Tensor::ones(&[6, 1, 5, 5]));
    /// let b = tape.var(&Tensor::zeros(&[6]));
    /// let y = x.conv2d(w, Some(b), Conv::new().padding(2).stride(2));
    /// assert_eq!(y.shape()[..], [8, 6, 14, 14]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line: when a value has another number of axes; when channels and groups do not fit; when stride, dilation, groups or
    /// a size of the kernel is 0; when the kernel is larger than the padded input.
    #[track_caller]
    pub fn conv2d(self, weight: Self, bias: Option<Self>, options: Conv<2>) -> Self {
        self.convolved("conv2d", weight, bias, &options)
    }

    /// The convolution of sequences `[n, c_in, w]` with a weight `[c_out, c_in / groups, k]`; see [`conv2d`](Self::conv2d).
    #[track_caller]
    pub fn conv1d(self, weight: Self, bias: Option<Self>, options: Conv<1>) -> Self {
        self.convolved("conv1d", weight, bias, &options)
    }

    /// The transposed convolution of `[n, c_in, h, w]` with a weight `[c_in, c_out / groups, kh, kw]`, plus a bias `[c_out]`. See
    /// [`Tensor::conv_transpose2d`].
    ///
    /// # Panics
    /// At the caller's line: as [`conv2d`](Self::conv2d) does; when the output padding is neither less than the stride nor than the dilation;
    /// when nothing is left of the output.
    #[track_caller]
    pub fn conv_transpose2d(self, weight: Self, bias: Option<Self>, options: ConvTranspose<2>) -> Self {
        self.convolved_back("conv_transpose2d", weight, bias, &options)
    }

    /// The transposed convolution of sequences; see [`conv_transpose2d`](Self::conv_transpose2d).
    #[track_caller]
    pub fn conv_transpose1d(self, weight: Self, bias: Option<Self>, options: ConvTranspose<1>) -> Self {
        self.convolved_back("conv_transpose1d", weight, bias, &options)
    }

    #[track_caller]
    fn convolved<const N: usize>(self, op: &str, weight: Self, bias: Option<Self>, options: &Conv<N>) -> Self {
        let of_bias = self.check_operands(op, weight, bias);
        let shape = ConvShape::new(op, &self.shape(), &weight.shape(), of_bias.as_deref(), options);
        match bias {
            Some(bias) => self.apply3(weight, bias, Convolve(shape)),
            None => self.apply2(weight, Convolve(shape)),
        }
    }

    #[track_caller]
    fn convolved_back<const N: usize>(
        self,
        op: &str,
        weight: Self,
        bias: Option<Self>,
        options: &ConvTranspose<N>,
    ) -> Self {
        let of_bias = self.check_operands(op, weight, bias);
        let shape = ConvShape::transposed(op, &self.shape(), &weight.shape(), of_bias.as_deref(), options);
        let mut wide: Shape = smallvec::smallvec![1; 1 + N];
        wide[0] = shape.input()[1];
        let y = self.apply2(weight, ConvolveTransposed(shape));
        match bias {
            Some(bias) => y + bias.reshape(&wide),
            None => y,
        }
    }

    /// Checks that the operands are of one tape, and gives the bias's shape.
    #[track_caller]
    fn check_operands(self, op: &str, weight: Self, bias: Option<Self>) -> Option<Shape> {
        self.check_same(op, weight);
        let bias = bias?;
        self.check_same(op, bias);
        Some(bias.shape())
    }
}

/// The convolution. Inputs: images, weight and, if there are three, bias.
#[derive(Clone, Debug)]
pub(crate) struct Convolve(ConvShape);

impl Primitive for Convolve {
    fn name(&self) -> &'static str {
        "conv"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (self.0.convolve(x[0], x[1], x.get(2).copied()), None)
    }

    fn multiply_adds(&self, _: &[&[usize]], _: &[usize]) -> u64 {
        self.0.multiply_adds()
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], y: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let along_x = x[0].d.as_ref().map(|d| self.0.convolve(d, &x[1].v, None));
        let along_w = x[1].d.as_ref().map(|d| self.0.convolve(&x[0].v, d, None));
        let along_b = x.get(2).and_then(|b| b.d.as_ref()).map(|d| {
            let mut wide: Shape = smallvec::smallvec![1; y.rank() - 1];
            wide[0] = d.len();
            d.reshape(&wide).expand(y.shape())
        });
        plus(plus(along_x, along_w), along_b)
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add_op(0, ConvolveTransposed(self.0.clone()), &[&g, c.x(1)]);
        s.add_op(1, ConvolveWeight(self.0.clone()), &[c.x(0), &g]);
        if c.inputs() == 3 && s.needs(2) {
            let axes: Axes = (0..g.dims().len()).filter(|&k| k != 1).collect();
            s.add(2, g.reduce(Reduction::Sum, &axes, false));
        }
    }
}

/// The adjoint of [`Convolve`] in the images. Inputs: cotangent of the output, weight.
#[derive(Clone, Debug)]
pub(crate) struct ConvolveTransposed(ConvShape);

impl Primitive for ConvolveTransposed {
    fn name(&self) -> &'static str {
        "conv_transpose"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (self.0.transpose(x[0], x[1]), None)
    }

    fn multiply_adds(&self, _: &[&[usize]], _: &[usize]) -> u64 {
        self.0.multiply_adds()
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add_op(0, Convolve(self.0.clone()), &[&g, c.x(1)]);
        s.add_op(1, ConvolveWeight(self.0.clone()), &[&g, c.x(0)]);
    }
}

/// The adjoint of [`Convolve`] in the weight. Inputs: images, cotangent of the output.
#[derive(Clone, Debug)]
pub(crate) struct ConvolveWeight(ConvShape);

impl Primitive for ConvolveWeight {
    fn name(&self) -> &'static str {
        "conv_weight"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (self.0.weight(x[0], x[1]), None)
    }

    fn multiply_adds(&self, _: &[&[usize]], _: &[usize]) -> u64 {
        self.0.multiply_adds()
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add_op(0, ConvolveTransposed(self.0.clone()), &[c.x(1), &g]);
        s.add_op(1, Convolve(self.0.clone()), &[c.x(0), &g]);
    }
}
