//! One step from several parts of a batch.

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("adapters/accumulate.txt"), 6);
}
