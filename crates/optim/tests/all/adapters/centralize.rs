//! Gradient centralization.

use rappel_autodiff::Param;
use rappel_tensor::Tensor;

use super::{along, parsed};

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("adapters/centralize.txt"), 5);
}

#[test]
fn outputs_lose_their_mean_and_vectors_stay() {
    let mut p = Param::new(Tensor::zeros(&[2, 3, 2]));
    let g = Tensor::from_fn(&[2, 3, 2], |i| (1.0 + i as f64).sin());
    along(&mut parsed("sgd(lr=1) | centralize()"), &mut p, &g);
    for (step, g) in p.value.data().chunks(6).zip(g.data().chunks(6)) {
        assert!(step.iter().sum::<f64>().abs() < 1e-15);
        assert!(step.iter().zip(g).all(|(s, x)| (-s - (x - g.iter().sum::<f64>() / 6.0)).abs() < 1e-15));
    }
    for g in [Tensor::from([1.0, 2.0, 4.0]), Tensor::scalar(3.0), Tensor::zeros(&[0, 2])] {
        let mut p = Param::new(Tensor::zeros(g.shape()));
        along(&mut parsed("sgd(lr=1) | centralize()"), &mut p, &g);
        assert_eq!(p.value.data(), g.scaled(-1.0).data());
    }
}
