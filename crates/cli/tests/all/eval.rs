use crate::{printed, run_with};
use rappel_schedule::{Clock, Schedule};
use std::fs;

#[test]
fn rows() {
    let cases: [(&[&str], &str); 15] = [
        (&["linear(0, 1, 4)"], "0,0\n1,0.25\n2,0.5\n3,0.75\n"),
        (&["linear(0, 1, 4)", "--header", "--steps", "3"], "step,value\n3,0.75\n"),
        (&["linear(0, 1, 4)", "--steps", "2..6"], "2,0.5\n3,0.75\n4,1\n5,1\n"),
        (&["linear(0, 1, 4)", "--steps", "2..=4"], "2,0.5\n3,0.75\n4,1\n"),
        (&["linear(0, 1, 4)", "--steps", "0..5/2"], "0,0\n2,0.5\n4,1\n"),
        (&["linear(0, 1, 4)", "--steps", "0..=5/3"], "0,0\n3,0.75\n"),
        (&["linear(0, 1, 4)", "--total", "6"], "0,0\n1,0.25\n2,0.5\n3,0.75\n4,1\n5,1\n"),
        (&["linear(0, 1, 2ep)", "--epoch-steps", "2", "--steps", "3..5"], "3,0.75\n4,1\n"),
        (&["linear(0, 1, 100%)", "--total", "2ep", "--epoch-steps", "5/2"], "0,0\n1,0.2\n2,0.4\n3,0.6\n4,0.8\n"),
        (&["linear(0, 1, 320sp)", "--batch", "64", "--steps", "2"], "2,0.4\n"),
        (&["linear(0, 1, 1e6tok)", "--tokens", "250_000", "--steps", "2"], "2,0.5\n"),
        // 10 steps of 10 samples, then 2 of 20.
        (&["linear(0, 1, 140sp)", "--batch", "hold(10, 100sp) >> 20", "--steps", "3..=12/9"], "3,0.25\n12,1\n"),
        (&["linear(0, 1, 2ep)", "--epoch-samples", "60_000", "--batch", "64", "--steps", "375"], "375,0.2\n"),
        (&["linear(0, 1, 1e6tok)", "--sequence", "100", "--batch", "100", "--steps", "50"], "50,0.5\n"),
        (&["--steps", "9007199254740992", "1e-5"], "9007199254740992,1e-05\n"),
    ];
    for (arguments, expected) in cases {
        assert_eq!(printed(&[&["eval"], arguments].concat()), expected, "{arguments:?}");
    }
}

#[test]
fn values_read_back_as_the_same_bits() {
    let text =
        "warmup(1e-3, 7) >> cosine(1e-3, 1e-300, 50) >> exponential(1e-300, 1e-310, 9) >> linear(1e20, -1/3, 10)";
    let plan = text.parse::<Schedule>().expect("valid").bind(&Clock::new()).expect("valid");
    let rows = printed(&["eval", text]);
    assert_eq!(rows.lines().count(), 76);
    for (k, row) in rows.lines().enumerate() {
        let (step, value) = row.split_once(',').expect("two columns");
        let value: f64 = value.parse().expect("a number");
        assert_eq!((step, value.to_bits()), (k.to_string().as_str(), plan.at_step(k as u64).to_bits()));
    }
}

#[test]
fn texts_from_elsewhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lr.txt");
    fs::write(&path, "# the rate\nlinear(0, 1, 2) # rising\n  >> 0.5\n").expect("written");
    let file = path.to_str().expect("UTF-8");
    assert_eq!(printed(&["eval", "--file", file, "--steps", "1..4"]), "1,0.5\n2,0.5\n3,0.5\n");
    let run = run_with(&["eval", "-", "--steps", "1"], b"linear(0, 1, 2)\n");
    assert_eq!((run.code, run.out.as_str()), (0, "1,0.5\n"));
    // Behind `--` a text may begin with a minus.
    assert_eq!(printed(&["eval", "--steps", "1", "--", "-1 * linear(0, 1, 2)"]), "1,-0.5\n");
}
