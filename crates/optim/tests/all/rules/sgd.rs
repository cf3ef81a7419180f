//! SGD.

use rappel_optim::rules::SgdRule;

#[test]
fn trajectories_are_those_of_pytorch() {
    assert_eq!(super::golden::<SgdRule>(), 9);
}
