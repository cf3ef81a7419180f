use rappel_lab::optim::{Adam, Sgd, Stepper};
use rappel_lab::problems::Quadratic;
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
