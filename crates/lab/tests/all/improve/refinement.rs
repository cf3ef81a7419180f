//! Schedules from gradient norms.

use proptest::prelude::*;
use rappel_lab::LabError;
use rappel_lab::autodiff::{Gradients, Param, Tensor};
use rappel_lab::improve::{Measure, Norms, Refinement};

#[test]
fn constant_norms_give_linear_decay() {
    for refinement in
        [Refinement::sgd(), Refinement::adam(), Refinement::sgd().window(0.0), Refinement::sgd().window(1.0)]
    {
        for (steps, norm) in [(2, 1.0), (3, 0.1), (100, 0.3), (1000, 1e-200), (57, 1e200)] {
            let rates = refinement.rates(&vec![norm; steps]).expect("norms");
            let last = (steps - 1) as f64;
            // Exactly: the bits of the line.
            assert!(rates.iter().zip(0..).all(|(rate, t)| *rate == (last - f64::from(t)) / last), "{rates:?}");
            let lr = refinement.schedule(&vec![norm; steps], 0.0).expect("norms");
            assert_eq!(lr.to_string(), format!("linear(1, 0, {})", steps - 1));
        }
    }
}

#[test]
fn norms_that_grow_at_the_end_give_a_faster_decay_and_falling_ones_a_warm_up() {
    let norms: Vec<f64> = (0..200)
        .map(|t| match t {
            0..20 => 5.0 - 0.2 * f64::from(t),
            20..150 => 1.0,
            _ => 1.0 + 0.04 * f64::from(t - 150),
        })
        .collect();
    for refinement in [Refinement::sgd(), Refinement::adam()].map(|r| r.window(0.0)) {
        let rates = refinement.rates(&norms).expect("norms");
        let peak = rates.iter().position(|rate| *rate == 1.0).expect("it is the highest");
        assert!((10..25).contains(&peak), "{peak}");
        assert!(rates[..=peak].is_sorted() && rates[peak..].iter().rev().is_sorted());
        let line = |t: usize| (199.0 - t as f64) / (199.0 - peak as f64);
        assert!((100..199).all(|t| rates[t] < line(t)), "below the line to the end");
        assert_eq!(rates[199], 0.0);
    }
    let [sgd, adam] = [Refinement::sgd(), Refinement::adam()].map(|r| r.rates(&norms).expect("norms"));
    assert!(sgd[0] < adam[0], "a square weighs more");
}

/// Against the formula as it is printed, without a median.
#[test]
fn rates_are_the_formula() {
    let norms = [3.0, 1.0, 2.0, 0.5, 4.0, 1.5];
    for (refinement, weight) in
        [(Refinement::sgd(), (|g: f64| 1.0 / (g * g)) as fn(f64) -> f64), (Refinement::adam(), |g: f64| 1.0 / g)]
    {
        let w = norms.map(weight);
        let all: f64 = w.iter().sum();
        let expected: Vec<f64> = (0..6).map(|t| w[t] * w[t + 1..].iter().sum::<f64>() / all).collect();
        let highest = expected.iter().copied().fold(0.0, f64::max);
        let rates = refinement.window(0.0).rates(&norms).expect("norms");
        assert!(rates.iter().zip(&expected).all(|(a, b)| (a - b / highest).abs() <= 1e-15), "{rates:?}");
    }
}

/// The median of `2 floor(part T / 2) + 1` norms, reflected at the ends: it is read off the rates of two runs.
#[test]
fn spikes_are_smoothed_away() {
    let mut norms = vec![1.0; 50];
    norms[0] = 100.0;
    norms[20] = 1e-3;
    norms[49] = 7.0;
    let line: Vec<f64> = (0..50).map(|t| (49.0 - f64::from(t)) / 49.0).collect();
    // Three norms: at the ends both neighbours are the same one.
    assert_eq!(Refinement::sgd().window(0.04).rates(&norms).expect("norms"), line);
    assert_ne!(Refinement::sgd().window(0.039).rates(&norms).expect("norms"), line);
    norms[21] = 1e-3;
    assert_ne!(Refinement::sgd().window(0.04).rates(&norms).expect("norms"), line);
    assert_eq!(Refinement::sgd().window(0.08).rates(&norms).expect("norms"), line);
}

proptest! {
    /// Against the median of values that are written out with what is reflected.
    #[test]
    fn the_median_is_that_of_the_reflected(norms in prop::collection::vec(0.1..9.0_f64, 2..40), part in 0.0..=1.0_f64) {
        let n = norms.len();
        let half = (part * n as f64 / 2.0).floor() as usize;
        let padded: Vec<f64> = (1..=half).rev().map(|i| norms[i]).chain(norms.iter().copied()).chain((1..=half).map(|i| norms[n - 1 - i])).collect();
        let smooth: Vec<f64> = (0..n).map(|t| {
            let mut window = padded[t..=t + 2 * half].to_vec();
            window.sort_by(f64::total_cmp);
            window[half]
        }).collect();
        let expected = Refinement::adam().window(0.0).rates(&smooth).expect("norms");
        prop_assert_eq!(Refinement::adam().window(part).rates(&norms).expect("norms"), expected);
    }

    /// Only ratios of norms matter; the highest rate is 1, the last 0, none is below.
    #[test]
    fn units_do_not_matter(norms in prop::collection::vec(0.1..9.0_f64, 2..40), power in -300..300_i32) {
        let rates = Refinement::sgd().rates(&norms).expect("norms");
        let scaled: Vec<f64> = norms.iter().map(|norm| norm * 2_f64.powi(power)).collect();
        prop_assert_eq!(&rates, &Refinement::sgd().rates(&scaled).expect("norms"));
        prop_assert!(rates.iter().all(|rate| (0.0..=1.0).contains(rate)) && rates.contains(&1.0));
        prop_assert_eq!(rates[norms.len() - 1], 0.0);
    }
}

#[test]
fn a_schedule_is_stretched_to_another_run() {
    let values: Vec<f64> = (0..101).map(|t| if t < 30 { 4.0 } else { 1.0 }).collect();
    let norms = Norms { values: values.clone(), every: 10 };
    let refinement = Refinement::sgd().window(0.0);
    let rates = refinement.rates(&values).expect("norms");
    let plan =
        |steps: u32| refinement.schedule_over(&norms, steps.into(), 0.01).expect("norms").over(steps).expect("valid");
    for (steps, each) in [(101, 1), (1001, 10)] {
        let plan = plan(steps);
        assert!(rates.iter().zip(0..).all(|(rate, t)| (plan.at_step(t * each) - rate).abs() <= 0.01));
    }
    // A run of fewer steps than there are norms.
    for steps in [2, 3, 10, 51] {
        let plan = plan(steps);
        assert_eq!(plan.at_step(u64::from(steps) - 1), 0.0);
        assert!((0..steps).all(|t| (0.0..=1.0).contains(&plan.at_step(t.into()))));
    }
}

#[test]
fn a_norm_is_euclidean_or_absolute() {
    let net = (Param::new(Tensor::from([0.0_f32; 2])), Param::new(Tensor::from([0.0_f32])));
    let gradients: Gradients<f32> =
        Gradients::from_fn(
            &net,
            |_, p| if p.value.len() == 2 { Tensor::from([2.0, -1.0]) } else { Tensor::from([-2.0]) },
        );
    assert_eq!((Refinement::sgd().measure(), Refinement::sgd().norm(&gradients)), (Measure::SquaredL2, 3.0));
    assert_eq!((Refinement::adam().measure(), Refinement::adam().norm(&gradients)), (Measure::L1, 5.0));
}

#[test]
fn norms_of_which_nothing_can_be_made_are_refused() {
    for norms in [&[][..], &[1.0]] {
        let refused = Refinement::sgd().rates(norms);
        assert!(matches!(refused, Err(LabError::Setting { what: "the number of gradient norms", .. })), "{refused:?}");
    }
    for (at, norm) in [(0, f64::NAN), (1, 0.0), (2, -1.0), (3, f64::INFINITY)] {
        let mut norms = [1.0; 4];
        norms[at] = norm;
        let refused = Refinement::adam().rates(&norms).expect_err("refused");
        assert!(matches!(refused, LabError::Norm { at: place, .. } if place == at), "{refused}");
        assert!(refused.to_string().starts_with(&format!("gradient norm {at} is {norm}")), "{refused}");
    }
    for part in [-0.1, 1.1, f64::NAN] {
        let refused = Refinement::sgd().window(part).rates(&[1.0; 4]);
        assert!(matches!(refused, Err(LabError::Setting { what: "the window of the median", .. })), "{refused:?}");
    }
    let norms = Norms { values: vec![1.0; 4], every: 1 };
    assert!(matches!(Refinement::sgd().schedule_over(&norms, 1, 0.1), Err(LabError::Setting { .. })));
}
