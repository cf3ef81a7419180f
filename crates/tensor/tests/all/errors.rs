//! Misfits panic at the user's line, and say which operation, which shapes, and what would fit.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use rappel_tensor::shape::{broadcast_or_panic, resolve_axes, resolve_axis};
use rappel_tensor::{By, Comparison, Ellipsis, PadMode, Reduction, Rows, Tensor, View};

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
        (&|| drop(a.matmul(v)), &["matmul", "[2, 3] and [3]", "matrices", "reshape"]),
        (&|| drop(a.matmul_with(b, true, true)), &["matmul", "[2, 3] transposed and [2, 4] transposed"]),
        (&|| zeros(&[3, 4]).add_matmul(a, false, b, false), &["add_matmul", "[2, 3] and [2, 4]"]),
        (&|| zeros(&[5]).add_matmul(a, true, b, false), &["add_matmul", "[3, 4]", "[5]"]),
        (&|| drop(a.linear(b, None)), &["linear", "[2, 3]", "[2, 4]", "the last axis must be 4"]),
        (&|| drop(zeros(&[]).linear(b, None)), &["linear", "[]", "[2, 4]", "the last axis must be 4"]),
        (&|| drop(a.linear(v, None)), &["linear", "[out, in]", "[3]"]),
        (&|| drop(a.linear(a, Some(v))), &["linear", "bias", "[3]", "[2, 3]", "must be [2]"]),
    ]);
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
        (&|| drop(x.slice_axis(1, 2..1)), &["slice_axis", "2..1", "axis 1", "[2, 3]", "before it starts"]),
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
        (&|| drop(x.at((.., 2..=-3))), &["at", "range 2..=-3", "axis 1", "before it starts"]),
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
