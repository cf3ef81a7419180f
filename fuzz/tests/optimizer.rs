//! Optimizers as text, from a fixed generator.

use std::panic;

use rappel_autodiff::Rng;
use rappel_fuzz::{Bytes, Finding, optimizer};

/// As many texts as `RAPPEL_FUZZ` says, 20,000 without it.
#[test]
fn texts_are_read_or_refused_and_printed_as_the_same() {
    let texts = std::env::var("RAPPEL_FUZZ").map_or(20_000, |n| n.parse().expect("RAPPEL_FUZZ is a number of texts"));
    let mut read = 0;
    let mut findings: Vec<String> = (0..texts)
        .filter_map(|seed| {
            let mut rng = Rng::seed(seed);
            let bytes: Vec<u8> = (0..10 + rng.below(120)).map(|_| rng.below(256) as u8).collect();
            let text = optimizer::text(&mut Bytes::new(&bytes));
            let finding = match panic::catch_unwind(|| optimizer::parse(&text)) {
                Ok(Ok(is_one)) => {
                    read += u64::from(is_one);
                    return None;
                }
                Ok(Err(finding)) => finding,
                // The hook has printed where.
                Err(_) => Finding { doing: format!("{text:?}"), what: "panicked".into() },
            };
            Some(format!("seed {seed}: {finding}"))
        })
        .collect();
    // The shortest first: they say most.
    findings.sort_by_key(String::len);
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings[..findings.len().min(20)].join("\n"));
    assert!(read * 5 > texts, "of {texts} texts only {read} are optimizers, too few to say anything");
}
