use proptest::prelude::*;
use rappel_lab::LabError;
use rappel_lab::range::{Curve, Spacing};

#[test]
fn rates_rise() {
    let two = |a: f64, b: f64| Curve::new(vec![a, b], vec![1.0, 2.0]);
    for (from, to, why) in [
        (1e-2, 1e-3, "reversed"),
        (1e-2, 1e-2, "empty"),
        (-1.0, 1.0, "above 0"),
        (0.0, 1.0, "above 0"),
        (1.0, f64::NAN, "numbers"),
        (1.0, f64::INFINITY, "numbers"),
        (1e10, 1e10_f64.next_up(), "empty but for rounding"), // one logarithm for both
    ] {
        let error = two(from, to).unwrap_err();
        assert!(matches!(error, LabError::Range { .. }) && error.to_string().contains(why), "{error}");
    }
    assert!(Curve::new(vec![0.0], vec![1.0]).is_err());
    assert!(Curve::spaced(Spacing::Linear, vec![0.0, 0.5], vec![1.0, f64::NAN]).is_ok());
    assert!(Curve::new(vec![], vec![]).unwrap().is_empty());
    let error = Curve::new(vec![1.0, 2.0], vec![1.0]).unwrap_err();
    assert_eq!(error.to_string(), "the curve is 2 rates and 1 losses: each rate has one loss");
}

#[test]
fn averages_forget() {
    let curve = Curve::new(vec![1.0, 2.0, 3.0], vec![1.0, 2.0, 4.0]).unwrap();
    assert_eq!(curve.averaged(0.0).unwrap(), curve);
    // (0.25 * 1 + 0.5 * 2 + 4) / (0.25 + 0.5 + 1), and so on
    let expected = [1.0, 2.5 / 1.5, 5.25 / 1.75];
    for (found, expected) in curve.averaged(0.5).unwrap().losses().iter().zip(expected) {
        assert!((found - expected).abs() < 1e-15);
    }
    assert!(curve.averaged(1.0).is_err() && curve.averaged(-0.1).is_err() && curve.averaged(f64::NAN).is_err());
}

#[test]
fn lines_of_a_file() {
    let expected = Curve::new(vec![0.001, 0.01, 1.0], vec![2.5, f64::INFINITY, -1.0]).unwrap();
    for text in [
        "0.001,2.5\n0.01,inf\n1,-1\n",
        "lr,loss\n\n1e-3 2.5\r\n1e-2\tinf\r\n1.0; -1",
        "# a remark\nrate, loss\n1e-3, 2.5\n1e-2, inf\n1, -1",
    ] {
        assert_eq!(Curve::from_csv(text, "c").unwrap(), expected, "{text}");
    }
    for (text, line, why) in [
        ("0.1,2\n0.3,2\n\n0.2,2", 4, "neighbouring rates from 0.3 to 0.2: it is reversed"),
        ("rate,loss\n0,2\n0.2,2", 2, "first rate from 0 to 0: on a logarithmic scale"),
    ] {
        let error = Curve::from_csv(text, "runs/c.csv").unwrap_err().to_string();
        assert!(error.starts_with(&format!("runs/c.csv:{line}: ")) && error.contains(why), "{error}");
    }
    for (text, line) in
        [("0.1,2\n0.2", 2), ("a,b\nc,d\n", 2), ("rate,1\n0.1,2", 1), ("0.1,2,3", 1), ("0.1,2\n\n0.2,x", 3)]
    {
        let error = Curve::from_csv(text, "runs/c.csv").unwrap_err();
        assert!(error.to_string().starts_with(&format!("runs/c.csv:{line}: `")), "{error}");
    }
}

proptest! {
    /// What is written reads back as the same bits.
    #[test]
    fn files_are_exact(points in prop::collection::btree_map(1_u64..(f64::MAX.to_bits()), any::<f64>(), 0..20)) {
        let (rates, losses): (Vec<f64>, Vec<f64>) = points.into_iter().map(|(rate, loss)| (f64::from_bits(rate), loss)).unzip();
        let curve = Curve::new(rates, losses).unwrap();
        let back = Curve::from_csv(&curve.to_csv(), "c").unwrap();
        let bits = |x: &[f64]| x.iter().map(|x| if x.is_nan() { None } else { Some(x.to_bits()) }).collect::<Vec<_>>();
        prop_assert_eq!(bits(curve.rates()), bits(back.rates()));
        prop_assert_eq!(bits(curve.losses()), bits(back.losses()));
    }

    /// Evenly spread in its coordinate, rising, with exact ends.
    #[test]
    fn spacings_rise(a in -3.0..0.0_f64, width in 0.01..5.0_f64, n in 2_u32..200) {
        for (spacing, from, to) in [
            (Spacing::Log, 10_f64.powf(a), 10_f64.powf(a + width)),
            (Spacing::Linear, a, a + width),
            (Spacing::NearOne, 1.0 - 10_f64.powf(-width / 5.0), 1.0 - 10_f64.powf(-width)),
        ] {
            let values: Vec<f64> = (0..n).map(|i| spacing.at(from, to, f64::from(i) / f64::from(n - 1))).collect();
            prop_assert_eq!((values[0], values[values.len() - 1]), (from, to));
            let step = (spacing.coordinate(to) - spacing.coordinate(from)) / f64::from(n - 1);
            for pair in values.windows(2) {
                let between = spacing.coordinate(pair[1]) - spacing.coordinate(pair[0]);
                prop_assert!((between / step - 1.0).abs() < 1e-6, "{:?} {} {}", spacing, between, step);
            }
        }
    }
}
