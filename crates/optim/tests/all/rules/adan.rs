//! Adan.

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("rules/adan.txt"), 9);
}

#[test]
fn with_the_weight_of_the_paper_trajectories_are_those_of_the_authors() {
    assert_eq!(crate::golden::hold("rules/adan_authors.txt"), 4);
}
