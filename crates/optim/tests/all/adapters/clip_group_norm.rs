//! Clipping by each group's norm.

use rappel_autodiff::{Param, Tape};
use rappel_tensor::Tensor;

use super::parsed;
use crate::support::{Net, gradients, train};

#[test]
fn each_group_has_its_own_norm_and_bound() {
    let text = "sgd(lr=1) | clip_group_norm(1) | group(\"2\", clip_group_norm=0.5) | group(\"3\", lr=1)";
    let mut net: Vec<_> = (0..4).map(|_| Param::new(Tensor::from([0.0]))).collect();
    let tape = Tape::default();
    let g = [3.0, 4.0, 2.0, 0.25].map(|g| Tensor::from([g]));
    let of: Vec<_> = net.iter().zip(&g).collect();
    let g = gradients(&tape, &of);
    let report = parsed(text).step(&mut net, &g).unwrap();
    for (p, expected) in net.iter().zip([-0.6, -0.8, -0.5, -0.25]) {
        assert!((p.value.item() - expected).abs() < 1e-6, "{}", p.value.item());
    }
    let norm = (9.0_f64 + 16.0 + 4.0 + 0.0625).sqrt();
    assert!((report.norm.unwrap() - norm).abs() < 1e-12);
    assert!((report.clipped.unwrap() - 0.2).abs() < 1e-6);
}

#[test]
fn without_groups_it_is_the_norm_of_all() {
    let (mut a, mut b) = (Net::new(), Net::new());
    train(&mut parsed("sgd(lr=0.5) | clip_group_norm(0.1)"), &mut a, 5);
    train(&mut parsed("sgd(lr=0.5) | clip_norm(0.1)"), &mut b, 5);
    for ((path, a), (_, b)) in a.values().into_iter().zip(b.values()) {
        let near = a.iter().zip(&b).all(|(a, b)| (f64::from_bits(*a) - f64::from_bits(*b)).abs() < 1e-14);
        assert!(near, "{path}");
    }
}
