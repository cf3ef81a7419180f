//! D-Adaptation of AdamW.

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("rules/dadapt_adamw.txt"), 8);
}
