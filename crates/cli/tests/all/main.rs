//! Tests of the program, run as its users run it.

mod check;
mod compare;
mod convert;
mod eval;
mod explain;
mod failures;
mod lab;
mod list;
mod optimizer;
mod plot;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread;

/// What a run of the program left behind.
#[derive(Debug, PartialEq)]
struct Run {
    code: i32,
    out: String,
    err: String,
}

/// `rappel ..`.
fn rappel() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rappel"));
    command.env_remove("COLUMNS").env_remove("NO_COLOR");
    command
}

fn program() -> Command {
    let mut command = rappel();
    command.arg("schedule");
    command
}

fn finished(output: Output) -> Run {
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { code: output.status.code().expect("not killed"), out: text(output.stdout), err: text(output.stderr) }
}

/// `rappel schedule ..`.
fn run(arguments: &[&str]) -> Run {
    finished(program().args(arguments).stdin(Stdio::null()).output().expect("the program runs"))
}

/// The same, with this on the standard input.
fn run_with(arguments: &[&str], input: &[u8]) -> Run {
    let mut command = program();
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    let (mut stdin, input) = (child.stdin.take().expect("a pipe"), input.to_vec());
    // The program may end before it has read all.
    let writer = thread::spawn(move || stdin.write_all(&input).is_ok());
    let run = finished(child.wait_with_output().expect("it ends"));
    writer.join().expect("no panic");
    run
}

/// What is printed, of a run that succeeds.
#[track_caller]
fn printed(arguments: &[&str]) -> String {
    let run = run(arguments);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{arguments:?}");
    run.out
}

/// Compares with a file of `tests/golden`, or writes it if `RAPPEL_GOLDEN` is set.
#[track_caller]
fn golden(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("RAPPEL_GOLDEN").is_some() {
        fs::write(&path, text).expect("written");
    }
    let expected = fs::read_to_string(&path).expect("a golden file; RAPPEL_GOLDEN=1 writes it");
    assert_eq!(text, expected, "{name}; RAPPEL_GOLDEN=1 writes it anew");
}
