//! Sharpness-aware minimization.

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("adapters/sam.txt"), 8);
}
