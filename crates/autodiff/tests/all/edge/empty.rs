//! Nothing: the sum, the mean and the largest of no values.

use rappel_autodiff::{Tape, Tensor};

use super::expect;

#[test]
fn of_no_values() {
    let tape = Tape::<f64>::default();
    let x = tape.var(&Tensor::zeros(&[2, 0, 3]));
    let nan = f64::NAN;
    expect("sum", &x.sum().value(), &[0.0]);
    expect("mean", &x.mean().value(), &[nan]);
    expect("sum over the empty axis", &x.sum_axes(&[1], false).value(), &[0.0; 6]);
    expect("mean over the empty axis", &x.mean_axes(&[1], true).value(), &[nan; 6]);
    expect("logsumexp over the empty axis", &x.logsumexp(1, false).value(), &[f64::NEG_INFINITY; 6]);
    expect("prod over the empty axis", &x.prod_axes(&[1], false).value(), &[1.0; 6]);
    expect("var over the empty axis", &x.var_axes(&[1], 0, false).value(), &[nan; 6]);
    expect("norm over the empty axis", &x.norm_axes(2, &[1], false).value(), &[0.0; 6]);
    expect("cumsum along the empty axis", &x.cumsum(1).value(), &[]);
    expect("sum over another axis", &x.sum_axes(&[0], false).value(), &[]);
    expect("largest over another axis", &x.max_axes(&[0], false).value(), &[]);
    expect("mse", &x.mse(x).value(), &[nan]);
    let logits = tape.var(&Tensor::zeros(&[0, 5]));
    expect("cross_entropy", &logits.cross_entropy(&Tensor::new([], &[0])).value(), &[nan]);
    let y = x.sum() + logits.sum();
    let g = y.backward();
    assert_eq!((g.wrt(x).unwrap().shape(), g.wrt(logits).unwrap().shape()), (&[2, 0, 3][..], &[0, 5][..]));
}

#[test]
#[should_panic(expected = "max: shape [2, 0] has no values along axes")]
fn nothing_has_no_largest() {
    Tape::new().var(&Tensor::zeros(&[2, 0])).max_axes(&[1], false);
}

#[test]
#[should_panic(expected = "min: shape [2, 0] has no values along axes")]
fn nothing_has_no_smallest() {
    Tape::new().var(&Tensor::zeros(&[2, 0])).min();
}

/// A product over an empty inner axis is zeros, forward, and adds nothing, backward.
#[test]
fn products_over_nothing() {
    let tape = Tape::<f64>::default();
    let (a, b) = (tape.var(&Tensor::zeros(&[2, 0])), tape.var(&Tensor::zeros(&[0, 3])));
    let y = a.matmul(b);
    expect("product", &y.value(), &[0.0; 6]);
    let bias = tape.var(&Tensor::from([1.0, 2.0, 3.0]));
    let z = a.linear(b.transpose(), Some(bias));
    expect("affine", &z.value(), &[1.0, 2.0, 3.0, 1.0, 2.0, 3.0]);
    let g = (y + z).sum().backward();
    expect("gradient in the bias", g.wrt(bias).unwrap(), &[2.0; 3]);
    assert_eq!(g.wrt(a).unwrap().shape(), [2, 0]);
}
