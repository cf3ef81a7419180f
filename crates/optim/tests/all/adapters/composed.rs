//! Adapters together.

#[test]
fn trajectories_are_those_of_torch() {
    assert_eq!(crate::golden::hold("adapters/composed.txt"), 5);
}

#[test]
fn trajectories_of_parts_of_batches_are_those_of_torch() {
    assert_eq!(crate::golden::hold("adapters/composed_accumulate.txt"), 2);
}
