//! How verdicts read.

use rappel_lab::gauge::{GroupReading, Reading};
use rappel_lab::verdict::{Evidence, Judge, Kind, Side};

fn reading(step: u64, loss: f64) -> Reading {
    let all = GroupReading {
        lr: 0.1,
        gradient: 1.0,
        update: 0.1,
        weights: 1.0,
        cosine: Some(0.9),
        ..GroupReading::default()
    };
    Reading { step, loss, all, ..Reading::default() }
}

fn heard(losses: impl IntoIterator<Item = f64>) -> Judge {
    let mut judge = Judge::new();
    (0..).zip(losses).for_each(|(step, loss)| judge.step(&reading(step, loss)));
    judge
}

#[test]
fn nothing_is_said_too_early() {
    for steps in [0_u32, 1, 4, 59] {
        let judge = heard((0..steps).map(|t| 1.0 / f64::from(t + 1)));
        let verdicts = judge.verdicts();
        assert_eq!((verdicts.len(), verdicts[0].kind, judge.steps()), (1, Kind::TooEarly, u64::from(steps)));
    }
}

/// A loss that is no number, one that leaves, and one that only scatters.
#[test]
fn divergence() {
    let steady = || (0..200).map(|t| 1.0 + 0.5 * f64::from(t * 7919 % 13) / 13.0);
    for lost in [f64::NAN, f64::INFINITY] {
        let verdict = &heard(steady().chain([lost, 1.0])).verdicts()[0];
        assert_eq!(verdict.kind, Kind::Diverging);
        assert_eq!(verdict.sentence, format!("the loss is {lost} at step 200"));
        assert!(verdict.advice.contains("0.033"), "{verdict}");
        let mut judge = heard(steady());
        judge.step(&Reading::lost(200, lost));
        assert_eq!(
            judge.verdicts()[0].to_string(),
            verdict.to_string(),
            "a step that was not made does not change the rate"
        );
    }
    let leaves = heard(steady().chain([6.0; 5]));
    assert_eq!(leaves.verdicts()[0].kind, Kind::Diverging);
    let spike = heard(steady().chain([6.0, 6.0]));
    assert_ne!(spike.verdicts()[0].kind, Kind::Diverging, "two steps are a spike");
}

/// What is kept is bounded, and says the same of a run of any length.
#[test]
fn long_runs() {
    for steps in [1_000, 5_000, 100_000] {
        let falls = heard((0..steps).map(|t| 2.0 - f64::from(t) / f64::from(steps)));
        assert_eq!(falls.verdicts()[0].kind, Kind::TooLow, "{steps}");
        let rests = heard((0..steps).map(|t| 1.5 - f64::from(t * 7919 % 13) / 13.0));
        assert_eq!(rests.verdicts()[0].kind, Kind::Fine, "{steps}");
    }
}

#[test]
fn words_numbers_and_advice() {
    let falls = heard((0..100).map(|t| 2.0 - 0.01 * f64::from(t)));
    let text = falls.verdicts()[0].to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "rate too low: the loss still falls with every step and the steps hardly swing: longer ones would have come further"
    );
    assert_eq!(lines[1], "  mean cosine of successive gradients: 0.9000 (above 0.5000)");
    assert_eq!(lines.last().unwrap(), &"  try: about 3 times the rate: 0.3");
}

#[test]
fn evidence_knows_its_side() {
    let evidence = |value, bound| Evidence { name: "x".into(), value, bound };
    assert_eq!(evidence(2.0, Some(1.0)).side(), Some(Side::Above));
    assert_eq!(evidence(1.0, Some(2.0)).side(), Some(Side::Below));
    assert_eq!((evidence(1.0, None).side(), evidence(f64::NAN, Some(2.0)).side()), (None, None));
    assert_eq!(evidence(12346.0, Some(1e-5)).to_string(), "x: 1.235e4 (above 1.000e-5)");
}

/// In steady descent the pull is that of the average that lags behind, and no swing; also where the gauge began anew.
#[test]
fn what_lags_behind_is_no_swing() {
    // Where the first pull is missing, the mean of two steps is that of the other: up to half of a fiftieth of the lag of 30. Without
    // beginning anew the swing would be 5.9 and 2.5.
    for (anew, most) in [(0, 1e-9), (70, 0.3), (90, 0.3)] {
        let (mut judge, mut average, mut count) = (Judge::new(), 0.0, 0.0);
        for step in 0..100 {
            // Weight and loss go down by 1 a step, so the slope is 1.
            let weight = -f64::from(step);
            let pull = if step == anew || count == 0.0 {
                (average, count) = (weight, 1.0);
                None
            } else {
                let away = weight - average;
                count = f64::min(count + 1.0, 30.0);
                average += away / count;
                Some(away)
            };
            judge.step(&Reading { pull, ..reading(step as u64, 200.0 + weight) });
        }
        let verdict = &judge.verdicts()[0];
        let swing = verdict.evidence.iter().find(|e| e.name.starts_with("swing: ")).unwrap().value;
        assert!(swing.abs() < most, "anew at {anew}: {verdict}");
    }
}
