use super::{start, walk};
use rappel_lab::Trial;
use rappel_lab::autodiff::Tape;
use rappel_lab::optim::Adam;
use rappel_lab::problems::Rosenbrock;
use rappel_lab::schedule::{linear, steps};

/// Value and gradient at the start by hand: per pair -4 * 100 x (y - x^2) - 2 (1 - x) and 200 (y - x^2).
#[test]
fn the_published_start() {
    let [_, (loss, gradient)] = start::<f64>(&Rosenbrock::new(2).unwrap(), 0, 0);
    assert!((loss - 24.2).abs() < 1e-12);
    assert!((gradient[0] + 215.6).abs() < 1e-11 && (gradient[1] + 88.0).abs() < 1e-11, "{gradient:?}");
}

#[test]
fn the_optimum_is_reached_in_more_dimensions_too() {
    for n in [2, 3, 5] {
        let problem = Rosenbrock::new(n).unwrap();
        let mut run = Trial::<f64>::new(&problem, Box::new(Adam::new(linear(0.05, 0.0, steps(20_000)))), 0, 20_000);
        walk(&mut run, &problem, 20_000);
        let point = run.net.forward(Tape::default().constant(0.0)).value();
        let far = point.data().iter().map(|x| (x - 1.0).abs()).fold(0.0, f64::max);
        assert!(run.whole(&problem) < 1e-20 && far < 1e-9, "{n}: {point:?}");
    }
}

#[test]
fn a_valley_has_two_dimensions() {
    for n in [0, 1] {
        let message = Rosenbrock::new(n).unwrap_err().to_string();
        assert!(message.contains(&format!("number of dimensions is {n}")), "{message}");
    }
}
