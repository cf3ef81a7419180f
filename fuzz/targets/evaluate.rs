//! `cargo fuzz run evaluate --features libfuzzer`, which needs cargo-fuzz and a nightly toolchain.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rappel_fuzz::{Bytes, schedule};

fuzz_target!(|bytes: &[u8]| {
    let text = schedule::text(&mut Bytes::new(bytes));
    let evaluated = schedule::parse(&text).and_then(|s| s.map_or(Ok(()), |s| schedule::evaluate(&s)));
    if let Err(finding) = evaluated {
        panic!("{finding}");
    }
});
