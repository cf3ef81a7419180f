use rappel_lab::autodiff::transform::value_and_grad_of;
use rappel_lab::autodiff::{Gradients, Param, Tape, Tensor, Var};
use rappel_lab::optim::{Adam, Sgd, Stepper, linear};
use rappel_lab::problems::Chebyshev;
use rappel_lab::stability::{Critical, critical_rate};
use rappel_lab::{LabError, Problem, Trial};

/// The published critical rate of the untrained net, to six digits; at the edge of stability the critical sharpness is 2 over the rate,
/// far from it it is not (published at step 2000: 9.960; the run is chaotic there, and swings by 2 % within ten steps).
#[test]
fn published_critical_rates() {
    let problem: &dyn Problem<f64> = &Chebyshev::<f64>::new();
    let mut run = Trial::new(problem, Box::new(Sgd::new(0.2)), 0, 2001);
    let mut found = Vec::new();
    for step in 0..=2000 {
        let (_, gradients) = run.gradients(problem);
        if [0, 500, 2000].contains(&step) {
            let optimizer = &*run.optimizer;
            found.push(critical_rate(&*run.net, optimizer, &gradients, 1e-7, |n, t| problem.whole(n, t)).unwrap());
        }
        run.apply(&gradients).unwrap();
    }
    assert_eq!(format!("{:.6} {:.3}", found[0].rate, found[0].sharpness()), "0.297702 6.718");
    assert!(found[1].sharpness() < 0.05, "{:?}", found[1]);
    assert!((found[2].sharpness() / 9.960 - 1.0).abs() < 0.02, "{:?}", found[2]);
}

fn valley<'t>(w: &Param<f64>, tape: &'t Tape<f64>) -> Var<'t, f64> {
    (tape.param(w).square() * tape.input(&Tensor::from([1.0, 4.0]))).sum() * 0.5
}

fn search(
    start: [f64; 2],
    optimizer: &dyn Stepper<f64>,
    loss: impl for<'t> Fn(&Param<f64>, &'t Tape<f64>) -> Var<'t, f64>,
) -> (Result<Critical, LabError>, Gradients<f64>) {
    let w = Param::new(Tensor::from(start));
    let (_, gradients) = value_and_grad_of(&w, &loss);
    let found = critical_rate(&w, optimizer, &gradients, 1e-9, &loss);
    assert_eq!(w.value.data(), start);
    (found, gradients)
}

/// On a quadratic the rate is known: twice the slope over the curvature, along whatever update the rule makes, whatever its rate is.
#[test]
fn rates_along_the_update_of_any_rule() {
    let start = [1.0, 0.5];
    let rules: [Box<dyn Stepper<f64>>; 5] = [
        Box::new(Sgd::new(1e-3)),
        Box::new(Sgd::new(50.0)),
        Box::new(Sgd::new(linear(0.0, 1.0, 10))),
        Box::new(Adam::new(1e-2)),
        Box::new(Sgd::new(0.3).weight_decay(0.5)),
    ];
    for rule in rules {
        let (found, gradients) = search(start, &*rule, valley);
        // Of the first step of each: the gradient, its sign, or the gradient with decay.
        let g = gradients.iter().next().unwrap().1.data();
        let direction: Vec<f64> = match rule.name() {
            "adam" => g.iter().map(|g| g.signum()).collect(),
            _ if format!("{rule:?}").contains("weight_decay: 0.5") => {
                g.iter().zip(start).map(|(g, w)| g + 0.5 * w).collect()
            }
            _ => g.to_vec(),
        };
        let slope: f64 = g.iter().zip(&direction).map(|(g, d)| g * d).sum();
        let curvature = direction[0].powi(2) + 4.0 * direction[1].powi(2);
        let (found, expected) = (found.unwrap(), 2.0 * slope / curvature);
        assert!((found.rate / expected - 1.0).abs() < 1e-7, "{rule:?}: {found:?}, expected {expected}");
        assert!(found.passes < 50);
    }
}

/// With momentum the update is not the gradient: it may lead uphill, and then no rate is low enough.
#[test]
fn uphill() {
    let mut w = Param::new(Tensor::from([1.0, 0.0]));
    let mut sgd = Sgd::new(0.5).momentum(0.9);
    for _ in 0..3 {
        let (_, gradients) = value_and_grad_of(&w, valley);
        sgd.step(&mut w, &gradients).unwrap();
    }
    // It has swung past the minimum, and rises on the other side.
    let (loss, gradients) = value_and_grad_of(&w, valley);
    let found = critical_rate(&w, &sgd, &gradients, 0.1, valley).unwrap();
    assert!(found.rate == 0.0 && found.sharpness().is_infinite() && found.passes < 50);
    sgd.step(&mut w, &gradients).unwrap();
    assert!(value_and_grad_of(&w, valley).0.item() > loss.item());
}

/// Losses without end along the update, or that stop being numbers on it.
#[test]
fn what_is_above() {
    let sgd: Sgd<f64> = Sgd::new(0.1);
    let (found, _) = search([1.0, 1.0], &sgd, |w, tape| tape.param(w).sum());
    assert_eq!(found.unwrap().rate, f64::INFINITY);
    // sqrt(w): its slope at 1 is 1/2, and past a rate of 2 it is no number.
    let (found, _) = search([1.0, 1.0], &sgd, |w, tape| tape.param(w).sqrt().sum());
    assert!((found.unwrap().rate - 2.0).abs() < 1e-8);
}

#[test]
fn refusals() {
    let sgd: Sgd<f64> = Sgd::new(0.1);
    let message = |start, optimizer: &dyn Stepper<f64>| search(start, optimizer, valley).0.unwrap_err().to_string();
    assert!(message([0.0, 0.0], &sgd).starts_with("the update is zero: where the gradient is zero"));
    assert!(message([f64::INFINITY, 0.0], &sgd).starts_with("the loss is inf"));
    assert!(message([1.0, 1.0], &Sgd::new(linear(0.1, 0.0, rappel_lab::optim::percent(50.0)))).contains("clock"));
    let w = Param::new(Tensor::from([1.0, 1.0]));
    let (_, gradients) = value_and_grad_of(&w, valley);
    for tolerance in [0.0, 1.0, f64::NAN] {
        let why = critical_rate(&w, &sgd, &gradients, tolerance, valley).unwrap_err().to_string();
        assert!(why.contains("the tolerance is"), "{why}");
    }
    let other = Param::new(Tensor::from([1.0, 1.0]));
    let why = critical_rate(&other, &sgd, &gradients, 0.1, valley).unwrap_err().to_string();
    assert!(why.contains("no gradient"), "{why}");
}
