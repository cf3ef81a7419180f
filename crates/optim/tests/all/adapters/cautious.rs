//! Cautious updates.

#[test]
fn trajectories_are_those_of_timm() {
    assert_eq!(crate::golden::hold("adapters/cautious.txt"), 7);
}
