use rappel_autodiff::{Param, Tape, Tensor, Var};
use rappel_lab::hyper::{Objective, Unrolled};
use rappel_lab::optim::{Adam, Optimizer, Rule, Sgd, cosine, epochs, linked, percent, plateau, rest, warmup};
use rappel_lab::{LabError, optim::Clock};

use super::Task;

fn descent<R: Rule>(optimizer: Optimizer<R, f64>, steps: u64) -> Result<Unrolled<R, f64>, LabError> {
    Unrolled::new(&optimizer, steps)
}

/// The run is the one that the optimizer makes, bit for bit.
#[test]
fn losses_are_those_of_the_optimizer() {
    fn check<R: Rule>(optimizer: Optimizer<R, f64>) {
        let mut task = Task::new(&[3, 4, 2], 4, 3);
        let run = Unrolled::new(&optimizer, 20).unwrap();
        let losses = run.reverse(&task.net, &Objective::Mean, |net, tape| task.loss(net, tape)).unwrap().losses;
        let (mut optimizer, mut tape) = (run.optimizer(), Tape::<f64>::default());
        for loss in losses {
            let now = task.loss(&task.net, &tape);
            assert_eq!(now.item().to_bits(), loss.to_bits(), "{run:?}");
            let gradients = now.backward();
            optimizer.step(&mut task.net, &gradients).unwrap();
            tape.reset();
        }
    }
    check(Sgd::new(0.3));
    check(Sgd::new(warmup(0.3, 5).then(cosine(0.3, 0.0, percent(60)))).momentum(0.9).nesterov(true));
    check(Adam::new(0.01).weight_decay(0.1));
}

#[test]
fn numbers_are_chosen_by_name() {
    let lr = warmup(0.1, 5).then(cosine(0.1, 0.0, rest()));
    let names = |names: &[&str]| -> Result<Vec<String>, LabError> {
        let run = descent(Sgd::new(lr.clone()).momentum(0.9), 20)?.tune(names)?;
        Ok(run.tunables().iter().map(ToString::to_string).collect())
    };
    assert_eq!(names(&["momentum", "lr"]).unwrap(), ["lr.0", "lr.1", "lr.2", "lr.3", "momentum"]);
    assert_eq!(names(&["lr.1"]).unwrap(), ["lr.1"]);
    assert_eq!(names(&[]).unwrap(), [""; 0]);
    let known = "here are lr, lr.0, lr.1, lr.2, lr.3, momentum, dampening, weight_decay";
    for (unknown, near) in [("rate", "; t"), ("lr.4", "; did you mean `lr.0`? T"), ("nesterov", "; t"), ("", "; t")] {
        let error = names(&[unknown]).unwrap_err();
        assert!(matches!(error, LabError::Unknown { .. }));
        assert_eq!(error.to_string(), format!("there is no number to tune `{unknown}`{near}{known}"));
    }
    let run = descent(Sgd::new(lr.clone()), 20).unwrap();
    let lengths: Vec<_> = run.tunables().iter().map(|t| (t.index(), t.value(), t.is_length())).collect();
    assert_eq!(lengths, [(0, 0.1, false), (1, 5.0, true), (2, 0.1, false), (3, 0.0, false)]);
}

/// A piece for the rest of the run gives way to a length that has grown, again and again.
#[test]
fn the_rest_of_the_run_stays_the_rest() {
    let run = descent(Sgd::new(warmup(0.1, 5).then(cosine(0.1, 0.0, rest()))), 20).unwrap();
    let run = run.with(&[0.2, 7.5, 0.2, 0.01]).unwrap().with(&[0.3, 8.5, 0.3, 0.02]).unwrap();
    assert_eq!(run.rate().schedule().to_string(), "warmup(0.1, 5) >> cosine(0.1, 0, rest)");
    let (_, lr) = run.schedules().next().unwrap();
    assert_eq!(lr.to_string(), "warmup(0.3, 8.5) >> cosine(0.3, 0.02, 11.5)");
    assert_eq!(run.rate().at(20.0), 0.02);
    assert_eq!(run.tunables().iter().map(|t| t.value()).collect::<Vec<_>>(), [0.3, 8.5, 0.3, 0.02]);
}

#[test]
fn what_is_no_run_is_refused() {
    let other = "a schedule that is differentiated follows nothing but the step";
    for (run, message) in [
        (descent(Sgd::new(0.1), 0), "the number of steps is 0: a run has one step at least".to_owned()),
        (descent(Sgd::new(0.1 * plateau()), 9), format!("lr is 0.1 * plateau(): {other}")),
        (descent(Sgd::new(0.1).momentum(linked("lr")), 9), "the schedule of sgd's momentum: ".to_owned()),
        (descent(Sgd::new(cosine(0.1, 0.0, epochs(2))), 9), "the schedule of sgd's lr: ".to_owned()),
        (descent(Sgd::new(0.1).nesterov(true), 9), "sgd: nesterov needs a momentum".to_owned()),
    ] {
        let error = run.unwrap_err().to_string();
        assert!(error.starts_with(&message), "{error}");
    }
    let clock = Clock::new().epoch(4).total(epochs(2));
    let run = Unrolled::on(clock, &Sgd::<f64>::new(cosine(0.1, 0.0, epochs(2))), 8).unwrap();
    assert_eq!(run.tunables()[2].value(), 8.0);
}

#[test]
fn values_that_make_no_schedule_are_refused() {
    let run = descent(Sgd::new(warmup(0.1, 5).then(cosine(0.1, 0.0, rest()))), 20).unwrap();
    for (values, message) in [
        (vec![0.1], "the number of values is 1 for 4 to be tuned: each has one"),
        (vec![0.1, 0.0, 0.1, 0.0], "the schedule of sgd's lr: "),
        (vec![0.1, -2.0, 0.1, 0.0], "the schedule of sgd's lr: "),
        (vec![0.1, 20.0, 0.1, 0.0], "the schedule of sgd's lr: "),
        (vec![f64::NAN, 5.0, 0.1, 0.0], "the schedule of sgd's lr: "),
    ] {
        let error = run.with(&values).unwrap_err().to_string();
        assert!(error.starts_with(message), "{values:?}: {error}");
    }
    let run = descent(Sgd::new(rappel_lab::schedule::exponential(0.1, 0.01, 5)), 20).unwrap();
    assert!(run.with(&[0.1, 0.0, 5.0]).is_err());
}

fn square<'t>(net: &Param<f64>, tape: &'t Tape<f64>) -> Var<'t, f64> {
    tape.param(net).square()
}

/// Both modes say the same of a run that goes wrong, and where.
fn both<R: Rule>(run: &Unrolled<R, f64>, loss: impl for<'t> Fn(&Param<f64>, &'t Tape<f64>) -> Var<'t, f64>) -> String {
    let net = Param::new(Tensor::scalar(1.0));
    let back = run.reverse(&net, &Objective::Mean, &loss).unwrap_err().to_string();
    let ahead = run.forward(&net, &loss).unwrap_err().to_string();
    assert_eq!(back, ahead);
    back
}

#[test]
fn a_run_that_diverges_names_the_step() {
    let error = both(&descent(Sgd::new(1e20), 50).unwrap(), square);
    assert!(
        error.starts_with("the loss is inf at step 8, inside the run that is differentiated: lower the rate"),
        "{error}"
    );
    let error = both(&descent(Sgd::new(0.1), 5).unwrap(), |net, tape| square(net, tape) * f64::NAN);
    assert!(error.starts_with("the loss is NaN at step 0, "), "{error}");
    // No loss is too large for a number here, but the derivative is.
    let run = descent(Sgd::new(0.1), 3).unwrap();
    let objective = Objective::Weighted(vec![0.0, 1e308, 1e308]);
    let error = run.reverse(&Param::new(Tensor::scalar(1e5)), &objective, square).unwrap_err();
    assert!(matches!(error, LabError::Derivative { .. }), "{error}");
    assert!(error.to_string().starts_with("the derivative in lr of a run of 3 steps is "), "{error}");
}

#[test]
fn a_value_out_of_its_range_names_the_step() {
    let error = both(&descent(Sgd::new(rappel_lab::optim::linear(0.1, -0.1, 8)), 8).unwrap(), square);
    assert!(error.starts_with("sgd: lr is -0.02499") && error.contains("at step 5"), "{error}");
}

#[test]
fn a_seam_that_jumps_has_no_derivative_in_its_length() {
    let lr = rappel_lab::schedule::hold(0.1, 3).then(0.01);
    let error = both(&descent(Sgd::new(lr), 8).unwrap(), square);
    assert!(error.contains("the seam at step 3 moves with it"), "{error}");
}

#[test]
fn a_closure_that_runs_another_net_is_found_out() {
    let run = descent(Sgd::new(0.1), 4).unwrap();
    let stranger = Param::new(Tensor::scalar(2.0));
    let error = both(&run, |net, tape| square(net, tape) + square(&stranger, tape));
    assert_eq!(
        error,
        "the net has other parameters than before (1 then, 2 now): a tool follows one net, so build it once, outside the closure"
    );
    let error = both(&run, |_, tape| square(&Param::new(Tensor::scalar(2.0)), tape));
    assert!(error.starts_with("the net has other parameters than before (1 then, 1 now)"), "{error}");
    let error = both(&run, |_, tape| tape.var(&Tensor::scalar(1.0)).square());
    assert!(error.starts_with("no gradient for "), "{error}");
}

#[test]
fn nets_of_another_number_type_are_refused() {
    let run = Unrolled::new(&Sgd::<f32>::new(0.1), 4).unwrap();
    let net = Param::new(Tensor::<f64>::scalar(1.0));
    let error = run.reverse(&net, &Objective::Mean, |_, tape| tape.constant(1.0)).unwrap_err().to_string();
    assert!(error.contains("is f64, the gradients are f32"), "{error}");
}
