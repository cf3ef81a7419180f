//! `cargo fuzz run optimizer --features libfuzzer`, which needs cargo-fuzz and a nightly toolchain. The bytes are the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rappel_fuzz::optimizer;

fuzz_target!(|text: &str| {
    if let Err(finding) = optimizer::parse(text) {
        panic!("{finding}");
    }
});
