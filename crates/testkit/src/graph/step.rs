//! The steps of random graphs.

use std::fmt;

use proptest::prelude::*;
use rappel_autodiff::elem::rows::Tanh;
use rappel_autodiff::{AttentionMask, Conv, LossReduction, NewAxis, PadMode, Pool, Tensor, Var};

/// What a step does to two earlier values, along an axis from -2 to 1; many look at the first only.
type Run = for<'t> fn(Var<'t, f64>, Var<'t, f64>, isize) -> Var<'t, f64>;

/// Steps whose operands broadcast.
const BROADCASTING: &[(&str, Run)] = &[
    ("average", |x, y, _| (x + y) * 0.5),
    ("difference", |x, y, _| x - y * 0.7),
    ("product", |x, y, _| x * y.tanh()),
    ("quotient", |x, y, _| x / (1.0 + y.square())),
    ("lerp", |x, y, _| x.lerp(y, 0.3)),
    ("lerp_by", |x, y, _| x.lerp_by(y, y.sigmoid())),
    ("logaddexp", |x, y, _| x.logaddexp(y) * 0.5),
    ("hypot", |x, y, _| x.hypot(1.0 + y.sigmoid()) - 1.0),
    ("atan2", |x, y, _| x.atan2(1.5 + y.tanh())),
    ("xlogy", |x, y, _| x.tanh().xlogy(1.5 + y.tanh())),
];

/// Steps on two matrices of one shape, whose sizes may be 0 and 1. What they give stretches to that shape.
const MATRICES: &[(&str, Run)] = &[
    ("tanh", |x, _, _| x.tanh()),
    ("sin", |x, y, _| x.sin() + y.cos() * 0.3),
    ("sigmoid", |x, _, _| x.sigmoid() - 0.5),
    ("log_sigmoid", |x, _, _| x.log_sigmoid() * 0.8),
    ("softplus", |x, _, _| x.softplus() * 0.8),
    ("softsign", |x, y, _| (1.5 + x.tanh()).softsign() * y),
    ("gelu", |x, _, _| x.gelu()),
    ("gelu_tanh", |x, _, _| x.gelu_tanh()),
    ("silu", |x, _, _| x.silu()),
    ("mish", |x, _, _| x.mish()),
    ("erf", |x, y, _| x.erf() - y.erfc() * 0.2),
    ("exp", |x, _, _| (x * 0.5).tanh().exp() - 1),
    ("expm1", |x, _, _| (x * 0.5).tanh().expm1()),
    ("log", |x, _, _| x.square().ln_1p()),
    ("asinh", |x, y, _| x.asinh() + y.atan() * 0.3),
    ("root", |x, _, _| (1.0 + x.square()).sqrt() - 1.0),
    ("rsqrt", |x, y, _| y * (1.0 + x.square()).rsqrt()),
    ("power", |x, y, _| (1.5 + x.tanh()).pow(y.tanh())),
    ("matmul", |x, y, _| x.matmul(y.tanh().matmul_with(x.tanh(), true, false)) * 0.1),
    ("matmul_with", |x, y, _| x.matmul_with(y.tanh(), false, true).matmul(x.tanh()) * 0.1),
    ("batched matmul", |x, y, _| {
        let (a, b) = (Var::stack(&[x, y], 0), Var::stack(&[y.tanh(), x.tanh()], 0));
        a.matmul_with(b, false, true).matmul(b.at((0..1, .., ..))).at(-1) * 0.1
    }),
    ("einsum", |x, y, _| Var::einsum("ij,kj,kl->il", &[x, y.tanh(), x.tanh()]) * 0.1),
    ("outer", |x, y, _| x.tanh().sum_axes(&[1], false).outer(y.tanh().sum_axes(&[0], false)) * 0.1),
    ("linear", |x, y, _| x.linear(y.tanh(), Some(y.mean_axes(&[1], false))).matmul(y.tanh()) * 0.1),
    ("linear_act", |x, y, _| x.linear_act::<Tanh>(y, Some(y.sum_axes(&[1], false)), [0.0; 2]).matmul(y) * 0.1),
    ("attention", |x, y, axis| {
        let mask = if axis % 2 == 0 { AttentionMask::Causal } else { AttentionMask::None };
        let [q, k, v] = [x.tanh(), y, x].map(|x| x.unsqueeze(0));
        q.scaled_dot_product_attention(k, v, mask, Some(0.7)).squeeze(0)
    }),
    ("attention_bias", |x, y, _| {
        let bias = AttentionMask::Add(y.sum_axes(&[1], true).tanh());
        x.scaled_dot_product_attention(y.tanh(), y, bias, Some(0.7))
    }),
    ("conv1d", |x, y, _| match x.shape()[1] {
        0 => x,
        _ => x.unsqueeze(1).conv1d(taps(y).reshape(&[1, 1, 3]), None, Conv::same()).squeeze(1) * 0.5,
    }),
    ("conv2d", |x, y, _| match x.shape()[..] {
        [0, _] | [_, 0] => x,
        _ => {
            let weight = taps(y).outer(taps(x)).reshape(&[1, 1, 3, 3]);
            y.reshape(&[1, 1, x.shape()[0], x.shape()[1]]).conv2d(weight, None, Conv::same()).squeeze(0).squeeze(0)
                * 0.3
        }
    }),
    ("conv_transpose1d", |x, y, _| match x.shape()[1] {
        0 => x,
        n => {
            let wide = x.unsqueeze(1).conv_transpose1d(taps(y).reshape(&[1, 1, 3]), None, Default::default());
            wide.squeeze(1).slice_axis(1, 1..n + 1) * 0.5
        }
    }),
    ("avg_pool1d", |x, y, _| match x.shape()[1] {
        0 => x,
        _ => x.avg_pool1d(Pool::new(3).stride(1).padding(1)) + y * 0.3,
    }),
    ("adaptive_avg_pool1d", |x, _, _| match x.shape()[1] {
        0 => x,
        n => x.interpolate_nearest1d(2 * n + 1).adaptive_avg_pool1d(n),
    }),
    ("upsample_nearest2d", |x, y, _| match x.shape()[..] {
        [0, _] | [_, 0] => x,
        _ => (x.upsample_nearest2d(2) * y.upsample_nearest2d(2).flip(&[0, 1]).tanh()).avg_pool2d(Pool::new(2)),
    }),
    ("softmax", |x, y, axis| x.softmax(axis) * y),
    ("log_softmax", |x, _, axis| x.log_softmax(axis) * 0.5),
    ("logsumexp", |x, y, axis| x.logsumexp(axis, true) - y),
    ("sum", |x, y, axis| x.sum_axes(&[axis], true) * y.sigmoid()),
    ("mean", |x, y, _| x - x.mean() + y.mean_axes(&[0, 1], true)),
    ("prod", |x, y, axis| (1.0 + 0.1 * x.tanh()).prod_axes(&[axis], true) * y),
    ("var", |x, y, axis| y * (x.var_axes(&[axis], 0, true) + 0.5).rsqrt()),
    // What is far from the kink, where all values are the same.
    ("std", |x, y, axis| Var::concat(&[x.tanh(), y.tanh() + 3.0], axis).std_axes(&[axis], 1, true) - x),
    ("norm", |x, y, axis| (2.0 + x.tanh()).norm_axes(2, &[axis], true) * y * 0.3),
    ("norm of order 3", |x, y, axis| (2.0 + x.tanh()).norm_axes(3, &[axis], true) * y * 0.3),
    ("cumsum", |x, y, axis| x.cumsum(axis) * 0.4 + y.cumsum_with(axis, true, true) * 0.2),
    ("cumprod", |x, y, axis| (1.0 + 0.1 * x.tanh()).cumprod(axis) * y),
    ("logcumsumexp", |x, _, axis| x.logcumsumexp(axis) * 0.7),
    ("layer_norm", |x, y, _| {
        let (weight, bias) = (y.tanh().sum_axes(&[0], false), y.sigmoid().sum_axes(&[0], false));
        x.layer_norm(&[x.shape()[1]], Some(weight * 0.5), Some(bias * 0.5), 0.3)
    }),
    ("rms_norm", |x, y, _| x.rms_norm(&[x.shape()[1]], Some(y.tanh().sum_axes(&[0], false)), 0.3)),
    ("group_norm", |x, _, _| x.unsqueeze(0).group_norm(1, None, None, 0.3).squeeze(0)),
    ("batch_norm", |x, y, _| x.batch_norm(Some(y.tanh().sum_axes(&[0], false)), None, 0.3).0),
    ("lstm", |x, y, _| {
        let (h, c) = Var::concat(&[x, y, x, y], 1).lstm_pointwise(Var::concat(&[y, x, y, x], 1) * 0.3, x);
        h + c * 0.5
    }),
    ("gru", |x, y, _| Var::concat(&[x, y, x], 1).gru_pointwise(Var::concat(&[y, x, y], 1) * 0.3, y)),
    ("swiglu", |x, y, axis| Var::concat(&[x, y.tanh()], axis).swiglu(axis)),
    ("mse", |x, y, _| x.tanh().mse(y.sigmoid()) * y),
    ("bce_with_logits", |x, y, _| x.bce_with_logits(y.sigmoid()) - x),
    ("kl_div", |x, y, _| x.log_softmax(1).kl_div(y.log_softmax(1), true, LossReduction::None)),
    ("cross_entropy", |x, y, _| match x.shape()[1] {
        0 => y,
        n => x.cross_entropy(&Tensor::from_fn(&[x.shape()[0]], |i| (3 * i % n) as u32)) * y * 0.3,
    }),
    ("transpose", |x, y, _| (x.transpose() - y.permute(&[1, 0]) * 0.2).transpose()),
    ("axes", |x, y, axis| {
        let tall = x.unsqueeze(-1).swap_axes(axis, -1).moveaxis(axis, -1).squeeze(-1);
        tall.flatten(0, 1).unflatten(0, &x.shape()) + y.at((.., .., NewAxis)).at((.., .., 0)) * 0.3
    }),
    ("rotate", |x, y, _| {
        let (m, first) = (x.shape()[0], x.shape()[0].min(1));
        Var::concat(&[x.slice_axis(0, first..m), y.slice_axis(0, 0..first)], 0)
    }),
    ("roll", |x, y, axis| x.roll(&[1, -1], &[0, 1]) - y.roll(&[axis], &[axis]) * 0.2),
    ("flip", |x, y, axis| x.flip(&[axis]) * 0.6 + y * 0.3),
    ("split", |x, y, axis| {
        let mut parts = (x - y * 0.2).chunk(2, axis);
        parts.reverse();
        Var::concat(&parts, axis)
    }),
    ("triangles", |x, y, axis| x.tril(axis) + y.triu(axis + 1)),
    ("diagonal", |x, y, _| {
        let scaled = y.tanh().unsqueeze(1).matmul(x.diag_embed(0)).squeeze(1);
        scaled + x.diag_embed(1).diagonal(1, 1, 2) * 0.2
    }),
    ("pad", |x, y, _| {
        let (m, n) = (x.shape()[0], x.shape()[1]);
        x.pad(&[(1, 0), (0, 1)], 0.5).slice(&[0..m, 1..n + 1]) + y * 0.3
    }),
    ("reflect", |x, y, axis| {
        let n = x.shape()[1];
        let mode = if axis % 2 == 0 { PadMode::Reflect } else { PadMode::Circular };
        let wide = x.pad(&[(0, 0), (n.saturating_sub(1) as isize, 0)], mode);
        wide.slice_axis(1, 0..n) * 0.5 + y * 0.3
    }),
    ("repeat", |x, y, axis| {
        let size = x.shape()[axis.rem_euclid(2) as usize];
        x.repeat_interleave(2, axis).slice_axis(axis, size / 2..size / 2 + size)
            - y.repeat(&[2, 1]).chunk(2, 0)[0] * 0.2
    }),
    ("gather", |x, _, _| x.gather(1, &columns(x))),
    ("scatter", |x, y, _| x.scatter(1, &columns(x), y)),
    ("scatter_add", |x, y, _| x.scatter_add(1, &columns(x), y * 0.3)),
    ("index_select", |x, y, axis| x.index_select(axis, &places(x, axis)) + y * 0.2),
    ("index_add", |x, y, axis| x.index_add(axis, &places(x, axis), y * 0.3)),
    ("embedding", |x, y, _| x.embedding(&places(x, 0), None) - y * 0.3),
    ("where_cond", |x, y, _| mask(x).where_cond(x, y)),
    ("masked_fill", |x, y, _| x.masked_fill(mask(x), 0.3) + y * 0.3),
    ("stack", |x, y, _| {
        let (m, n) = (x.shape()[0], x.shape()[1]);
        Var::stack(&[x, y], 1).reshape(&[m, 2 * n]).slice(&[0..m, n.min(1)..n.min(1) + n])
    }),
    ("checkpoint", |x, y, axis| {
        x.tape().checkpoint(|| (x.sin() * y.tanh()).softmax(axis).matmul_with(x, false, true).matmul(y.tanh()))
    }),
];

/// Three numbers of a matrix.
fn taps<'t>(y: Var<'t, f64>) -> Var<'t, f64> {
    let s = y.tanh().sum() * 0.3;
    Var::stack(&[s.sin(), s.cos(), s.tanh()], 0)
}

/// Columns of a matrix, some of them twice.
fn columns(x: Var<'_, f64>) -> Tensor<u32> {
    Tensor::from_fn(&x.shape(), |i| (7 * i % 5 % x.shape()[1]) as u32)
}

/// As many places along an axis as it has, some of them twice.
fn places(x: Var<'_, f64>, axis: isize) -> Tensor<u32> {
    let size = x.shape()[axis.rem_euclid(2) as usize];
    Tensor::from_fn(&[size], |i| (7 * i % 5 % size) as u32)
}

/// Zeros and ones, fixed.
fn mask<'t>(x: Var<'t, f64>) -> Var<'t, f64> {
    x.tape().input(&Tensor::from_fn(&x.shape(), |i| if i * i % 7 % 2 == 1 { 1.0 } else { 0.0 }))
}

/// A step along an axis.
#[derive(Clone, Copy)]
pub(super) struct Step {
    name: &'static str,
    run: Run,
    axis: isize,
    broadcasts: bool,
}

impl Step {
    /// Any step, along any axis of a matrix.
    pub(super) fn any() -> impl Strategy<Value = Step> {
        (0..BROADCASTING.len() + MATRICES.len(), -2_isize..2).prop_map(|(i, axis)| {
            let broadcasts = i < BROADCASTING.len();
            let (name, run) = if broadcasts { BROADCASTING[i] } else { MATRICES[i - BROADCASTING.len()] };
            Step { name, run, axis, broadcasts }
        })
    }

    /// What it gives, in the shape of the graph's values.
    pub(super) fn run<'t>(&self, x: Var<'t, f64>, y: Var<'t, f64>, shape: &[usize]) -> Var<'t, f64> {
        let next = if self.broadcasts {
            (self.run)(x, y, self.axis)
        } else {
            (self.run)(wide(x, shape), wide(y, shape), self.axis)
        };
        wide(next, shape)
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} along {}", self.name, self.axis)
    }
}

/// A value in the shape of all others.
pub(super) fn wide<'t>(x: Var<'t, f64>, shape: &[usize]) -> Var<'t, f64> {
    if x.shape()[..] == *shape { x } else { x.expand(shape) }
}
