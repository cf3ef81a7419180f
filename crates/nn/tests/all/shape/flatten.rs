use rappel_nn::autodiff::{Tape, Tensor};
use rappel_nn::{Flatten, Layer, LayerExt};

use crate::golden::cases_of;
use crate::panics::panic_here;

#[test]
fn is_that_of_pytorch() {
    for case in cases_of("shape.jsonl", "Flatten") {
        match [case.integers("start_dim")[0], case.integers("end_dim")[0]] {
            [1, -1] => case.hold_layer(&mut { Flatten }),
            [first, last] => case.hold_layer(&mut Flatten::axes(first as isize, last as isize)),
        }
    }
}

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

#[test]
fn joins_the_axes_it_is_told() {
    let cases: [(isize, isize, &[usize]); 7] = [
        (1, -1, &[2, 60]),
        (0, -1, &[120]),
        (0, 1, &[6, 4, 5]),
        (-3, -2, &[2, 12, 5]),
        (2, 2, &[2, 3, 4, 5]),
        (-4, 3, &[120]),
        (-1, 3, &[2, 3, 4, 5]),
    ];
    let x = Tensor::from_fn(&[2, 3, 4, 5], |i| i as f32);
    for (first, last, to) in cases {
        let y = Flatten::axes(first, last).forward(Tape::new().input(&x)).value();
        assert_eq!((y.shape(), y.data()), (to, x.data()), "{first} to {last}");
    }
    assert_eq!(LayerExt::<f32>::check(&Flatten::axes(1, 2), &[0, 3, 4]).unwrap().output[..], [0, 12]);
}

#[test]
fn axes_that_do_not_exist_are_told_at_the_users_line() {
    let cases = [
        (Flatten::axes(1, 2), "Flatten(axes 1 to 2): input of shape [5, 3] does not fit: there is no axis 2"),
        (Flatten::axes(-3, -1), "Flatten(axes -3 to -1): input of shape [5, 3] does not fit: there is no axis -3"),
        (Flatten::axes(-1, 0), "Flatten(axes -1 to 0): input of shape [5, 3] does not fit: axis -1 comes after axis 0"),
    ];
    let tape = Tape::new();
    let x = tape.input(&Tensor::zeros(&[5, 3]));
    for (flatten, expected) in cases {
        assert_eq!(panic_here!(flatten.forward(x)), expected);
    }
}
