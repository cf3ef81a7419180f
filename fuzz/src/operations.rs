//! Sequences of operations.

use rappel_autodiff::{Tape, Tensor, Var};

use crate::{Bytes, Finding, Panics};

/// An operation of up to three values and what else it takes.
type Run = for<'t> fn(&mut Bytes<'_>, [Var<'t, f64>; 3]) -> Var<'t, f64>;

/// Every operation, by name.
const OPERATIONS: &[(&str, Run)] = &[
    ("add", |_, [a, b, _]| a + b),
    ("sub", |_, [a, b, _]| a - b),
    ("mul", |_, [a, b, _]| a * b),
    ("div", |_, [a, b, _]| a / b),
    ("scale", |bytes, [a, ..]| a * bytes.number()),
    ("pow", |_, [a, b, _]| a.pow(b)),
    ("powi", |bytes, [a, ..]| a.powi(i32::from(bytes.byte() as i8))),
    ("powf", |bytes, [a, ..]| a.powf(bytes.number())),
    ("clamp", |bytes, [a, ..]| a.clamp(bytes.number(), bytes.number())),
    ("minimum", |_, [a, b, _]| a.minimum(b)),
    ("maximum", |_, [a, b, _]| a.maximum(b)),
    ("exp", |_, [a, ..]| a.exp()),
    ("ln", |_, [a, ..]| a.ln()),
    ("sqrt", |_, [a, ..]| a.sqrt()),
    ("tanh", |_, [a, ..]| a.tanh()),
    ("sigmoid", |_, [a, ..]| a.sigmoid()),
    ("relu", |_, [a, ..]| a.relu()),
    ("softplus", |_, [a, ..]| a.softplus()),
    ("floor", |_, [a, ..]| a.floor()),
    ("where_cond", |_, [a, b, c]| a.gt(0.5).where_cond(b, c)),
    ("matmul", |_, [a, b, _]| a.matmul(b)),
    ("matmul_with", |bytes, [a, b, _]| a.matmul_with(b, bytes.flag(), bytes.flag())),
    ("linear", |bytes, [a, b, c]| a.linear(b, bytes.flag().then_some(c))),
    ("sum", |_, [a, ..]| a.sum()),
    ("mean", |_, [a, ..]| a.mean()),
    ("max", |_, [a, ..]| a.max()),
    ("sum_axes", |bytes, [a, ..]| a.sum_axes(&bytes.axes(), bytes.flag())),
    ("mean_axes", |bytes, [a, ..]| a.mean_axes(&bytes.axes(), bytes.flag())),
    ("max_axes", |bytes, [a, ..]| a.max_axes(&bytes.axes(), bytes.flag())),
    ("min_axes", |bytes, [a, ..]| a.min_axes(&bytes.axes(), bytes.flag())),
    ("logsumexp", |bytes, [a, ..]| a.logsumexp(bytes.axis(), bytes.flag())),
    ("softmax", |bytes, [a, ..]| a.softmax(bytes.axis())),
    ("log_softmax", |bytes, [a, ..]| a.log_softmax(bytes.axis())),
    ("cross_entropy", |bytes, [a, ..]| a.cross_entropy(&bytes.indices())),
    ("mse", |_, [a, b, _]| a.mse(b)),
    ("bce_with_logits", |_, [a, b, _]| a.bce_with_logits(b)),
    ("reshape", |bytes, [a, ..]| a.reshape(&bytes.sizes())),
    ("permute", |bytes, [a, ..]| a.permute(&bytes.axes())),
    ("transpose", |_, [a, ..]| a.transpose()),
    ("expand", |bytes, [a, ..]| a.expand(&bytes.sizes())),
    ("slice_axis", |bytes, [a, ..]| a.slice_axis(bytes.axis(), bytes.size()..bytes.size())),
    ("concat", |bytes, [a, b, c]| Var::concat(&[a, b, c][..bytes.below(4)], bytes.axis())),
    ("stack", |bytes, [a, b, c]| Var::stack(&[a, b, c][..bytes.below(4)], bytes.axis())),
    ("gather", |bytes, [a, ..]| a.gather(bytes.axis(), &bytes.indices())),
    ("dropout", |bytes, [a, ..]| a.dropout(bytes.number())),
    ("detach", |_, [a, ..]| a.detach()),
];

/// Values larger than this are not computed with any further.
const LARGEST: usize = 4_096;

/// Runs bytes as operations, and takes the gradient of what comes out by both backward passes.
///
/// # Errors
/// What happened that must not; see the crate's text.
pub fn operations(bytes: &[u8], panics: &Panics) -> Result<(), Finding> {
    let mut bytes = Bytes::new(bytes);
    let tape = Tape::<f64>::training_in(1);
    let leaves: Vec<Var<'_, f64>> = (0..3).map(|_| tape.var(&bytes.tensor())).collect();
    let mut values = leaves.clone();
    let mut done = Vec::new();
    while !bytes.is_empty() && done.len() < 24 {
        let (name, run) = OPERATIONS[(256 * usize::from(bytes.byte()) + usize::from(bytes.byte())) % OPERATIONS.len()];
        // As often as not the value before.
        let mut pick = || if bytes.flag() { values[values.len() - 1] } else { values[bytes.below(values.len())] };
        let operands = [pick(), pick(), pick()];
        done.push(format!("{name} {:?}", operands.map(|x| x.shape().to_vec())));
        let small = |y: &Var<'_, f64>| y.value().len() <= LARGEST;
        values.extend(panics.refusable(&done.join(", "), file!(), || run(&mut bytes, operands))?.filter(small));
    }
    let doing = done.join(", ");
    let total = values[values.len() - 1].sum();
    let recorded: Vec<Tensor<f64>> = total.grad(&leaves).iter().map(|g| g.value()).collect();
    let Some(eager) = panics.refusable(&doing, file!(), || total.backward_retain())? else { return Ok(()) };
    let tame = |x: &Tensor<f64>| x.data().iter().all(|v| v.abs() < 1e3);
    if !values.iter().all(|v| tame(&v.value())) {
        return Ok(());
    }
    for (leaf, recorded) in leaves.iter().zip(&recorded) {
        let Some(eager) = eager.wrt(*leaf).filter(|g| tame(g) && tame(recorded)) else { continue };
        let worst = eager.data().iter().zip(recorded.data()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        if worst > 1e-6 {
            return Err(Finding {
                doing,
                what: format!("backward gives {eager:?}, the recorded gradient {recorded:?}"),
            });
        }
    }
    Ok(())
}
