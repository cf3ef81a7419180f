//! `cargo fuzz run operations --features libfuzzer`, which needs cargo-fuzz and a nightly toolchain.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rappel_fuzz::{Panics, operations};

static PANICS: LazyLock<Panics> = LazyLock::new(Panics::watch);

fuzz_target!(|bytes: &[u8]| {
    if let Err(finding) = operations(bytes, &PANICS) {
        eprintln!("{finding}");
        std::process::abort();
    }
});
