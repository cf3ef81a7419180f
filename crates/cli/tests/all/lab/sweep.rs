use super::{lab, printed, refused};
use crate::rappel;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

/// The arguments of a sweep of the valley, whose lower rates converge and upper ones diverge.
fn valley<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let all = ["sweep", "--problem", "quadratic", "--rates", "1e-4..1/9", "--arm", "sgd", "--arm"];
    [&all[..], &["adam: warmup(1, 5%) >> cosine(1, 0, rest)"], more].concat()
}

#[test]
fn a_sweep_says_what_it_found() {
    let text = printed(&valley(&["--steps", "100"]));
    for words in ["quadratic: 2 arms, 9 rates (0.0001 to 1.0), 3 seeds, 100 steps", "diverged", "* sgd"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let best = text.lines().find(|line| line.starts_with("sgd ")).expect("a row of the table");
    assert_eq!(best.split_whitespace().nth(1), Some("0.01"), "{text}");
    let few = printed(&["sweep", "--problem", "quadratic", "--rates", "1e-5,1e-4", "--seeds", "1", "--halving", "2"]);
    assert!(few.contains("sgd: the best rate, 0.0001, is the highest of the grid"), "{few}");
}

#[test]
fn outcomes_go_to_files() {
    let folder = tempfile::tempdir().unwrap();
    let [json, csv, svg] = ["a.json", "a.csv", "a.svg"].map(|name| folder.path().join(name));
    let files = [&json, &csv, &svg].map(|file| file.to_str().unwrap());
    printed(&valley(&["--steps", "20", "--json", files[0], "--csv", files[1], "--svg", files[2]]));
    let json: serde_json::Value = serde_json::from_slice(&fs::read(json).unwrap()).unwrap();
    assert_eq!(json["runs"].as_array().unwrap().len(), 54);
    assert_eq!(fs::read_to_string(csv).unwrap().lines().count(), 55);
    assert!(fs::read_to_string(svg).unwrap().starts_with("<svg"));
}

/// The members of a journal, each of its whole lines once.
fn members(journal: &Path) -> BTreeSet<u64> {
    let text = fs::read_to_string(journal).unwrap_or_default();
    let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n')).skip(1);
    let mut members = BTreeSet::new();
    for line in whole {
        let run: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(members.insert(run["member"].as_u64().unwrap()), "twice: {line}");
    }
    members
}

/// Killed again and again without a warning, and started again: no run is lost, none is made twice, and the outcome is that of one go.
#[test]
fn a_killed_sweep_is_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let [journal, one_go, in_pieces] = ["runs.jsonl", "a.json", "b.json"].map(|name| folder.path().join(name));
    let steps = ["--steps", "20000", "--threads", "2"];
    let keeping = ["--journal", journal.to_str().unwrap(), "--json", in_pieces.to_str().unwrap()];
    let arguments = valley(&[&steps[..], &keeping].concat());
    let mut before = BTreeSet::new();
    for _ in 0..3 {
        let mut child = rappel().args(&arguments).stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        while members(&journal).len() < before.len() + 4 {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
            sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        assert_eq!(child.wait().unwrap().code(), None);
        let now = members(&journal);
        assert!(now.is_superset(&before));
        before = now;
    }
    // As a kill in the middle of a write would leave it.
    let mut text = fs::read_to_string(&journal).unwrap();
    text.truncate(text.rfind('\n').unwrap() + 1);
    let lines = text.lines().count();
    fs::write(&journal, text + "{\"member\":5").unwrap();
    let resumed = lab(&arguments);
    let said = &resumed.err;
    assert!(said.contains(&format!("runs.jsonl:{}: the last line had been cut", lines + 1)), "{said}");
    assert!(said.contains(&format!("{} runs were done before", before.len())), "{said}");
    assert_eq!(members(&journal), (0..54).collect());
    assert_eq!(resumed.out, printed(&valley(&[&steps[..], &["--json", one_go.to_str().unwrap()]].concat())));
    assert_eq!(fs::read_to_string(in_pieces).unwrap(), fs::read_to_string(one_go).unwrap());
}

#[test]
fn bad_command_lines_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("runs.jsonl");
    let journal = journal.to_str().unwrap();
    printed(&valley(&["--steps", "5", "--journal", journal]));
    assert_eq!(lab(&valley(&["--steps", "5", "--journal", journal])).code, 0);
    for (more, code, why) in [
        (&["--steps", "0"][..], 2, "one step at least"),
        (&["--seeds", "0"], 2, "--seeds"),
        (&["--seeds", "10000000000000000000"], 2, "--seeds"),
        (&["--threads", "0"], 2, "--threads"),
        (&["--halving", "1"], 2, "--halving"),
        (&["--measure", "luck"], 2, "--measure"),
        (&["--measure", "held-out"], 2, "this problem has no such measure"),
        (&["--arm", "adm"], 2, "there is no rule `adm`; did you mean `adam`?"),
        (&["--arm", "adam(beta=0.9): 1"], 2, "`adam` has no hyperparameter `beta`"),
        (&["--arm", "adam | clip_nrm(1): 1"], 2, "there is no adapter `clip_nrm`; did you mean `clip_norm`?"),
        (&["--arm", "adam: cosine("], 2, "cosine("),
        (&["--arm", "sgd"], 2, "an arm is `sgd`: each arm has a name of its own"),
        (&["--json", "/no/such/folder/x.json"], 74, "x.json"),
        (&["--journal", "/no/such/folder/x.jsonl"], 74, "x.jsonl"),
        (&["--steps", "6", "--journal", journal], 1, "rungs: [5] there, [6] here"),
    ] {
        let (found, message) = refused(&valley(more));
        assert!(found == code && message.contains(why), "{more:?}: {found} {message}");
    }
    for (rates, why) in [
        ("1..1e-4/9", "it must rise"),
        ("0..1/9", "a log scale never reaches 0"),
        ("1e-4..1", "say how many rates it has"),
        ("", "a rate is ``"),
        ("0.1,0.1", "each rate once"),
    ] {
        let (found, message) = refused(&["sweep", "--problem", "quadratic", "--rates", rates]);
        assert!(found == 2 && message.contains(why), "{rates}: {found} {message}");
    }
}

/// An arm is any optimizer's text, its rate in the place of the text's own; the journal and the table have the text as it is given.
#[test]
fn arms_are_texts() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("runs.jsonl");
    let arms = [
        "sgd(momentum=0.9)",
        "momentum",
        "sgd(lr=7, momentum=0.9) | clip_norm(1e9)",
        "momentum | group(\"*x\", momentum=0.9): cosine(1, 1, 100%)",
    ];
    let mut arguments =
        vec!["sweep", "--problem", "quadratic", "--rates", "1e-3,1e-2", "--seeds", "1", "--steps", "30"];
    arms.iter().for_each(|arm| arguments.extend(["--arm", *arm]));
    arguments.extend(["--journal", journal.to_str().unwrap()]);
    let text = printed(&arguments);
    let mut runs: Vec<serde_json::Value> =
        fs::read_to_string(&journal).unwrap().lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
    // They stand in the order in which they were done.
    runs.sort_by_key(|run| run["member"].as_u64());
    for arm in arms {
        assert!(text.contains(arm), "{text}");
        let scores = |of: &str| -> Vec<u64> {
            let of = runs.iter().filter(|run| run["arm"] == of);
            of.map(|run| run["score"].as_f64().unwrap().to_bits()).collect()
        };
        assert!(scores(arm).len() == 2 && scores(arm) == scores(arms[0]), "{arm}");
    }
}
