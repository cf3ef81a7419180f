//! Activations: what stands between two layers.

use rappel_elem::rows;
use rappel_tensor::Float;
use rappel_tensor::shape::resolve_axis;

use super::Number;
use super::elementwise::functions;
use crate::array::Array;
use crate::row::built_in;
use crate::var::Var;

functions! {
    /// The logistic function `1 / (1 + exp(-x))`; does not overflow.
    sigmoid Sigmoid;
    /// The logarithm of the logistic function; does not overflow.
    log_sigmoid LogSigmoid;
    /// `max(x, 0)`; the derivative at 0 is 0, NaN stays NaN.
    relu Relu;
    /// `ln(1 + exp(x))`; does not overflow. Its derivative is the logistic function.
    softplus Softplus;
    /// `x / (1 + abs(x))`.
    softsign Softsign;
    /// `x` where positive, else `exp(x) - 1`, scaled so that activations of mean 0 and variance 1 keep both.
    selu Selu;
    /// `x` times the probability that a standard normal number is below `x`; the left tail keeps its digits.
    ///
    /// ```
    /// use rappel_autodiff::{Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// let x = tape.input(&Tensor::from([-8.0, 0.0, 1.0]));
    /// let y = x.gelu().value();
    /// assert_eq!(y.data()[1..], [0.0, 0.841_344_7]);
    /// assert!((y.data()[0] / -4.976_768_4e-15 - 1.0).abs() < 1e-5); // x / 2 (1 + erf(x / sqrt(2))) is 0 here
    /// ```
    gelu Gelu;
    /// [`gelu`](Self::gelu) by a hyperbolic tangent, PyTorch's `approximate="tanh"`: off by 5e-4 at most, and faster.
    gelu_tanh GeluTanh;
    /// `x sigmoid(x)`, also called swish.
    silu Silu;
    /// `x tanh(softplus(x))`.
    mish Mish;
    /// `x / 6 + 1/2` held within `[0, 1]`; the derivative at both ends is 0.
    hard_sigmoid HardSigmoid;
    /// `x` times [`hard_sigmoid`](Self::hard_sigmoid); the derivative is 0 from -3 down and 1 from 3 on.
    hard_swish HardSwish;
}

impl<'t, T: Float> Var<'t, T> {
    /// `x` held within `[-1, 1]`; the derivative at both ends is 0.
    #[track_caller]
    pub fn hard_tanh(self) -> Self {
        self.hard_tanh_in(-1.0, 1.0)
    }

    /// `x` held within `[low, high]`; the derivative at both ends is 0, that of [`clamp`](Self::clamp) 1.
    ///
    /// # Panics
    /// At the caller's line, unless `low <= high`.
    #[track_caller]
    pub fn hard_tanh_in(self, low: impl Number, high: impl Number) -> Self {
        let (low, high) = (low.to_f64(), high.to_f64());
        assert!(low <= high, "hard_tanh_in: the lower bound {low} must not be above the upper bound {high}");
        self.unary(built_in!(unary rows::HardTanh), [low, high])
    }

    /// `x` where positive, else `slope x`, which is also the derivative at 0.
    ///
    /// # Panics
    /// At the caller's line, when the slope is NaN.
    #[track_caller]
    pub fn leaky_relu(self, slope: impl Number) -> Self {
        let slope = slope.to_f64();
        assert!(!slope.is_nan(), "leaky_relu: the slope must be a number, not NaN");
        self.unary(built_in!(unary rows::LeakyRelu), [slope, 0.0])
    }

    /// `x` where positive, else `slope x` with a slope that is learned, under broadcasting. The derivatives at 0 are the slope, and 0
    /// in the slope.
    ///
    /// One slope for all values has the shape `[1]` or `[]`; one per channel has the size of the channel's axis followed by 1 for each
    /// axis behind it: `[channels]` beside `[n, channels]`, `[channels, 1, 1]` beside `[n, channels, height, width]`.
    ///
    /// ```
    /// use rappel_autodiff::{Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::from([[-1.0, -1.0], [2.0, -3.0]]));
    /// let slope = tape.var(&Tensor::from([0.5, 0.25]));
    /// let y = x.prelu(slope);
    /// assert_eq!(y.value().data(), [-0.5, -0.25, 2.0, -0.75]);
    /// assert_eq!(y.sum().backward().wrt(slope).unwrap().data(), [-1.0, -4.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not broadcast.
    #[track_caller]
    pub fn prelu(self, slope: Var<'t, T>) -> Self {
        self.pair_of("prelu", slope, built_in!(binary rows::PRelu), [0.0; 2])
    }

    /// `x` where positive, else `alpha (exp(x) - 1)`; the derivative at 0 is `alpha`.
    ///
    /// # Panics
    /// At the caller's line, when `alpha` is infinite or NaN.
    #[track_caller]
    pub fn elu(self, alpha: impl Number) -> Self {
        let alpha = alpha.to_f64();
        assert!(alpha.is_finite(), "elu: alpha must be finite, not {alpha}");
        self.unary(built_in!(unary rows::Elu), [alpha, 0.0])
    }

    /// `x` where positive, else `alpha (exp(x / alpha) - 1)`, whose derivative is continuous for every `alpha`.
    ///
    /// # Panics
    /// At the caller's line, when `alpha` is 0, infinite or NaN.
    #[track_caller]
    pub fn celu(self, alpha: impl Number) -> Self {
        let alpha = alpha.to_f64();
        assert!(alpha.is_finite() && alpha != 0.0, "celu: alpha must be finite and not 0, but it is {alpha}");
        self.unary(built_in!(unary rows::Celu), [alpha, 0.0])
    }

    /// `softplus(beta x) / beta`: the larger `beta`, the nearer to [`relu`](Self::relu).
    ///
    /// # Panics
    /// At the caller's line, when `beta` is 0, infinite or NaN.
    #[track_caller]
    pub fn softplus_with(self, beta: impl Number) -> Self {
        let beta = beta.to_f64();
        assert!(beta.is_finite() && beta != 0.0, "softplus_with: beta must be finite and not 0, but it is {beta}");
        self.unary(built_in!(unary rows::SoftplusUpTo), [beta, f64::INFINITY])
    }

    /// The first half along an axis times the logistic function of the second half.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis or its size is odd.
    #[track_caller]
    pub fn glu(self, axis: isize) -> Self {
        let (a, b) = self.halves("glu", axis);
        a.pair_of("glu", b, built_in!(binary rows::Glu), [0.0; 2])
    }

    /// [`silu`](Self::silu) of the first half along an axis times the second half.
    ///
    /// ```
    /// use rappel_autodiff::{Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::from([[1.0, 2.0, 3.0, 4.0]]));
    /// let parts = x.slice_axis(1, 0..2).silu() * x.slice_axis(1, 2..4);
    /// assert_eq!(x.swiglu(-1).value(), parts.value());
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis or its size is odd.
    #[track_caller]
    pub fn swiglu(self, axis: isize) -> Self {
        let (a, b) = self.halves("swiglu", axis);
        a.pair_of("swiglu", b, built_in!(binary rows::SwiGlu), [0.0; 2])
    }

    /// The two halves along an axis, for the operation that messages are to name.
    #[track_caller]
    fn halves(self, op: &str, axis: isize) -> (Self, Self) {
        let shape = self.shape();
        let size = shape[resolve_axis(op, axis, shape.len())];
        assert!(
            size.is_multiple_of(2),
            "{op}: axis {axis} of shape {:?} is cut in halves, but its size {size} is odd",
            &shape[..]
        );
        (self.slice_axis(axis, 0..size / 2), self.slice_axis(axis, size / 2..size))
    }
}
