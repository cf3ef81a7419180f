//! Products of matrices, einsum, affine maps, attention.

use rappel_autodiff::elem::rows;
use rappel_autodiff::{AttentionMask, Var};

use super::{Operation, fitting};
use crate::Bytes;

pub(super) const FILE: &str = file!();

/// Equations that can be read, of one, two and three terms; what they ask of the shapes is another matter.
const EQUATIONS: [&str; 16] = [
    "ij->ji",
    "ii->i",
    "ii",
    "i->",
    "...i->i...",
    "ijk->k",
    "ij,jk->ik",
    "ij,jk",
    "bij,bjk->bik",
    "i,j->ij",
    "i,i",
    "ij,ij->j",
    "...ij,...jk->...ik",
    ",i->i",
    "ij,jk,kl->il",
    "i,ij,j->",
];

/// What equations are made of, and two signs that they are not.
const SIGNS: [&str; 12] = ["i", "j", "k", "i", "j", "->", ",", "...", ".", " ", "-", "I"];

fn equation(bytes: &mut Bytes<'_>) -> String {
    if bytes.flag() {
        EQUATIONS[bytes.below(EQUATIONS.len())].to_owned()
    } else {
        (0..bytes.below(12)).map(|_| SIGNS[bytes.below(SIGNS.len())]).collect()
    }
}

/// Queries, keys and values that fit at times.
fn attended<'t>(bytes: &mut Bytes<'_>, operands: [Var<'t, f64>; 3]) -> [Var<'t, f64>; 3] {
    if bytes.flag() {
        return operands;
    }
    let [n, t, s, d, e] = [0; 5].map(|_| bytes.below(4));
    [fitting(operands[0], &[n, t, d]), fitting(operands[1], &[n, s, d]), fitting(operands[2], &[n, s, e])]
}

pub(super) const OPERATIONS: &[Operation] = &[
    ("matmul", |_, [a, b, _]| a.matmul(b)),
    ("matmul_with", |bytes, [a, b, _]| a.matmul_with(b, bytes.flag(), bytes.flag())),
    ("dot", |_, [a, b, _]| a.dot(b)),
    ("outer", |_, [a, b, _]| a.outer(b)),
    ("einsum or matmul", |bytes, [a, b, c]| Var::einsum(&equation(bytes), &[a, b, c][..bytes.below(4)])),
    ("einsum or matmul", |bytes, [a, b, _]| Var::einsum(EQUATIONS[bytes.below(EQUATIONS.len())], &[a, b])),
    ("linear", |bytes, [a, b, c]| a.linear(b, bytes.flag().then_some(c))),
    ("linear_act", |bytes, [a, b, c]| a.linear_act::<rows::Tanh>(b, bytes.flag().then_some(c), [0.0; 2])),
    ("linear_act", |bytes, [a, b, c]| {
        let [rows, inputs, outputs] = [0; 3].map(|_| bytes.below(4));
        let (x, weight) = (fitting(a, &[rows, inputs]), fitting(b, &[outputs, inputs]));
        let bias = bytes.flag().then(|| fitting(c, &[outputs]));
        x.linear_act::<rows::Elu>(weight, bias, [bytes.number(), 0.0])
    }),
    ("scaled_dot_product_attention", |bytes, operands| {
        let [q, k, v] = attended(bytes, operands);
        let mask = if bytes.flag() { AttentionMask::Causal } else { AttentionMask::None };
        q.scaled_dot_product_attention(k, v, mask, bytes.flag().then(|| bytes.number()))
    }),
    ("scaled_dot_product_attention", |bytes, operands| {
        let mask = operands[bytes.below(3)];
        let [q, k, v] = attended(bytes, operands);
        let mask = if bytes.flag() { AttentionMask::Keep(mask) } else { AttentionMask::Add(mask) };
        q.scaled_dot_product_attention(k, v, mask, bytes.flag().then(|| bytes.number()))
    }),
];
