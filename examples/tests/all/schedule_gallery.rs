use std::fs;

use rappel_examples::Usage;
use rappel_schedule::{EntryKind, names, recipes};

use crate::schedule_gallery_program::{COMBINATORS, SHAPES, run};

#[test]
fn has_all_there_is() {
    let mut shown: Vec<&str> = SHAPES.iter().chain(&COMBINATORS).map(|(name, _)| *name).collect();
    let mut all: Vec<String> = names()
        .filter(|entry| matches!(entry.kind(), EntryKind::Shape | EntryKind::Combinator))
        .map(|entry| entry.name().to_owned())
        .collect();
    shown.sort_unstable();
    all.sort_unstable();
    assert_eq!(shown, all);
}

#[test]
fn draws_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.svg");
    let mut out = Vec::new();
    run(lexopt::Parser::from_args(["--svg".as_ref(), file.as_os_str()]), &mut out).unwrap();
    let pictures = SHAPES.len() + COMBINATORS.len() + recipes().count();
    let expected = format!("{pictures} pictures are in {}.\n", file.display());
    assert_eq!(String::from_utf8(out).unwrap(), expected);
    let page = fs::read_to_string(&file).unwrap();
    assert_eq!(page.matches("<svg").count(), pictures + 1);
    assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
    for recipe in recipes() {
        assert!(page.contains(&format!(">{}</text>", recipe.name())), "{}", recipe.name());
    }
}

#[test]
fn refuses_what_it_does_not_know() {
    for arguments in [&["--png", "page.png"][..], &["page.svg"], &["--svg"]] {
        let e = run(lexopt::Parser::from_args(arguments), &mut Vec::new()).unwrap_err();
        assert!(e.is::<Usage>(), "{arguments:?}: {e}");
    }
}
