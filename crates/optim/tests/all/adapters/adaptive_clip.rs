//! Adaptive clipping.

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("adapters/adaptive_clip.txt"), 10);
}
