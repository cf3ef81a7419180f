//! How tensors are printed.

use rappel_tensor::Tensor;

fn count(shape: &[usize]) -> Tensor {
    Tensor::from_fn(shape, |i| i as f32)
}

#[test]
fn values_stand_in_nested_brackets() {
    let cases: [(&[usize], &str); 10] = [
        (&[], "0"),
        (&[0], "[]"),
        (&[1], "[0]"),
        (&[3], "[0, 1, 2]"),
        (&[8], "[0, 1, 2, 3, 4, 5, 6, 7]"),
        (&[2, 0], "[[],\n []]"),
        (&[0, 2], "[]"),
        (&[2, 2], "[[0, 1],\n [2, 3]]"),
        (&[2, 2, 2], "[[[0, 1],\n  [2, 3]],\n\n [[4, 5],\n  [6, 7]]]"),
        (&[1, 1, 1, 2], "[[[[0, 1]]]]"),
    ];
    for (shape, text) in cases {
        assert_eq!(count(shape).to_string(), text, "{shape:?}");
    }
}

#[test]
fn long_axes_are_shortened_in_the_middle() {
    assert_eq!(count(&[9]).to_string(), "[0, 1, 2, .., 6, 7, 8]");
    assert_eq!(count(&[1000]).to_string(), "[0, 1, 2, .., 997, 998, 999]");
    assert_eq!(count(&[10, 2]).to_string(), "[[0, 1],\n [2, 3],\n [4, 5],\n ..,\n [14, 15],\n [16, 17],\n [18, 19]]");
    assert_eq!(count(&[2, 9]).to_string(), "[[0, 1, 2, .., 6, 7, 8],\n [9, 10, 11, .., 15, 16, 17]]");
    assert_eq!(count(&[9, 1, 1]).to_string(), "[[[0]],\n\n [[1]],\n\n [[2]],\n\n ..,\n\n [[6]],\n\n [[7]],\n\n [[8]]]");
}

#[test]
fn width_and_precision_apply_to_each_value() {
    let x = Tensor::from([1.0_f64, -2.5, 1e10, f64::NAN, f64::INFINITY]);
    assert_eq!(x.to_string(), "[1, -2.5, 10000000000, NaN, inf]");
    assert_eq!(format!("{x:.2}"), "[1.00, -2.50, 10000000000.00, NaN, inf]");
    assert_eq!(format!("{:7.3}", Tensor::from([1.0_f32, -2.5])), "[  1.000,  -2.500]");
    assert_eq!(format!("{:+.1}", Tensor::scalar(0.25_f32)), "+0.2");
}

#[test]
fn debug_shows_type_and_shape_first() {
    assert_eq!(format!("{:?}", Tensor::scalar(1.5_f32)), "Tensor<f32>[] 1.5");
    assert_eq!(format!("{:?}", Tensor::from([1_u32, 2])), "Tensor<u32>[2] [1, 2]");
    assert_eq!(format!("{:?}", Tensor::from([[true], [false]])), "Tensor<bool>[2, 1] [[true],\n [false]]");
    assert_eq!(format!("{:?}", Tensor::<f64>::zeros(&[0, 3])), "Tensor<f64>[0, 3] []");
    assert_eq!(format!("{:.1?}", Tensor::from([0.25_f64, 1.0])), "Tensor<f64>[2] [0.2, 1.0]");
}
