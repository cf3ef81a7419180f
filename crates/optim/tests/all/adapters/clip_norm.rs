//! Clipping by the norm.

#[test]
fn trajectories_are_those_of_torch() {
    assert_eq!(crate::golden::hold("adapters/clip_norm.txt"), 7);
}
