use rappel_nn::autodiff::{Tape, Tensor};
use rappel_nn::{Layer, LayerExt, ModuleExt, Sequential, SinusoidalPositions};

use crate::golden::cases_of;
use crate::panics::panic_here;

#[test]
fn is_the_papers() {
    for case in cases_of("position.jsonl", "Sinusoidal") {
        let (size, offset) = (case.usize("size"), case.usize("offset"));
        let mut net = SinusoidalPositions::new(offset + 5, size);
        case.hold(&mut net, |net, _, inputs| vec![net.forward_at(inputs.get("x"), offset)]);
        if offset == 0 {
            case.hold_layer(&mut net);
        }
    }
}

#[test]
fn has_nothing_to_learn_and_any_size() {
    let net: SinusoidalPositions = SinusoidalPositions::new(4, 3);
    assert_eq!((net.count_parameters(), net.table().shape()), (0, &[4, 3][..]));
    let none: SinusoidalPositions = SinusoidalPositions::new(4, 0);
    let tape = Tape::new();
    assert_eq!(none.forward(tape.input(&Tensor::zeros(&[3, 0]))).shape()[..], [3, 0]);
    assert_eq!(net.forward(tape.input(&Tensor::zeros(&[2, 0, 3]))).shape()[..], [2, 0, 3]);
}

#[test]
fn what_does_not_fit_is_told_at_the_users_line() {
    let (net, tape) = (SinusoidalPositions::new(4, 3), Tape::new());
    let x = tape.input(&Tensor::<f32>::zeros(&[5, 3]));
    let why =
        "SinusoidalPositions(4 x 3): input of shape [5, 3] does not fit: it ends at place 5, and there are 4 places";
    assert_eq!(panic_here!(net.forward(x)), why);
    assert_eq!(Sequential::new().push(net).check(&[5, 3]).unwrap_err().to_string(), format!("0: {why}"));
}
