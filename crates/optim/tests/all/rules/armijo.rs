//! The Armijo search.

#[test]
fn trajectories_are_those_of_the_authors() {
    assert_eq!(crate::golden::hold("rules/armijo.txt"), 9);
}
