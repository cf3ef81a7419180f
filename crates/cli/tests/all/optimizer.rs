//! `rappel optimizer`.

use crate::{finished, golden, rappel};
use rappel_lab::optim::{AnyOptimizer, EntryKind, catalogue};

/// What is printed, the messages and the code.
fn optimizer(arguments: &[&str]) -> (String, String, i32) {
    let run = finished(rappel().arg("optimizer").args(arguments).output().expect("the program runs"));
    (run.out, run.err, run.code)
}

#[test]
fn all_there_is() {
    let (all, _, code) = optimizer(&["list"]);
    assert!(code == 0 && all.starts_with("Rules\n  adabelief(lr, b1=0.9, b2=0.999, eps=1e-16"), "{all}");
    for entry in catalogue() {
        assert!(all.contains(&format!("  {}(", entry.name)) && all.contains(entry.about), "{}", entry.name);
        assert!(all.contains(entry.source.unwrap_or_default()), "{}", entry.name);
    }
}

/// What stands in the list can be written: it reads back, and is the optimizer with its defaults.
#[test]
fn signatures_are_texts() {
    let (all, _, _) = optimizer(&["list"]);
    let texts = all.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    let mut seen = 0;
    for text in texts {
        let entry = catalogue().into_iter().find(|entry| text.starts_with(&format!("{}(", entry.name)));
        let Some(entry) = entry else { continue };
        let whole = match entry.kind {
            EntryKind::Adapter(_) => format!("sgd() | {text}"),
            _ => text.replace("(lr,", "(lr=1,").replace("(lr)", "(lr=1)"),
        };
        let read: AnyOptimizer = whole.parse().unwrap_or_else(|error| panic!("{error}"));
        assert!(read.schedules().count() > entry.knobs.len(), "{whole}");
        seen += 1;
    }
    assert_eq!(seen, catalogue().len());
}

#[test]
fn by_a_word() {
    let (some, _, code) = optimizer(&["list", "Unfreeze"]);
    assert_eq!(
        (some.as_str(), code),
        ("Groups\n  unfreeze(\"features.3.*\")\n      trains what an earlier part had frozen\n", 0)
    );
    let (out, why, code) = optimizer(&["list", "no such thing"]);
    assert_eq!((out.as_str(), code), ("", 1));
    assert_eq!(why, "rappel: no name and no line has \"no such thing\" in it; `list` alone shows all\n");
}

#[test]
fn a_text_is_described() {
    let text = "adam(lr=warmup(0.001, 10), betas=[0.9, 0.99]) | ema(0.99) | clip_norm(1)";
    let (out, why, code) = optimizer(&["describe", text, "--net", "mlp"]);
    assert_eq!((why.as_str(), code), ("", 0));
    golden("describe_adam.txt", &out);
    let (out, _, _) = optimizer(&["describe", "sgd(lr=0.1)", "--net", "moons"]);
    assert!(out.contains("momentum_buffer") && out.contains("4.weight"), "{out}");
}

#[test]
fn bad_texts_are_refused() {
    for (arguments, code, why) in [
        (&["describe"][..], 2, "<TEXT>"),
        (&["describe", ""], 2, "here is no optimizer"),
        (&["describe", "adm(lr=0.1)"], 2, "there is no rule `adm`; did you mean `adam`?\n  adm(lr=0.1)\n  ^^^"),
        (&["describe", "clip_norm(1)"], 2, "it is an adapter"),
        (&["describe", "adam(lr=-1)"], 2, "`lr` is -1; required is 0 <= lr"),
        (&["describe", "adam", "--net", "mlpp"], 2, "there is no problem `mlpp`"),
        (&["describe", "adam | freeze(\"head.*\")", "--net", "mlp"], 1, "no parameter fits"),
        (&["forget"], 2, "forget"),
        (&[], 2, "a command is missing"),
    ] {
        let (out, message, found) = optimizer(arguments);
        assert!(out.is_empty() && found == code && message.contains(why), "{arguments:?}: {found} {message}");
    }
}
