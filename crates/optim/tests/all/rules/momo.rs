//! MoMo.

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("rules/momo.txt"), 11);
}
