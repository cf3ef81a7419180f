use rappel_nn::autodiff::{Tape, Tensor};
use rappel_nn::{Flatten, Layer, Sequential, Unflatten};

use crate::golden::cases_of;
use crate::panics::panic_here;

/// But for a size that is found from the others: here all are named.
#[test]
fn is_that_of_pytorch() {
    let named = |sizes: Vec<i64>| sizes.into_iter().map(|n| usize::try_from(n).ok()).collect::<Option<Vec<_>>>();
    let mut unnamed = Vec::new();
    for case in cases_of("shape.jsonl", "Unflatten") {
        match named(case.integers("unflattened_size")) {
            Some(sizes) => case.hold_layer(&mut Unflatten::new(case.integers("dim")[0] as isize, &sizes)),
            None => unnamed.push(case.name),
        }
    }
    assert_eq!(unnamed, ["Unflatten.inferred"]);
}

#[test]
fn splits_an_axis() {
    let cases: [(isize, &[usize], &[usize]); 5] = [
        (1, &[1, 2, 6], &[2, 1, 2, 6, 5]),
        (-2, &[3, 4], &[2, 3, 4, 5]),
        (-1, &[5], &[2, 12, 5]),
        (0, &[2, 1], &[2, 1, 12, 5]),
        (2, &[1, 5, 1], &[2, 12, 1, 5, 1]),
    ];
    let x = Tensor::from_fn(&[2, 12, 5], |i| i as f32);
    for (axis, sizes, to) in cases {
        let y = Unflatten::new(axis, sizes).forward(Tape::new().input(&x)).value();
        assert_eq!((y.shape(), y.data()), (to, x.data()), "axis {axis} into {sizes:?}");
    }
}

#[test]
fn undoes_a_flatten() {
    let net: Sequential = Sequential::new().push(Flatten).push(Unflatten::new(1, &[3, 2, 2]));
    for n in [0, 1, 4] {
        let x = Tensor::from_fn(&[n, 3, 2, 2], |i| i as f32);
        assert_eq!(net.forward(Tape::new().input(&x)).value(), x);
    }
}

#[test]
fn sizes_that_do_not_fit_are_told_at_the_users_line() {
    let cases: [(isize, &[usize], &str); 4] = [
        (1, &[1, 28, 28], "axis 1 has size 700, the sizes make 784"),
        (-1, &[], "axis -1 has size 700, the sizes make 1"),
        (2, &[700], "there is no axis 2"),
        (1, &[usize::MAX, 2], "axis 1 has size 700, the sizes make more than can be counted"),
    ];
    let tape = Tape::new();
    let x = tape.input(&Tensor::zeros(&[64, 700]));
    for (axis, sizes, why) in cases {
        let expected = format!("Unflatten(axis {axis} into {sizes:?}): input of shape [64, 700] does not fit: {why}");
        assert_eq!(panic_here!(Unflatten::new(axis, sizes).forward(x)), expected);
    }
}
