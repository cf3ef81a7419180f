//! Prodigy.

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("rules/prodigy.txt"), 10);
}

#[test]
fn groups_are_those_of_the_authors() {
    assert_eq!(crate::golden::hold("rules/prodigy_groups.txt"), 3);
}
