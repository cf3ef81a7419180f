//! AdamW.

#[test]
fn trajectories_are_those_of_pytorch() {
    assert_eq!(crate::golden::hold("rules/adamw.txt"), 10);
}
