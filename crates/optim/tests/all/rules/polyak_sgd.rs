//! Polyak's step size.

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("rules/polyak_sgd.txt"), 10);
}
