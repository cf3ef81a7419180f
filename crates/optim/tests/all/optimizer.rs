//! Stepping a net.

use rappel_autodiff::{Gradients, Param, Tape, Tensor};
use rappel_optim::{Adam, Sgd, StepError, linear, warmup};

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
    assert_eq!(e, "sgd: momentum is 1 at step 0; required is 0 <= momentum < 1");
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

/// A product whose slope in each place is the value of the other.
fn product(a: &Param, b: &Param) -> Gradients {
    let tape = Tape::new();
    (tape.param(a) * tape.param(b)).sum().backward()
}

#[test]
fn state_of_a_tied_parameter_moves_once_a_step() {
    let alone = Param::new(Tensor::from([1.0, -3.0]));
    let mut tied = (alone.tie(), (alone.tie(), alone.tie()));
    let mut alone = alone.clone();
    let (mut a, mut b) = (Adam::new(0.1), Adam::new(0.1));
    for _ in 0..3 {
        let (g, h) = (product(&tied.0, &tied.1.0), product(&alone, &alone));
        a.step(&mut tied, &g).unwrap();
        b.step(&mut alone, &h).unwrap();
        for place in [&tied.0, &tied.1.0, &tied.1.1] {
            assert_eq!(place.value, alone.value);
        }
    }
}

#[test]
fn a_frozen_place_of_a_tied_parameter_stays_and_does_not_hold_the_others() {
    let a = Param::new(Tensor::from([1.0]));
    let mut net = (a.tie(), a.tie(), a.tie());
    net.0.trainable = false;
    let g = product(&net.1, &net.2);
    Sgd::new(0.25).step(&mut net, &g).unwrap();
    assert_eq!((net.0.value.item(), net.1.value.item(), net.2.value.item()), (1.0, 0.5, 0.5));
}

#[test]
fn a_net_of_two_number_types_is_refused() {
    let mut net = (Param::new(Tensor::from([1.0_f32])), Param::new(Tensor::from([1.0_f64])));
    let g = gradients(&net.0);
    for unused in [false, true] {
        let e = Sgd::new(0.5).allow_unused(unused).step(&mut net, &g).unwrap_err();
        assert_eq!(e, StepError::NumberType { path: "1".into(), parameter: "f64", gradients: "f32" });
    }
    let g64 = Tape::<f64>::default().param(&net.1).sum().backward();
    let e = Sgd::new(0.5).step(&mut net, &g64).unwrap_err();
    assert_eq!(e, StepError::NumberType { path: "0".into(), parameter: "f32", gradients: "f64" });
    assert_eq!((net.0.value.item(), net.1.value.item()), (1.0, 1.0));
    net.1.trainable = false;
    Sgd::new(0.5).step(&mut net, &g).unwrap();
    assert_eq!((net.0.value.item(), net.1.value.item()), (0.0, 1.0));
}

#[test]
fn a_gradient_of_another_shape_is_refused() {
    let mut net = (Param::new(Tensor::from([1.0])), Param::new(Tensor::from([1.0, 2.0])));
    let tape = Tape::new();
    let g = (tape.param(&net.0) * tape.param(&net.1)).sum().backward();
    net.1.value = Tensor::from([[1.0, 2.0]]);
    let e = Adam::new(0.5).step(&mut net, &g).unwrap_err();
    assert_eq!(e, StepError::Shape { path: "1".into(), gradient: vec![2], parameter: vec![1, 2] });
    assert_eq!(net.0.value.item(), 1.0);
}

#[test]
fn gradients_of_another_net_are_refused() {
    let mut net = vec![Param::<f32>::new(Tensor::from([1.0])); 3];
    let g = gradients(&Param::new(Tensor::from([1.0])));
    let e = Sgd::new(0.5).step(&mut net, &g).unwrap_err();
    assert_eq!(e, StepError::NoGradient { paths: vec!["0".into(), "1".into(), "2".into()] });
}

#[test]
fn a_clone_of_a_net_is_another_net() {
    let mut net = Param::new(Tensor::from([1.0, 2.0]));
    let teacher = net.clone();
    let g = gradients(&net);
    Sgd::new(0.5).step(&mut net, &g).unwrap();
    assert_eq!(teacher.value.data(), [1.0, 2.0]);
    assert_eq!(net.value.data(), [0.0, 0.0]);
}

#[test]
fn a_rate_may_be_replaced_during_a_run_and_time_goes_on() {
    let mut w = Param::new(Tensor::from([1.0]));
    let mut sgd = Sgd::new(0.0);
    for _ in 0..2 {
        let g = gradients(&w);
        sgd.step(&mut w, &g).unwrap();
    }
    sgd.set_lr(warmup(0.5, 4));
    let g = gradients(&w);
    sgd.step(&mut w, &g).unwrap();
    assert_eq!((sgd.lr(), sgd.steps(), w.value.item()), (0.375, 3, 0.25));
}

#[test]
fn it_prints_its_schedules_and_its_count() {
    let sgd: Sgd = Sgd::new(linear(0.1, 0.0, 10)).momentum(0.9);
    let text = "sgd { lr: linear(0.1, 0, 10), momentum: 0.9, dampening: 0, weight_decay: 0, nesterov: 0, steps: 0 }";
    assert_eq!(format!("{sgd:?}"), text);
    assert_eq!((sgd.name(), Adam::<f64>::new(0.1).name()), ("sgd", "adam"));
}

#[test]
fn it_may_go_to_another_thread() {
    fn goes<T: Send + Sync + 'static>(_: &T) {}
    goes(&Sgd::<f32>::new(0.1));
    goes(&Adam::<f64>::new(0.1));
}
