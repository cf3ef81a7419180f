//! Stochastic weight averaging.

use super::{assert_near, walk};

#[test]
fn trajectories_are_those_of_torch() {
    assert_eq!(crate::golden::hold("adapters/swa.txt"), 8);
}

#[test]
fn the_mean_is_of_the_steps_it_says() {
    let plain = walk("sgd(lr=0.1, momentum=0.9)", 12);
    for (start, every) in [(0, 1), (0, 4), (5, 1), (5, 3), (11, 1), (12, 1)] {
        for (k, [_, evaluated]) in
            walk(&format!("sgd(lr=0.1, momentum=0.9) | swa({start}, {every})"), 12).iter().enumerate()
        {
            let taken: Vec<_> = (0..=k).filter(|i| i + 1 > start && (i + 1) % every == 0).collect();
            let mean = |i: usize| match taken.len() {
                0 => plain[k][0][i],
                n => taken.iter().map(|t| plain[*t][0][i]).sum::<f64>() / n as f64,
            };
            assert_near(
                evaluated,
                &[mean(0), mean(1), mean(2)],
                &format!("swa({start}, {every}) after {} steps", k + 1),
            );
        }
    }
}
