//! Picking, writing and adding by index.

use rappel_autodiff::Tensor;

use super::{Operation, fitting};
use crate::Bytes;

pub(super) const FILE: &str = file!();

/// Indices of a shape that fits, in range more often than not.
fn within(bytes: &mut Bytes<'_>, shape: &[usize], axis: usize) -> Tensor<u32> {
    let size = shape.get(axis).copied().unwrap_or(1);
    Tensor::from_fn(shape, |_| (bytes.byte() as usize % size.max(1)) as u32 + u32::from(bytes.byte() == 255))
}

fn list(bytes: &mut Bytes<'_>) -> Tensor<u32> {
    let n = bytes.below(4);
    Tensor::from_fn(&[n], |_| u32::from(bytes.byte() % 5))
}

pub(super) const OPERATIONS: &[Operation] = &[
    ("gather", |bytes, [a, ..]| a.gather(bytes.axis(), &bytes.indices())),
    ("gather", |bytes, [a, ..]| {
        let axis = bytes.below(3);
        let indices = within(bytes, &a.shape(), axis);
        a.gather(axis as isize, &indices)
    }),
    ("scatter", |bytes, [a, b, _]| a.scatter(bytes.axis(), &bytes.indices(), b)),
    ("scatter", |bytes, [a, b, _]| {
        let axis = bytes.below(3);
        let indices = within(bytes, &a.shape(), axis);
        a.scatter(axis as isize, &indices, fitting(b, indices.shape()))
    }),
    ("scatter_add", |bytes, [a, b, _]| a.scatter_add(bytes.axis(), &bytes.indices(), b)),
    ("scatter_add", |bytes, [a, b, _]| {
        let axis = bytes.below(3);
        let indices = within(bytes, &a.shape(), axis);
        a.scatter_add(axis as isize, &indices, fitting(b, indices.shape()))
    }),
    ("index_select", |bytes, [a, ..]| a.index_select(bytes.axis(), &bytes.indices())),
    ("index_select", |bytes, [a, ..]| a.index_select(bytes.axis(), &list(bytes))),
    ("index_add", |bytes, [a, b, _]| a.index_add(bytes.axis(), &bytes.indices(), b)),
    ("index_add", |bytes, [a, ..]| a.index_add(bytes.axis(), &list(bytes), a)),
    ("embedding", |bytes, [a, ..]| a.embedding(&bytes.indices(), bytes.flag().then(|| bytes.size()))),
];
