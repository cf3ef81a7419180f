//! Rprop.

#[test]
fn trajectories_are_those_of_pytorch() {
    assert_eq!(crate::golden::hold("rules/rprop.txt"), 7);
}
