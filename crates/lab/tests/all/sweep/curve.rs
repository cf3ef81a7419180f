use proptest::prelude::*;
use rappel_lab::sweep::{Curve, Edge};

use super::{arms, scored};

fn curve(rates: &[f64], score: impl Fn(f64, u64) -> f64 + Sync) -> Curve {
    scored(arms(rates, &["a"]).seeds(0..3), |_, rate, seed| score(rate, seed)).unwrap().arms.remove(0)
}

/// Scores by rate, the start being 1: best rate, edge, basin and its open ends, sensitivity by hand.
#[test]
fn curves_by_hand() {
    let inf = f64::INFINITY;
    let rates = [0.01, 0.1, 1.0, 10.0];
    // The level of the basin is 0.1 of the way from the best to 1.
    let table = [
        // Down to 0 in the middle: the level 0.1 is a tenth of the way to 1 on either side.
        ([1.0, 0.0, 1.0, 1.0], 0.1, None, Some((-1.1, -0.9, false, false)), 0.75),
        // What diverged counts as the start.
        ([1.0, 0.0, inf, 50.0], 0.1, None, Some((-1.1, -0.9, false, false)), 0.75),
        ([0.5, 0.05, 0.0, 1.0], 1.0, None, Some((-1.0 - 0.05 / 0.45, 0.1, false, false)), (0.5 + 0.05 + 1.0) / 4.0),
        ([0.0, 0.1, 0.2, 0.3], 0.01, Some(Edge::Lowest), Some((-2.0, -1.0, true, false)), 0.15),
        ([inf, inf, 1.0, 0.5], 10.0, Some(Edge::Highest), Some((0.9, 1.0, false, true)), 3.5 / 4.0 - 0.5),
        // The lower of equal rates, and a flat curve: open on both sides.
        ([0.5, 0.5, 0.5, 0.5], 0.01, Some(Edge::Lowest), Some((-2.0, 1.0, true, true)), 0.0),
        // No better than the start: there is a best rate, and nothing to measure a basin by.
        ([3.0, 2.0, 3.0, 3.0], 0.1, None, None, 0.0),
    ];
    for (scores, best, edge, basin, sensitivity) in table {
        let arm = curve(&rates, |rate, _| scores[rates.iter().position(|r| *r == rate).unwrap()]);
        assert_eq!((arm.best.unwrap().rate, arm.edge), (best, edge), "{scores:?}");
        assert!((arm.sensitivity.unwrap() - sensitivity).abs() < 1e-12, "{scores:?}: {:?}", arm.sensitivity);
        let found = arm.basin.map(|b| (b.from.log10(), b.to.log10(), b.open_below, b.open_above));
        assert_eq!(found.is_some(), basin.is_some(), "{scores:?}");
        if let (Some(found), Some(basin)) = (found, basin) {
            assert!((found.0 - basin.0).abs() < 1e-12 && (found.1 - basin.1).abs() < 1e-12, "{scores:?}: {found:?}");
            assert_eq!((found.2, found.3), (basin.2, basin.3), "{scores:?}");
            let decades = arm.basin.unwrap().decades;
            assert!((decades - (basin.1 - basin.0)).abs() < 1e-12, "{scores:?}: {decades}");
        }
    }
}

/// Points over seeds: one of three that diverges leaves the median finite, two do not.
#[test]
fn seeds_spread() {
    let scores = [[0.3, 0.1, 0.2], [0.1, f64::INFINITY, 0.4], [f64::NAN, f64::INFINITY, 0.0]];
    let arm = curve(&[1.0, 2.0, 3.0], |rate, seed| scores[rate as usize - 1][seed as usize]);
    let points: Vec<_> = arm.points.iter().map(|p| (p.median, p.low, p.high, p.diverged)).collect();
    let inf = f64::INFINITY;
    assert_eq!(points, [(0.2, 0.1, 0.3, 0), (0.4, 0.1, inf, 1), (inf, 0.0, inf, 2)]);
    assert_eq!((arm.best.unwrap().rate, arm.edge), (1.0, Some(Edge::Lowest)));
    let even = scored(arms(&[1.0], &["a"]).seeds(0..2), |_, _, seed| seed as f64).unwrap();
    assert_eq!(even.arms[0].best.unwrap().median, 0.5);
    assert_eq!(even.arms[0].edge, Some(Edge::Only));
}

proptest! {
    /// What holds of any curve.
    #[test]
    fn curves_hold_their_laws(scores in prop::collection::vec(prop_oneof![4 => 0.0_f64..2.0, 1 => Just(f64::INFINITY)], 2..12)) {
        let rates: Vec<f64> = (0..scores.len()).map(|i| 10_f64.powi(i as i32 - 6)).collect();
        let score = |rate: f64| scores[rates.iter().position(|r| *r == rate).unwrap()];
        let arm = scored(arms(&rates, &["a"]), |_, rate, _| score(rate)).unwrap().arms.remove(0);
        let least = scores.iter().copied().fold(f64::INFINITY, f64::min);
        prop_assert_eq!(arm.best.map_or(f64::INFINITY, |best| best.median), least);
        prop_assert_eq!(arm.best.is_none(), arm.sensitivity.is_none());
        if let Some(sensitivity) = arm.sensitivity {
            prop_assert!((0.0..=1.0 - least.min(1.0)).contains(&sensitivity), "{}", sensitivity);
        }
        if let Some(basin) = arm.basin {
            let best = arm.best.unwrap().rate;
            let slack = 1.0 + 1e-12;
            prop_assert!(rates[0] <= basin.from * slack && basin.from <= best * slack && best <= basin.to * slack);
            prop_assert!(basin.to <= rates[rates.len() - 1] * slack && basin.decades >= 0.0);
            let level = least + 0.1 * (1.0 - least) + 1e-12;
            for rate in rates.iter().filter(|r| **r >= basin.from * slack && **r * slack <= basin.to) {
                prop_assert!(score(*rate) <= level, "{} at {}", score(*rate), rate);
            }
        }
    }
}
