use rappel_nn::autodiff::{Tape, Tensor};
use rappel_nn::{Identity, Layer, LayerExt};

use crate::golden::cases_of;

#[test]
fn is_that_of_pytorch() {
    for case in cases_of("shape.jsonl", "Identity") {
        case.hold_layer(&mut { Identity });
    }
}

#[test]
fn changes_nothing_and_costs_nothing() {
    let x = Tensor::from([1.0, f32::NAN, -0.0]);
    let tape = Tape::training(0);
    let y = Identity.forward(tape.input(&x)).value();
    assert_eq!(y.map(|y| y.to_bits()).data(), x.map(|x| x.to_bits()).data());
    for shape in [&[][..], &[0], &[2, 3]] {
        let report = LayerExt::<f32>::check(&Identity, shape).unwrap();
        assert_eq!((&report.output[..], report.summary.activations.bytes), (shape, 0));
    }
}
