//! Making tensors and asking them.

use rappel_tensor::{Data, Rng, Tensor};

#[test]
fn values_and_shape_must_agree() {
    let given = |n: usize, shape: &[usize]| Tensor::try_new(vec![0.0_f32; n], shape).map(|t| t.len());
    for (n, shape) in [(1, &[][..]), (6, &[2, 3]), (0, &[0]), (0, &[3, 0, 2]), (0, &[0, usize::MAX])] {
        assert_eq!(given(n, shape), Ok(n), "{shape:?}");
    }
    let cases: [(usize, &[usize], &str); 6] = [
        (5, &[2, 3], "a tensor of shape [2, 3] holds 6 values, 5 were given"),
        (0, &[], "a tensor of shape [] holds 1 values, 0 were given"),
        (1, &[0], "a tensor of shape [0] holds 0 values, 1 were given"),
        (1, &[usize::MAX, 2], &format!("a tensor of shape [{}, 2] has more values than can be counted", usize::MAX)),
        (0, &[1 << 60], "a tensor of shape [1152921504606846976] has more values than can be counted"),
        (0, &[1 << 63, 2], "a tensor of shape [9223372036854775808, 2] has more values than can be counted"),
    ];
    for (n, shape, message) in cases {
        let error = given(n, shape).expect_err("a misfit");
        assert_eq!(error.to_string(), message);
        assert!(std::error::Error::source(&error).is_none());
    }
}

#[test]
fn a_size_of_zero_hides_no_overflow() {
    // The order of the sizes must not decide: the strides of such a shape cannot be counted either.
    let n = usize::MAX;
    for shape in [[n, n, 0], [n, 0, n], [0, n, n]] {
        assert!(Tensor::try_new(Vec::<f32>::new(), &shape).is_err(), "{shape:?}");
    }
}

#[test]
fn arrays_and_numbers_become_tensors() {
    assert_eq!(Tensor::from(3.0_f32).shape(), [0; 0]);
    assert_eq!(Tensor::from(vec![1_u32, 2]).shape(), [2]);
    assert_eq!(Tensor::from([1.0_f64, 2.0, 3.0]).shape(), [3]);
    let x = Tensor::from([[1_i64, 2, 3], [4, 5, 6]]);
    assert_eq!((x.shape(), x.data()), (&[2, 3][..], &[1, 2, 3, 4, 5, 6][..]));
    assert_eq!(Tensor::<f32>::from([[0.0; 0]; 2]).shape(), [2, 0]);
    assert_eq!(Tensor::new([true, false], &[2, 1]).data(), [true, false]);
}

#[test]
fn constants_fill() {
    assert_eq!(Tensor::<f32>::zeros(&[2, 2]).data(), [0.0; 4]);
    assert_eq!(Tensor::<f64>::ones(&[3]).data(), [1.0; 3]);
    assert_eq!(Tensor::full(&[2, 0], 7_u8).len(), 0);
    assert_eq!(Tensor::scalar(7_i32).item(), 7);
    assert_eq!(Tensor::from_fn(&[2, 2], |i| i as u64).data(), [0, 1, 2, 3]);
    assert_eq!(Tensor::<f32>::eye(3).data(), [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
    assert_eq!((Tensor::<f32>::eye(0).shape(), Tensor::<f32>::eye(1).data()), (&[0, 0][..], &[1.0][..]));
}

#[test]
fn linspace_hits_both_ends() {
    for (start, end) in [(0.0, 1.0), (-1.0, 1.0), (0.1, 0.7), (5.0, -3.0), (1e-3, 1e3), (2.0, 2.0)] {
        for n in [2, 3, 7, 20, 1000] {
            let x = Tensor::<f64>::linspace(start, end, n);
            assert_eq!((x.data()[0], x.data()[n - 1], x.shape()), (start, end, &[n][..]));
            for (i, &v) in x.data().iter().enumerate() {
                let share = i as f64 / (n - 1) as f64;
                let naive = start * (1.0 - share) + end * share;
                assert!(
                    (v - naive).abs() <= 4.0 * f64::EPSILON * start.abs().max(end.abs()),
                    "{start}, {end}, {i} of {n}"
                );
            }
        }
    }
    assert_eq!(Tensor::<f32>::linspace(0.1, 0.9, 3).data()[2], 0.9);
    assert_eq!(Tensor::<f32>::linspace(3.0, 9.0, 1).data(), [3.0]);
    assert!(Tensor::<f32>::linspace(3.0, 9.0, 0).is_empty());
}

#[test]
fn uniform_numbers_fill_their_range_evenly() {
    let n = 100_000;
    for (low, high) in [(0.0, 1.0), (-3.0, 5.0)] {
        let x = Tensor::<f64>::uniform(&[n], low, high, &mut Rng::seed(1));
        let mut cells = [0.0; 10];
        for &v in x.data() {
            assert!((low..high).contains(&v));
            cells[((v - low) / (high - low) * 10.0) as usize] += 1.0;
        }
        // Chi-square with nine degrees of freedom: above 27.9 once in a thousand.
        let chi: f64 = cells.iter().map(|c: &f64| (c - 1e4).powi(2) / 1e4).sum();
        assert!(chi < 27.9, "{chi}");
    }
}

#[test]
fn normal_numbers_have_their_moments() {
    let n = 100_000_f64;
    let x = Tensor::<f64>::normal(&[n as usize], 3.0, 2.0, &mut Rng::seed(2));
    let moment = |k: i32| x.data().iter().map(|v| ((v - 3.0) / 2.0).powi(k)).sum::<f64>() / n;
    // Within four standard errors of the standard normal's moments.
    for (k, want, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0_f64)] {
        let error = 4.0 * (variance / n).sqrt();
        assert!((moment(k) - want).abs() < error, "moment {k} is {}", moment(k));
    }
}

#[test]
fn draws_come_in_row_major_order_from_the_generator_alone() {
    let draw = |shape: &[usize]| Tensor::<f32>::normal(shape, 0.0, 1.0, &mut Rng::seed(3));
    assert_eq!(draw(&[2, 3]).data(), draw(&[6]).data());
    let mut rng = Rng::seed(3);
    let first = Tensor::<f32>::uniform(&[2], 0.0, 1.0, &mut rng);
    let second = Tensor::<f32>::uniform(&[2], 0.0, 1.0, &mut rng);
    let mut rng = Rng::seed(3);
    let both = Tensor::<f32>::uniform(&[4], 0.0, 1.0, &mut rng);
    assert_eq!([first.data(), second.data()].concat(), both.data());
}

#[test]
fn equality_is_that_of_shape_and_values() {
    let x = Tensor::from([1.0_f32, 2.0]);
    assert_eq!(x, Tensor::from([1.0, 2.0]));
    assert_ne!(x, Tensor::from([[1.0, 2.0]]));
    assert_ne!(x, Tensor::from([1.0, 3.0]));
    let nan = Tensor::scalar(f32::NAN);
    assert_ne!(nan, nan.clone());
}

#[test]
fn tensors_are_mapped_and_cast() {
    let x = Tensor::from([[1.4_f32, -2.6]]);
    let rounded = x.map(|v| v.round() as i32);
    assert_eq!((rounded.data(), rounded.shape()), (&[1, -3][..], &[1, 2][..]));
    assert_eq!(x.cast::<f64>().data(), [f64::from(1.4_f32), f64::from(-2.6_f32)]);
    assert_eq!(Tensor::from([1e300_f64, 0.1]).cast::<f32>().data(), [f32::INFINITY, 0.1]);
}

#[test]
fn the_first_number_that_is_not_finite_is_found() {
    let x = Tensor::from([0.0_f32, f32::MAX, f32::NEG_INFINITY, f32::NAN]);
    assert_eq!(x.first_non_finite(), Some(2));
    assert_eq!(Tensor::from([1.0, f64::NAN]).first_non_finite(), Some(1));
    assert_eq!(Tensor::<f32>::zeros(&[4]).first_non_finite(), None);
}

#[test]
fn shape_rank_and_length_agree() {
    for (shape, n) in [(&[][..], 1), (&[0], 0), (&[3], 3), (&[2, 3, 4], 24), (&[1, 2, 1, 2, 1, 2], 8)] {
        let x = Tensor::<f32>::zeros(shape);
        assert_eq!((x.shape(), x.rank(), x.len(), x.is_empty()), (shape, shape.len(), n, n == 0));
        assert_eq!(x.data().len(), n);
    }
}

#[test]
fn types_have_names() {
    assert_eq!([f32::NAME, f64::NAME, u32::NAME, bool::NAME], ["f32", "f64", "u32", "bool"]);
}

#[test]
fn tensors_may_be_sent_and_shared() {
    fn both<T: Send + Sync>() {}
    both::<Tensor<f32>>();
    both::<Tensor<u32>>();
    both::<rappel_tensor::Workspace<f64>>();
    both::<rappel_tensor::Threads>();
    both::<Rng>();
    both::<rappel_tensor::ShapeError>();
}
