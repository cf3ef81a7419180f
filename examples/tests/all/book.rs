//! The programs of the README and the book run as documentation tests: no chapter is forgotten.

use std::fs::read_to_string;
use std::path::Path;

#[test]
fn every_chapter_with_a_program_is_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let chapters = root.join("../docs/src");
    let run = read_to_string(root.join("book.rs")).unwrap();
    let summary = read_to_string(chapters.join("SUMMARY.md")).unwrap();
    let names: Vec<&str> = summary.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert!(names.len() > 3, "{names:?}");
    for name in names {
        let chapter = read_to_string(chapters.join(name)).unwrap_or_else(|e| panic!("{name} is in SUMMARY.md: {e}"));
        let named = run.contains(&format!("include_str!(\"../docs/src/{name}\")"));
        assert!(named || !chapter.contains("```rust"), "{name} has a program, and is not in examples/book.rs");
    }
}
