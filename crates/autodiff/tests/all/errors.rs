//! Misfits panic at the user's line, and say which operation, which shapes, and what would fit.

use std::cell::RefCell;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use rappel_autodiff::elem::rows;
use rappel_autodiff::transform::{
    Linearised, grad, hessian, hvp, hvp_all, hvp_of, hvp_on, jvp, jvp_all, jvp_of, jvp_on, per_sample_grad,
    value_and_grad_of, vjp, vjp_on,
};
use rappel_autodiff::{
    Backward, By, Conv, ConvTranspose, Custom, CustomKernel, Ellipsis, Gradients, PadMode, Param, Pool, Tape, Tensor,
    Var,
};

thread_local! {
    /// Set while this thread waits for a panic: the file of the last one.
    static CAUGHT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The file and the message of the panic of a call.
pub(crate) fn panic_of(call: &dyn Fn()) -> Option<(String, String)> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let waits = CAUGHT.with_borrow_mut(|file| {
                let here = info.location().map_or("", |l| l.file());
                file.as_mut().map(|file| *file = here.to_owned()).is_some()
            });
            if !waits {
                usual(info);
            }
        }));
    });
    CAUGHT.set(Some(String::new()));
    let result = catch_unwind(AssertUnwindSafe(call));
    let file = CAUGHT.take().unwrap_or_default();
    let payload = result.err()?;
    let message = payload.downcast_ref::<String>().cloned();
    Some((file, message.unwrap_or_else(|| (*payload.downcast::<&str>().expect("panics carry text")).to_owned())))
}

/// A call that does not fit, and parts of what it must say.
struct Misfit<'a> {
    call: Box<dyn Fn() + 'a>,
    parts: Vec<String>,
}

fn misfit<'a, R>(call: impl Fn() -> R + 'a, parts: &[&str]) -> Misfit<'a> {
    let call = move || {
        call();
    };
    Misfit { call: Box::new(call), parts: parts.iter().map(|p| p.to_string()).collect() }
}

/// Every misfit must panic in this file with all its parts; all that do not are reported together.
fn check(misfits: &[Misfit<'_>]) {
    let mut wrong = Vec::new();
    for (i, Misfit { call, parts }) in misfits.iter().enumerate() {
        match panic_of(call) {
            None => wrong.push(format!("{i} {parts:?}: no panic")),
            Some((file, message)) => {
                if file != file!() {
                    wrong.push(format!("{i} {parts:?}: reported in {file}: {message}"));
                }
                for part in parts.iter().filter(|part| !message.contains(*part)) {
                    wrong.push(format!("{i}: no {part:?} in {message:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn zeros<'t>(tape: &'t Tape, shape: &[usize]) -> Var<'t> {
    tape.var(&Tensor::zeros(shape))
}

#[test]
fn operands_that_do_not_broadcast() {
    let tape = Tape::new();
    let (a, b) = (zeros(&tape, &[2, 3]), zeros(&tape, &[4, 3]));
    fn on<'a, R>(op: &str, call: impl Fn() -> R + 'a) -> Misfit<'a> {
        misfit(call, &[op, "[2, 3] and [4, 3]", "equal or 1", "reshape"])
    }
    check(&[
        on("add", || a + b),
        on("sub", || a - b),
        on("mul", || a * b),
        on("div", || a / b),
        on("pow", || a.pow(b)),
        on("hypot", || a.hypot(b)),
        on("atan2", || a.atan2(b)),
        on("logaddexp", || a.logaddexp(b)),
        on("xlogy", || a.xlogy(b)),
        on("remainder", || a.remainder(b)),
        on("fmod", || a.fmod(b)),
        on("lerp", || a.lerp(b, 0.5)),
        on("lerp_by", || a.lerp_by(b, a)),
        on("lerp_by", || a.lerp_by(a, b)),
        on("prelu", || a.prelu(b)),
        on("min", || a.minimum(b)),
        on("max", || a.maximum(b)),
        on("lt", || a.lt(b)),
        on("le", || a.le(b)),
        on("gt", || a.gt(b)),
        on("ge", || a.ge(b)),
        on("eq", || a.eq(b)),
        on("ne", || a.ne(b)),
        on("mul", || a & b),
        on("max", || a | b),
        on("mse", || a.mse(b)),
        on("bce_with_logits", || a.bce_with_logits(b)),
        on("sub", || a.pair::<rows::Sub>(b)),
        on("where_cond", || a.where_cond(b, 0.0)),
        on("where_cond", || a.where_cond(0.0, b)),
        on("where_cond", || a.where_cond(b, b)),
        on("where_cond", || tape.constant(1.0).where_cond(a, b)),
    ]);
}

#[test]
fn activations_without_sense() {
    let tape = Tape::new();
    let x = zeros(&tape, &[2, 3]);
    check(&[
        misfit(|| x.leaky_relu(f64::NAN), &["leaky_relu", "slope", "NaN"]),
        misfit(|| x.elu(f64::INFINITY), &["elu", "alpha", "finite", "inf"]),
        misfit(|| x.celu(0), &["celu", "alpha", "not 0"]),
        misfit(|| x.celu(f64::NAN), &["celu", "alpha", "NaN"]),
        misfit(|| x.softplus_with(0.0), &["softplus_with", "beta", "not 0"]),
        misfit(|| x.hard_tanh_in(1.0, -1.0), &["hard_tanh_in", "lower bound 1", "upper bound -1"]),
        misfit(|| x.glu(1), &["glu", "axis 1", "[2, 3]", "3 is odd"]),
        misfit(|| x.swiglu(-1), &["swiglu", "axis -1", "[2, 3]", "3 is odd"]),
        misfit(|| x.glu(2), &["glu", "axis 2", "rank 2"]),
        misfit(|| tape.constant(1.0).swiglu(0), &["swiglu", "axis 0", "rank 0"]),
    ]);
}

#[test]
fn products_that_do_not_fit() {
    let tape = Tape::new();
    let [a, b, v] = [&[2, 3][..], &[2, 4], &[3]].map(|shape| zeros(&tape, shape));
    check(&[
        misfit(|| a.matmul(b), &["matmul", "[2, 3] and [2, 4]", "3 columns", "2 rows", "transpose"]),
        misfit(|| b.matmul(v), &["matmul", "[2, 4] and [3]", "4 columns", "3 rows"]),
        misfit(|| v.matmul(a), &["matmul", "[3] and [2, 3]", "3 columns", "2 rows"]),
        misfit(|| a.matmul(tape.constant(0.0)), &["matmul", "[2, 3] and []", "number"]),
        misfit(|| v.matmul_with(a, true, false), &["matmul", "[3] transposed and [2, 3]", "vector"]),
        misfit(|| zeros(&tape, &[2, 5, 3]).matmul(zeros(&tape, &[4, 3, 1])), &["matmul", "[2] and [4]", "broadcast"]),
        misfit(|| a.dot(v), &["dot", "[2, 3] and [3]", "two vectors of one length"]),
        misfit(|| v.outer(a), &["outer", "[3] and [2, 3]", "two vectors"]),
        misfit(
            || Var::einsum("ij,jk->ik", &[a, b]),
            &["einsum", "`j` is 3 before and 2", "\n     ^\n", "[2, 3]", "[2, 4]"],
        ),
        misfit(|| Var::<f32>::einsum("i", &[]), &["einsum", "1 terms for 0 operands"]),
        misfit(|| a.matmul_with(b, true, true), &["matmul", "[2, 3] transposed and [2, 4] transposed"]),
        misfit(|| a.linear(b, None), &["linear", "[2, 3]", "[2, 4]", "the last axis must be 4"]),
        misfit(|| tape.constant(0.0).linear(b, None), &["linear", "[]", "[2, 4]", "the last axis must be 4"]),
        misfit(|| a.linear(v, None), &["linear", "[out, in]", "[3]"]),
        misfit(|| a.linear(a, Some(v)), &["linear", "bias", "[3]", "[2, 3]", "must be [2]"]),
    ]);
}

#[test]
fn convolutions_and_windows_that_do_not_fit() {
    let tape = Tape::new();
    let [x, w, line, taps, b] =
        [&[2, 4, 5, 6][..], &[6, 4, 3, 3], &[2, 4, 5], &[4, 4, 3], &[7]].map(|s| zeros(&tape, s));
    check(&[
        misfit(|| line.conv2d(w, None, Conv::new()), &["conv2d", "[2, 4, 5]", "[n, c_in, h, w]"]),
        misfit(|| x.conv2d(w, None, Conv::new().groups(3)), &["conv2d", "3 groups", "4 channels"]),
        misfit(|| x.conv2d(w, None, Conv::new().stride(0)), &["conv2d", "stride [0, 0]", "at least 1"]),
        misfit(|| x.conv2d(w, None, Conv::new().dilation(3)), &["conv2d", "takes 7", "the input's 5", "axis 2"]),
        misfit(|| x.conv2d(w, Some(b), Conv::new()), &["conv2d", "bias", "[7]", "must be [6]"]),
        misfit(|| line.conv1d(w, None, Conv::new()), &["conv1d", "weight has 3 axes", "[6, 4, 3, 3]"]),
        misfit(|| x.conv_transpose2d(w, None, ConvTranspose::new()), &["conv_transpose2d", "6 channels", "has 4"]),
        misfit(
            || line.conv_transpose1d(taps, None, ConvTranspose::new().output_padding(1)),
            &["conv_transpose1d", "output_padding [1]", "stride [1]"],
        ),
        misfit(|| x.max_pool2d(Pool::new(6)), &["max_pool2d", "window of 6", "the input's 5", "axis -2"]),
        misfit(|| x.max_pool1d(Pool::new(2).padding(2)), &["max_pool1d", "padding [2]", "half"]),
        misfit(|| x.avg_pool2d(Pool::new(2).dilation(2)), &["avg_pool2d", "dilation", "maxima"]),
        misfit(|| x.avg_pool1d(Pool::new(0)), &["avg_pool1d", "kernel [0]", "at least 1"]),
        misfit(|| b.adaptive_avg_pool2d(1), &["adaptive_avg_pool2d", "last 2 axes", "[7]"]),
        misfit(|| zeros(&tape, &[0]).adaptive_avg_pool1d(1), &["adaptive_avg_pool1d", "[0]", "no values"]),
        misfit(|| b.adaptive_max_pool2d(1), &["adaptive_max_pool2d", "last 2 axes"]),
        misfit(|| tape.constant(0.0).adaptive_max_pool1d(1), &["adaptive_max_pool1d", "last 1 axes"]),
        misfit(|| b.upsample_nearest2d(2), &["upsample_nearest2d", "last 2 axes", "[7]"]),
        misfit(|| b.upsample_nearest1d(usize::MAX), &["upsample_nearest1d", "can be counted"]),
        misfit(|| b.interpolate_nearest2d(2), &["interpolate_nearest2d", "last 2 axes"]),
        misfit(|| tape.constant(0.0).interpolate_nearest1d(2), &["interpolate_nearest1d", "last 1 axes"]),
    ]);
}

#[test]
fn shapes_that_cannot_be_reached() {
    let tape = Tape::new();
    let x = zeros(&tape, &[2, 3]);
    check(&[
        misfit(|| x.reshape(&[4]), &["reshape", "[2, 3] holds 6", "[4] would hold 4"]),
        misfit(|| x.reshape(&[usize::MAX, 2]), &["reshape", ", 2]", "more values than can be counted"]),
        misfit(|| x.expand(&[2, 4]), &["expand", "[2, 3]", "[2, 4]", "equal or 1"]),
        misfit(|| x.expand(&[3]), &["expand", "[2, 3]", "[3]"]),
        misfit(|| x.permute(&[0]), &["permute", "[0]", "2 axes"]),
        misfit(|| x.permute(&[0, 0]), &["permute", "[0, 0]", "twice"]),
        misfit(|| x.permute(&[0, 2]), &["permute", "axis 2", "rank 2", "-2 to 1"]),
        misfit(|| zeros(&tape, &[3]).transpose(), &["transpose", "[3]", "two axes"]),
        misfit(|| x.slice(&[0..3, 0..1]), &["slice", "0..3", "axis 0", "[2, 3]"]),
        misfit(|| x.slice(&[0..1, Range { start: 2, end: 1 }]), &["slice", "2..1", "axis 1"]),
        misfit(|| x.slice(&[0..1, 0..1, 0..1]), &["slice", "3 ranges", "[2, 3]", "2 axes"]),
        misfit(|| x.slice_axis(0, 0..3), &["slice_axis", "0..3", "axis 0", "[2, 3]"]),
        misfit(|| x.slice_axis(2, 0..1), &["slice_axis", "axis 2", "rank 2"]),
        misfit(|| x.slice_axis(1, -4..), &["slice_axis", "-4..", "axis 1", "[2, 3]", "3"]),
        misfit(|| x.slice_axis(1, (..).by(0)), &["slice_axis", ".. by 0", "axis 1", "step"]),
        misfit(|| x.squeeze(1), &["squeeze", "axis 1", "[2, 3]", "size 3, not 1"]),
        misfit(|| x.unsqueeze(3), &["unsqueeze", "axis 3", "rank 3"]),
        misfit(|| x.flatten(1, 0), &["flatten", "axis 1", "[2, 3]", "after axis 0"]),
        misfit(|| x.unflatten(1, &[2, 2]), &["unflatten", "axis 1", "[2, 3]", "size 3", "[2, 2] make 4"]),
        misfit(|| x.swap_axes(0, 2), &["swap_axes", "axis 2", "rank 2"]),
        misfit(|| x.moveaxis(-3, 0), &["moveaxis", "axis -3", "rank 2"]),
        misfit(|| x.repeat(&[2]), &["repeat", "[2]", "[2, 3]", "per axis"]),
        misfit(|| x.repeat_interleave(usize::MAX, 0), &["repeat_interleave", "more values than can be counted"]),
        misfit(|| x.split(&[1, 1], 1), &["split", "[1, 1] add up to 2", "axis 1", "[2, 3]", "3"]),
        misfit(|| x.chunk(0, 1), &["chunk", "axis 1", "[2, 3]", "0 pieces"]),
        misfit(|| x.unbind(2), &["unbind", "axis 2", "rank 2"]),
        misfit(|| x.flip(&[0, -2]), &["flip", "axis -2", "twice"]),
        misfit(|| x.diagonal(0, 1, -1), &["diagonal", "axes 1 and -1", "[2, 3]", "same axis"]),
        misfit(|| tape.constant(1.0).diag_embed(0), &["diag_embed", "scalar"]),
        misfit(|| zeros(&tape, &[3]).tril(0), &["tril", "[3]", "two axes"]),
        misfit(|| zeros(&tape, &[3]).triu(0), &["triu", "[3]", "two axes"]),
        misfit(|| x.roll(&[1], &[0, 1]), &["roll", "1 shifts", "2 axes", "[2, 3]"]),
        misfit(|| x.pad(&[(1, 1)], 0.0), &["pad", "1 pairs", "[2, 3]", "2 axes"]),
        misfit(|| x.pad(&[(-1, -2), (0, 0)], 0.0), &["pad", "(-1, -2)", "3 places", "axis 0", "[2, 3]"]),
        misfit(
            || x.pad(&[(0, 0), (0, 3)], PadMode::Reflect),
            &["pad", "(0, 3)", "axis 1", "[2, 3]", "below its size 3"],
        ),
        misfit(|| x.masked_fill(zeros(&tape, &[2]), 0.0), &["masked_fill", "[2]", "[2, 3]", "equal or 1"]),
        misfit(|| x.masked_select(zeros(&tape, &[2])), &["masked_select", "[2]", "[2, 3]", "equal or 1"]),
        misfit(|| x.item(), &["item", "[2, 3] holds 6 values"]),
    ]);
}

#[test]
fn indices_that_lead_nowhere() {
    let tape = Tape::new();
    let (x, list) = (zeros(&tape, &[2, 3]), &Tensor::from([0_u32, 3]));
    check(&[
        misfit(|| x.at(2), &["at", "index 2", "axis 0", "[2, 3]", "from -2 to 1"]),
        misfit(|| x.at((.., -4)), &["at", "index -4", "axis 1", "[2, 3]", "from -3 to 2"]),
        misfit(|| x.at((.., 1..4)), &["at", "range 1..4", "axis 1", "[2, 3]", "3"]),
        misfit(|| x.at((0, 0, 0)), &["at", "3 axes", "[2, 3]", "2 axes"]),
        misfit(|| x.at((Ellipsis, 0, Ellipsis)), &["at", "Ellipsis", "[2, 3]"]),
        misfit(|| x.at((.., list)), &["at", "index 3", "position 1", "axis 1", "[2, 3]"]),
        misfit(|| x.at((list, list)), &["at", "two lists", "[2, 3]", "gather"]),
    ]);
}

#[test]
fn parts_that_cannot_be_joined() {
    let tape = Tape::new();
    let [a, b, v] = [&[2, 3][..], &[4, 5], &[3]].map(|shape| zeros(&tape, shape));
    check(&[
        misfit(|| Var::<f32>::concat(&[], 0), &["concat", "nothing"]),
        misfit(|| Var::concat(&[a, b], 0), &["concat", "[2, 3] and [4, 5]", "axis 0", "agree"]),
        misfit(|| Var::concat(&[a, v], 1), &["concat", "[2, 3] and [3]", "axis 1"]),
        misfit(|| Var::concat(&[a, a], 2), &["concat", "axis 2", "rank 2"]),
        misfit(|| Var::<f32>::stack(&[], 0), &["stack", "nothing"]),
        misfit(|| Var::stack(&[a, b], 0), &["stack", "[2, 3] and [4, 5]"]),
        misfit(|| Var::stack(&[a, v], 2), &["stack", "[2, 3] and [3]"]),
        misfit(|| Var::stack(&[a, a], 3), &["stack", "axis 3", "rank 3"]),
    ]);
}

#[test]
fn axes_that_do_not_exist() {
    let tape = Tape::new();
    let (x, empty) = (zeros(&tape, &[2, 3]), zeros(&tape, &[2, 0]));
    fn on<'a, R>(op: &str, call: impl Fn() -> R + 'a) -> Misfit<'a> {
        misfit(call, &[op, "axis 2", "rank 2", "from -2 to 1"])
    }
    check(&[
        on("sum", || x.sum_axes(&[2], false)),
        on("mean", || x.mean_axes(&[0, 2], false)),
        on("max", || x.max_axes(&[2], true)),
        on("min", || x.min_axes(&[2], true)),
        on("prod", || x.prod_axes(&[2], true)),
        on("var", || x.var_axes(&[2], 1, true)),
        on("std", || x.std_axes(&[2], 1, true)),
        on("norm", || x.norm_axes(2, &[2], true)),
        on("norm", || x.norm_axes(f64::INFINITY, &[2], true)),
        on("logsumexp", || x.logsumexp_axes(&[0, 2], false)),
        on("cumsum", || x.cumsum(2)),
        on("cumprod", || x.cumprod_with(2, true, false)),
        on("logcumsumexp", || x.logcumsumexp(2)),
        on("argmax", || x.argmax(2)),
        on("argmin", || x.argmin(2)),
        on("max_with_index", || x.max_with_index(2, false)),
        on("min_with_index", || x.min_with_index(2, false)),
        on("sort", || x.sort(2, false)),
        on("argsort", || x.argsort(2, false)),
        on("topk", || x.topk(1, 2, false)),
        on("kthvalue", || x.kthvalue(1, 2, false)),
        on("median", || x.median(2, false)),
        misfit(|| x.topk(3, 0, true), &["topk", "axis 0", "[2, 3]", "2 values", "3"]),
        misfit(|| x.kthvalue(0, 0, true), &["kthvalue", "axis 0", "[2, 3]", "2 values", "number 0", "from 1"]),
        misfit(|| x.norm_axes(-1, &[0], true), &["norm", "above 0", "not -1", "ne(0.0)"]),
        misfit(|| empty.argmax(1), &["argmax", "axis 1", "[2, 0]", "empty"]),
        misfit(|| empty.max_with_index(1, true), &["max_with_index", "axis 1", "[2, 0]", "empty"]),
        misfit(|| empty.median(1, true), &["median", "axis 1", "[2, 0]", "empty"]),
        misfit(|| empty.norm_axes(f64::INFINITY, &[1], false), &["norm", "[2, 0]", "[1]", "no values"]),
        on("softmax", || x.softmax(2)),
        on("log_softmax", || x.log_softmax(2)),
        on("logsumexp", || x.logsumexp(2, false)),
        misfit(|| x.sum_axes(&[-3], false), &["sum", "axis -3", "rank 2", "from -2 to 1"]),
        misfit(|| x.sum_axes(&[0, -2], false), &["sum", "twice", "[0, -2]"]),
        misfit(|| tape.constant(0.0).softmax(0), &["softmax", "axis 0", "rank 0"]),
        misfit(|| empty.max(), &["max", "[2, 0]", "no values"]),
        misfit(|| empty.min_axes(&[1], false), &["min", "[2, 0]", "[1]", "no values"]),
    ]);
}

#[test]
fn indices_labels_bounds_and_probabilities_out_of_range() {
    let (tape, eval) = (Tape::training(1), Tape::new());
    let (x, y) = (zeros(&tape, &[2, 3]), zeros(&eval, &[2, 3]));
    let picks = |i: u32, shape: &[usize]| Tensor::full(shape, i);
    let label = ["cross_entropy", "label 3", "row 1", "3 classes", "0 to 2"];
    check(&[
        misfit(|| x.gather(0, &picks(2, &[1, 3])), &["gather", "index 2", "position 0", "axis 0", "[2, 3]"]),
        misfit(|| x.gather(0, &picks(0, &[1, 4])), &["gather", "[1, 4]", "[2, 3]", "axis 0", "larger"]),
        misfit(|| x.gather(1, &picks(0, &[2])), &["gather", "[2]", "[2, 3]", "as many axes"]),
        misfit(|| x.gather(2, &picks(0, &[2, 3])), &["gather", "axis 2", "rank 2"]),
        misfit(|| x.scatter(0, &picks(2, &[2, 3]), x), &["scatter", "index 2", "axis 0", "[2, 3]"]),
        misfit(|| x.scatter(0, &picks(0, &[1, 3]), x), &["scatter", "[2, 3]", "[1, 3]", "agree"]),
        misfit(|| x.scatter_add(0, &picks(0, &[1, 3]), x), &["scatter_add", "[2, 3]", "[1, 3]", "agree"]),
        misfit(|| x.index_select(0, &picks(2, &[1])), &["index_select", "index 2", "position 0", "axis 0", "[2, 3]"]),
        misfit(|| x.index_select(0, &picks(0, &[1, 1])), &["index_select", "list", "[1, 1]", "gather"]),
        misfit(|| x.index_add(1, &picks(0, &[2]), x), &["index_add", "[2, 2]", "[2, 3]", "equal"]),
        misfit(|| x.embedding(&picks(2, &[4, 1]), None), &["embedding", "index 2", "position 0", "[2, 3]"]),
        misfit(|| x.embedding(&picks(0, &[1]), Some(2)), &["embedding", "padding_idx 2", "[2, 3]", "2 rows"]),
        misfit(|| x.cross_entropy(&picks(0, &[3])), &["cross_entropy", "[2, 3]", "[3]", "[n, classes]"]),
        misfit(|| x.sum().cross_entropy(&picks(0, &[3])), &["cross_entropy", "[]", "[3]", "[n, classes]"]),
        misfit(|| x.cross_entropy(&Tensor::from([1_u32, 3])), &label),
        misfit(|| x.clamp(1.0, 0.0), &["clamp", "lower bound 1", "upper bound 0"]),
        misfit(|| x.clamp(f64::NAN, 0.0), &["clamp", "NaN"]),
        misfit(|| x.dropout(1.0), &["dropout", "below 1", "not 1"]),
        misfit(|| x.dropout(-0.5), &["dropout", "at least 0", "not -0.5"]),
        misfit(|| x.dropout(f64::NAN), &["dropout", "not NaN"]),
        misfit(|| y.dropout(1.5), &["dropout", "not 1.5"]),
    ]);
}

#[test]
fn derivatives_that_are_not_asked_for_properly() {
    let tape = Tape::new();
    let (x, input) = (zeros(&tape, &[2, 3]), tape.input(&Tensor::zeros(&[2, 3])));
    let frozen = tape.param(&Param::frozen(Tensor::zeros(&[2, 3])));
    let many = ["[2, 3]", "sum", "mean"];
    let nothing = ["backward", "no parameter", "tape.var"];
    let (point, wide) = (Tensor::<f32>::zeros(&[2]), Tensor::<f32>::zeros(&[3]));
    check(&[
        misfit(|| x.backward(), &[&many[..], &["backward_with"]].concat()),
        misfit(|| x.backward_retain(), &[&many[..], &["backward_with"]].concat()),
        misfit(|| x.grad(&[x]), &[&many[..], &["grad_with"]].concat()),
        misfit(|| x.backward_with(&wide), &["backward_with", "seed", "[3]", "[2, 3]", "equal"]),
        misfit(|| x.grad_with(x.sum(), &[x]), &["grad", "cotangent", "[]", "[2, 3]", "equal"]),
        misfit(|| input.sum().backward(), &nothing),
        misfit(|| frozen.sum().backward(), &nothing),
        misfit(|| x.detach().sum().backward(), &nothing),
        misfit(|| x.lt(0.0).sum().backward(), &nothing),
        misfit(|| (x.floor() + x.ceil() + x.trunc() + x.round() + x.sign()).sum().backward(), &nothing),
        misfit(|| tape.constant(1.0).backward(), &nothing),
        misfit(|| input.backward_with(&Tensor::zeros(&[2, 3])), &nothing),
        misfit(|| jvp(|x| x, &point, &wide), &["jvp", "[3]", "[2]", "equal"]),
        misfit(|| hvp(|x| x.sum(), &point, &wide), &["hvp", "[3]", "[2]", "equal"]),
        misfit(|| hvp(|x| x, &point, &point), &["hvp", "[2]", "sum", "mean"]),
        misfit(|| jvp_all(|[a, _]| a, [&point, &point], [&point, &wide]), &["jvp", "[3]", "[2]", "equal"]),
        misfit(|| hvp_all(|[a, _]| a.sum(), [&point, &point], [&wide, &point]), &["hvp", "[3]", "[2]", "equal"]),
        misfit(|| vjp(|x| x, &point, &wide), &["seed", "[3]", "[2]", "equal"]),
        misfit(|| grad(|x| x, &point), &["backward", "[2]", "sum", "mean"]),
        misfit(|| hessian(|x| x, &point), &["hvp", "[2]", "sum"]),
        misfit(|| per_sample_grad(|x, _| x, &point, 2), &["backward", "[2]", "sum"]),
    ]);
    assert!(!tape.is_empty() && x.sum().backward().wrt(x).is_some(), "a misfit leaves the tape as it was");
}

#[test]
fn a_spent_tape_says_where_it_was_spent() {
    let (tape, w) = (Tape::training(1), Param::new(Tensor::<f32>::scalar(2.0)));
    let (x, v) = (zeros(&tape, &[1]), tape.param(&w));
    let y = (x * v).sum();
    let line = line!() + 1;
    y.backward();
    let place = format!("{}:{line}", file!());
    let spent = ["spent", &place, "backward_retain", "tape.reset()"];
    let one = Tensor::scalar(1.0);
    check(&[
        misfit(|| y.backward(), &spent),
        misfit(|| y.backward_retain(), &spent),
        misfit(|| y.backward_with(&one), &spent),
        misfit(|| y.grad(&[x]), &spent),
        misfit(|| y.grad_with(y, &[x]), &spent),
        misfit(|| x.grad_with(x, &[x]), &spent),
        misfit(|| x + x, &spent),
        misfit(|| x + 1.0, &spent),
        misfit(|| 1.0 - x, &spent),
        misfit(|| x.exp(), &spent),
        misfit(|| x.gt(0.0), &spent),
        misfit(|| x.sum(), &spent),
        misfit(|| x.softmax(0), &spent),
        misfit(|| x.reshape(&[1, 1]), &spent),
        misfit(|| x.at(0), &spent),
        misfit(|| x.split(&[1], 0), &spent),
        misfit(|| x.pad(&[(1, 1)], 0.0), &spent),
        misfit(|| x.pad(&[(1, 1)], PadMode::Replicate), &spent),
        misfit(|| x.repeat(&[2]), &spent),
        misfit(|| x.index_select(0, &Tensor::from([0_u32])), &spent),
        misfit(|| x.dropout(0.5), &spent),
        misfit(|| x.where_cond(x, 0.0), &spent),
        misfit(|| Var::concat(&[x, x], 0), &spent),
        misfit(|| Var::stack(&[x, x], 0), &spent),
        misfit(|| x.detach(), &spent),
        misfit(|| tape.param(&w), &spent),
        misfit(|| tape.param(&w.clone()), &spent),
        misfit(|| tape.input(&one), &spent),
        misfit(|| tape.var(&one), &spent),
        misfit(|| tape.constant(1.0), &spent),
        misfit(|| jvp_on(&tape, |x| x, &one, &one), &spent),
        misfit(|| hvp_on(&tape, |x| x, &one, &one), &spent),
        misfit(|| vjp_on(&tape, |x| x, &one, &one), &spent),
        misfit(|| Linearised::new(y), &spent),
        misfit(|| Backward::new().run(y), &spent),
        misfit(|| tape.params(&w), &spent),
        misfit(|| tape.with(&[(w.id(), x)], || tape.param(&w)), &spent),
    ]);
    let released = ["value", "parameters", "backward_retain"];
    check(&[misfit(|| v.value(), &released), misfit(|| v.item(), &released)]);
    assert_eq!(y.item(), 0.0, "what was computed can be read");
}

#[test]
fn a_tape_spent_by_a_seed_says_so_too() {
    let tape = Tape::new();
    let x = zeros(&tape, &[2]);
    let line = line!() + 1;
    x.exp().backward_with(&Tensor::ones(&[2]));
    check(&[misfit(|| x.exp(), &[&format!("{}:{line}", file!())])]);
}

#[test]
fn two_tapes_do_not_mix() {
    let (here, there) = (Tape::new(), Tape::new());
    let (a, b) = (zeros(&here, &[2, 2]), zeros(&there, &[2, 2]));
    let (here_vector, there_vector) = (zeros(&here, &[2]), zeros(&there, &[2]));
    let (image, there_image) = (zeros(&here, &[1, 1, 2]), zeros(&there, &[1, 1, 2]));
    fn on<'a, R>(op: &str, call: impl Fn() -> R + 'a) -> Misfit<'a> {
        misfit(call, &[op, "two different tapes", "tape.input"])
    }
    check(&[
        on("add", || a + b),
        on("pow", || a.pow(b)),
        on("gt", || a.gt(b)),
        on("where_cond", || a.where_cond(b, 0.0)),
        on("where_cond", || a.where_cond(0.0, b)),
        on("matmul", || a.matmul(b)),
        on("dot", || there_vector.dot(here_vector)),
        on("outer", || there_vector.outer(here_vector)),
        on("einsum", || Var::einsum("ij,jk", &[a, b])),
        on("conv1d", || image.conv1d(there_image, None, Conv::new())),
        on("conv1d", || image.conv1d(image, Some(there_image), Conv::new())),
        on("conv_transpose1d", || image.conv_transpose1d(there_image, None, ConvTranspose::new())),
        on("linear", || a.linear(b, None)),
        on("linear", || a.linear(a, Some(b))),
        on("scatter", || a.scatter(0, &Tensor::full(&[2, 2], 0), b)),
        on("scatter_add", || a.scatter_add(0, &Tensor::full(&[2, 2], 0), b)),
        on("index_add", || a.index_add(0, &Tensor::full(&[2], 0), b)),
        on("masked_select", || a.masked_select(b)),
        on("concat", || Var::concat(&[a, b], 0)),
        on("stack", || Var::stack(&[a, b], 0)),
        on("mse", || a.mse(b)),
        on("grad", || a.sum().grad(&[b])[0]),
        on("grad", || a.grad_with(b, &[a])[0]),
        misfit(|| a.exp().backward_with(&Tensor::zeros(&[2, 2])).wrt(b).is_some(), &["wrt", "tape"]),
    ]);
}

#[test]
fn gradients_know_their_step() {
    let mut tape = Tape::new();
    let g = zeros(&tape, &[2]).sum().backward();
    tape.reset();
    let next = zeros(&tape, &[2]);
    check(&[misfit(|| g.wrt(next).is_some(), &["wrt", "another step"])]);
}

#[test]
fn fused_operations_that_do_not_fit() {
    use rappel_autodiff::{AttentionMask, CrossEntropy, LossReduction};

    let tape = Tape::new();
    let at = |shape: &[usize]| zeros(&tape, shape);
    let (x, v) = (at(&[2, 3]), at(&[3]));
    let relu = |w: &[usize], b: &[usize]| x.linear_act::<rows::Relu>(at(w), Some(at(b)), [0.0; 2]);
    let labels = |n: usize| Tensor::full(&[n], 0_u32);
    let plain = CrossEntropy::new();
    let none = AttentionMask::None;
    let attend = |q: &[usize], k: &[usize], v: &[usize]| at(q).scaled_dot_product_attention(at(k), at(v), none, None);
    let statistics = |n: usize| x.batch_norm_with((at(&[n]), v), None, None, 0.1);
    check(&[
        misfit(|| relu(&[2, 4], &[2]), &["linear", "[2, 3]", "[2, 4]", "the last axis must be 4"]),
        misfit(|| relu(&[2, 3], &[3]), &["linear", "bias", "[3]", "must be [2]"]),
        misfit(|| x.layer_norm(&[2], None, None, 0.1), &["layer_norm", "[2, 3]", "[2]", "last axes"]),
        misfit(|| x.layer_norm(&[], None, None, 0.1), &["layer_norm", "[2, 3]", "[]", "at least one"]),
        misfit(|| x.layer_norm(&[3], Some(at(&[2])), None, 0.1), &["layer_norm", "weight", "[2]", "must be [3]"]),
        misfit(|| x.layer_norm(&[3], Some(v), Some(x), 0.1), &["layer_norm", "bias", "[2, 3]", "must be [3]"]),
        misfit(|| x.layer_norm(&[3], None, None, -1.0), &["layer_norm", "eps", "at least 0", "-1"]),
        misfit(|| x.rms_norm(&[4], None, 0.1), &["rms_norm", "[2, 3]", "[4]"]),
        misfit(|| x.rms_norm(&[3], None, f64::NAN), &["rms_norm", "eps", "NaN"]),
        misfit(|| x.group_norm(2, None, None, 0.1), &["group_norm", "3 channels", "[2, 3]", "2 equal groups"]),
        misfit(|| x.group_norm(0, None, None, 0.1), &["group_norm", "3 channels", "0 equal groups"]),
        misfit(|| v.group_norm(1, None, None, 0.1), &["group_norm", "[3]", "[n, channels, ..]"]),
        misfit(|| v.instance_norm(None, None, 0.1), &["instance_norm", "[3]", "[n, channels, ..]"]),
        misfit(|| v.batch_norm(None, None, 0.1), &["batch_norm", "[3]", "[n, channels, ..]"]),
        misfit(|| x.batch_norm(Some(at(&[2])), None, 0.1), &["batch_norm", "weight", "[2]", "must be [3]"]),
        misfit(|| statistics(2), &["batch_norm", "mean", "[2]", "must be [3]"]),
        misfit(|| at(&[2, 8]).lstm_pointwise(at(&[2, 8]), x), &["lstm_pointwise", "[2, 8]", "[2, 3]", "4 times"]),
        misfit(|| x.lstm_pointwise(x, tape.constant(0.0)), &["lstm_pointwise", "[.., size]", "[]"]),
        misfit(|| at(&[2, 9]).gru_pointwise(at(&[1, 9]), x), &["gru_pointwise", "[1, 9]", "[2, 3]", "3 times"]),
        misfit(|| attend(&[3], &[3], &[3]), &["scaled_dot_product_attention", "[3]", "[.., t, d]"]),
        misfit(
            || attend(&[2, 4, 3], &[4, 3], &[4, 3]),
            &["attention", "[2, 4, 3]", "[4, 3]", "leading axes", "expand"],
        ),
        misfit(|| attend(&[4, 3], &[4, 2], &[4, 2]), &["attention", "[4, 3]", "[4, 2]", "same last size"]),
        misfit(|| attend(&[4, 3], &[5, 3], &[4, 3]), &["attention", "5 keys", "4 values"]),
        misfit(
            || x.scaled_dot_product_attention(x, x, AttentionMask::Add(x), None),
            &["attention", "mask", "[2, 3]", "[2, 2]", "[.., queries, keys]"],
        ),
        misfit(|| x.cross_entropy_with(&labels(3), &plain), &["cross_entropy", "[2, 3]", "[3]", "[n, classes, ..]"]),
        misfit(
            || x.cross_entropy_with(&labels(2), &plain.clone().weights(&[1.0])),
            &["cross_entropy", "1 weights", "3 classes"],
        ),
        misfit(
            || x.cross_entropy_with(&Tensor::from([9_u32, 5]), &plain.clone().ignore_index(9)),
            &["cross_entropy", "label 5", "row 1", "3 classes"],
        ),
        misfit(|| x.nll_loss(&labels(3), &plain), &["nll_loss", "[2, 3]", "[3]"]),
        misfit(|| x.nll_loss(&labels(2), &plain.clone().label_smoothing(0.1)), &["nll_loss", "smoothing"]),
        misfit(|| x.nll_loss(&Tensor::from([0_u32, 3]), &plain), &["nll_loss", "label 3", "row 1", "3 classes"]),
        misfit(|| x.cross_entropy_soft(v, &plain), &["cross_entropy_soft", "[2, 3]", "[3]", "agree"]),
        misfit(|| x.cross_entropy_soft(x, &plain.clone().ignore_index(1)), &["cross_entropy_soft", "ignore_index"]),
        misfit(|| CrossEntropy::new().label_smoothing(1.5), &["label smoothing", "[0, 1]", "1.5"]),
        misfit(|| CrossEntropy::new().weights(&[1.0, -2.0]), &["weight -2", "class 1", "at least 0"]),
        misfit(|| x.kl_div(at(&[4, 3]), false, LossReduction::Sum), &["kl_div", "[2, 3] and [4, 3]"]),
        misfit(
            || x.bce_with_logits_with(x, None, Some(at(&[2])), LossReduction::Sum),
            &["bce_with_logits", "[2, 3] and [2]"],
        ),
        misfit(
            || x.bce_with_logits_with(x, Some(at(&[2])), None, LossReduction::Sum),
            &["bce_with_logits", "[2, 3] and [2]"],
        ),
    ]);
}

#[test]
fn derivatives_of_modules_that_are_not_asked_for_properly() {
    let (w, other) = (Param::new(Tensor::<f32>::zeros(&[2])), Param::new(Tensor::<f32>::zeros(&[3])));
    let mut wide = Gradients::from_fn(&other, |_, p| p.value.clone());
    wide.set(&w, Tensor::zeros(&[3]));
    let right = Gradients::from_fn(&w, |_, p| p.value.clone());
    let (tape, there) = (Tape::new(), Tape::new());
    let (x, y) = (tape.var(&Tensor::zeros(&[2])), there.var(&Tensor::zeros(&[2])));
    let point = Tensor::zeros(&[2]);
    let [of_x, of_y] = [x, y].map(|x| Gradients::along(&[(x, &point)]));
    check(&[
        misfit(|| jvp_of(&w, &wide, |w, tape| tape.param(w).sum()), &["jvp", "[3]", "[2]", "equal"]),
        misfit(|| hvp_of(&w, &wide, |w, tape| tape.param(w).sum()), &["hvp", "[3]", "[2]", "equal"]),
        misfit(|| hvp_of(&w, &right, |w, tape| tape.param(w) * 2.0), &["hvp", "[2]", "sum"]),
        misfit(|| value_and_grad_of(&w, |w, tape| tape.param(w) * 2.0), &["backward", "[2]", "sum"]),
        misfit(|| value_and_grad_of(&w, |_, tape: &Tape| tape.constant(1.0)), &["backward", "no parameter"]),
        misfit(|| Linearised::new(y.sum()).jvp(&of_x), &["direction", "another tape"]),
        misfit(|| Gradients::along(&[(x, &point), (y, &point)]), &["along", "another tape"]),
        misfit(|| Gradients::along(&[(x * 2.0, &point)]), &["along", "tape.var"]),
        misfit(|| Gradients::along(&[(tape.param(&w), &point)]), &["along", "tape.var"]),
        misfit(|| of_x.dot(&of_y), &["dot", "two tapes"]),
        misfit(|| of_x.clone().axpy(1.0, &of_y), &["axpy", "two tapes"]),
        misfit(|| wide.dot(&right), &["dot", "[3]", "[2]", "equal"]),
        misfit(|| wide.clone().axpy(1.0, &right), &["axpy", "[3]", "[2]", "equal"]),
    ]);
}

#[test]
fn variables_that_cannot_stand_for_parameters() {
    let (tape, there) = (Tape::new(), Tape::new());
    let net = vec![Param::new(Tensor::<f32>::zeros(&[2])), Param::new(Tensor::zeros(&[3, 1]))];
    let [v, w, far] = [zeros(&tape, &[2]), zeros(&tape, &[3, 1]), zeros(&there, &[2])];
    check(&[
        misfit(|| tape.bind(&net, &[v], || 0), &["bind", "1 variables", "2 trainable", "tape.params(&net)"]),
        misfit(|| tape.bind(&net, &[w, v], || 0), &["bind", "[3, 1]", "`0`", "[2]", "equal"]),
        misfit(|| tape.bind(&net, &[far, w], || 0), &["with", "another tape"]),
        misfit(|| tape.with(&[(net[0].id(), far)], || 0), &["with", "another tape"]),
        misfit(|| tape.with(&[(net[0].id(), w)], || tape.param(&net[0])), &["param", "[3, 1]", "[2]", "equal"]),
    ]);
}

#[test]
fn values_that_a_checkpoint_has_dropped() {
    let (tape, there) = (Tape::new(), Tape::new());
    let x = zeros(&tape, &[2]);
    let mut inside = None;
    let line = line!() + 2;
    let y = tape.checkpoint(|| {
        let h = x.exp();
        inside = Some(h);
        h.tanh()
    });
    let h = inside.expect("the closure ran");
    let place = format!("exp, recorded at {}:{line}", file!());
    let dropped = |op: &'static str| [op, &place, "inside a checkpoint", "return it"].map(str::to_owned);
    fn on<'a, R>(parts: [String; 4], call: impl Fn() -> R + 'a) -> Misfit<'a> {
        misfit(call, &parts.each_ref().map(String::as_str))
    }
    check(&[
        on(dropped("value"), || h.value()),
        on(dropped("value"), || h.detach()),
        on(dropped("add"), || y + h),
        on(dropped("scale"), || h * 2.0),
        on(dropped("sum"), || h.sum()),
        on(dropped("checkpoint"), || tape.checkpoint(|| h)),
        misfit(|| tape.checkpoint(|| zeros(&there, &[1])), &["checkpoint", "another tape"]),
    ]);
    let g = h.backward_with(&Tensor::ones(&[2]));
    assert_eq!(
        g.wrt(x).map(|g| g.data().to_vec()),
        Some(vec![1.0, 1.0]),
        "the gradient from inside is there all the same"
    );
}

/// The exponential, by a kernel.
struct RawExp;

impl CustomKernel<f32> for RawExp {
    fn name(&self) -> &'static str {
        "raw_exp"
    }

    fn forward(&self, x: &[&Tensor]) -> Tensor {
        x[0].exp()
    }

    fn backward(&self, _: &[&Tensor], y: &Tensor, g: &Tensor) -> Vec<Option<Tensor>> {
        vec![Some(g * y)]
    }
}

#[test]
fn what_custom_operations_cannot_do() {
    let (tape, there) = (Tape::new(), Tape::new());
    let (x, y) = (zeros(&tape, &[2]), zeros(&there, &[2]));
    let point = Tensor::<f32>::zeros(&[2]);
    let raw = Custom::once(RawExp);
    let line = line!() + 1;
    let recorded = raw.apply(&[x]).sum();
    let place = format!("{}:{line}", file!());
    let once = ["`raw_exp`", "once", "CustomOp"];
    let few: Custom = Custom::from_fns("few", |x| x[0] + x[1], |_, _, g| vec![Some(g)]);
    let wide: Custom = Custom::from_fns("wide", |x| x[0].exp(), |_, _, g| vec![Some(Var::concat(&[g, g], 0))]);
    check(&[
        misfit(|| recorded.grad(&[x]), &[&once[..], &["grad", &place]].concat()),
        misfit(|| hvp(|x| raw.apply(&[x]).sum(), &point, &point), &[&once[..], &["hvp"]].concat()),
        misfit(
            || jvp(|x| raw.apply(&[x]), &point, &point),
            &["jvp", "`raw_exp`", file!(), "no forward mode", "CustomOp"],
        ),
        misfit(|| raw.apply(&[]), &["raw_exp", "at least one operand"]),
        misfit(|| few.apply(&[x, y]), &["few", "two different tapes"]),
        misfit(|| few.apply(&[x, x]).sum().backward_retain(), &["few", "1 cotangents for 2 operands"]),
        misfit(|| few.apply(&[x, x]).sum().grad(&[x]), &["few", "1 cotangents for 2 operands"]),
        misfit(|| wide.apply(&[x]).sum().backward_retain(), &["wide", "[4]", "operand 0", "[2]", "equal"]),
        misfit(|| wide.apply(&[x]).sum().grad(&[x]), &["wide", "[4]", "operand 0", "[2]", "equal"]),
        misfit(|| jvp(|x| wide.apply(&[x]), &point, &point), &["wide", "[4]", "operand 0", "[2]", "equal"]),
        misfit(|| hvp(|x| wide.apply(&[x]).sum(), &point, &point), &["wide", "[4]", "operand 0", "[2]", "equal"]),
    ]);
}

#[test]
fn hooks_that_do_not_fit() {
    let (tape, there) = (Tape::new(), Tape::new());
    let (x, y) = (zeros(&tape, &[2]), zeros(&there, &[2]));
    let sum = x.exp().sum();
    check(&[
        misfit(|| Backward::new().hook(x, |g| Some(g.sum())).retain().run(sum), &["hook", "[]", "[2]", "equal"]),
        misfit(|| Backward::new().hook(y, |_| None).retain().run(sum), &["hook", "two different tapes"]),
        misfit(|| Backward::new().retain().run(x), &["backward", "[2]", "sum"]),
    ]);
}
