//! SOAP.

use rappel_autodiff::{Param, Tape};
use rappel_optim::AnyOptimizer;
use rappel_tensor::{Float, Tensor};

use crate::support::gradients;

#[test]
fn trajectories_are_those_of_the_authors_program() {
    assert_eq!(crate::golden::hold("rules/soap.txt"), 11);
}

/// The values after steps along gradients of full rank, and the shapes of the state.
fn run<T: Float>(text: &str, shape: &[usize], steps: usize) -> (Vec<f64>, Vec<Vec<usize>>) {
    let mut optimizer: AnyOptimizer<T> = text.parse().unwrap();
    let mut p = Param::new(Tensor::<T>::ones(shape));
    for step in 0..steps {
        let g = Tensor::from_fn(shape, |k| T::of(((1 + k + k * k + step * k) as f64).sin()));
        let g = gradients(&Tape::default(), &[(&p, &g)]);
        optimizer.step(&mut p, &g).unwrap();
    }
    let state = optimizer.state(p.id()).unwrap();
    let shapes = state.slots().map(|(_, slot)| slot.shape().to_vec()).collect();
    (p.value.data().iter().map(|x| x.re()).collect(), shapes)
}

#[test]
fn single_precision_stays_near() {
    let text = "soap(lr=0.05, precondition_frequency=2)";
    let (single, double) = (run::<f32>(text, &[4, 4], 7).0, run::<f64>(text, &[4, 4], 7).0);
    for (a, b) in single.iter().zip(&double) {
        assert!((a - b).abs() < 1e-3, "{single:?} in f32, {double:?} in f64");
    }
}

#[test]
fn axes_that_are_not_turned_keep_no_matrix() {
    let cases: [(&str, &[usize], usize); 7] = [
        ("soap()", &[2, 3], 4 + 9),
        ("soap(max_precond_dim=2)", &[2, 3], 4),
        ("soap(max_precond_dim=1)", &[2, 3], 0),
        ("soap()", &[5], 0),
        ("soap(precondition_1d=true)", &[5], 25),
        ("soap()", &[2, 1, 3], 4 + 1 + 9),
        ("soap()", &[], 0),
    ];
    for (text, shape, turned) in cases {
        let (values, shapes) = run::<f64>(text, shape, 12);
        assert_eq!(shapes, [shape.to_vec(), shape.to_vec(), vec![turned], vec![turned]], "{text}");
        assert!(values.iter().all(|x| x.is_finite() && *x != 1.0), "{text}: {values:?}");
    }
    assert!(run::<f32>("soap()", &[0, 3], 3).0.is_empty());
}

/// With every axis left as it is, SOAP is Adam from the second step on.
#[test]
fn without_a_basis_it_is_adam_a_step_late() {
    let g = |step: usize, k: usize| ((1 + step + 2 * k) as f64).sin();
    let values = |text: &str, from: usize| {
        let mut optimizer: AnyOptimizer<f64> = text.parse().unwrap();
        let mut p = Param::new(Tensor::ones(&[2, 3]));
        for step in from..6 {
            let g = gradients(&Tape::default(), &[(&p, &Tensor::from_fn(&[2, 3], |k| g(step, k)))]);
            optimizer.step(&mut p, &g).unwrap();
        }
        p.value
    };
    let soap = values("soap(lr=0.1, max_precond_dim=0, weight_decay=0, eps=0)", 0);
    let adam = values("adam(lr=0.1, betas=[0.95, 0.95], eps=0)", 1);
    assert!((soap - adam).abs().max().item() < 1e-12);
}
