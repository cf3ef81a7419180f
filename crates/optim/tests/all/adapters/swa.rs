//! Stochastic weight averaging.

#[test]
fn trajectories_are_those_of_torch() {
    assert_eq!(crate::golden::hold("adapters/swa.txt"), 8);
}
