//! ADOPT.

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("rules/adopt.txt"), 8);
}
