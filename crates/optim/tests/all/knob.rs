//! The values a hyperparameter may take.

use rappel_optim::rules::{AdamRule, SgdRule};
use rappel_optim::{Knob, Rule};

#[test]
fn a_knob_accepts_its_domain_and_no_more() {
    let closed = Knob::new("k", 0.5, 0.0..=1.0);
    let below = Knob::below("k", 0.5, 0.0..=1.0);
    let unbounded = Knob::new("k", 0.5, 0.0..=f64::MAX);
    let flag = Knob::flag("k", true);
    let tiny = f64::MIN_POSITIVE;
    for (value, accepted) in [
        (0.0, [true, true, true, true]),
        (-0.0, [true, true, true, true]),
        (1.0, [true, false, true, true]),
        (1.0 - f64::EPSILON, [true, true, true, false]),
        (0.5, [true, true, true, false]),
        (tiny, [true, true, true, false]),
        (-tiny, [false; 4]),
        (1.0 + f64::EPSILON, [false, false, true, false]),
        (f64::MAX, [false, false, true, false]),
        (f64::INFINITY, [false; 4]),
        (f64::NEG_INFINITY, [false; 4]),
        (f64::NAN, [false; 4]),
    ] {
        let found = [closed, below, unbounded, flag].map(|k| k.accepts(value));
        assert_eq!(found, accepted, "{value}");
    }
}

#[test]
fn a_knob_prints_what_it_requires() {
    let texts = [
        Knob::new("k", 0.5, 0.0..=1.0),
        Knob::below("k", 0.5, -1.0..=1.0),
        Knob::new("k", 0.5, 0.0..=f64::MAX),
        Knob::flag("k", true),
    ];
    let texts = texts.map(|k| k.to_string());
    assert_eq!(texts, ["0 <= k <= 1", "-1 <= k < 1", "0 <= k < inf", "k = 0 or 1"]);
}

#[test]
fn every_default_is_allowed() {
    for knob in [SgdRule::KNOBS, AdamRule::KNOBS].concat() {
        assert!(knob.accepts(knob.default), "{knob}");
    }
    assert_eq!(Knob::flag("k", true).default, 1.0);
}
