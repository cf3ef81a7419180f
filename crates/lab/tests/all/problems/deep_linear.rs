use super::linear_system::solve;
use super::walk;
use rappel_lab::optim::{Adam, Sgd};
use rappel_lab::problems::DeepLinear;
use rappel_lab::{Problem, Trial};

/// By the normal equations: half the mean square of what no linear map explains.
#[test]
fn the_optimum_is_that_of_least_squares() {
    let problem = DeepLinear::<f64>::new();
    let (x, y) = problem.points();
    let transposed = x.transpose();
    let map = solve(&transposed.matmul(x), &transposed.matmul(y));
    let rest = y - x.matmul(&map);
    let least = 0.5 * (&rest * &rest).sum().item() / rest.len() as f64;
    let stated = problem.optimum().expect("it is stated").loss;
    assert!((least - stated).abs() < 1e-12, "{least:.12}, not {stated}");
}

/// There are no worse minima, so that descent ends there.
#[test]
fn descent_reaches_the_optimum() {
    let problem = DeepLinear::<f64>::new();
    let stated = problem.optimum().expect("it is stated").loss;
    for seed in 0..3 {
        let mut run = Trial::new(&problem, Box::new(Adam::new(0.01)), seed, 1);
        walk(&mut run, &problem, 5_000);
        run.optimizer = Box::new(Sgd::new(0.05));
        walk(&mut run, &problem, 5_000);
        let loss = run.whole(&problem);
        assert!(loss > stated - 1e-12 && loss < stated + 1e-9, "{seed}: {loss}");
    }
}
