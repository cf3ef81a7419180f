//! Shapes, slices, padding, joining.

use rappel_autodiff::{By, Ellipsis, NewAxis, PadMode, Var};

use super::Operation;
use crate::Bytes;

pub(super) const FILE: &str = file!();

/// Pieces joined again in reverse order: nothing, where there are none or their shapes differ.
fn joined<'t>(mut pieces: Vec<Var<'t, f64>>, or: Var<'t, f64>) -> Var<'t, f64> {
    pieces.reverse();
    pieces.into_iter().reduce(|a, b| if a.shape() == b.shape() { a - b } else { b }).unwrap_or(or)
}

fn widths(bytes: &mut Bytes<'_>) -> Vec<(isize, isize)> {
    (0..bytes.below(4)).map(|_| (bytes.axis(), bytes.axis())).collect()
}

fn mode(bytes: &mut Bytes<'_>) -> PadMode {
    match bytes.below(4) {
        0 => PadMode::Reflect,
        1 => PadMode::Replicate,
        2 => PadMode::Circular,
        _ => PadMode::Constant(bytes.number()),
    }
}

pub(super) const OPERATIONS: &[Operation] = &[
    ("reshape", |bytes, [a, ..]| a.reshape(&bytes.sizes())),
    ("squeeze", |bytes, [a, ..]| a.squeeze(bytes.axis())),
    ("unsqueeze", |bytes, [a, ..]| a.unsqueeze(bytes.axis())),
    ("flatten", |bytes, [a, ..]| a.flatten(bytes.axis(), bytes.axis())),
    ("unflatten", |bytes, [a, ..]| a.unflatten(bytes.axis(), &bytes.sizes())),
    ("permute", |bytes, [a, ..]| a.permute(&bytes.axes())),
    ("transpose", |_, [a, ..]| a.transpose()),
    ("swap_axes", |bytes, [a, ..]| a.swap_axes(bytes.axis(), bytes.axis())),
    ("moveaxis", |bytes, [a, ..]| a.moveaxis(bytes.axis(), bytes.axis())),
    ("expand", |bytes, [a, ..]| a.expand(&bytes.sizes())),
    ("repeat", |bytes, [a, ..]| a.repeat(&bytes.sizes())),
    ("repeat_interleave", |bytes, [a, ..]| a.repeat_interleave(bytes.size(), bytes.axis())),
    ("at", |bytes, [a, ..]| a.at(bytes.axis())),
    ("at", |bytes, [a, ..]| a.at((.., bytes.axis()))),
    ("at", |bytes, [a, ..]| a.at((Ellipsis, bytes.axis()..bytes.axis()))),
    ("at", |bytes, [a, ..]| a.at((bytes.axis()..=bytes.axis(), NewAxis, ..))),
    ("at", |bytes, [a, ..]| a.at(((bytes.axis()..bytes.axis()).by(bytes.axis()), Ellipsis, NewAxis))),
    ("at", |bytes, [a, ..]| a.at((.., (..).by(bytes.axis())))),
    ("at", |bytes, [a, ..]| a.at((..bytes.axis(), &bytes.indices()))),
    ("at", |bytes, [a, ..]| a.at((&bytes.indices(), bytes.axis()..))),
    ("slice", |bytes, [a, ..]| {
        let ranges: Vec<_> = (0..bytes.below(4)).map(|_| bytes.size()..bytes.size()).collect();
        a.slice(&ranges)
    }),
    ("slice_axis", |bytes, [a, ..]| a.slice_axis(bytes.axis(), bytes.size()..bytes.size())),
    ("slice_axis", |bytes, [a, ..]| a.slice_axis(bytes.axis(), (bytes.axis()..).by(bytes.axis()))),
    ("split", |bytes, [a, ..]| joined(a.split(&bytes.sizes(), bytes.axis()), a)),
    ("chunk", |bytes, [a, ..]| joined(a.chunk(bytes.size(), bytes.axis()), a)),
    ("unbind", |bytes, [a, ..]| joined(a.unbind(bytes.axis()), a)),
    ("flip", |bytes, [a, ..]| a.flip(&bytes.axes())),
    ("diagonal", |bytes, [a, ..]| a.diagonal(bytes.axis(), bytes.axis(), bytes.axis())),
    ("diag_embed", |bytes, [a, ..]| a.diag_embed(bytes.axis())),
    ("pad", |bytes, [a, ..]| a.pad(&widths(bytes), mode(bytes))),
    ("pad", |bytes, [a, ..]| {
        let widths: Vec<_> = (0..a.rank()).map(|_| (bytes.below(3) as isize, bytes.below(3) as isize)).collect();
        a.pad(&widths, mode(bytes))
    }),
    ("roll", |bytes, [a, ..]| a.roll(&bytes.axes(), &bytes.axes())),
    ("roll", |bytes, [a, ..]| a.roll(&[bytes.axis()], &[bytes.axis()])),
    ("tril", |bytes, [a, ..]| a.tril(bytes.axis())),
    ("triu", |bytes, [a, ..]| a.triu(bytes.axis())),
    ("concat", |bytes, [a, b, c]| Var::concat(&[a, b, c][..bytes.below(4)], bytes.axis())),
    ("concat", |bytes, [a, ..]| Var::concat(&[a, a], bytes.axis())),
    ("stack or concat", |bytes, [a, b, c]| Var::stack(&[a, b, c][..bytes.below(4)], bytes.axis())),
    ("stack or concat", |bytes, [a, ..]| Var::stack(&[a, a], bytes.axis())),
];
