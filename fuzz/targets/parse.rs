//! `cargo fuzz run parse --features libfuzzer`, which needs cargo-fuzz and a nightly toolchain. The bytes are the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rappel_fuzz::schedule;

fuzz_target!(|text: &str| {
    if let Err(finding) = schedule::parse(text) {
        panic!("{finding}");
    }
});
