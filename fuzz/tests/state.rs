//! Files of weights, from a fixed generator.

use std::panic;

use rappel_autodiff::Rng;
use rappel_fuzz::state::{self, Format};
use rappel_fuzz::{Bytes, Finding};

/// As many files of each format as `RAPPEL_FUZZ` says, 20,000 without it.
#[test]
fn files_are_read_or_refused_and_written_as_the_same() {
    let files = std::env::var("RAPPEL_FUZZ").map_or(20_000, |n| n.parse().expect("RAPPEL_FUZZ is a number of files"));
    for format in [Format::Safetensors, Format::Npz] {
        let mut read = 0;
        let mut findings: Vec<String> = (0..files)
            .filter_map(|seed| {
                let mut rng = Rng::seed(seed);
                let bytes: Vec<u8> = (0..10 + rng.below(60)).map(|_| rng.below(256) as u8).collect();
                let file = state::file(format, &mut Bytes::new(&bytes));
                let finding = match panic::catch_unwind(|| state::read(format, &file)) {
                    Ok(Ok(is_one)) => {
                        read += u64::from(is_one);
                        return None;
                    }
                    Ok(Err(finding)) => finding,
                    // The hook has printed where.
                    Err(_) => Finding { doing: format!("{format:?} {file:?}"), what: "panicked".into() },
                };
                Some(format!("seed {seed}: {finding}"))
            })
            .collect();
        // The shortest first: they say most.
        findings.sort_by_key(String::len);
        assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings[..findings.len().min(20)].join("\n"));
        assert!(read * 5 > files, "of {files} files only {read} are whole, too few to say anything");
        assert!(read * 10 < files * 9, "of {files} files {read} are whole, too few are damaged");
    }
}
