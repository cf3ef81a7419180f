use rappel_examples::Usage;

use crate::char_rnn_program::run;
use crate::{Outcome, in_folder};

fn program(arguments: &[&str]) -> Outcome {
    in_folder("char_rnn.svg", arguments, |arguments, mut out| run(arguments, &mut out))
}

fn bits(out: &str) -> f64 {
    out.lines().last().unwrap().strip_prefix("bits a letter: ").unwrap().parse().unwrap()
}

/// A text that says the same again and again is learned to nearly nothing a letter, and written.
#[test]
fn learns_to_write_what_it_reads() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("text");
    std::fs::write(&file, "down the rope, step by step. ".repeat(1000)).unwrap();
    let arguments =
        ["--text", file.to_str().unwrap(), "--steps", "120", "--hidden", "32", "--write", "60", "--lr", "0.02"];
    let (out, picture) = program(&arguments).unwrap();
    assert!(bits(&out) < 0.2, "{out}");
    assert!(out.contains("step by step. down the rope"), "{out}");
    assert!(picture.unwrap().contains("text it has not seen"));
    let again = program(&[&arguments[..], &["--threads", "2"]].concat()).unwrap().0;
    let first = program(&[&arguments[..], &["--threads", "1"]].concat()).unwrap().0;
    assert_eq!(again, first);
}

#[test]
fn the_book_is_read_and_a_bad_text_is_refused() {
    let (out, picture) = program(&["--steps", "0", "--hidden", "4", "--write", "5"]).unwrap();
    assert!(bits(&out) > 5.0 && picture.is_none(), "{out}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("text");
    for (text, why) in [
        (&b"too short"[..], "the text has 9 letters; at least 20000 are needed"),
        (&[0xff; 30_000], "cannot be read: stream did not contain valid UTF-8"),
    ] {
        std::fs::write(&file, text).unwrap();
        let e = program(&["--text", file.to_str().unwrap()]).unwrap_err().to_string();
        assert!(e.contains(why) && e.contains(file.to_str().unwrap()), "{e}");
    }
    assert!(program(&["--temperature", "0"]).unwrap_err().is::<Usage>());
}
