use rappel_autodiff::{Gradients, Param, Tensor};
use rappel_lab::hyper::{Objective, Unrolled};
use rappel_lab::optim::{Adam, Sgd};
use rappel_nn::{Dropout, Layer, Linear};

use super::Task;

#[test]
fn memory_grows_with_the_root_of_the_steps() {
    let task = Task::new(&[2, 2], 3, 0);
    for (steps, most) in [(1, 1), (4, 4), (100, 20), (101, 21), (400, 40)] {
        let run = Unrolled::new(&Sgd::new(0.01), steps).unwrap();
        let held = run.reverse(&task.net, &Objective::Mean, |net, tape| task.loss(net, tape)).unwrap().held;
        assert!(held <= most, "{steps} steps: {held} copies");
    }
}

/// In any segmentation of a run the derivative is the same.
#[test]
fn every_number_of_steps() {
    let task = Task::new(&[2, 3, 1], 5, 2);
    for steps in 1..30 {
        let run = Unrolled::new(&Adam::new(0.01), steps).unwrap();
        let back = run.reverse(&task.net, &Objective::Mean, |net, tape| task.loss(net, tape)).unwrap();
        let ahead = run.forward(&task.net, |net, tape| task.loss(net, tape)).unwrap();
        let ahead = ahead.gradient(&Objective::Mean).unwrap();
        assert!((back.gradient[0] - ahead[0]).abs() <= 1e-9 * ahead[0].abs().max(1.0), "{steps}: {back:?} {ahead:?}");
    }
}

#[test]
fn the_gradient_in_the_initial_weights() {
    let mut task = Task::new(&[2, 3, 1], 4, 9);
    let run = Unrolled::new(&Sgd::new(0.2).momentum(0.8), 12).unwrap();
    let objective = Objective::Last;
    let value = |task: &Task| run.reverse(&task.net, &objective, |net, tape| task.loss(net, tape)).unwrap();
    let initial = value(&task).initial;
    let direction = Gradients::from_fn(&task.net, |_, p| p.value.map(|x: &f64| (7.0 * x).sin()));
    let along = initial.dot(&direction);
    let mut shifted = |by: f64| {
        let before = task.net.clone();
        for (layer, old) in task.net.iter_mut().zip(&before) {
            let move_it = |p: &mut Param<f64>, old: &Param<f64>| p.value = old.value.map(|x| x + by * (7.0 * x).sin());
            move_it(&mut layer.weight, &old.weight);
            move_it(layer.bias.as_mut().unwrap(), old.bias.as_ref().unwrap());
        }
        let value = value(&task).value;
        task.net = before;
        value
    };
    let differences = (shifted(1e-5) - shifted(-1e-5)) / 2e-5;
    assert!(initial.len() == 4 && (along - differences).abs() < 1e-8, "{along}, by differences {differences}");
}

/// The same masks each time a step is looked at: else the modes could not agree.
#[test]
fn random_masks_repeat() {
    let net = (Linear::<f64>::new(3, 8, &mut rappel_autodiff::Rng::seed(1)), Dropout::new(0.5));
    let x = Tensor::ones(&[4, 3]);
    let run = Unrolled::new(&Sgd::new(0.1), 10).unwrap();
    let gradient = |run: &Unrolled<_, f64>| {
        let back =
            run.reverse(&net, &Objective::Mean, |net, tape| net.forward(tape.input(&x)).square().mean()).unwrap();
        let ahead = run.forward(&net, |net, tape| net.forward(tape.input(&x)).square().mean()).unwrap();
        let ahead = ahead.gradient(&Objective::Mean).unwrap()[0];
        assert!((back.gradient[0] - ahead).abs() < 1e-12);
        ahead
    };
    let (still, random) = (gradient(&run), gradient(&run.clone().training(7)));
    assert!(still != random && gradient(&run.training(7)) == random);
}
