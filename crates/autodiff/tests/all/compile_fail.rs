//! Mistakes with tapes and variables that must not compile.
//!
//! That a variable stays on its thread is held by [`auto_traits`](crate::auto_traits): the compiler's message lists the private fields
//! of a tape, which may change.

#[test]
fn handles_are_held_to_their_tape_step_and_number_type() {
    trybuild::TestCases::new().compile_fail("tests/ui/tape/*.rs");
}
