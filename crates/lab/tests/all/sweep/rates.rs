use proptest::prelude::*;
use rappel_lab::sweep::Rates;

#[test]
fn what_cannot_be_swept_says_why() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let table: [(Result<Rates, _>, &str); 20] = [
        (Rates::log(1.0, 1e-3, 4), "must rise"),
        (Rates::log(1.0, 1.0, 4), "must rise"),
        (Rates::log(0.0, 1.0, 4), "above it"),
        (Rates::log(-1.0, 1.0, 4), "above it"),
        (Rates::log(-1.0, -0.1, 4), "above it"),
        (Rates::log(nan, 1.0, 4), "finite"),
        (Rates::log(1e-3, inf, 4), "finite"),
        (Rates::log(1e-3, 1.0, 0), "the number of rates is 0"),
        (Rates::log(1e-3, 1.0, 1), "the number of rates is 1"),
        (Rates::log(1e-3, 1.0, 10_001), "10,000 at most"),
        (Rates::log(1.0, 1.0 + 1e-14, 9), "too narrow"),
        (Rates::grid([]), "one rate at least"),
        (Rates::grid([0.1, 0.0]), "a rate of the grid is 0"),
        (Rates::grid([-0.1]), "a rate of the grid is -0.1"),
        (Rates::grid([0.1, nan]), "a rate of the grid is NaN"),
        (Rates::grid([0.1, 0.3, 0.2]), "the range of rates from 0.3 to 0.2"),
        (Rates::grid([0.1, 0.1]), "each rate once"),
        ("1e-3..1".parse(), "say how many"),
        ("1e-3..x/3".parse(), "a rate is `x`"),
        ("1e-3..1/1.5".parse(), "the number of rates is `1.5`"),
    ];
    for (i, (rates, why)) in table.into_iter().enumerate() {
        let error = rates.unwrap_err().to_string();
        assert!(error.contains(why), "{i}: {error}");
    }
}

#[test]
fn decades_are_round() {
    let rates = Rates::log(1e-5, 10.0, 13).unwrap();
    let decades: Vec<f64> = rates.values().iter().step_by(2).copied().collect();
    assert_eq!(decades, [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0]);
    assert_eq!(rates.values()[1], 3.16227766017e-5);
}

proptest! {
    /// A range has its ends, rises by one factor, and reads back from its text.
    #[test]
    fn ranges_rise_evenly(from in -8.0_f64..2.0, decades in 0.01_f64..8.0, count in 2_usize..60) {
        let (from, to) = (10_f64.powf(from), 10_f64.powf(from + decades));
        let rates = Rates::log(from, to, count).unwrap();
        let values = rates.values();
        prop_assert_eq!((values.len(), values[0], values[count - 1]), (count, from, to));
        let factor = (decades / (count - 1) as f64) * std::f64::consts::LN_10;
        for pair in values.windows(2) {
            prop_assert!(((pair[1] / pair[0]).ln() - factor).abs() < 2e-11, "{:?}", pair);
        }
        prop_assert_eq!(rates.to_string().parse::<Rates>().unwrap(), rates);
    }
}
