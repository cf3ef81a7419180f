use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rappel_lab::autodiff::{Float, Rng, Tape, Tensor, Var};
use rappel_lab::optim::Sgd;
use rappel_lab::sweep::{Measure, Rates, Sweep};
use rappel_lab::{Cursor, LabError, Problem, Trial};
use rappel_nn::{Layer, Linear};

use super::{arms, scored, sweep, valley};

/// The same bits on any number of threads, also with halving.
#[test]
fn threads_change_no_bit() {
    for eta in [None, Some(2)] {
        let outcomes = [1, 2, 3, 8].map(|threads| {
            let sweep = eta.map_or(sweep(), |eta| sweep().halving(eta)).threads(threads);
            sweep.run(&valley()).unwrap()
        });
        assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]));
        assert!(outcomes[0].runs.iter().any(|run| run.diverged.is_some()));
    }
}

/// A member is the run that a `Trial` makes.
#[test]
fn members_are_trials() {
    let (problem, steps) = (valley(), 40);
    let outcome = sweep().steps(steps).run(&problem).unwrap();
    let run = outcome.runs.iter().find(|run| run.arm == "sgd" && run.rate == 0.1 && run.seed == 1).unwrap();
    let mut trial = Trial::new(&problem, Box::new(Sgd::<f64>::new(0.1)), 1, steps);
    let losses: Vec<f64> = (0..steps).map(|_| trial.step(&problem).unwrap()).collect();
    assert_eq!(run.start, Some(losses[0]));
    assert_eq!(run.score, Some(losses[36..].iter().sum::<f64>() / 4.0));
    let whole = sweep().steps(steps).measure(Measure::Whole).run(&problem).unwrap();
    let run = whole.runs.iter().find(|run| run.arm == "sgd" && run.rate == 0.1 && run.seed == 1).unwrap();
    assert_eq!((run.start, run.score), (Some(losses[0]), Some(trial.whole(&problem))));
}

/// Held-out measures are those of the net, before and after the run.
#[test]
fn held_out_measures_are_the_nets() {
    let problem = rappel_lab::problems::named::<f32>("mnist1d").unwrap();
    let mut trial = Trial::new(&*problem, Box::new(Sgd::new(0.5)), 3, 30);
    let before = problem.held_out(&*trial.net).unwrap();
    for _ in 0..30 {
        trial.step(&*problem).unwrap();
    }
    let after = problem.held_out(&*trial.net).unwrap();
    let wrong = |score: rappel_lab::Score| 1.0 - score.accuracy.unwrap();
    for (measure, start, score) in
        [(Measure::HeldOut, before.loss, after.loss), (Measure::Error, wrong(before), wrong(after))]
    {
        let sweep = Sweep::new(Rates::grid([0.5]).unwrap()).seeds([3]).steps(30).measure(measure);
        let run = sweep.arm("sgd", |lr| Box::new(Sgd::new(lr))).run(&*problem).unwrap().runs.remove(0);
        assert_eq!((run.start, run.score), (Some(start), Some(score)));
        assert!(score < start);
    }
}

/// Weights and batches depend on the seed alone.
#[test]
fn arms_and_rates_start_alike() {
    let starts = Mutex::new(Vec::new());
    let sweep = arms(&[0.01, 0.1], &["a", "b"]).seeds(0..3).steps(2);
    let outcome = sweep.run_with(|member| {
        let mut net = Linear::new(3, 1, &mut Rng::seed(member.seed()));
        let weights = net.weight.value.data().to_vec();
        starts.lock().unwrap().push((member.seed(), weights));
        member.descend(&mut net, |net, tape, cursor| {
            let x = Tensor::from_fn(&[4, 3], |i| (i as u64 * (cursor.step() + 1 + cursor.seed())) as f32);
            net.forward(tape.input(&x)).square().mean()
        })
    });
    assert_eq!(outcome.unwrap().runs.len(), 12);
    let starts = starts.into_inner().unwrap();
    for (seed, weights) in &starts {
        assert!(starts.iter().all(|(s, w)| (s == seed) == (w == weights)));
    }
}

/// A run that diverges ends there; its step is that of the first loss that is too high, and nothing runs after it.
#[test]
fn diverged_runs_end() {
    let steps = AtomicUsize::new(0);
    let losses = [1.0, 900.0, 1001.0, 5.0, 5.0];
    let outcome = arms(&[0.1], &["a"]).steps(5).run_with(|member| {
        for loss in losses {
            steps.fetch_add(1, Ordering::Relaxed);
            if !member.report(loss) {
                break;
            }
        }
        Ok::<_, LabError>(1.0)
    });
    let run = outcome.unwrap().runs.remove(0);
    assert_eq!((run.diverged, run.score, steps.into_inner()), (Some(2), None, 3));
    for (score, diverged) in [(f64::NAN, true), (f64::INFINITY, true), (f64::NEG_INFINITY, true), (-3.0, false)] {
        let outcome = scored(arms(&[0.1], &["a"]), |_, _, _| score).unwrap();
        assert_eq!(outcome.runs[0].diverged.is_some(), diverged, "{score}");
    }
    let patient = arms(&[0.1], &["a"])
        .steps(5)
        .blow_up(f64::INFINITY)
        .run_with(|member| Ok::<_, LabError>(losses.into_iter().filter(|loss| member.report(*loss)).sum()));
    assert_eq!(patient.unwrap().runs[0].score, Some(losses.iter().sum()));
}

/// A loss that is no number from some step on, by a factor of the net's value.
struct Broken {
    from: u64,
}

impl<T: Float> Problem<T> for Broken {
    fn name(&self) -> &str {
        "broken"
    }

    fn net(&self, seed: u64) -> Box<dyn Layer<T>> {
        Problem::<T>::net(&valley(), seed)
    }

    fn loss<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>, cursor: &mut Cursor) -> Var<'t, T> {
        let factor = if cursor.step() >= self.from { f64::NAN } else { 1.0 };
        valley().loss(net, tape, cursor) * tape.constant(factor)
    }

    fn whole<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>) -> Var<'t, T> {
        valley().whole(net, tape)
    }

    fn steps(&self) -> u64 {
        10
    }
}

#[test]
fn no_number_at_the_first_step_is_an_error_and_later_a_divergence() {
    let error = sweep().run(&Broken { from: 0 }).unwrap_err();
    assert!(matches!(error, LabError::Loss { step: 0, loss, .. } if loss.is_nan()), "{error}");
    let outcome = sweep().run(&Broken { from: 1 }).unwrap();
    assert!(outcome.runs.iter().all(|run| run.diverged == Some(1) && run.score.is_none()));
    assert!(outcome.arms.iter().all(|arm| arm.best.is_none() && arm.sensitivity.is_none()));
    let error = arms(&[0.1], &["a"]).run_with(|member| {
        let _ = member.report(f64::INFINITY);
        Ok::<_, LabError>(1.0)
    });
    let error = error.unwrap_err();
    assert!(error.to_string().starts_with("arm `a`, rate 0.1, seed 0: the loss is inf at step 0"), "{error}");
}

/// Of several runs that fail the first is reported, on any number of threads.
#[test]
fn the_first_failure_is_reported() {
    for threads in [1, 2, 7] {
        let sweep = arms(&[0.1, 0.2, 0.3, 0.4], &["a", "b"]).seeds(0..2).threads(threads);
        let error = sweep.run_with(|member| match member.rate() {
            0.3 if member.seed() == 1 => Err(format!("{} is out of order", member.arm())),
            _ => Ok(1.0),
        });
        let error = error.unwrap_err();
        assert!(matches!(&error, LabError::Member { error, .. } if matches!(**error, LabError::Closure(_))));
        assert_eq!(error.to_string(), "arm `a`, rate 0.3, seed 1: a is out of order");
    }
}

#[test]
fn nets_of_a_sweep_are_one_net() {
    for threads in [1, 3] {
        let outcome = arms(&[0.1, 0.2], &["a"]).threads(threads).run_with(|member| {
            let width = if member.rate() == 0.2 { 5 } else { 4 };
            let mut net = Linear::new(width, 1, &mut Rng::seed(0));
            member.descend(&mut net, |net, tape, _| net.forward(tape.input(&Tensor::ones(&[2, width]))).square().mean())
        });
        let LabError::Member { error, .. } = outcome.unwrap_err() else { panic!("a member fails") };
        let LabError::OtherNet { was, is } = *error else { panic!("{error}") };
        assert_eq!([was.min(is), was.max(is)], [5, 6]);
    }
}

#[test]
fn an_optimizer_that_refuses_says_which_run() {
    let error = Sweep::<f64>::new_in(Rates::grid([0.1]).unwrap())
        .shaped("epochs", "cosine(1, 0, 2ep)".parse().unwrap(), |lr| Box::new(Sgd::new(lr)))
        .run(&valley());
    let error = error.unwrap_err().to_string();
    assert!(error.starts_with("arm `epochs`, rate 0.1, seed 0: "), "{error}");
}

/// The shape is stretched over the run and multiplied by the rate.
#[test]
fn shapes_are_multiplied_by_the_rate() {
    let sweep = Sweep::new(Rates::grid([0.5]).unwrap())
        .shaped("a", "linear(1, 0, 100%)".parse().unwrap(), |lr| Box::new(Sgd::new(lr)))
        .steps(4);
    let rates = Mutex::new(Vec::new());
    let outcome = sweep.run_with(|member| {
        let mut optimizer = member.optimizer();
        let mut net = Linear::new(1, 1, &mut Rng::seed(0));
        for _ in 0..member.steps() {
            let tape = Tape::new();
            let loss = net.forward(tape.input(&Tensor::ones(&[1, 1]))).square().mean();
            optimizer.step(&mut net, &loss.backward())?;
            rates.lock().unwrap().push(optimizer.lr());
        }
        Ok::<_, LabError>(0.0)
    });
    assert!(outcome.is_ok());
    assert_eq!(rates.into_inner().unwrap(), [0.5, 0.375, 0.25, 0.125]);
}

#[test]
fn settings_without_meaning_say_why() {
    let one = || arms(&[0.1], &["a"]);
    let problem = |sweep: Sweep<f32>| sweep.run(&valley()).unwrap_err();
    let table = [
        (scored(arms(&[0.1], &[]), |_, _, _| 0.0).unwrap_err(), "the number of arms is 0"),
        (scored(arms(&[0.1], &["a", "b", "a"]), |_, _, _| 0.0).unwrap_err(), "an arm is `a`"),
        (scored(one().seeds([]), |_, _, _| 0.0).unwrap_err(), "the number of seeds is 0"),
        (scored(one().seeds([1, 2, 1]), |_, _, _| 0.0).unwrap_err(), "a seed is 1"),
        (scored(one().steps(0), |_, _, _| 0.0).unwrap_err(), "the number of steps is 0"),
        (scored(one().threads(0), |_, _, _| 0.0).unwrap_err(), "the number of threads is 0"),
        (scored(one().halving(1), |_, _, _| 0.0).unwrap_err(), "halving is 1"),
        (scored(one().tolerance(0.0), |_, _, _| 0.0).unwrap_err(), "the tolerance is 0"),
        (scored(one().blow_up(f64::NAN), |_, _, _| 0.0).unwrap_err(), "blew up is NaN"),
        (problem(one().steps(0)), "the number of steps is 0"),
        (problem(one().measure(Measure::HeldOut)), "the measure is held-out loss"),
        (problem(one().measure(Measure::Error)), "the measure is held-out error"),
        (
            Sweep::new(Rates::grid([0.1]).unwrap())
                .arm("a", |lr| Box::new(Sgd::new(lr)))
                .run_with(|_| Ok::<_, LabError>(0.0))
                .unwrap_err(),
            "the number of steps is not given",
        ),
    ];
    for (error, why) in table {
        assert!(matches!(error, LabError::Setting { .. }) && error.to_string().contains(why), "{why}: {error}");
    }
}

/// A panic of a closure is the caller's, with its words.
#[test]
fn panics_are_passed_on() {
    for threads in [1, 3] {
        let sweep = arms(&[0.1, 0.2, 0.3, 0.4], &["a"]).threads(threads);
        let run =
            std::panic::AssertUnwindSafe(|| scored(sweep, |_, rate, _| if rate == 0.2 { panic!("two") } else { 0.0 }));
        let panic = std::panic::catch_unwind(run);
        assert_eq!(panic.unwrap_err().downcast_ref::<&str>(), Some(&"two"));
    }
}
