//! Hypergradient descent.

#[test]
fn trajectories_are_those_of_the_authors() {
    assert_eq!(crate::golden::hold("rules/sgd_hd.txt"), 9);
    assert_eq!(crate::golden::hold("rules/adam_hd.txt"), 5);
}
