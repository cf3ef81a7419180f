//! Yogi.

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("rules/yogi.txt"), 7);
}
