//! Decoupled weight decay.

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("adapters/weight_decay.txt"), 7);
}
