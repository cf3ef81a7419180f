//! Products and sums by naming axes.

use proptest::prelude::*;

use super::Cases;
use crate::plain::Plain;
use crate::row;
use crate::row::Row;
use crate::strategies::{size, tensor};

/// Equations of every kind, each with the names of its operands' axes and of its output's, written out.
const EQUATIONS: [(&str, &[&str], &str); 26] = [
    ("i->i", &["i"], "i"),
    ("ij->ji", &["ij"], "ji"),
    ("ijk -> kij", &["ijk"], "kij"),
    ("ij->", &["ij"], ""),
    ("ij->j", &["ij"], "j"),
    ("ii->i", &["ii"], "i"),
    ("ii", &["ii"], ""),
    ("iji->j", &["iji"], "j"),
    ("iii->i", &["iii"], "i"),
    ("ba", &["ba"], "ab"),
    ("ij,jk->ik", &["ij", "jk"], "ik"),
    ("ij,jk", &["ij", "jk"], "ik"),
    ("ji,kj->ki", &["ji", "kj"], "ki"),
    ("bij,bjk->bik", &["bij", "bjk"], "bik"),
    ("bij,bik->jkb", &["bij", "bik"], "jkb"),
    ("i,j->ij", &["i", "j"], "ij"),
    ("i,i->", &["i", "i"], ""),
    ("bi,bi->b", &["bi", "bi"], "b"),
    ("ij,ij->ij", &["ij", "ij"], "ij"),
    ("ij,kl->jl", &["ij", "kl"], "jl"),
    ("i,ij,j->", &["i", "ij", "j"], ""),
    ("ij,jk,kl->il", &["ij", "jk", "kl"], "il"),
    ("ii,ij->j", &["ii", "ij"], "j"),
    ("...ij,...jk->...ik", &["xij", "xjk"], "xik"),
    ("i...->...", &["ixy"], "xy"),
    ("...i,ij", &["xyi", "ij"], "xyj"),
];

/// An equation by its place, and operands of some sizes; some axes of size 1 stretch.
fn cases() -> Cases<usize> {
    (0..EQUATIONS.len(), prop::collection::vec(size(), 8), prop::collection::vec(prop::bool::weighted(0.1), 8))
        .prop_flat_map(|(which, sizes, thin)| {
            let operands = EQUATIONS[which].1;
            let mut thin = thin.into_iter();
            let tensors: Vec<_> = operands
                .iter()
                .map(|names| {
                    // A diagonal's axes stay equal.
                    let own = |c: char| names.matches(c).count() == 1 && operands.len() > 1;
                    let mut axis = |c: char| {
                        let stretch = thin.next().is_some_and(|thin| thin) && own(c);
                        if stretch { 1 } else { sizes[c as usize % 8] }
                    };
                    let shape: Vec<usize> = names.chars().map(&mut axis).collect();
                    tensor(&shape, -2.0..2.0)
                })
                .collect();
            (Just(which), tensors)
        })
        .boxed()
}

/// The sum over all indices of the product of the operands, axes of size 1 stretched.
fn reference(operands: &[&str], output: &str, x: &[Plain]) -> Plain {
    let mut names: Vec<char> = output.chars().collect();
    operands.iter().flat_map(|o| o.chars()).for_each(|c| {
        if !names.contains(&c) {
            names.push(c);
        }
    });
    let size = |c: char| {
        let axes = operands.iter().zip(x).flat_map(|(o, x)| o.chars().zip(x.shape().to_vec()));
        let sizes: Vec<usize> = axes.filter(|&(name, _)| name == c).map(|(_, n)| n).collect();
        sizes.iter().copied().find(|&n| n != 1).unwrap_or(1)
    };
    let all: Vec<usize> = names.iter().map(|&c| size(c)).collect();
    let terms = Plain::from_fn(&all, |index| {
        let at = |c: char| index[names.iter().position(|&n| n == c).expect("a name")];
        let factor = |(o, x): (&&str, &Plain)| x.stretched(&o.chars().map(at).collect::<Vec<_>>());
        operands.iter().zip(x).map(factor).product()
    });
    let summed: Vec<isize> = (output.len() as isize..names.len() as isize).collect();
    terms.reduce(&summed, false, |values| values.iter().sum())
}

pub(super) fn rows() -> Vec<Row> {
    vec![row! {
        name: "einsum",
        args: usize,
        cases: cases(),
        vars: |which, x| rappel_autodiff::Var::einsum(EQUATIONS[*which].0, x),
        numbers: |which, x| reference(EQUATIONS[*which].1, EQUATIONS[*which].2, x),
    }]
}
