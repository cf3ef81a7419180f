use rappel_lab::autodiff::{Leaf, ModuleExt, Tape};
use rappel_lab::optim::{Adam, AnyOptimizer, Evaluate, Knob, Now, Search, Sgd, StepError, Stepper};
use rappel_lab::problems::{Logistic, Quadratic};
use rappel_lab::sweep::{Rates, Sweep};
use rappel_lab::{Problem, Trial};

/// Asked twice, a step's gradients are the same; and a run is a function of its optimizer and seed.
#[test]
fn runs_repeat() {
    let valley: &dyn Problem<f64> = &Quadratic::new(&[1.0, 25.0]);
    let optimizers: [Box<dyn Stepper<f64>>; 2] = [Box::new(Sgd::new(0.05).momentum(0.9)), Box::new(Adam::new(0.05))];
    for optimizer in optimizers {
        let [mut a, mut b] = [(); 2].map(|()| Trial::new(valley, optimizer.clone(), 0, 20));
        for _ in 0..20 {
            assert_eq!(a.loss(valley), a.gradients(valley).0);
            assert_eq!(a.step(valley).unwrap().to_bits(), b.step(valley).unwrap().to_bits());
        }
        assert_eq!((a.steps(), a.optimizer.steps()), (20, 20));
    }
}

/// Gradient descent that looks three times, and sees the same each time.
#[derive(Debug, Clone)]
struct Thrice;

impl Search<f64> for Thrice {
    fn name(&self) -> &'static str {
        "thrice"
    }

    fn knobs(&self) -> &'static [Knob] {
        &[]
    }

    fn search(&mut self, now: &Now<'_, f64>, at: &mut dyn Evaluate<f64>) -> Result<f64, StepError> {
        let (loss, gradients) = (at.loss(), at.gradients());
        assert_eq!(at.loss(), loss);
        at.net().for_each_param_mut(|_, p| {
            let p = f64::open_mut(p).expect("a net of f64");
            p.value = &p.value - gradients.param(p).expect("its gradient") * now.lr;
        });
        Ok(loss)
    }

    fn boxed(&self) -> Box<dyn Search<f64>> {
        Box::new(self.clone())
    }
}

/// A rule that evaluates again does so on the step's own batch; in a sweep too. Of a step without it only the gradients are known, so it is
/// refused, and nothing has changed.
#[test]
fn a_step_may_look_again() {
    let problem = Logistic::new().unwrap();
    let problem: &dyn Problem<f64> = &problem;
    let again = |lr: f64| AnyOptimizer::<f64>::with_search(Thrice, lr);
    let mut thrice = Trial::new(problem, Box::new(again(0.5)), 1, 30);
    let mut once = Trial::new(problem, Box::new(Sgd::new(0.5)), 1, 30);
    for _ in 0..30 {
        let (a, b) = (thrice.step(problem).unwrap(), once.step(problem).unwrap());
        assert!((a - b).abs() < 1e-14, "{a} and {b}");
    }
    assert_eq!((thrice.evaluations(), once.evaluations(), thrice.steps()), (90, 30, 30));
    let before = thrice.whole(problem);
    let (_, gradients) = thrice.gradients(problem);
    assert!(matches!(thrice.apply(&gradients), Err(StepError::Reevaluates { name: "thrice" })));
    assert_eq!((thrice.whole(problem), thrice.steps()), (before, 30));

    let sweep = Sweep::<f64>::new_in(Rates::grid([0.1, 0.5]).unwrap()).seeds(0..2).steps(30);
    let outcome = sweep
        .arm("thrice", move |lr| Box::new(AnyOptimizer::with_search(Thrice, lr)))
        .arm("sgd", |lr| Box::new(Sgd::new(lr)))
        .run(problem)
        .unwrap();
    for (a, b) in outcome.runs[..4].iter().zip(&outcome.runs[4..]) {
        assert!((a.cost() - b.cost()).abs() < 1e-13 && a.cost() < 0.6, "{a:?} and {b:?}");
    }
}

/// What is measured of a net is measured at the weights that its optimizer evaluates with.
#[test]
fn a_run_is_judged_by_its_average() {
    let valley: &dyn Problem<f64> = &Quadratic::new(&[1.0, 25.0]);
    let averaged: AnyOptimizer<f64> = "sgd(lr=0.079) | ema(0.9)".parse().unwrap();
    let mut run = Trial::new(valley, Box::new(averaged), 0, 40);
    (0..40).for_each(|_| assert!(run.step(valley).is_ok()));
    let trained = valley.whole(&*run.net, &Tape::default()).item();
    let averaged = run.whole(valley);
    assert_eq!(averaged, valley.whole(&*run.evaluated(), &Tape::default()).item());
    assert!(averaged < 0.1 * trained, "the average of a zigzag is in its middle: {averaged} and {trained}");
    assert_eq!(valley.whole(&*run.net, &Tape::default()).item(), trained, "the weights that are trained come back");
}
