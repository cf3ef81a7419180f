//! Whoever reads may be gone: neither the output nor the messages are worth a panic.

use crate::rappel;
use std::process::Stdio;

#[cfg(unix)]
#[test]
fn messages_that_nobody_reads_are_no_panic() {
    let mut command = rappel();
    command.args(["gauge", "--problem", "quadratic", "--rate", "0.01", "--log", "/dev/full"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().unwrap().code(), Some(74));
}
