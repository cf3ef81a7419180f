//! Convolutions of nothing and over padding.

use rappel_autodiff::{Conv, Tape, Tensor};

use super::{check, expect};

#[test]
fn of_nothing() {
    let tape = Tape::<f64>::default();
    let var = |shape: &[usize]| tape.var(&Tensor::zeros(shape));
    let (x, w, b) = (var(&[0, 2, 4]), var(&[3, 2, 2]), tape.var(&Tensor::from([1.0, 2.0, 3.0])));
    let y = x.conv1d(w, Some(b), Conv::new());
    assert_eq!(y.shape()[..], [0, 3, 3]);
    let (empty, none) = (var(&[1, 0, 2]), var(&[3, 0, 2]));
    let z = empty.conv1d(none, Some(b), Conv::new());
    expect("no channels", &z.value(), &[1.0, 2.0, 3.0]);
    let g = (y.sum() + z.sum()).backward();
    expect("weight, from no images", g.wrt(w).unwrap(), &[0.0; 12]);
    expect("bias", g.wrt(b).unwrap(), &[1.0; 3]);
    assert_eq!(g.wrt(x).unwrap().shape(), [0, 2, 4]);
    assert_eq!(g.wrt(empty).unwrap().shape(), [1, 0, 2]);
    assert_eq!(g.wrt(none).unwrap().shape(), [3, 0, 2]);
}

#[test]
fn padding_is_zeros() {
    let (x, w) = (Tensor::new([1.0, 2.0], &[1, 1, 2]), Tensor::new([f64::INFINITY, 1.0], &[1, 1, 2]));
    check(
        "conv1d",
        |x| x[0].conv1d(x[1], None, Conv::new().padding(1)),
        |x| x[0].conv1d(x[1], None, Conv::new().padding(1)),
        &[x, w],
        (&[f64::NAN, f64::INFINITY, f64::INFINITY], &[]),
    );
}
