//! Picking by index.

use proptest::prelude::*;
use rappel_autodiff::Tensor;

use super::Cases;
use crate::plain::{Plain, front};
use crate::row;
use crate::row::Row;
use crate::strategies::{axis, indices, shape_of, size, tensor};

/// Values, an axis, and indices along it that repeat; other axes may be shorter than those of the values.
fn picks() -> Cases<(isize, Tensor<u32>)> {
    shape_of(1..5)
        .prop_flat_map(|s| (axis(s.len()), Just(s), size(), any::<bool>()))
        .prop_flat_map(|(axis, shape, n, shorter)| {
            let at = front(axis, shape.len());
            let cut = |k: usize| if shorter { shape[k].min(1) } else { shape[k] };
            let wanted = |k: usize| if k == at { n * usize::from(shape[at] > 0) } else { cut(k) };
            let picked: Vec<usize> = (0..shape.len()).map(wanted).collect();
            ((Just(axis), indices(&picked, shape[at])), tensor(&shape, -2.0..2.0))
        })
        .prop_map(|(args, x)| (args, vec![x]))
        .boxed()
}

pub(super) fn rows() -> Vec<Row> {
    vec![row! {
        name: "gather",
        args: (isize, Tensor<u32>),
        cases: picks(),
        vars: |(axis, indices), &[x]| x.gather(*axis, indices),
        numbers: |(axis, indices), [x]| {
            let at = front(*axis, x.shape().len());
            let mut picks = indices.data().iter();
            Plain::from_fn(indices.shape(), |i| {
                let mut i = i.to_vec();
                i[at] = *picks.next().expect("an index per value") as usize;
                x.at(&i)
            })
        },
    }]
}
