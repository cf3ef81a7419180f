use rappel_nn::autodiff::{Tape, Tensor};
use rappel_nn::{Flatten, Layer};

use crate::panics::panic_here;

#[test]
fn joins_all_axes_but_the_first() {
    let cases: [(&[usize], [usize; 2]); 5] =
        [(&[5], [5, 1]), (&[5, 3], [5, 3]), (&[2, 3, 4], [2, 12]), (&[0, 3, 4], [0, 12]), (&[2, 0, 4], [2, 0])];
    for (from, to) in cases {
        let x = Tensor::from_fn(from, |i| i as f32);
        let tape = Tape::new();
        let y = Flatten.forward(tape.input(&x)).value();
        assert_eq!((y.shape(), y.data()), (&to[..], x.data()), "from {from:?}");
    }
}

#[test]
fn a_scalar_is_refused_at_the_users_line() {
    let tape = Tape::new();
    let x = tape.input(&Tensor::scalar(1.0));
    let message = panic_here!(Flatten.forward(x));
    assert_eq!(message, "Flatten: a scalar has no first axis to keep; expected an input of shape [n, ..]");
}
