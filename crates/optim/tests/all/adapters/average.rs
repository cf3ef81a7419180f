//! The running mean.

#[test]
fn trajectories_are_those_of_torch() {
    assert_eq!(crate::golden::hold("adapters/average.txt"), 6);
}
