use rappel_lab::autodiff::{Param, Tensor};
use rappel_lab::optim::{Adam, Sgd, Stepper};
use rappel_lab::problems::{Chebyshev, Quadratic};
use rappel_lab::stability::{Lanczos, Monitor, Phase, Sharpness};
use rappel_lab::{LabError, Problem, Trial};

/// Looks at a run of `chebyshev` at the steps that are asked for.
fn watch(optimizer: Box<dyn Stepper<f64>>, steps: u64, when: impl Fn(u64) -> bool) -> (Vec<Sharpness>, Monitor<f64>) {
    let problem: &dyn Problem<f64> = &Chebyshev::<f64>::new();
    let mut run = Trial::new(problem, optimizer, 0, steps);
    let mut monitor = Monitor::every(1).unwrap();
    let mut seen = Vec::new();
    for step in 0..=steps {
        if when(step) {
            seen.push(monitor.look(&*run.net, &*run.optimizer, |n, t| problem.whole(n, t)).unwrap());
        }
        if seen.last().is_some_and(|s| s.loss.is_none()) {
            break;
        }
        run.step(problem).unwrap();
    }
    (seen, monitor)
}

fn largest(seen: &[Sharpness], from: u64) -> Vec<f64> {
    seen.iter().filter(|s| s.step >= from).map(|s| s.eigenvalues[0]).collect()
}

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

/// The recorded run at 0.2, of <https://github.com/rfangit/edge-of-stability-browser>: losses and largest eigenvalues to six digits, where
/// the eigenvalue first exceeds 10, and where it hovers. (That record counts eigenvalues from the first step on: its index 381 is
/// after 382 steps.)
#[test]
fn published_sharpness_at_a_rate_of_one_fifth() {
    let known = |step: u64| [0, 1, 10, 100, 300, 380, 381, 382, 500].contains(&step);
    let (seen, monitor) = watch(Box::new(Sgd::new(0.2)), 4103, |step| known(step) || step >= 3603);
    let at = |step| seen.iter().find(|s| s.step == step).unwrap();
    for (step, text) in
        [(0, "0.307125"), (10, "0.281245"), (100, "0.245746"), (300, "0.179475"), (380, "0.165004"), (500, "0.151085")]
    {
        assert_eq!(format!("{:.6}", at(step).loss.unwrap()), text, "step {step}");
    }
    for (step, text) in [(1, "6.76775"), (100, "7.21146"), (300, "8.98163")] {
        assert_eq!(format!("{:.5}", at(step).eigenvalues[0]), text, "step {step}");
    }
    assert!(at(381).eigenvalues[0] < 10.0 && at(382).eigenvalues[0] > 10.0);
    let hovers = mean(&largest(&seen, 3604));
    assert!((hovers / 10.065 - 1.0).abs() < 0.01, "{hovers}");
    let last = at(4103);
    assert!((last.loss.unwrap() / 0.0025 - 1.0).abs() < 0.2, "{last:?}");
    assert_eq!((last.rate, last.limit, last.threshold()), (0.2, 2.0, 10.0));
    assert!(seen.iter().all(|s| s.residuals[0] <= 1e-4 * s.eigenvalues[0]));
    assert_eq!(monitor.hvps(), seen.iter().map(|s| s.hvps).sum::<u64>());
    assert!(monitor.hvps() < 6 * seen.len() as u64, "{}", monitor.hvps());
}

/// The plateau of the recorded run at 0.4169.
#[test]
fn published_plateau_after_a_catapult() {
    let (seen, _) = watch(Box::new(Sgd::new(0.4169)), 4103, |step| step >= 3603 && step % 3 == 0);
    let hovers = mean(&largest(&seen, 3603));
    assert!((hovers / 4.87 - 1.0).abs() < 0.02, "{hovers}");
}

/// Phases of a run, each where it begins.
fn phases(seen: &[Sharpness]) -> Vec<(u64, Phase)> {
    let mut changes: Vec<(u64, Phase)> = Vec::new();
    for s in seen {
        if changes.last().is_none_or(|c| c.1 != s.phase) {
            changes.push((s.step, s.phase));
        }
    }
    changes
}

/// The three published runs, seen every tenth step: one comes to the edge and stays, one is thrown to a flatter place, comes to the edge
/// from there, is thrown twice more and stays; one is thrown, comes back, and diverges.
#[test]
fn phases_of_the_three_rates() {
    use Phase::{Catapult, Diverging, Edge, Lazy};
    let of = |rate: f64| phases(&watch(Box::new(Sgd::new(rate)), 2000, |step| step % 10 == 0).0);
    assert_eq!(of(0.2), [(0, Lazy), (390, Edge)]);
    let thrown = [(0, Catapult), (10, Lazy), (160, Edge), (200, Catapult), (250, Lazy), (310, Edge), (630, Catapult)];
    assert_eq!(of(0.4169)[..7], thrown);
    assert_eq!(of(0.4169)[7..], [(700, Edge)]);
    assert_eq!(of(0.5495), [(0, Catapult), (10, Lazy), (80, Edge), (120, Catapult), (170, Diverging)]);
}

/// Rules other than gradient descent come to an edge of their own, and hover there.
#[test]
fn other_rules_hover_at_their_own_edge() {
    let rules: [(Box<dyn Stepper<f64>>, f64); 3] = [
        (Box::new(Adam::new(3e-3)), 38.0 / 3e-3),
        (Box::new(Adam::new(1e-2)), 38.0 / 1e-2),
        (Box::new(Sgd::new(0.05).momentum(0.9).nesterov(true)), 3.8 / 2.8 / 0.05),
    ];
    for (rule, threshold) in rules {
        let name = format!("{rule:?}");
        let (seen, _) = watch(rule, 3000, |step| step % 10 == 0);
        let hovers = mean(&largest(&seen, 2000));
        assert!((hovers / threshold - 1.0).abs() < 0.03, "{name}: {hovers} of {threshold}");
        assert!((seen[0].threshold() / threshold - 1.0).abs() < 1e-12);
        assert_eq!(seen.last().unwrap().phase, Phase::Edge, "{name}");
    }
}

/// More eigenvalues; in `f32` the same.
#[test]
fn several_eigenvalues_in_either_precision() {
    let valley = Quadratic::new(&[1.0, 25.0, -4.0, 9.0]);
    let (wide, narrow): (&dyn Problem<f64>, &dyn Problem<f32>) = (&valley, &valley);
    let wide = Monitor::every(5)
        .unwrap()
        .by(Lanczos::new(3).unwrap())
        .look(&*wide.net(0), &Sgd::new(0.1), |n, t| wide.whole(n, t));
    let narrow =
        Monitor::every(5)
            .unwrap()
            .by(Lanczos::new(3).unwrap())
            .look(&*narrow.net(0), &Sgd::new(0.1), |n, t| narrow.whole(n, t));
    for seen in [wide.unwrap(), narrow.unwrap()] {
        let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-4;
        assert!(seen.eigenvalues.iter().zip(&[25.0, 9.0, 1.0]).all(near) && seen.eigenvalues.len() == 3, "{seen:?}");
        assert!((seen.margin().unwrap() - 1.25).abs() < 1e-5 && seen.phase == Phase::Edge);
    }
}

/// Where the loss curves up nowhere the margin is below 0, and no rate is too high for it.
#[test]
fn hills() {
    let hill: &dyn Problem<f64> = &Quadratic::new(&[-1.0, -3.0]);
    let seen = Monitor::every(1).unwrap().look(&*hill.net(0), &Sgd::new(0.5), |n, t| hill.whole(n, t)).unwrap();
    assert_eq!((seen.margin(), seen.phase), (Some(-0.25), Phase::Lazy));
}

/// It looks at multiples of its number of steps, counted by the optimizer.
#[test]
fn when_it_looks() {
    let valley: &dyn Problem<f64> = &Quadratic::new(&[1.0, 25.0]);
    let mut run = Trial::new(valley, Box::new(Sgd::new(0.05)), 0, 20);
    let mut monitor = Monitor::every(4).unwrap();
    let mut steps = Vec::new();
    for _ in 0..10 {
        steps.extend(monitor.watch(&*run.net, &*run.optimizer, |n, t| valley.whole(n, t)).unwrap().map(|s| s.step));
        run.step(valley).unwrap();
    }
    assert_eq!(steps, [0, 4, 8]);
}

/// A run that has left is told, without eigenvalues; what is seen goes through JSON whole.
#[test]
fn a_loss_that_is_no_number() {
    let valley: &dyn Problem<f64> = &Quadratic::new(&[1.0, 25.0]);
    let mut run = Trial::new(valley, Box::new(Sgd::new(10.0)), 0, 1000);
    let mut monitor = Monitor::every(50).unwrap();
    let mut seen = Vec::new();
    for _ in 0..201 {
        seen.extend(monitor.watch(&*run.net, &*run.optimizer, |n, t| valley.whole(n, t)).unwrap());
        run.step(valley).unwrap();
    }
    let last = seen.last().unwrap();
    assert_eq!((last.step, last.loss, last.margin(), last.phase), (200, None, None, Phase::Diverging));
    assert_eq!(phases(&seen), [(0, Phase::Catapult), (50, Phase::Diverging)]);
    for s in &seen {
        assert_eq!(serde_json::from_str::<Sharpness>(&serde_json::to_string(s).unwrap()).unwrap(), *s);
    }
}

#[test]
fn refusals() {
    let valley: &dyn Problem<f64> = &Quadratic::new(&[1.0, 25.0]);
    let sgd: Sgd<f64> = Sgd::new(0.1);
    assert!(Monitor::<f64>::every(0).unwrap_err().to_string().contains("1 at least"));
    // Another net than before.
    let mut monitor = Monitor::every(1).unwrap();
    monitor.look(&*valley.net(0), &sgd, |n, t| valley.whole(n, t)).unwrap();
    let why = monitor.look(&*valley.net(0), &sgd, |n, t| valley.whole(n, t)).unwrap_err();
    assert!(matches!(why, LabError::Parameters { was: 1, is: 1 }), "{why}");
    // A step that the optimizer would refuse is refused in its words, with the parameter's path.
    let net = (Param::new(Tensor::from([1.0])), Param::new(Tensor::from([1.0])));
    let look =
        |sgd: &Sgd<f64>| Monitor::every(1).unwrap().look(&net, sgd, |net, tape| tape.param(&net.0).square().sum());
    assert!(look(&sgd).unwrap_err().to_string().starts_with("no gradient for `1`"), "{}", look(&sgd).unwrap_err());
    let seen = look(&Sgd::new(0.1).allow_unused(true)).unwrap();
    assert!((seen.eigenvalues[0] - 2.0).abs() < 1e-9, "{seen:?}");
    let why = look(&Sgd::new(-0.1).allow_unused(true)).unwrap_err().to_string();
    assert!(why.contains("lr is -0.1 at step 0"), "{why}");
}
