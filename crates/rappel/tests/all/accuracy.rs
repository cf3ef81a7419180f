use proptest::prelude::*;
use rappel::prelude::*;
use rappel::tensor::Rng;

/// A data set whose samples are the outputs themselves.
fn outputs(rows: &[[f32; 3]], labels: &[u32]) -> Dataset {
    let x = Tensor::new(rows.as_flattened(), &[rows.len(), 3]);
    Dataset::new(x, Tensor::new(labels, &[labels.len()]), 3).unwrap()
}

#[test]
fn the_first_of_the_largest_counts_and_nan_never_does() {
    const NAN: f32 = f32::NAN;
    const INF: f32 = f32::INFINITY;
    let cases = [
        ([1.0, 2.0, 3.0], 2, true),
        ([1.0, 2.0, 3.0], 1, false),
        ([5.0, 5.0, 1.0], 0, true),
        ([5.0, 5.0, 1.0], 1, false),
        ([0.0, -0.0, 0.0], 0, true),
        ([-INF, -INF, -INF], 0, true),
        ([INF, 1.0, INF], 0, true),
        ([NAN, 1.0, 2.0], 2, false),
        ([3.0, NAN, 2.0], 0, false),
        ([1.0, 2.0, NAN], 2, false),
        ([NAN, NAN, NAN], 0, false),
    ];
    for (row, label, right) in cases {
        let data = outputs(&[row], &[label]);
        assert_eq!(accuracy(&from_fn(|x| x), &data), f64::from(u8::from(right)), "{row:?}, label {label}");
    }
}

/// Dropout is passed: the net is evaluated.
#[test]
fn the_net_is_evaluated_and_not_trained() {
    let data = outputs(&[[3.0, 1.0, 2.0]; 100], &[0; 100]);
    let boxed: Box<dyn Layer> = Box::new(Dropout::new(0.9));
    assert_eq!(accuracy(&Dropout::new(0.9), &data), 1.0);
    assert_eq!(accuracy(&*boxed, &data), 1.0);
    assert_eq!(accuracy(&boxed, &data), 1.0);
}

#[test]
fn outputs_that_are_no_classes_are_told() {
    let data = outputs(&[[3.0, 1.0, 2.0]; 2], &[0; 2]);
    let few = Linear::new(3, 2, &mut Rng::seed(0));
    let cases: [(&dyn Layer, &str); 2] = [(&few, "[2, 2]"), (&from_fn(|x: Var<'_>| x.sum()), "[]")];
    for (net, shape) in cases {
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| accuracy(net, &data))).unwrap_err();
        let text = panic.downcast_ref::<String>().unwrap();
        let expected =
            format!("accuracy: the net gives outputs of shape {shape} for 2 samples of 3 classes; expected [2, 3]");
        assert_eq!(*text, expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever the number of samples is to the size of the batches: as counted one by one.
    #[test]
    fn agrees_with_counting(n in 1..1200_usize, seed: u64) {
        let mut rng = Rng::seed(seed);
        let rows: Vec<[f32; 3]> = (0..n).map(|_| [0; 3].map(|_| rng.below(4) as f32)).collect();
        let labels: Vec<u32> = (0..n).map(|_| rng.below(3) as u32).collect();
        let first_largest = |row: &[f32; 3]| (0..3).rev().max_by(|&i, &j| row[i].total_cmp(&row[j])).unwrap();
        let right = rows.iter().zip(&labels).filter(|(row, label)| first_largest(row) == **label as usize).count();
        let data = outputs(&rows, &labels);
        prop_assert_eq!(correct(&from_fn(|x| x), &data), right);
        prop_assert_eq!(accuracy(&from_fn(|x| x), &data), right as f64 / n as f64);
    }
}
