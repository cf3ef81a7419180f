use proptest::prelude::*;
use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{
    CircularPad1d, CircularPad2d, ConstantPad1d, ConstantPad2d, Layer, LayerExt, ReflectionPad1d, ReflectionPad2d,
    ReplicationPad1d, ReplicationPad2d, ZeroPad1d, ZeroPad2d,
};
use rappel_testkit::{gradcheck_all, gradgradcheck_all};

use crate::golden::{Case, cases_of};
use crate::panics::panic_here;

/// The widths of a case; none where one cuts off.
fn widths<const N: usize>(case: &Case) -> Option<[usize; N]> {
    case.integers("padding").iter().all(|&n| n >= 0).then(|| case.sizes("padding"))
}

/// But for widths that cut off: here a slice does that.
#[test]
fn are_those_of_pytorch() {
    let mut cut = Vec::new();
    macro_rules! hold {
        ($name:ident $sides:literal $(, $value:literal)?) => {
            for case in cases_of("shape.jsonl", stringify!($name)) {
                match widths::<$sides>(&case) {
                    Some(widths) => case.hold_layer(&mut $name::new(widths $(, case.f64($value))?)),
                    None => cut.push(case.name),
                }
            }
        };
    }
    hold!(ConstantPad1d 2, "value");
    hold!(ConstantPad2d 4, "value");
    hold!(ZeroPad1d 2);
    hold!(ZeroPad2d 4);
    hold!(ReflectionPad1d 2);
    hold!(ReflectionPad2d 4);
    hold!(ReplicationPad1d 2);
    hold!(ReplicationPad2d 4);
    hold!(CircularPad1d 2);
    hold!(CircularPad2d 4);
    let names = ["ConstantPad1d", "ConstantPad2d", "ZeroPad1d", "ZeroPad2d", "ReplicationPad1d", "ReplicationPad2d"];
    assert_eq!(cut, names.map(|name| format!("{name}.cut")));
}

#[test]
fn pads_sequences() {
    let cases: [(&dyn Layer, &[f32]); 6] = [
        (&ConstantPad1d::new([1, 2], 9.0), &[9.0, 1.0, 2.0, 3.0, 9.0, 9.0]),
        (&ZeroPad1d::new(1), &[0.0, 1.0, 2.0, 3.0, 0.0]),
        (&ReflectionPad1d::new([2, 1]), &[3.0, 2.0, 1.0, 2.0, 3.0, 2.0]),
        (&ReplicationPad1d::new([1, 2]), &[1.0, 1.0, 2.0, 3.0, 3.0, 3.0]),
        (&CircularPad1d::new([2, 1]), &[2.0, 3.0, 1.0, 2.0, 3.0, 1.0]),
        (&CircularPad1d::new([0, 4]), &[1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1.0]),
    ];
    let x = Tensor::from([1.0, 2.0, 3.0]);
    for (pad, y) in cases {
        for front in [&[][..], &[1], &[1, 1]] {
            let got = pad.forward(Tape::new().input(&x.reshape(&[front, &[3]].concat()))).value();
            assert_eq!((got.shape(), got.data()), (&[front, &[y.len()]].concat()[..], y), "{}", pad.kind());
        }
    }
}

/// Left, right, top, bottom.
#[test]
fn pads_images_in_the_order_of_pytorch() {
    let x = Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    let cases: [(&dyn Layer, Tensor); 5] = [
        (&ConstantPad2d::new([1, 0, 0, 1], 9.0), Tensor::from([[9.0, 1.0, 2.0, 3.0], [9.0, 4.0, 5.0, 6.0], [9.0; 4]])),
        (&ZeroPad2d::new([0, 1, 1, 0]), Tensor::from([[0.0; 4], [1.0, 2.0, 3.0, 0.0], [4.0, 5.0, 6.0, 0.0]])),
        (
            &ReflectionPad2d::new([2, 0, 0, 1]),
            Tensor::from([[3.0, 2.0, 1.0, 2.0, 3.0], [6.0, 5.0, 4.0, 5.0, 6.0], [3.0, 2.0, 1.0, 2.0, 3.0]]),
        ),
        (
            &ReplicationPad2d::new([0, 1, 1, 0]),
            Tensor::from([[1.0, 2.0, 3.0, 3.0], [1.0, 2.0, 3.0, 3.0], [4.0, 5.0, 6.0, 6.0]]),
        ),
        (
            &CircularPad2d::new([1, 0, 1, 0]),
            Tensor::from([[6.0, 4.0, 5.0, 6.0], [3.0, 1.0, 2.0, 3.0], [6.0, 4.0, 5.0, 6.0]]),
        ),
    ];
    for (pad, y) in cases {
        assert_eq!(pad.forward(Tape::new().input(&x)).value(), y, "{}", pad.kind());
    }
}

#[test]
fn kinds_name_the_sides() {
    let cases: [(&dyn Layer, &str); 5] = [
        (&ZeroPad2d::new(1), "ZeroPad2d(1)"),
        (&ReflectionPad1d::new([1, 2]), "ReflectionPad1d(left 1, right 2)"),
        (&CircularPad2d::new([1, 2, 3, 4]), "CircularPad2d(left 1, right 2, top 3, bottom 4)"),
        (&ConstantPad1d::new(2, -0.5), "ConstantPad1d(2 of -0.5)"),
        (&ConstantPad2d::new([0, 1, 0, 0], 9.0), "ConstantPad2d(left 0, right 1, top 0, bottom 0 of 9)"),
    ];
    for (pad, kind) in cases {
        assert_eq!(pad.kind(), kind);
    }
}

#[test]
fn inputs_of_size_zero() {
    let shape = |pad: &dyn Layer, from: &[usize]| pad.check(from).unwrap().output.to_vec();
    assert_eq!(shape(&ReflectionPad2d::new(1), &[0, 3, 4, 5]), [0, 3, 6, 7]);
    assert_eq!(shape(&ZeroPad2d::new(1), &[2, 3, 0, 5]), [2, 3, 2, 7]);
    assert_eq!(shape(&CircularPad1d::new(0), &[2, 0]), [2, 0]);
}

#[test]
fn misfits_are_told_at_the_users_line() {
    let tape = Tape::new();
    let [row, image, empty] = [&[3][..], &[1, 2, 3], &[2, 0]].map(|shape| tape.input(&Tensor::zeros(shape)));
    let cases = [
        (
            panic_here!(ZeroPad2d::new(1).forward(row)),
            "ZeroPad2d(1): input of shape [3] does not fit: expected [.., h, w]",
        ),
        (
            panic_here!(ReflectionPad1d::new([0, 3]).forward(row)),
            "ReflectionPad1d(left 0, right 3): input of shape [3] does not fit: reflection takes a padding below the size, not 3 of 3 \
             along axis -1",
        ),
        (
            panic_here!(ReflectionPad2d::new(2).forward(image)),
            "ReflectionPad2d(2): input of shape [1, 2, 3] does not fit: reflection takes a padding below the size, not 2 of 2 along \
             axis -2",
        ),
        (
            panic_here!(ReplicationPad1d::new(1).forward(empty)),
            "ReplicationPad1d(1): input of shape [2, 0] does not fit: there is nothing to pad with along axis -1",
        ),
        (
            panic_here!(CircularPad1d::new(1).forward(empty)),
            "CircularPad1d(1): input of shape [2, 0] does not fit: there is nothing to pad with along axis -1",
        ),
    ];
    for (message, expected) in cases {
        assert_eq!(message, expected);
    }
    // A width that cannot be counted does not come out as one that cuts off.
    let message = panic_here!(ReplicationPad1d::new(usize::MAX).forward(row));
    assert!(message.contains("more values than can be counted"), "{message}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn gradients_are_right(n in 0..3_usize, widths in [0..3_usize, 0..3_usize, 0..3_usize, 0..3_usize], value in -1.0..1.0, seed: u64) {
        let x = Tensor::normal(&[n, 3, 3], 0.0, 1.0, &mut Rng::seed(seed));
        let pads: [Box<dyn Layer<f64>>; 5] = [
            Box::new(ConstantPad2d::new(widths, value)),
            Box::new(ReflectionPad2d::new(widths)),
            Box::new(ReplicationPad2d::new(widths)),
            Box::new(CircularPad2d::new(widths)),
            Box::new(ReflectionPad1d::new([widths[0], widths[1]])),
        ];
        for pad in pads {
            let failed = |error: String| TestCaseError::fail(format!("{}: {error}", pad.kind()));
            gradcheck_all(|x| pad.forward(x[0]).tanh(), std::slice::from_ref(&x)).map_err(|e| failed(e.to_string()))?;
            gradgradcheck_all(|x| pad.forward(x[0]).tanh(), std::slice::from_ref(&x)).map_err(|e| failed(e.to_string()))?;
        }
    }
}
