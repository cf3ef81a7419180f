use rappel_autodiff::{Param, Tape, Tensor};
use rappel_lab::LabError;
use rappel_lab::hyper::Unrolled;
use rappel_lab::optim::{Adam, Sgd};

use super::Task;

/// In a loop of one's own the net can be had at any time, and is where the optimizer would have brought it.
#[test]
fn a_loop_of_ones_own() {
    let mut task = Task::new(&[2, 3, 1], 4, 1);
    let mut trained = Task::new(&[2, 3, 1], 4, 1).net;
    let run = Unrolled::new(&Adam::new(0.05), 10).unwrap();
    let mut ahead = run.ahead(&task.net).unwrap();
    let (mut optimizer, mut tape) = (run.optimizer(), Tape::<f64>::default());
    for step in 0..12 {
        tape.at_step(step);
        let loss = task.loss(&trained, &tape);
        let next = ahead.step(&task.net, |net, tape| task.loss(net, tape)).unwrap();
        assert_eq!((next.value, next.slopes.len(), ahead.steps()), (loss.item(), 1, step + 1));
        optimizer.step(&mut trained, &loss.backward()).unwrap();
        let mut net = std::mem::take(&mut task.net);
        ahead.store(&mut net).unwrap();
        task.net = net;
        for (a, b) in task.net.iter().zip(&trained) {
            assert_eq!(a.weight.value, b.weight.value);
        }
    }
}

#[test]
fn the_first_loss_does_not_depend_on_the_rate() {
    let task = Task::new(&[2, 3, 1], 4, 1);
    let run = Unrolled::new(&Sgd::new(0.05), 3).unwrap();
    let curve = run.forward(&task.net, |net, tape| task.loss(net, tape)).unwrap();
    assert_eq!(curve.losses[0].slopes, [0.0]);
    assert!(curve.losses[1].slopes[0] < 0.0);
}

#[test]
fn another_net_is_refused_and_nothing_has_changed() {
    let run = Unrolled::new(&Sgd::new(0.1), 3).unwrap();
    let [mut a, mut b] = [1.0, 1.0].map(|x| Param::new(Tensor::<f64>::scalar(x)));
    let mut ahead = run.ahead(&a).unwrap();
    for error in [
        ahead.step(&b, |net: &Param<f64>, tape| tape.param(net).square()).unwrap_err(),
        ahead.store(&mut b).unwrap_err(),
    ] {
        assert!(matches!(error, LabError::Parameters { was: 1, is: 1 }), "{error}");
    }
    assert!(ahead.step(&a, |net: &Param<f64>, tape| tape.param(net).square() * f64::NAN).is_err());
    assert_eq!(ahead.steps(), 0);
    ahead.step(&a, |net: &Param<f64>, tape| tape.param(net).square()).unwrap();
    ahead.store(&mut a).unwrap();
    assert_eq!(a.value.item(), 0.8);
}
