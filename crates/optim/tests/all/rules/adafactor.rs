//! Adafactor.

use rappel_autodiff::{Param, Tape};
use rappel_optim::{Adafactor, AnyOptimizer};
use rappel_tensor::Tensor;

use crate::support::gradients;

#[test]
fn trajectories_are_those_of_pytorch() {
    assert_eq!(crate::golden::hold("rules/adafactor.txt"), 10);
}

#[test]
fn a_shape_keeps_what_it_needs() {
    let cases: [(&[usize], [&[usize]; 3]); 4] = [
        (&[5, 7], [&[5, 1], &[1, 7], &[0]]),
        (&[2, 5, 7], [&[2, 5, 1], &[2, 1, 7], &[0]]),
        (&[7], [&[0], &[0], &[7]]),
        (&[], [&[0], &[0], &[]]),
    ];
    for (shape, slots) in cases {
        let mut p = Param::<f64>::new(Tensor::ones(shape));
        let mut adafactor = Adafactor::new(0.01);
        let g = gradients(&Tape::default(), &[(&p, &Tensor::ones(shape))]);
        adafactor.step(&mut p, &g).unwrap();
        let state = adafactor.state(p.id()).unwrap();
        assert_eq!(state.slots().map(|(_, slot)| slot.shape()).collect::<Vec<_>>(), slots);
    }
}

/// An eps of 0 is that of the number type, as PyTorch's `None`: a gradient of zeros moves nothing.
#[test]
fn a_gradient_of_zeros_moves_nothing() {
    for shape in [&[3][..], &[2, 3]] {
        let mut p = Param::<f32>::new(Tensor::ones(shape));
        let g = gradients(&Tape::default(), &[(&p, &Tensor::zeros(shape))]);
        "adafactor()".parse::<AnyOptimizer>().unwrap().step(&mut p, &g).unwrap();
        assert!(p.value.data().iter().all(|x| *x == 1.0), "{:?}", p.value);
    }
}
