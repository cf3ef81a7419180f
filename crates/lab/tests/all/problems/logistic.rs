use super::descent;
use super::linear_system::solve;
use rappel_lab::Problem;
use rappel_lab::autodiff::transform::hessian_of;
use rappel_lab::autodiff::{ModuleExt, ParamMut, Tape, Tensor};
use rappel_lab::problems::Logistic;

/// By Newton's method, until the gradient is nothing but rounding.
#[test]
fn the_optimum_is_the_stated_one() {
    let problem = Logistic::new().unwrap();
    let problem: &dyn Problem<f64> = &problem;
    let mut net = problem.net(0);
    for _ in 0..20 {
        let tape = Tape::default();
        let (_, gradient) = descent(&*net, problem.whole(&*net, &tape));
        let hessian = hessian_of(&*net, |net, tape| problem.whole(net, tape));
        let step = solve(&hessian, &Tensor::new(gradient, &[5, 1]));
        let mut step = step.data().iter();
        net.for_each_param_mut(|_, p| {
            let ParamMut::F64(p) = p else { panic!("a net of f64") };
            p.value.data_mut().iter_mut().for_each(|value| *value -= step.next().expect("one per number"));
        });
    }
    let tape = Tape::default();
    let (least, gradient) = descent(&*net, problem.whole(&*net, &tape));
    assert!(gradient.iter().all(|g| g.abs() < 1e-14), "{gradient:?}");
    let stated = problem.optimum().expect("it is stated").loss;
    assert!((least - stated).abs() < 1e-12, "{least:.13}, not {stated}");
}

/// The classes overlap, and neither is rare.
#[test]
fn classes_overlap() {
    let problem = Logistic::new().unwrap();
    let ones = problem.data().all().y.data().iter().sum::<u32>();
    assert!((60..140).contains(&ones), "{ones}");
    let clock = Problem::<f32>::clock(&problem, 100);
    assert_eq!(clock, rappel_lab::optim::Clock::new().total(rappel_lab::optim::steps(100)).epoch(10).batch(20));
}
