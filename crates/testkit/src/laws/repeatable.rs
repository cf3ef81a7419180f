//! The same bits again.

use rappel_autodiff::{Tensor, Threads};

use super::Broken;
use super::run::{Place, pull, pull_on, seed_for};
use crate::row::Case;

type Pulled = (Tensor<f64>, Vec<Option<Tensor<f64>>>);

fn bits((y, g): &Pulled) -> Vec<Vec<u64>> {
    let all = std::iter::once(Some(y)).chain(g.iter().map(Option::as_ref));
    all.map(|x| x.map_or(vec![], |x| x.data().iter().map(|v| v.to_bits()).collect())).collect()
}

pub(super) fn repeatable(case: &Case) -> Result<(), Broken> {
    let u = seed_for(case);
    let once = pull::<f64>(case, Place::MidGraph, &u);
    let same = |what: &str, other: &Pulled| match bits(&once) == bits(other) {
        true => Ok(()),
        false => Err(Broken(format!("{what}: {once:?} once, {other:?} then"))),
    };
    let mut tape = Case::tape::<f64>();
    if let Ok(two) = Threads::new(2) {
        tape.set_threads(&two);
    }
    let again = |tape: &_| pull_on(tape, case, Place::MidGraph, &u, &case.movable());
    same("on two threads", &again(&tape))?;
    tape.rewind();
    same("on the same tape, in recycled memory", &again(&tape))
}
