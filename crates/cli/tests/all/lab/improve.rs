use super::{lab, printed, refused};
use std::fs;

#[test]
fn a_constant_rate_becomes_linear_decay() {
    let text = printed(&["improve", "1", "--steps", "100", "--as-written"]);
    assert!(text.starts_with("descent   3.093689 to 0.2001"), "{text}");
    assert!(text.contains("before    bound 0.248543 at base rate 0.040234: 1\n"), "{text}");
    let after = text.lines().find(|line| line.starts_with("after")).expect("it is printed");
    let found = after.split_once(": ").expect("a schedule").1;
    // What is printed is a schedule, and as good as is said.
    let bound: f64 = after.split_whitespace().nth(2).and_then(|word| word.parse().ok()).expect("a number");
    assert!(bound < 0.2012, "{after}");
    let ranked = lab(&["schedule", "compare", found, "linear(1, 0, rest)", "--total", "100"]).out;
    assert!(ranked.lines().nth(1).is_some_and(|line| line.ends_with(found)), "{ranked}");
}

#[test]
fn knobs_are_tuned() {
    let text = printed(&["improve", "warmup(1, 30) >> linear(1, 0, rest)", "--steps", "100", "--knobs"]);
    assert!(text.contains("before    bound 0.216031") && text.contains("after     bound 0.2022"), "{text}");
}

#[test]
fn norms_are_read_and_pictures_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let (norms, picture) = (folder.path().join("norms"), folder.path().join("rates.svg"));
    let (norms, picture) = (norms.to_str().expect("UTF-8"), picture.to_str().expect("UTF-8"));
    fs::write(norms, "4\n".repeat(4) + &"1\n".repeat(16)).expect("written");
    let text = printed(&["improve", "linear(1, 0, rest)", "--steps", "20", "--norms", norms, "--svg", picture]);
    assert!(text.lines().count() == 3, "{text}");
    assert!(fs::read_to_string(picture).expect("a picture").starts_with("<svg"));
    let (code, why) = refused(&["improve", "1", "--steps", "19", "--norms", norms]);
    assert!(code == 2 && why.contains("the number of gradient norms is 20"), "{why}");
}

#[test]
fn what_cannot_be_improved_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let zeros = folder.path().join("zeros");
    fs::write(&zeros, "0\n".repeat(9)).expect("written");
    let zeros = zeros.to_str().expect("UTF-8");
    for (arguments, code, why) in [
        (&["improve", "1"][..], 2, "--steps"),
        (&["improve", "1", "--steps", "1"], 2, "1 is not in 2..=20000"),
        (&["improve", "linear(1, -1, rest)", "--steps", "9"], 1, "a rate must be finite and not negative"),
        (&["improve", "0", "--steps", "9"], 1, "without a rate above 0"),
        (&["improve", "1 *", "--steps", "9"], 2, "expected a schedule"),
        (&["improve", "1", "--steps", "9", "--norms", "no/such/file"], 74, "no/such/file"),
        (&["improve", "1", "--steps", "9", "--norms", zeros], 1, "gradient norm 0 is 0"),
        (&["improve", "1", "--steps", "9", "--tolerance", "2"], 2, "from 0 to 1"),
    ] {
        let (found, text) = refused(arguments);
        assert!(found == code && text.contains(why), "{arguments:?}: {found} {text}");
    }
}
