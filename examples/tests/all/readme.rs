//! The program of the README is the one that runs here: five epochs of MNIST, as it stands on the page.
//!
//! (As a documentation test, which is compiled without optimisation, it would take a minute.)

#[expect(clippy::print_stdout, reason = "the program reports to its user")]
mod program {
    include!("readme_program.rs");

    pub(super) fn run() -> rappel::Result<()> {
        main()
    }
}

const PROGRAM: &str = include_str!("readme_program.rs");
const README: &str = include_str!("../../../README.md");

#[test]
fn the_program_is_the_readmes_and_short() {
    assert!(README.contains(&format!("```rust,no_run\n{PROGRAM}```\n")), "README.md and readme_program.rs differ");
    let lines = PROGRAM.lines().filter(|line| !line.trim().is_empty()).count();
    assert!(lines <= 25, "{lines} lines");
}

#[test]
fn the_program_runs() {
    program::run().unwrap();
}
