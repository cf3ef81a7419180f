//! Lookahead.

use super::{assert_near, walk};

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("adapters/lookahead.txt"), 8);
}

#[test]
fn all_the_way_it_is_the_rule_alone() {
    for rule in ["sgd(lr=0.1, momentum=0.9)", "adam(lr=0.1)"] {
        let (plain, with) = (walk(rule, 9), walk(&format!("{rule} | lookahead(k=3, alpha=1)"), 9));
        assert!(plain.iter().zip(&with).all(|(a, b)| a[0] == b[0]), "{rule}");
        // What is evaluated is from the last synchronisation.
        assert_eq!([&with[5][1], &with[7][1]], [&plain[5][0]; 2]);
    }
}

#[test]
fn not_at_all_it_goes_back_every_k_steps() {
    let with = walk("sgd(lr=0.1) | lookahead(k=3, alpha=0)", 7);
    assert_eq!([&with[2][0], &with[5][0]], [&super::START.to_vec(); 2]);
    assert_eq!(with[3][0], with[0][0]);
}

#[test]
fn averages_see_what_stands_left_of_them() {
    let plain = walk("sgd(lr=0.1)", 2);
    let fast = walk("sgd(lr=0.1) | ema(0) | lookahead(k=2, alpha=0.5)", 2);
    let slow = walk("sgd(lr=0.1) | lookahead(k=2, alpha=0.5) | ema(0)", 2);
    let half: Vec<f64> = plain[1][0].iter().zip(super::START).map(|(p, s)| 0.5 * (p + s)).collect();
    assert_near(&slow[1][1], &half, "right of it");
    assert_near(&fast[1][1], &half, "the last of several evaluates");
}
