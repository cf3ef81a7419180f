//! Misfits panic at the user's line, and say which operation, which shapes, and what would fit.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use rappel_tensor::random::Mersenne;
use rappel_tensor::shape::{broadcast_or_panic, resolve_axes, resolve_axis};
use rappel_tensor::{
    By, Comparison, Conv, ConvTranspose, CrossEntropy, Ellipsis, Normalisation, PadMode, Pool, Reduction, Rows, Tensor,
    View,
};

thread_local! {
    /// Whether this thread waits for a panic, and the file of the last one.
    static CAUGHT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The file and the message of the panic of a call.
fn panic_of(call: &dyn Fn()) -> Option<(String, String)> {
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

/// Calls that do not fit, and parts of what each must say.
type Misfit<'a> = (&'a dyn Fn(), &'a [&'a str]);

/// Every misfit must panic in this file with all its parts; all that do not are reported together.
fn check(misfits: &[Misfit<'_>]) {
    let mut wrong = Vec::new();
    for (i, (call, parts)) in misfits.iter().enumerate() {
        match panic_of(call) {
            None => wrong.push(format!("{i} {parts:?}: no panic")),
            Some((file, message)) => {
                if file != file!() {
                    wrong.push(format!("{i} {parts:?}: reported in {file}: {message}"));
                }
                for part in parts.iter().filter(|part| !message.contains(**part)) {
                    wrong.push(format!("{i}: no {part:?} in {message:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn zeros(shape: &[usize]) -> Tensor {
    Tensor::zeros(shape)
}

#[test]
fn other_libraries_generator() {
    check(&[
        (&|| _ = Mersenne::key(&[]), &["Mersenne::key([])", "one word at least"]),
        (&|| _ = Mersenne::seed(0).torch_below(0), &["torch_below(0)", "at least 1"]),
        (&|| drop(Mersenne::seed(0).torch_permutation(214_748_365)), &["(214748365)", "at most 214748364"]),
    ]);
}

#[test]
fn making_tensors() {
    let huge = &[usize::MAX, 2][..];
    check(&[
        (&|| drop(Tensor::new([1.0_f32; 5], &[2, 3])), &["Tensor::new", "[2, 3] holds 6", "5 were given"]),
        (&|| drop(Tensor::<f32>::new([], huge)), &["Tensor::new", "more values than can be counted"]),
        (&|| drop(zeros(huge)), &["more values than can be counted"]),
        (&|| drop(Tensor::full(huge, 1.0_f32)), &["more values than can be counted"]),
        (&|| drop(Tensor::from_fn(huge, |_| 1.0_f32)), &["more values than can be counted"]),
        (&|| assert!(zeros(&[2]).item() < 1.0), &["item", "[2] holds 2 values", "data"]),
        (&|| assert!(zeros(&[0]).item() < 1.0), &["item", "[0] holds 0 values"]),
    ]);
}

#[test]
fn operands_that_do_not_broadcast() {
    let (a, b) = (&zeros(&[2, 3]), &zeros(&[4, 3]));
    let fit = ["[2, 3] and [4, 3]", "equal or 1", "reshape"];
    let with = |op: &'static str| [&[op][..], &fit].concat();
    check(&[
        (&|| drop(a + b), &with("add")),
        (&|| drop(a - b), &with("sub")),
        (&|| drop(a * b), &with("mul")),
        (&|| drop(a / b), &with("div")),
        (&|| drop(a.clone() + b), &with("add")),
        (&|| drop(a.clone() - b.clone()), &with("sub")),
        (&|| drop(a * b.clone()), &with("mul")),
        (&|| drop(a.minimum(b)), &with("min")),
        (&|| drop(a.maximum(b)), &with("max")),
        (&|| drop(a.hypot(b)), &with("hypot")),
        (&|| drop(a.lerp(b, 0.5)), &with("lerp")),
        (&|| drop(a.compare(Comparison::Lt, b)), &with("lt")),
        (&|| drop(a.where_cond(a, b)), &with("where_cond")),
        (&|| drop(a.where_cond(b, b)), &with("where_cond")),
        (&|| drop(broadcast_or_panic("mine", &[2, 3], &[4, 3])), &with("mine")),
        (&|| a.clone().add_assign(b), &["add_assign", "[2, 3] and [4, 3]", "does not broadcast"]),
        (&|| a.clone().add_assign(&zeros(&[3])), &["add_assign", "[2, 3] and [3]"]),
    ]);
}

#[test]
fn products_that_do_not_fit() {
    let (a, b, v) = (&zeros(&[2, 3]), &zeros(&[2, 4]), &zeros(&[3]));
    check(&[
        (&|| drop(a.matmul(b)), &["matmul", "[2, 3] and [2, 4]", "3 columns", "2 rows", "transpose"]),
        (&|| drop(b.matmul(v)), &["matmul", "[2, 4] and [3]", "4 columns", "3 rows"]),
        (&|| drop(v.matmul(a)), &["matmul", "[3] and [2, 3]", "3 columns", "2 rows"]),
        (&|| drop(a.matmul(&zeros(&[]))), &["matmul", "[2, 3] and []", "number", "`*`"]),
        (&|| drop(v.matmul_with(a, true, false)), &["matmul", "[3] transposed and [2, 3]", "vector", "two axes"]),
        (
            &|| drop(zeros(&[2, 5, 3]).matmul(&zeros(&[4, 3, 1]))),
            &["matmul", "[2, 5, 3] and [4, 3, 1]", "[2] and [4]", "broadcast", "equal or 1"],
        ),
        (&|| drop(zeros(&[1, 8, 0]).matmul(&zeros(&[1 << 62, 0, 1]))), &["matmul", "more values than can be counted"]),
        (&|| drop(a.dot(v)), &["dot", "[2, 3] and [3]", "two vectors of one length", "einsum"]),
        (&|| drop(v.dot(&zeros(&[4]))), &["dot", "[3] and [4]"]),
        (&|| drop(v.outer(a)), &["outer", "[3] and [2, 3]", "two vectors"]),
        (&|| drop(a.matmul_with(b, true, true)), &["matmul", "[2, 3] transposed and [2, 4] transposed"]),
        (&|| zeros(&[3, 4]).add_matmul(a, false, b, false), &["add_matmul", "[2, 3] and [2, 4]"]),
        (&|| zeros(&[5]).add_matmul(a, true, b, false), &["add_matmul", "[3, 4]", "[5]"]),
        (&|| zeros(&[12]).add_matmul(a, true, b, false), &["add_matmul", "[3, 4]", "[12]"]),
        (&|| drop(a.linear(b, None)), &["linear", "[2, 3]", "[2, 4]", "the last axis must be 4"]),
        (&|| drop(zeros(&[]).linear(b, None)), &["linear", "[]", "[2, 4]", "the last axis must be 4"]),
        (&|| drop(a.linear(v, None)), &["linear", "[out, in]", "[3]"]),
        (&|| drop(a.linear(a, Some(v))), &["linear", "bias", "[3]", "[2, 3]", "must be [2]"]),
    ]);
}

/// Each shows the equation, marks the place, and lists the operands.
#[test]
fn equations_that_cannot_be_read() {
    let (a, b, c) = (&zeros(&[2, 3]), &zeros(&[4, 5]), &zeros(&[2, 2, 7]));
    let e = |equation: &'static str, operands: &[&Tensor]| drop(Tensor::einsum(equation, operands));
    check(&[
        (
            &|| e("ij,jk->ik", &[a, b]),
            &[
                "einsum: `j` is 3 before and 4 in operand 1",
                "\n  ij,jk->ik\n     ^\n",
                "operand 0 [2, 3], operand 1 [4, 5]",
            ],
        ),
        (&|| e("iij->j", &[&zeros(&[2, 3, 1])]), &["`i` would be both 2 and 3 in operand 0", "\n  iij->j\n  ^\n"]),
        (&|| e("ij,jk", &[a]), &["2 terms for 1 operands", "\n  ij,jk\n  ^^^^^\n", "operand 0 [2, 3]"]),
        (&|| e("ij", &[]), &["1 terms for 0 operands", "no operands"]),
        (&|| e("ij,ijk->k", &[a, b]), &["names 3 axes, operand 1 has 2 ([4, 5])", "\n  ij,ijk->k\n     ^^^\n"]),
        (&|| e("...ijk", &[a]), &["at least 3 axes, operand 0 has 2", "^^^^^^"]),
        (&|| e("i1->i", &[a]), &["`1` is not a letter", "\n  i1->i\n   ^\n", "..."]),
        (&|| e("ij->i->j", &[a]), &["`-` is not a letter", "->"]),
        (&|| e("i..->i", &[a]), &["`.` is not a letter"]),
        (&|| e("...i...", &[a]), &["at most one `...`", "\n  ...i...\n      ^^^\n"]),
        (&|| e("ij->k", &[a]), &["`k` is in the output and in no operand", "\n  ij->k\n      ^\n"]),
        (&|| e("ij->ii", &[a]), &["`i` stands twice in the output"]),
        (&|| e("...i,...i->", &[c, &zeros(&[3, 7])]), &["axis -1 of `...` is 2 before and 3 in operand 1", "^^^^"]),
    ]);
}

#[test]
fn convolutions_that_do_not_fit() {
    let (x, w) = (&zeros(&[2, 4, 5, 6]), &zeros(&[6, 4, 3, 3]));
    let (line, tap) = (&zeros(&[2, 4, 5]), &zeros(&[4, 4, 3]));
    let grown = ConvTranspose::<1>::new;
    check(&[
        (&|| drop(line.conv2d(w, None, Conv::new())), &["conv2d", "[2, 4, 5]", "[n, c_in, h, w]", "reshape"]),
        (&|| drop(x.conv1d(tap, None, Conv::new())), &["conv1d", "[2, 4, 5, 6]", "[n, c_in, w]"]),
        (&|| drop(x.conv2d(tap, None, Conv::new())), &["conv2d", "weight has 4 axes", "[4, 4, 3]"]),
        (
            &|| drop(x.conv2d(&zeros(&[6, 3, 3, 3]), None, Conv::new())),
            &["conv2d", "[2, 4, 5, 6] and [6, 3, 3, 3]", "3 channels", "4 there"],
        ),
        (&|| drop(x.conv2d(w, None, Conv::new().groups(2))), &["conv2d", "4 channels in each of 2 groups", "2 there"]),
        (&|| drop(x.conv2d(w, None, Conv::new().groups(3))), &["conv2d", "3 groups do not divide 4 channels", "6"]),
        (&|| drop(x.conv2d(w, None, Conv::new().groups(0))), &["conv2d", "groups", "at least 1"]),
        (&|| drop(x.conv2d(w, None, Conv::new().stride([1, 0]))), &["conv2d", "stride [1, 0]", "at least 1"]),
        (&|| drop(x.conv2d(w, None, Conv::new().dilation(0))), &["conv2d", "dilation [0, 0]", "at least 1"]),
        (&|| drop(x.conv2d(&zeros(&[6, 4, 0, 3]), None, Conv::new())), &["conv2d", "[6, 4, 0, 3]", "empty kernel"]),
        (
            &|| drop(x.conv2d(w, None, Conv::new().dilation(3).padding(0))),
            &["conv2d", "kernel of size 3 with dilation 3 takes 7", "the input's 5 with 0 of padding", "axis 2"],
        ),
        (
            &|| drop(x.conv2d(w, Some(&zeros(&[4])), Conv::new())),
            &["conv2d", "bias of shape [4]", "[6, 4, 3, 3]", "must be [6]"],
        ),
        (&|| drop(x.conv2d(w, None, Conv::same().stride(2))), &["conv2d", "same", "stride 1", "[2, 2]"]),
        (
            &|| drop(line.conv1d(tap, None, Conv::new().padding(usize::MAX))),
            &["conv1d", "padded input", "more than can be counted"],
        ),
        (&|| drop(x.conv2d(w, None, Conv::new().padding(1 << 33))), &["conv2d", "more values than can be counted"]),
        (
            &|| drop(x.conv2d(w, None, Conv::new().dilation(1 << 60).padding(1 << 60))),
            &["conv2d", "more values than can be counted"],
        ),
        (
            &|| drop(x.conv_transpose2d(w, None, ConvTranspose::new())),
            &["conv_transpose2d", "[2, 4, 5, 6] and [6, 4, 3, 3]", "6 channels", "has 4"],
        ),
        (
            &|| drop(line.conv_transpose1d(tap, None, grown().groups(3))),
            &["conv_transpose1d", "3 groups do not divide 4"],
        ),
        (
            &|| drop(line.conv_transpose1d(tap, None, grown().output_padding(1))),
            &["conv_transpose1d", "output_padding [1]", "stride [1]", "dilation [1]"],
        ),
        (
            &|| drop(line.conv_transpose1d(tap, None, grown().padding(4))),
            &["conv_transpose1d", "padding 4", "nothing of an output of 7"],
        ),
        (
            &|| drop(zeros(&[2, 4, 0]).conv_transpose1d(tap, None, grown())),
            &["conv_transpose1d", "[2, 4, 0]", "no values"],
        ),
        (
            &|| drop(line.conv_transpose1d(tap, None, grown().stride(usize::MAX))),
            &["conv_transpose1d", "the output", "more than can be counted"],
        ),
        (
            &|| drop(line.conv_transpose1d(tap, Some(&zeros(&[5])), grown())),
            &["conv_transpose1d", "bias", "[5]", "must be [4]"],
        ),
    ]);
}

#[test]
fn windows_that_do_not_fit() {
    let x = &zeros(&[2, 3, 5]);
    check(&[
        (&|| drop(x.max_pool2d(Pool::new([2, 0]))), &["max_pool2d", "kernel [2, 0]", "at least 1"]),
        (&|| drop(x.max_pool2d(Pool::new(2).stride(0))), &["max_pool2d", "stride [0, 0]", "at least 1"]),
        (&|| drop(x.max_pool1d(Pool::new(2).dilation(0))), &["max_pool1d", "dilation [0]", "at least 1"]),
        (
            &|| drop(x.max_pool2d(Pool::new(4))),
            &["max_pool2d", "window of 4", "takes 4", "the input's 3", "axis -2", "[2, 3, 5]"],
        ),
        (
            &|| drop(x.avg_pool1d(Pool::new(2).padding(2))),
            &["avg_pool1d", "padding [2]", "half of a window", "takes 2"],
        ),
        (&|| drop(x.avg_pool1d(Pool::new(2).dilation(2))), &["avg_pool1d", "dilation [2]", "maxima"]),
        (&|| drop(zeros(&[3]).max_pool2d(Pool::new(1))), &["max_pool2d", "last 2 axes", "[3]"]),
        (&|| drop(zeros(&[3, 0]).avg_pool1d(Pool::new(1))), &["avg_pool1d", "[3, 0]", "no values"]),
        (&|| drop(zeros(&[3, 0]).adaptive_max_pool1d(2)), &["adaptive_max_pool1d", "[3, 0]", "no values"]),
        (&|| drop(x.adaptive_avg_pool2d(usize::MAX)), &["adaptive_avg_pool2d", "more values than can be counted"]),
        (&|| drop(zeros(&[]).upsample_nearest1d(2)), &["upsample_nearest1d", "last 1 axes", "[]"]),
        (&|| drop(x.upsample_nearest2d(usize::MAX)), &["upsample_nearest2d", "[2, 3, 5]", "can be counted"]),
        (&|| drop(x.interpolate_nearest2d(usize::MAX)), &["interpolate_nearest2d", "more values than can be counted"]),
    ]);
}

/// A size of 0 lets the others be any, as long as no result is without it.
#[test]
fn sizes_that_only_a_zero_made_possible() {
    let vast = 1 << 62;
    let (row, column) = (&zeros(&[0, vast]), &zeros(&[0, vast, 1]));
    let uncountable = "more values than can be counted";
    check(&[
        (&|| drop(column + &zeros(&[0, 1, 4])), &["add", uncountable]),
        (&|| drop(row.sum_axes(&[0], false)), &["sum", uncountable]),
        (&|| drop(row.var_axes(&[0], 1.0, false)), &["var", uncountable]),
        (&|| drop(row.norm_axes(2.0, &[0], true)), &["norm", uncountable]),
        (&|| drop(row.logsumexp(0, false)), &["logsumexp", uncountable]),
        (&|| drop(row.softmax(0)), &["softmax", uncountable]),
        (&|| drop(row.log_softmax(0)), &["log_softmax", uncountable]),
        (&|| drop(zeros(&[4, 0]).unflatten(1, &[0, vast])), &["unflatten", uncountable]),
        (&|| drop(row.unbind(1)), &["unbind", uncountable]),
        (
            &|| drop(column.scaled_dot_product_attention(column, column, None, false, 1.0)),
            &["scaled_dot_product_attention", uncountable],
        ),
        (
            &|| drop(Normalisation::group(&[1, 0, 3], vast, 0.1)),
            &["group_norm", "[1, 0, 3]", "more means than can be counted"],
        ),
        (&|| drop(Normalisation::batch(&[0, vast], 0.1)), &["batch_norm", "more means than can be counted"]),
    ]);
    // What has no values takes no time.
    assert_eq!(zeros(&[0, 3]).adaptive_avg_pool1d(vast).shape(), [0, vast]);
    assert_eq!(zeros(&[0, 3]).adaptive_max_pool1d(vast).shape(), [0, vast]);
    assert_eq!(zeros(&[0, 3, 2]).upsample_nearest2d([0, vast / 2]).shape(), [0, 0, vast]);
    assert_eq!(zeros(&[3, vast, 0]).sum().data(), [0.0]);
}

#[test]
fn shapes_that_cannot_be_reached() {
    let x = &zeros(&[2, 3]);
    let huge = &[usize::MAX, 2][..];
    check(&[
        (&|| drop(x.reshape(&[4])), &["reshape", "[2, 3] holds 6", "[4] would hold 4"]),
        (&|| drop(x.reshape(huge)), &["reshape", ", 2]", "more values than can be counted"]),
        (&|| drop(x.expand(&[2, 4])), &["expand", "[2, 3]", "[2, 4]", "equal or 1"]),
        (&|| drop(x.expand(&[3])), &["expand", "[2, 3]", "[3]"]),
        (&|| drop(zeros(&[1]).expand(huge)), &["expand", ", 2]", "more values than can be counted"]),
        (&|| drop(x.permute(&[0])), &["permute", "[0]", "2 axes"]),
        (&|| drop(x.permute(&[0, 0])), &["permute", "[0, 0]", "twice"]),
        (&|| drop(x.permute(&[0, -2])), &["permute", "[0, -2]", "twice"]),
        (&|| drop(x.permute(&[0, 2])), &["permute", "axis 2", "rank 2", "-2 to 1"]),
        (&|| drop(View::of("mine", &[2, 3]).permute(&[1, 1])), &["mine", "[1, 1]", "twice"]),
        (&|| drop(zeros(&[3]).transpose()), &["transpose", "[3]", "two axes"]),
        (&|| drop(x.slice(&[0..3, 0..1])), &["slice", "0..3", "axis 0", "[2, 3]", "2"]),
        (&|| drop(x.slice(&[0..1, std::ops::Range { start: 2, end: 1 }])), &["slice", "2..1", "axis 1"]),
        (&|| drop(x.slice(&[0..1, 0..1, 0..1])), &["slice", "3 ranges", "[2, 3]", "2 axes"]),
        (&|| drop(x.slice_axis(0, 0..3)), &["slice_axis", "0..3", "axis 0", "[2, 3]"]),
        (&|| drop(x.slice_axis(2, 0..1)), &["slice_axis", "axis 2", "rank 2"]),
        (&|| drop(x.slice_axis(0, ..=2)), &["slice_axis", "..=2", "axis 0", "[2, 3]", "2"]),
        (&|| drop(x.slice_axis(1, -4..)), &["slice_axis", "-4..", "axis 1", "[2, 3]", "3"]),
        (
            &|| drop(x.slice_axis(1, std::ops::Range { start: 2, end: 1 })),
            &["slice_axis", "2..1", "axis 1", "[2, 3]", "before it starts"],
        ),
        (&|| drop(x.slice_axis(1, (..).by(0))), &["slice_axis", ".. by 0", "axis 1", "step"]),
        (&|| drop(x.squeeze(1)), &["squeeze", "axis 1", "[2, 3]", "size 3, not 1"]),
        (&|| drop(x.squeeze(-3)), &["squeeze", "axis -3", "rank 2"]),
        (&|| drop(x.unsqueeze(3)), &["unsqueeze", "axis 3", "rank 3"]),
        (&|| drop(x.flatten(1, 0)), &["flatten", "axis 1", "[2, 3]", "after axis 0"]),
        (&|| drop(x.flatten(0, 2)), &["flatten", "axis 2", "rank 2"]),
        (&|| drop(x.unflatten(1, &[2, 2])), &["unflatten", "axis 1", "[2, 3]", "size 3", "[2, 2] make 4"]),
        (&|| drop(x.unflatten(1, huge)), &["unflatten", ", 2]", "more values than can be counted"]),
        (&|| drop(x.swap_axes(0, 2)), &["swap_axes", "axis 2", "rank 2"]),
        (&|| drop(x.moveaxis(-3, 0)), &["moveaxis", "axis -3", "rank 2"]),
        (&|| drop(x.repeat(&[2])), &["repeat", "[2]", "[2, 3]", "per axis"]),
        (&|| drop(x.repeat(&[usize::MAX, 2])), &["repeat", "more values than can be counted"]),
        (&|| drop(x.repeat_interleave(usize::MAX, 0)), &["repeat_interleave", "more values than can be counted"]),
        (&|| drop(x.repeat_interleave(2, 2)), &["repeat_interleave", "axis 2", "rank 2"]),
        (&|| drop(x.split(&[1, 1], 1)), &["split", "[1, 1] add up to 2", "axis 1", "[2, 3]", "3"]),
        (&|| drop(x.split(&[1, 1], 2)), &["split", "axis 2", "rank 2"]),
        (&|| drop(x.chunk(0, 1)), &["chunk", "axis 1", "[2, 3]", "0 pieces"]),
        (&|| drop(x.unbind(2)), &["unbind", "axis 2", "rank 2"]),
        (&|| drop(x.flip(&[0, -2])), &["flip", "axis -2", "twice"]),
        (&|| drop(x.diagonal(0, 1, -1)), &["diagonal", "axes 1 and -1", "[2, 3]", "same axis"]),
        (&|| drop(x.diagonal(0, 0, 2)), &["diagonal", "axis 2", "rank 2"]),
        (&|| drop(zeros(&[]).diag_embed(0)), &["diag_embed", "scalar"]),
        (&|| drop(x.diag_embed(isize::MAX)), &["diag_embed", "more values than can be counted"]),
        (&|| drop(zeros(&[3]).tril(0)), &["tril", "[3]", "two axes"]),
        (&|| drop(zeros(&[3]).triu(0)), &["triu", "[3]", "two axes"]),
        (&|| drop(x.roll(&[1], &[0, 1])), &["roll", "1 shifts", "2 axes", "[2, 3]"]),
        (&|| drop(x.roll(&[1], &[2])), &["roll", "axis 2", "rank 2"]),
        (&|| drop(x.pad(&[(1, 1)], 0.0)), &["pad", "1 pairs", "[2, 3]", "2 axes"]),
        (&|| drop(x.pad(&[(-1, -2), (0, 0)], 0.0)), &["pad", "(-1, -2)", "3 places", "axis 0", "[2, 3]", "size is 2"]),
        (&|| drop(x.pad(&[(-3, 4), (0, 0)], PadMode::Replicate)), &["pad", "(-3, 4)", "axis 0", "[2, 3]"]),
        (
            &|| drop(x.pad(&[(0, 0), (0, 3)], PadMode::Reflect)),
            &["pad", "(0, 3)", "axis 1", "[2, 3]", "below its size 3"],
        ),
        (&|| drop(zeros(&[0]).pad(&[(1, 0)], PadMode::Circular)), &["pad", "axis 0", "[0]", "empty"]),
        (&|| drop(x.pad(&[(isize::MAX, isize::MAX), (0, 0)], 0.0)), &["pad", "more values than can be counted"]),
        (&|| drop(x.pad(&[(isize::MAX, 0), (0, 0)], PadMode::Circular)), &["pad", "more values than can be counted"]),
        (&|| drop(x.masked_fill(&zeros(&[2]), 0.0)), &["masked_fill", "[2]", "[2, 3]", "equal or 1"]),
        (&|| drop(zeros(&[3]).masked_fill(x, 0.0)), &["masked_fill", "[2, 3]", "[3]"]),
        (&|| drop(x.masked_select(&zeros(&[2]))), &["masked_select", "[2]", "[2, 3]", "equal or 1"]),
        (&|| drop(Tensor::meshgrid(&[x])), &["meshgrid", "axis 0", "vector", "[2, 3]"]),
        (&|| drop(Tensor::<f32>::arange(0.0, 1.0, -0.5)), &["arange", "-0.5", "from 0 to 1"]),
        (&|| drop(Tensor::<f32>::arange(0.0, 1.0, 0.0)), &["arange", "steps of 0"]),
        (&|| drop(Tensor::<f32>::arange(0.0, 1e300, 1.0)), &["more values than can be counted"]),
        (&|| drop(x.embed(&[2, 4], &[0, 2])), &["embed", "[2, 3]", "[0, 2]", "[2, 4]"]),
        (&|| drop(x.embed(&[4], &[0])), &["embed", "[2, 3]", "[4]"]),
        (&|| zeros(&[2, 4]).add_embedded(x, &[1, 0]), &["embed", "[2, 3]", "[1, 0]", "[2, 4]"]),
        (&|| drop(x.embed(&[2, 4], &[0, usize::MAX])), &["embed", "[2, 3]", "[2, 4]"]),
        (&|| drop(x.read(&View::of("mine", &[3, 2]))), &["mine", "[3, 2]", "[2, 3]"]),
        (&|| drop(x.embed_at(&View::of("mine", &[3, 2]), 0.0)), &["mine", "[3, 2]", "[2, 3]"]),
        (&|| x.clone().add_read(&zeros(&[3]), &View::of("mine", &[3])), &["mine", "[3]", "[2, 3]"]),
        (&|| x.clone().add_embedded_at(&zeros(&[3]), &View::of("mine", &[3])), &["mine", "[3]", "[2, 3]"]),
        (&|| drop(x.sum_to(&[2])), &["sum_to", "[2, 3]", "[2]"]),
        (&|| drop(x.sum_to(&[1, 2, 3])), &["sum_to", "[2, 3]", "[1, 2, 3]"]),
    ]);
}

#[test]
fn indices_that_lead_nowhere() {
    let (x, list) = (&zeros(&[2, 3]), &Tensor::from([0_u32, 3]));
    check(&[
        (&|| drop(x.at(2)), &["at", "index 2", "axis 0", "[2, 3]", "from -2 to 1"]),
        (&|| drop(x.at((.., -4))), &["at", "index -4", "axis 1", "[2, 3]", "from -3 to 2"]),
        (&|| drop(x.at((0, usize::MAX))), &["at", "index", "axis 0", "[3]", "from -3 to 2"]),
        (&|| drop(zeros(&[0]).at(0)), &["at", "index 0", "axis 0", "[0]", "no places"]),
        (&|| drop(x.at((.., 1..4))), &["at", "range 1..4", "axis 1", "[2, 3]", "3"]),
        (
            &|| drop(x.at((.., std::ops::RangeInclusive::new(2, -3)))),
            &["at", "range 2..=-3", "axis 1", "before it starts"],
        ),
        (&|| drop(x.at((.., (..-1).by(0)))), &["at", "..-1 by 0", "axis 1", "step"]),
        (&|| drop(x.at((0, 0, 0))), &["at", "3 axes", "[2, 3]", "2 axes"]),
        (&|| drop(x.at((Ellipsis, 0, Ellipsis))), &["at", "Ellipsis", "[2, 3]"]),
        (&|| drop(x.at((.., list))), &["at", "index 3", "position 1", "axis 1", "[2, 3]"]),
        (&|| drop(x.at((list, list))), &["at", "two lists", "[2, 3]", "gather"]),
        (&|| drop(x.at((1, list))), &["at", "index 3", "position 1", "axis 0", "[3]"]),
    ]);
}

#[test]
fn parts_that_cannot_be_joined() {
    let (a, b, v) = (&zeros(&[2, 3]), &zeros(&[4, 5]), &zeros(&[3]));
    check(&[
        (&|| drop(Tensor::<f32>::concat(&[], 0)), &["concat", "nothing"]),
        (&|| drop(Tensor::concat(&[a, b], 0)), &["concat", "[2, 3] and [4, 5]", "axis 0", "agree"]),
        (&|| drop(Tensor::concat(&[a, v], 1)), &["concat", "[2, 3] and [3]", "axis 1"]),
        (&|| drop(Tensor::concat(&[a, a], 2)), &["concat", "axis 2", "rank 2"]),
        (&|| drop(Tensor::concat(&[&zeros(&[])], 0)), &["concat", "axis 0", "rank 0"]),
        (&|| drop(Tensor::<f32>::stack(&[], 0)), &["stack", "nothing"]),
        (&|| drop(Tensor::stack(&[a, b], 0)), &["stack", "[2, 3]", "[4, 5]"]),
        (&|| drop(Tensor::stack(&[a, v], 2)), &["stack", "[2, 3]", "[3]"]),
        (&|| drop(Tensor::stack(&[a, a], 3)), &["stack", "axis 3", "rank 3"]),
    ]);
}

#[test]
fn axes_that_do_not_exist() {
    let x = &zeros(&[2, 3]);
    let off = |op: &'static str| [op, "axis 2", "rank 2", "from -2 to 1"];
    check(&[
        (&|| drop(x.sum_axes(&[2], false)), &off("sum")),
        (&|| drop(x.mean_axes(&[0, 2], false)), &off("mean")),
        (&|| drop(x.max_axes(&[2], true)), &off("max")),
        (&|| drop(x.sum_axes(&[0, -2], false)), &["sum", "twice", "[0, -2]"]),
        (&|| drop(x.softmax(2)), &off("softmax")),
        (&|| drop(x.log_softmax(2)), &off("log_softmax")),
        (&|| drop(x.logsumexp(2, false)), &off("logsumexp")),
        (&|| drop(zeros(&[]).softmax(0)), &["softmax", "axis 0", "rank 0"]),
        (&|| assert!(resolve_axis("mine", -3, 2) < 2), &["mine", "axis -3", "rank 2", "from -2 to 1"]),
        (&|| drop(resolve_axes("mine", &[1, 1], 2)), &["mine", "axis 1", "twice"]),
        (&|| drop(zeros(&[2, 0]).max()), &["max", "[2, 0]", "no values"]),
        (&|| drop(zeros(&[2, 0]).max_axes(&[1], false)), &["max", "[2, 0]", "[1]"]),
        (&|| drop(zeros(&[0]).reduce(Reduction::Max, &[0], true)), &["max", "[0]"]),
        (&|| drop(zeros(&[2, 0]).min()), &["min", "[2, 0]", "no values", "smallest"]),
        (&|| drop(zeros(&[2, 0]).min_axes(&[1], true)), &["min", "[2, 0]", "[1]"]),
        (&|| drop(x.prod_axes(&[2], false)), &off("prod")),
        (&|| drop(x.min_axes(&[2], false)), &off("min")),
        (&|| drop(x.var_axes(&[2], 1.0, false)), &off("var")),
        (&|| drop(x.std_axes(&[2], 1.0, false)), &off("std")),
        (&|| drop(x.norm_axes(2.0, &[2], false)), &off("norm")),
        (&|| drop(x.norm_axes(0.0, &[0], false)), &["norm", "above 0", "not 0", "ne(0.0)"]),
        (&|| drop(x.norm_axes(f64::NAN, &[0], false)), &["norm", "not NaN"]),
        (&|| drop(x.logsumexp_axes(&[0, 2], false)), &off("logsumexp")),
        (&|| drop(x.cumsum(2)), &off("cumsum")),
        (&|| drop(x.cumprod(2)), &off("cumprod")),
        (&|| drop(x.logcumsumexp(2)), &off("logcumsumexp")),
        (&|| drop(Tensor::recurrence(x, &zeros(&[3]), 0, false)), &["recurrence", "[2, 3]", "[3]"]),
        (&|| drop(x.argmax(2)), &off("argmax")),
        (&|| drop(x.argmin(2)), &off("argmin")),
        (&|| drop(x.max_with_index(2, false)), &off("max_with_index")),
        (&|| drop(x.min_with_index(2, false)), &off("min_with_index")),
        (&|| drop(x.argsort(2, false)), &off("argsort")),
        (&|| drop(x.sort(2, false)), &off("sort")),
        (&|| drop(x.topk(1, 2, true)), &off("topk")),
        (&|| drop(x.kthvalue(1, 2, true)), &off("kthvalue")),
        (&|| drop(x.median(2, true)), &off("median")),
        (&|| drop(zeros(&[]).argmax(0)), &["argmax", "axis 0", "rank 0"]),
        (&|| drop(zeros(&[2, 0]).argmax(1)), &["argmax", "axis 1", "[2, 0]", "empty"]),
        (&|| drop(zeros(&[2, 0]).min_with_index(-1, true)), &["min_with_index", "axis 1", "[2, 0]", "empty"]),
        (&|| drop(zeros(&[2, 0]).median(1, true)), &["median", "axis 1", "[2, 0]", "empty"]),
        (&|| drop(x.topk(4, 1, true)), &["topk", "axis 1", "[2, 3]", "3 values", "4"]),
        (&|| drop(x.kthvalue(0, 1, true)), &["kthvalue", "axis 1", "[2, 3]", "3 values", "number 0", "from 1"]),
        (&|| drop(x.kthvalue(4, 1, true)), &["kthvalue", "number 4"]),
    ]);
}

#[test]
fn indices_and_labels_out_of_range() {
    let x = &zeros(&[2, 3]);
    let picks = |i: u32, shape: &[usize]| Tensor::full(shape, i);
    check(&[
        (&|| drop(x.gather(0, &picks(2, &[1, 3]))), &["gather", "index 2", "position 0", "axis 0", "[2, 3]"]),
        (&|| drop(x.gather(0, &picks(0, &[1, 4]))), &["gather", "[1, 4]", "[2, 3]", "axis 0", "larger"]),
        (&|| drop(x.gather(1, &picks(0, &[2]))), &["gather", "[2]", "[2, 3]", "as many axes"]),
        (&|| drop(x.gather(2, &picks(0, &[2, 3]))), &["gather", "axis 2", "rank 2"]),
        (&|| drop(x.scattered(&[2, 3], 0, &picks(5, &[2, 3]))), &["scatter_add", "index 5", "[2, 3]"]),
        (&|| drop(x.scattered(&[2, 3], 0, &picks(0, &[1, 3]))), &["scatter_add", "[2, 3]", "[1, 3]", "agree"]),
        (&|| x.clone().add_scattered(0, &picks(0, &[1, 3]), x), &["scatter_add", "[2, 3]", "[1, 3]", "agree"]),
        (&|| drop(x.scatter(0, &picks(2, &[1, 3]), &zeros(&[1, 3]))), &["scatter", "index 2", "axis 0", "[2, 3]"]),
        (&|| drop(x.scatter(0, &picks(0, &[1, 3]), x)), &["scatter", "[2, 3]", "[1, 3]", "agree"]),
        (&|| drop(x.scatter_add(0, &picks(2, &[1, 3]), &zeros(&[1, 3]))), &["scatter_add", "index 2", "[2, 3]"]),
        (&|| drop(Tensor::<f32>::scatter_winners(&[2], 0, &picks(2, &[1]))), &["scatter", "index 2", "[2]"]),
        (&|| drop(x.index_select(0, &picks(2, &[1]))), &["index_select", "index 2", "position 0", "axis 0", "[2, 3]"]),
        (&|| drop(x.index_select(0, &picks(0, &[1, 1]))), &["index_select", "list", "[1, 1]", "gather"]),
        (&|| drop(x.index_select(2, &picks(0, &[1]))), &["index_select", "axis 2", "rank 2"]),
        (&|| drop(x.index_add(1, &picks(3, &[1]), &zeros(&[2, 1]))), &["index_add", "index 3", "axis 1", "[2, 3]"]),
        (&|| drop(x.index_add(1, &picks(0, &[2]), &zeros(&[2, 1]))), &["index_add", "[2, 2]", "[2, 1]", "equal"]),
        (&|| drop(x.index_add(1, &picks(0, &[1, 1]), x)), &["index_add", "list", "[1, 1]", "scatter_add"]),
        (&|| drop(x.embedding(&picks(2, &[4, 1]), None)), &["embedding", "index 2", "position 0", "[2, 3]"]),
        (&|| drop(x.embedding(&picks(0, &[1]), Some(2))), &["embedding", "padding_idx 2", "[2, 3]", "2 rows"]),
        (&|| drop(zeros(&[]).embedding(&picks(0, &[1]), None)), &["embedding", "[]", "axis of rows"]),
        (&|| drop(zeros(&[0, 2]).embedding(&picks(0, &[1]), None)), &["embedding", "index 0", "[0, 2]"]),
        (&|| drop(zeros(&[3]).take(&Rows::new("mine", &[2], 0, &picks(0, &[1])))), &["mine", "[2]", "[3]", "equal"]),
        (&|| drop(zeros(&[3]).put(&Rows::new("mine", &[2], 0, &picks(0, &[1])))), &["mine", "[1]", "[3]", "equal"]),
        (&|| drop(picks(3, &[2]).one_hot::<f32>(3)), &["one_hot", "index 3", "position 0", "3 classes"]),
        (&|| drop(picks(0, &[2]).one_hot::<f32>(usize::MAX)), &["one_hot", "more values than can be counted"]),
        (&|| drop(x.cross_entropy(&picks(0, &[3]))), &["cross_entropy", "[2, 3]", "[3]", "[n, classes]"]),
        (&|| drop(zeros(&[3]).cross_entropy(&picks(0, &[3]))), &["cross_entropy", "[3]", "[n, classes]"]),
        (
            &|| drop(x.cross_entropy(&Tensor::from([1_u32, 3]))),
            &["cross_entropy", "label 3", "row 1", "3 classes", "0 to 2"],
        ),
        (&|| drop(zeros(&[1, 0]).cross_entropy(&picks(0, &[1]))), &["cross_entropy", "label 0", "0 classes"]),
    ]);
}

#[test]
fn probabilities_out_of_range() {
    let x = &zeros(&[3]);
    check(&[
        (&|| drop(x.dropout(0, 1.0)), &["dropout", "below 1", "1"]),
        (&|| drop(x.dropout(0, -0.1)), &["dropout", "at least 0", "-0.1"]),
        (&|| drop(x.dropout(0, f64::NAN)), &["dropout", "NaN"]),
    ]);
}

#[test]
fn fused_operations_that_do_not_fit() {
    let (x, v, s) = (&zeros(&[2, 3]), &zeros(&[3]), &zeros(&[]));
    let by = &Normalisation::layer(&[2, 3], &[3], 0.1);
    let plain = &CrossEntropy::new();
    let labels = |n: usize| Tensor::full(&[n], 0_u32);
    let attend =
        |k: &Tensor, v: &Tensor, bias: Option<&Tensor>| drop(x.scaled_dot_product_attention(k, v, bias, false, 1.0));
    check(&[
        (&|| drop(Normalisation::layer(&[2, 3], &[2], 0.1)), &["layer_norm", "[2, 3]", "[2]", "last axes"]),
        (&|| drop(Normalisation::rms(&[2, 3], &[], 0.1)), &["rms_norm", "[2, 3]", "[]", "at least one"]),
        (&|| drop(Normalisation::rms(&[2, 3], &[3], -0.1)), &["rms_norm", "eps", "at least 0", "-0.1"]),
        (&|| drop(Normalisation::group(&[2, 3], 2, 0.1)), &["group_norm", "3 channels", "[2, 3]", "2 equal groups"]),
        (&|| drop(Normalisation::instance(&[3], 0.1)), &["instance_norm", "[3]", "[n, channels, ..]"]),
        (&|| drop(Normalisation::batch(&[3], 0.1)), &["batch_norm", "[3]", "[n, channels, ..]"]),
        (&|| drop(x.normalise(by, Some(x), None)), &["layer_norm", "weight", "[2, 3]", "must be [3]"]),
        (&|| drop(x.normalise(by, None, Some(s))), &["layer_norm", "bias", "[]", "must be [3]"]),
        (&|| drop(x.lstm_pointwise(x, x)), &["lstm_pointwise", "[2, 3] and [2, 3]", "4 times its 3"]),
        (&|| drop(x.gru_pointwise(x, s)), &["gru_pointwise", "[.., size]", "[]"]),
        (&|| attend(v, x, None), &["scaled_dot_product_attention", "[2, 3]", "[3]", "[.., t, d]"]),
        (&|| attend(&zeros(&[2, 4]), x, None), &["scaled_dot_product_attention", "[2, 3]", "[2, 4]", "same last size"]),
        (&|| attend(x, &zeros(&[4, 3]), None), &["scaled_dot_product_attention", "2 keys", "4 values"]),
        (&|| attend(x, x, Some(v)), &["scaled_dot_product_attention", "mask", "[3]", "[2, 2]"]),
        (&|| drop(x.cross_entropy_rows(&labels(3), plain)), &["cross_entropy", "[2, 3]", "[3]", "[n, classes]"]),
        (
            &|| drop(x.cross_entropy_rows(&labels(2), &plain.clone().weights(&[1.0]))),
            &["cross_entropy", "1 weights", "3 classes"],
        ),
        (
            &|| drop(x.cross_entropy_rows(&Tensor::from([0, 3]), plain)),
            &["cross_entropy", "label 3", "row 1", "3 classes"],
        ),
        (&|| drop(CrossEntropy::new().label_smoothing(-0.1)), &["label smoothing", "[0, 1]", "-0.1"]),
        (&|| drop(CrossEntropy::new().weights(&[1.0, f64::NAN])), &["weight NaN", "class 1", "at least 0"]),
    ]);
}
