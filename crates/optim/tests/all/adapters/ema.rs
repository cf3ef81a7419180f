//! The exponential average.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rappel_autodiff::Param;
use rappel_tensor::Tensor;

use super::{along, parsed, walk};
use crate::support::{Net, train};

#[test]
fn trajectories_are_those_of_torch() {
    assert_eq!(crate::golden::hold("adapters/ema.txt"), 7);
}

#[test]
fn with_nothing_kept_it_is_the_weights() {
    for [weights, evaluated] in walk("sgd(lr=0.1, momentum=0.9) | ema(0)", 5) {
        assert_eq!(weights, evaluated);
    }
}

#[test]
fn groups_may_keep_less() {
    let (mut net, mut one) = (Net::new(), Net::new());
    train(&mut parsed("sgd(lr=0.5)"), &mut one, 4);
    let mut optimizer = parsed("sgd(lr=0.5) | ema(0.9) | group(\"head.*\", ema=0)");
    train(&mut optimizer, &mut net, 4);
    let trained = one.values();
    assert_eq!(net.values(), trained);
    for ((path, averaged), (_, trained)) in optimizer.eval(&mut net).values().into_iter().zip(trained) {
        assert_eq!(averaged == trained, path.starts_with("head."), "{path}");
    }
}

#[test]
fn the_weights_come_back_after_a_panic() {
    let (mut optimizer, mut p) = (parsed("sgd(lr=1) | ema(0.5)"), Param::new(Tensor::from([4.0])));
    for _ in 0..2 {
        along(&mut optimizer, &mut p, &Tensor::from([1.0]));
    }
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let lent = optimizer.eval(&mut p);
        assert_eq!(lent.value.data(), [2.5]);
        panic!("in the evaluation");
    }));
    assert_eq!(*caught.unwrap_err().downcast_ref::<&str>().unwrap(), "in the evaluation");
    assert_eq!(p.value.data(), [2.0]);
}
