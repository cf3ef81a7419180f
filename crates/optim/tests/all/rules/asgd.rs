//! Averaged descent.

#[test]
fn trajectories_are_those_of_pytorch() {
    assert_eq!(crate::golden::hold("rules/asgd.txt"), 8);
    assert_eq!(crate::golden::hold("rules/asgd_average.txt"), 2);
}
