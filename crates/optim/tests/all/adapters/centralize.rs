//! Gradient centralization.

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("adapters/centralize.txt"), 5);
}
