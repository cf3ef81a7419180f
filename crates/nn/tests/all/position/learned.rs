use rappel_nn::autodiff::random::Mersenne;
use rappel_nn::autodiff::{Param, Rng, Tape, Tensor};
use rappel_nn::{Embedding, Layer, LayerExt, LearnedPositions, Sequential};
use rappel_testkit::{check_module, check_module_second, gradcheck};

use crate::names;
use crate::panics::panic_here;

/// The embedding of 0, 1, 2, .. that PyTorch's programs write.
#[test]
fn is_an_embedding_of_the_places() {
    let net: LearnedPositions = LearnedPositions::new(6, 4, &mut Mersenne::seed(2));
    let table: Embedding = Embedding::new(6, 4, &mut Mersenne::seed(2));
    assert_eq!((names(&net), &net.weight.value), (vec!["weight".to_owned()], &table.weight.value));
    let tape = Tape::new();
    for (time, offset) in [(6, 0), (3, 0), (3, 3), (1, 5), (0, 0), (0, 6)] {
        let x = tape.input(&Tensor::normal(&[2, time, 4], 0.0, 1.0, &mut Rng::seed(1)));
        let places = Tensor::from_fn(&[time], |i| (i + offset) as u32);
        let by_hand = x + table.forward(&tape, &places);
        assert_eq!(net.forward_at(x, offset).value(), by_hand.value());
    }
    let one = tape.input(&Tensor::ones(&[5, 4]));
    assert_eq!(net.forward(one).value(), net.forward_at(one, 0).value());
}

#[test]
fn what_does_not_fit_is_told_at_the_users_line() {
    let mut net: LearnedPositions = LearnedPositions::new(6, 4, &mut Rng::seed(0));
    let tape = Tape::new();
    let x = tape.input(&Tensor::zeros(&[2, 5, 4]));
    assert_eq!(
        panic_here!(net.forward_at(x, 2)),
        "LearnedPositions(6 x 4): input of shape [2, 5, 4] does not fit: it ends at place 7, and there are 6 places"
    );
    assert!(panic_here!(net.forward_at(x, usize::MAX)).contains("does not fit"));
    let narrow = tape.input(&Tensor::zeros(&[2, 5, 3]));
    assert!(panic_here!(net.forward(narrow)).ends_with("the last axis must be 4"));
    assert!(net.misfit(&[4]).unwrap().ends_with("[.., time, 4] is expected"));
    let deep = Sequential::new().push(net.clone());
    assert!(deep.check(&[7, 4]).unwrap_err().to_string().starts_with("0: LearnedPositions(6 x 4): "));
    net.weight = Param::new(Tensor::zeros(&[6]));
    assert!(panic_here!(net.forward(x)).contains("replaced by another"));
}

#[test]
fn gradients_are_right() {
    let mut net: LearnedPositions<f64> = LearnedPositions::new(3, 2, &mut Rng::seed(0));
    for (time, offset) in [(3, 0), (2, 1), (0, 0)] {
        let x = Tensor::normal(&[2, time, 2], 0.0, 1.0, &mut Rng::seed(1));
        check_module(&mut net, |net, tape| net.forward_at(tape.input(&x), offset).tanh()).unwrap();
        check_module_second(&mut net, |net, tape| net.forward_at(tape.input(&x), offset).tanh()).unwrap();
        gradcheck(|x| net.forward_at(x, offset).tanh(), &x).unwrap();
    }
}
