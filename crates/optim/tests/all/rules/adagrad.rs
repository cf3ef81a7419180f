//! Adagrad.

#[test]
fn trajectories_are_those_of_pytorch() {
    assert_eq!(crate::golden::hold("rules/adagrad.txt"), 8);
}
