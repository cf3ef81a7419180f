//! Schedule-free steps.

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("adapters/schedule_free.txt"), 10);
}
