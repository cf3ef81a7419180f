//! Clipping of values.

#[test]
fn trajectories_are_those_of_torch() {
    assert_eq!(crate::golden::hold("adapters/clip_value.txt"), 6);
}
