use super::{printed, refused};
use std::fs;

#[test]
fn constant_norms_give_linear_decay() {
    let folder = tempfile::tempdir().expect("a folder");
    let norms = folder.path().join("norms");
    fs::write(&norms, "0.3\n".repeat(100)).expect("written");
    let norms = norms.to_str().expect("UTF-8");
    for rule in ["sgd", "adam"] {
        let text = printed(&["refine", "--norms", norms, "--rule", rule]);
        assert!(text.starts_with("linear(1, 0, 99)\n"), "{text}");
        let text = printed(&["refine", "--norms", norms, "--rule", rule, "--steps", "1000"]);
        assert!(text.starts_with("linear(1, 0, 999)\n"), "{text}");
    }
}

#[test]
fn a_log_of_the_gauge_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log");
    let group = |name: &str, norm: f64| {
        format!(r#"{{"name":"{name}","lr":0.1,"gradient":{norm},"update":0.1,"weights":1.0,"cosine":null}}"#)
    };
    let reading = |step: usize| {
        let (all, head) = (group("all", 1.0), group("head", if step < 100 { 5.0 } else { 1.0 }));
        format!(r#"{{"step":{step},"loss":1.0,"alpha":null,"all":{all},"groups":[{head}]}}"#)
    };
    let lines: Vec<String> = (0..50).map(|k| reading(10 * k)).collect();
    fs::write(&log, lines.join("\n") + "\n").expect("written");
    let log = log.to_str().expect("UTF-8");
    assert!(printed(&["refine", "--log", log]).starts_with("linear(1, 0, 499)\n"));
    let text = printed(&["refine", "--log", log, "--group", "head"]);
    assert!(text.starts_with("linear(0.0"), "a warm-up: {text}");
    assert!(printed(&["refine", "--log", log, "--rule", "adam"]).starts_with("note: a log has Euclidean norms"));
    let (code, why) = refused(&["refine", "--log", log, "--group", "tail"]);
    let far = folder.path().join("far");
    fs::write(&far, [reading(0), reading(1 << 63)].join("\n") + "\n").expect("written");
    assert!(printed(&["refine", "--log", far.to_str().expect("UTF-8")]).starts_with("linear(1, 0, 1844674407"));
    assert!(code == 2 && why.contains("there is no group `tail`; there are head"), "{why}");
}

#[test]
fn a_run_is_made_for_its_norms() {
    let folder = tempfile::tempdir().expect("a folder");
    let picture = folder.path().join("refined.svg");
    let arguments = [
        "refine",
        "--problem",
        "quadratic",
        "--rate",
        "0.01",
        "--steps",
        "60",
        "--svg",
        picture.to_str().expect("UTF-8"),
    ];
    // Its gradients fall, so the rate grows first.
    assert!(printed(&arguments).starts_with("linear(0"));
    assert!(fs::read_to_string(picture).expect("a picture").starts_with("<svg"));
}

#[test]
fn what_cannot_be_refined_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("written");
        path.to_str().expect("UTF-8").to_owned()
    };
    let (none, zero, words) = (file("none", ""), file("zero", "1\n0\n"), file("words", "1\ntwo\n"));
    for (arguments, code, why) in [
        (&["refine"][..], 2, "--log"),
        (&["refine", "--norms", &none], 2, "the number of gradient norms is 0"),
        (&["refine", "--norms", &zero], 1, "gradient norm 1 is 0"),
        (&["refine", "--norms", &words], 1, "words:2: expected one norm"),
        (&["refine", "--log", &words], 1, "words:1: "),
        (&["refine", "--norms", "no/such/file"], 74, "no/such/file"),
        (&["refine", "--norms", &zero, "--rule", "nope"], 2, "there is no rule `nope`"),
        (&["refine", "--norms", &zero, "--window", "2"], 2, "from 0 to 1"),
        (&["refine", "--problem", "quadratic", "--rate", "1e10", "--steps", "50"], 1, "while the norms were measured"),
    ] {
        let (found, text) = refused(arguments);
        assert!(found == code && text.contains(why), "{arguments:?}: {found} {text}");
    }
}
