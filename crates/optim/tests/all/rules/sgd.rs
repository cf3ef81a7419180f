//! SGD.

use rappel_optim::rules::SgdRule;

#[test]
fn trajectories_are_those_of_pytorch() {
    assert_eq!(super::golden::<SgdRule>(), 9);
}

#[test]
fn problems_are_solved_as_by_pytorch() {
    assert_eq!(crate::golden::hold("rules/sgd.txt"), 17);
}
