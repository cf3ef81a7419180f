//! Equations against the operations they stand for; the table has a reference for each kind.

use rappel_tensor::Tensor;

use crate::naive::numbers;

fn near(a: &Tensor<f64>, b: &Tensor<f64>) {
    assert_eq!(a.shape(), b.shape());
    assert!(a.data().iter().zip(b.data()).all(|(a, b)| (a - b).abs() < 1e-12), "{a} and {b}");
}

#[test]
fn equations_are_what_they_stand_for() {
    let (a, b) = (numbers::<f64>(&[4, 4], 1), numbers::<f64>(&[4, 3], 2));
    let (s, t) = (numbers::<f64>(&[5, 2, 4], 3), numbers::<f64>(&[5, 4, 3], 4));
    let e = |equation: &str, operands: &[&Tensor<f64>]| Tensor::einsum(equation, operands);
    assert_eq!(e("ij,jk->ik", &[&a, &b]), a.matmul(&b));
    assert_eq!(e("ji,jk", &[&a, &b]), a.matmul_with(&b, true, false));
    assert_eq!(e("ij,jk->ki", &[&a, &b]), a.matmul(&b).transpose());
    assert_eq!(e("bij,bjk->bik", &[&s, &t]), s.matmul(&t));
    assert_eq!(e("...ij,...jk", &[&s, &t]), s.matmul(&t));
    assert_eq!(e("...ij,jk->...ik", &[&s, &b]), s.matmul(&b));
    assert_eq!(e(" i j -> j i ", &[&a]), a.transpose());
    assert_eq!(e("ba", &[&a]), a.transpose());
    assert_eq!(e("ii->i", &[&a]).data(), [0, 5, 10, 15].map(|i| a.data()[i]));
    assert_eq!(e("ij->", &[&a]), a.sum());
    assert_eq!(e("...->", &[&s]), s.sum());
    near(&e("ii", &[&a]), &Tensor::scalar([0, 5, 10, 15].map(|i| a.data()[i]).iter().sum()));
    near(&e("ij,jk,kl->il", &[&a, &a, &b]), &a.matmul(&a).matmul(&b));
    near(&e("ij,ij->", &[&a, &a]), &a.square().sum());
    near(&e("bij,bik->jk", &[&s, &s]), &s.reshape(&[10, 4]).matmul_with(&s.reshape(&[10, 4]), true, false));
    near(&e("Ab,Ba", &[&b, &a]), &e("xy,zw->xzwy", &[&b, &a]));
    near(&e("ij,ij->ij", &[&b, &b.slice(&[0..4, 0..1])]), &(&b * &b.slice(&[0..4, 0..1])));
    assert_eq!(e("ij,jk->ik", &[&Tensor::zeros(&[2, 0]), &Tensor::zeros(&[0, 3])]), Tensor::zeros(&[2, 3]));
    assert_eq!(e("ii->i", &[&Tensor::zeros(&[0, 0])]).shape(), [0]);
    assert_eq!(e(",->", &[&Tensor::scalar(2.0), &Tensor::scalar(3.0)]).item(), 6.0);
}
