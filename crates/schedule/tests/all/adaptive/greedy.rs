//! A factor that rises and falls; the library's values are in the golden table.

use super::{bind, values};
use rappel_schedule::greedy;

#[test]
fn it_stays_within_its_bounds() {
    let plan = bind(greedy().factor(0.5).patience(0).min_factor(0.3).max_factor(3.0));
    let falling: Vec<f64> = (0..6).map(|k| -f64::from(k)).collect();
    assert_eq!(values(&plan, &falling), [1.0, 2.0, 3.0, 3.0, 3.0, 3.0, 3.0]);
    assert_eq!(values(&plan, &[f64::NAN; 4]), [1.0, 0.5, 0.3, 0.3, 0.3]);
}

#[test]
fn it_begins_anew_after_enough_falls_from_the_lowest() {
    let plan = bind(greedy().factor(0.5).patience(0).min_factor(0.5).reset(2).cooldown(1));
    // A fall, its cooldown, the second fall from the lowest, the cooldown of that.
    assert_eq!(values(&plan, &[f64::NAN; 5]), [1.0, 0.5, 0.5, 1.0, 1.0, 0.5]);
}
