//! Cautious updates.

use rappel_autodiff::Param;
use rappel_tensor::Tensor;

use super::{along, assert_near, parsed};

#[test]
fn trajectories_are_those_of_timm() {
    assert_eq!(crate::golden::hold("adapters/cautious.txt"), 7);
}

#[test]
fn a_share_that_agrees_is_scaled_up_and_decay_comes_after() {
    // After the first step the momentum is 0.9 (1, 1) + (1, -2).
    for (decay, around, shrink) in [(0.0, "", 0.0), (0.0, " | weight_decay(0.5)", 0.5), (0.25, "", 0.0)] {
        let mut optimizer = parsed(&format!("sgd(lr=0.1, momentum=0.9, weight_decay={decay}) | cautious(){around}"));
        let mut p = Param::new(Tensor::from([0.0, 0.0]));
        along(&mut optimizer, &mut p, &Tensor::from([1.0, 1.0]));
        let before = p.value.data().to_vec();
        let g = [1.0 + decay * before[0], -2.0 + decay * before[1]];
        let d = [0.9 + g[0], 0.0];
        along(&mut optimizer, &mut p, &Tensor::from([1.0, -2.0]));
        let agrees = if (0.9 + g[1]) * -2.0 > 0.0 { 1.0 } else { 0.5 };
        let d = if agrees == 1.0 { [d[0], 0.9 + g[1]] } else { [d[0] / agrees, 0.0] };
        let expected = [0, 1].map(|i| before[i] - 0.1 * (d[i] + shrink * before[i]));
        assert_near(p.value.data(), &expected, around);
    }
}

#[test]
fn the_gradient_it_looks_at_has_what_the_gradient_stage_added() {
    // The gradient of 1 against a decay of -3: the rule goes along -2, and so does the gradient it is compared with.
    for text in ["sgd(lr=0.1) | l2(1) | cautious()", "sgd(lr=0.1) | l2(1) | clip_value(9) | cautious()"] {
        let mut p = Param::new(Tensor::from([-3.0]));
        along(&mut parsed(text), &mut p, &Tensor::from([1.0]));
        assert_near(p.value.data(), &[-2.8], text);
    }
}
