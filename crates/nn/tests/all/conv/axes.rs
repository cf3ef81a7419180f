//! What images and sequences are taken, and what the others are told.

use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d, Layer};

use crate::panics::panic_here;

fn layers() -> [Box<dyn Layer>; 4] {
    let rng = &mut Rng::seed(0);
    [
        Box::new(Conv1d::new(3, 2, 2, rng)),
        Box::new(Conv2d::new(3, 2, 2, rng)),
        Box::new(ConvTranspose1d::new(3, 2, 2, rng)),
        Box::new(ConvTranspose2d::new(3, 2, 2, rng)),
    ]
}

/// An input without the axis of samples is one sample.
#[test]
fn takes_one_sample_alone() {
    for layer in layers() {
        let sizes: &[usize] = if layer.kind().contains("1d") { &[5] } else { &[5, 4] };
        let x = Tensor::normal(&[&[3], sizes].concat(), 0.0, 1.0, &mut Rng::seed(1));
        let tape = Tape::new();
        let alone = layer.forward(tape.input(&x)).value();
        let batch = layer.forward(tape.input(&x.reshape(&[&[1, 3], sizes].concat()))).value();
        assert_eq!(batch.shape(), [&[1], alone.shape()].concat(), "{}", layer.kind());
        assert_eq!(batch.data(), alone.data(), "{}", layer.kind());
    }
}

/// Samples do not see each other, and none give none.
#[test]
fn samples_are_apart() {
    for layer in layers() {
        let sizes: &[usize] = if layer.kind().contains("1d") { &[5] } else { &[5, 4] };
        let x = Tensor::normal(&[&[4, 3], sizes].concat(), 0.0, 1.0, &mut Rng::seed(1));
        let tape = Tape::new();
        let y = layer.forward(tape.input(&x)).value();
        let (from, to) = (x.len() / 4, y.len() / 4);
        for (i, part) in y.data().chunks(to).enumerate() {
            let one = Tensor::new(x.data()[i * from..][..from].to_vec(), &[&[3], sizes].concat());
            assert_eq!(layer.forward(tape.input(&one)).value().data(), part, "sample {i}, {}", layer.kind());
        }
        let none = layer.forward(tape.input(&Tensor::zeros(&[&[0, 3], sizes].concat())));
        assert_eq!(none.shape()[..], [&[0], &y.shape()[1..]].concat());
    }
}

#[test]
fn misfits_are_told_at_the_users_line() {
    let rng = &mut Rng::seed(0);
    let (one, three): (Conv2d, Conv2d) = (Conv2d::new(1, 2, 2, rng), Conv2d::new(3, 2, 2, rng));
    let (row, back): (Conv1d, ConvTranspose2d) = (Conv1d::new(8, 2, 2, rng), ConvTranspose2d::new(3, 2, 2, rng));
    let cases: [(&dyn Layer, &[usize], &str); 9] = [
        (
            &one,
            &[64, 28, 28],
            "expected [n, 1, h, w]; put the axis of the channel there by `x.unsqueeze(1)`, or by an `Unflatten`",
        ),
        (&one, &[64, 784], "expected [n, 1, h, w]; split an axis into `1, h, w` by an `Unflatten`"),
        (&one, &[], "expected [n, 1, h, w]; split an axis into `1, h, w` by an `Unflatten`"),
        (&three, &[64, 1, 28, 28], "expected [n, 3, h, w]"),
        (&three, &[64, 28, 28, 3], "expected [n, 3, h, w]; channels come before the sizes: `x.moveaxis(-1, 1)`"),
        (&three, &[2, 64, 3, 28, 28], "expected [n, 3, h, w]"),
        (&row, &[64, 40, 8], "expected [n, 8, w]; channels come before the sizes: `x.moveaxis(-1, 1)`"),
        (&row, &[64], "expected [n, 8, w]; split an axis into `8, w` by an `Unflatten`"),
        (&back, &[64, 5, 28, 28], "expected [n, 3, h, w]"),
    ];
    let tape = Tape::new();
    for (layer, shape, why) in cases {
        let x = tape.input(&Tensor::zeros(shape));
        let message = format!("{}: input of shape {shape:?} does not fit: {why}", layer.kind());
        assert_eq!(layer.misfit(shape), Some(message.clone()));
        assert_eq!(layer.try_forward(x).unwrap_err().to_string(), message);
    }
    let x = tape.input(&Tensor::zeros(&[2, 2]));
    assert!(panic_here!(one.forward(x)).starts_with("Conv2d(1 -> 2, kernel 2x2): input of shape [2, 2]"));
    assert!(panic_here!(row.forward(x)).starts_with("Conv1d(8 -> 2, kernel 2): input of shape [2, 2]"));
    assert!(panic_here!(back.forward(x)).starts_with("ConvTranspose2d(3 -> 2, kernel 2x2): input of shape [2, 2]"));
}
