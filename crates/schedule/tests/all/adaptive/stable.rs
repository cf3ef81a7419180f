//! A metric that has settled.

use super::values;
use rappel_schedule::{Clock, Schedule, Stable, Threshold, stable};

/// The number of metrics after which the rule is content; `None` if it is not.
fn after(rule: Stable, metrics: &[f64]) -> Option<usize> {
    let plan = Schedule::from(0.0).until(rule).then(1.0).bind(&Clock::new()).unwrap();
    values(&plan, metrics).iter().position(|v| *v == 1.0)
}

#[test]
fn it_waits_until_the_last_metrics_agree() {
    let rule = stable().window(3).tolerance(0.1);
    for (metrics, expected) in [
        (&[1.0, 1.0, 1.0][..], Some(3)),
        (&[9.0, 5.0, 1.0, 1.05, 0.95], Some(5)),
        (&[1.0, 1.2, 1.0, 1.2, 1.0], None),
        // A trend is not stable, and below zero the size counts.
        (&[1.0, 1.2, 1.44, 1.73, 2.07], None),
        (&[-1.0, -1.05, -0.95], Some(3)),
        (&[-1.0, 1.0, 0.0], None),
        (&[0.0, 0.0, 0.0], Some(3)),
        (&[1.0, f64::NAN, 1.0, 1.0], None),
        (&[1.0, f64::INFINITY, 1.0, 1.0, 1.0], Some(5)),
        (&[f64::MAX, f64::MAX, f64::MAX], Some(3)),
    ] {
        assert_eq!(after(rule, metrics), expected, "{metrics:?}");
    }
    let difference = stable().window(2).tolerance(0.5).tolerance_mode(Threshold::Abs);
    assert_eq!(after(difference, &[0.0, 2.0, 4.0, 5.0]), Some(4));
    assert_eq!(after(difference.tolerance(0.499), &[0.0, 2.0, 4.0, 5.0]), None);
    assert_eq!(after(stable(), &[1.0; 10]), Some(10));
}
