//! L-BFGS.

#[test]
fn trajectories_are_those_of_torch() {
    assert_eq!(crate::golden::hold("rules/lbfgs.txt"), 15);
}
