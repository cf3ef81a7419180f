//! Sequences of operations.

use rappel_autodiff::{Tape, Tensor, Var};

use crate::{Bytes, Finding, Panics};

mod contraction;
mod conv;
mod elementwise;
mod index;
mod layer;
mod reduction;
mod shape;

/// What an operation is called in messages, and an operation of up to three values and what else it takes.
type Operation = (&'static str, for<'t> fn(&mut Bytes<'_>, [Var<'t, f64>; 3]) -> Var<'t, f64>);

/// Every operation, and the file that calls it.
const FAMILIES: [(&str, &[Operation]); 7] = [
    (elementwise::FILE, elementwise::OPERATIONS),
    (reduction::FILE, reduction::OPERATIONS),
    (contraction::FILE, contraction::OPERATIONS),
    (conv::FILE, conv::OPERATIONS),
    (shape::FILE, shape::OPERATIONS),
    (index::FILE, index::OPERATIONS),
    (layer::FILE, layer::OPERATIONS),
];

/// A value of a shape made of one that need not fit: for operations whose operands hardly ever fit by chance. It depends on the value.
/// Sizes that only a 0 beside them makes possible do not fit.
fn fitting<'t>(x: Var<'t, f64>, shape: &[usize]) -> Var<'t, f64> {
    let shape: Vec<usize> = shape.iter().map(|&n| n.min(LARGEST)).collect();
    x.sum().tanh() + x.tape().input(&Tensor::from_fn(&shape, |i| (i as f64).sin()))
}

/// Values larger than this are not computed with any further.
const LARGEST: usize = 100;

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
        let (file, family) = FAMILIES[bytes.below(FAMILIES.len())];
        let (name, run) = family[bytes.below(family.len())];
        // As often as not the value before.
        let mut pick = || if bytes.flag() { values[values.len() - 1] } else { values[bytes.below(values.len())] };
        let operands = [pick(), pick(), pick()];
        done.push(format!("{name} {:?}", operands.map(|x| x.shape().to_vec())));
        let small = |y: &Var<'_, f64>| y.value().len() <= LARGEST;
        let refusable = panics.refusable(&done.join(", "), file, name, || run(&mut bytes, operands));
        values.extend(refusable?.filter(small));
    }
    let doing = done.join(", ");
    let total = values[values.len() - 1].sum();
    let recorded = panics.refusable(&doing, file!(), "grad", || total.grad(&leaves))?;
    let eager = panics.refusable(&doing, file!(), "backward", || total.backward_retain())?;
    let (Some(recorded), Some(eager)) = (recorded, eager) else { return Ok(()) };
    let recorded: Vec<Tensor<f64>> = recorded.iter().map(|g| g.value()).collect();
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
