//! Schedule-free steps.

use rappel_autodiff::Param;
use rappel_tensor::Tensor;

use super::{along, assert_near, parsed, walk};

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("adapters/schedule_free.txt"), 10);
}

#[test]
fn without_interpolation_it_is_the_rule_and_its_mean() {
    for rule in ["sgd(lr=0.1, momentum=0.9)", "adamw(lr=0.1, weight_decay=0.3)", "lion(lr=0.05)"] {
        let mean = walk(&format!("{rule} | average()"), 6);
        for power in [0, 2] {
            let free = walk(&format!("{rule} | schedule_free(b1=0, weight_lr_power={power})"), 6);
            for (free, mean) in free.iter().zip(&mean) {
                assert_near(&free[0], &mean[0], rule);
                assert_near(&free[1], &mean[1], rule);
            }
        }
    }
}

#[test]
fn at_the_average_it_trains_what_it_evaluates() {
    for [weights, evaluated] in walk("sgd(lr=0.1) | schedule_free(b1=1)", 5) {
        assert_near(&weights, &evaluated, "x is y");
    }
}

#[test]
fn an_interpolation_that_changes_is_of_the_same_x() {
    // Of a constant gradient z does not depend on y, and neither does x.
    let run = |b1: &str| {
        let (mut free, mut p) =
            (parsed(&format!("sgd(lr=0.5) | schedule_free(b1={b1})")), Param::new(Tensor::from([1.0, 2.0])));
        (0..4)
            .map(|_| {
                along(&mut free, &mut p, &Tensor::from([1.0, -3.0]));
                free.eval(&mut p).value.data().to_vec()
            })
            .collect::<Vec<_>>()
    };
    for (a, b) in run("0.5").iter().zip(run("linear(0, 1, 3)")) {
        assert_near(a, &b, "x");
    }
}

#[test]
fn a_rate_of_zero_weighs_nothing() {
    let (mut free, mut p) =
        (parsed("sgd(lr=linear(0, 1, 1)) | schedule_free(b1=0.5)"), Param::new(Tensor::from([1.0])));
    along(&mut free, &mut p, &Tensor::from([1.0]));
    assert_eq!([p.value.item(), free.eval(&mut p).value.item()], [1.0; 2]);
    along(&mut free, &mut p, &Tensor::from([1.0]));
    assert_eq!(free.eval(&mut p).value.data(), [0.0]);
}

#[test]
fn a_hand_that_moves_the_weights_moves_all() {
    let (mut free, mut p) = (parsed("sgd(lr=0.5) | schedule_free(b1=0.5)"), Param::new(Tensor::from([1.0])));
    for _ in 0..2 {
        along(&mut free, &mut p, &Tensor::from([1.0]));
    }
    let (y, x) = (p.value.item(), free.eval(&mut p).value.item());
    p.value = Tensor::from([y + 4.0]);
    assert_eq!(free.eval(&mut p).value.item(), x + 4.0);
    let (mut other, mut q) = (free.clone(), p.tie());
    q.value = Tensor::from([y]);
    along(&mut free, &mut p, &Tensor::from([1.0]));
    along(&mut other, &mut q, &Tensor::from([1.0]));
    assert_eq!(p.value.item(), q.value.item() + 4.0);
}
