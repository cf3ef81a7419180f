//! L2 decay.

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("adapters/l2.txt"), 6);
}
