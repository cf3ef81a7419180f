//! Stepping a net.

use rappel_autodiff::{Gradients, Param, Tape, Tensor};
use rappel_optim::{Adam, Sgd, StepError, linear};

fn gradients(w: &Param) -> Gradients {
    Tape::new().param(w).square().sum().backward()
}

#[test]
fn the_value_in_a_snapshot_stays() {
    let mut w = Param::new(Tensor::from([1.0, 2.0]));
    let g = gradients(&w);
    let snapshot = w.value.clone();
    Sgd::new(0.5).step(&mut w, &g).unwrap();
    assert_eq!(snapshot.data(), [1.0, 2.0]);
    assert_eq!(w.value.data(), [0.0, 0.0]);
}

#[test]
fn a_step_writes_in_place() {
    let mut w = Param::new(Tensor::from([1.0, 2.0]));
    let at = w.value.data().as_ptr();
    let g = gradients(&w);
    Adam::new(0.5).step(&mut w, &g).unwrap();
    assert_eq!(w.value.data().as_ptr(), at);
}

#[test]
fn a_refused_step_changes_nothing() {
    let mut net = (Param::new(Tensor::from([1.0, 2.0])), Param::<f32>::new(Tensor::from([3.0])));
    let g = gradients(&net.0);
    let mut sgd = Sgd::new(0.5);
    let e = sgd.step(&mut net, &g).unwrap_err();
    assert_eq!(e, StepError::NoGradient { paths: vec!["1".into()] });
    assert_eq!(net.0.value.data(), [1.0, 2.0]);
    assert_eq!(sgd.steps(), 0);
    let mut sgd = Sgd::new(0.5).allow_unused(true);
    sgd.step(&mut net, &g).unwrap();
    assert_eq!((net.0.value.data(), net.1.value.data()), (&[0.0, 0.0][..], &[3.0][..]));
}

#[test]
fn a_learning_rate_that_is_no_number_is_refused_by_name() {
    let mut w = Param::new(Tensor::from([1.0]));
    let g = gradients(&w);
    for lr in [f64::NAN, f64::INFINITY, -0.1] {
        let e = Sgd::new(lr).step(&mut w, &g).unwrap_err().to_string();
        assert!(e.contains("lr"), "{e}");
        assert_eq!(w.value.data(), [1.0]);
    }
    let e = Sgd::new(linear(0.1, -0.1, 2)).momentum(1.0).step(&mut w, &g).unwrap_err().to_string();
    assert_eq!(e, "sgd: momentum is 1 at step 0, and must be finite with 0 <= momentum < 1");
}

#[test]
fn tied_parameters_step_once_and_stay_tied() {
    let a = Param::new(Tensor::from([1.0]));
    let mut net = (a.tie(), a.tie());
    drop(a);
    let mut sgd = Sgd::new(0.25);
    for expected in [0.0, 0.0] {
        let tape = Tape::new();
        let loss = (tape.param(&net.0) * tape.param(&net.1)).sum() * 2.0;
        let g = loss.backward();
        sgd.step(&mut net, &g).unwrap();
        assert_eq!((net.0.value.item(), net.1.value.item()), (expected, expected));
    }
}
