//! SOAP.

#[test]
fn trajectories_are_those_of_the_authors_program() {
    assert_eq!(crate::golden::hold("rules/soap.txt"), 11);
}
