//! `cargo fuzz run safetensors --features libfuzzer`, which needs cargo-fuzz and a nightly toolchain. The bytes are the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rappel_fuzz::state::{self, Format};

fuzz_target!(|bytes: &[u8]| {
    if let Err(finding) = state::read(Format::Safetensors, bytes) {
        panic!("{finding}");
    }
});
