//! RMSprop.

#[test]
fn trajectories_are_those_of_pytorch() {
    assert_eq!(crate::golden::hold("rules/rmsprop.txt"), 9);
}
