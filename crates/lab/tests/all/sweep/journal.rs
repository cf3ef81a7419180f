use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use rappel_lab::optim::Sgd;
use rappel_lab::problems::Quadratic;
use rappel_lab::sweep::{Measure, Outcome, Run, Sweep};
use rappel_lab::{LabError, Problem};

use super::{sweep, valley};

/// Runs the sweep on a journal; also gives how many runs were made.
fn run(sweep: Sweep<f64>, path: &Path) -> (Result<Outcome, LabError>, usize) {
    let made = std::sync::Arc::new(AtomicUsize::new(0));
    let count = made.clone();
    let sweep = sweep.journal(path).watch(move |_, _, _| {
        count.fetch_add(1, Ordering::Relaxed);
    });
    (sweep.run(&valley()), made.load(Ordering::Relaxed))
}

/// The two outcomes but for what the journal said.
fn same(a: &Outcome, b: &Outcome) -> bool {
    a.json() == b.json() && a.runs == b.runs
}

#[test]
fn a_finished_sweep_is_not_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.jsonl");
    for halving in [false, true] {
        let new = || if halving { sweep().halving(2) } else { sweep() };
        let _ = fs::remove_file(&path);
        let (first, made) = run(new(), &path);
        let (first, text) = (first.unwrap(), fs::read_to_string(&path).unwrap());
        assert_eq!((text.lines().count(), first.resumed, first.cut), (made + 1, 0, None));
        let (second, again) = run(new(), &path);
        let second = second.unwrap();
        assert_eq!((again, second.resumed, second.cut), (0, made, None));
        assert!(same(&first, &second));
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert!(same(&new().run(&valley()).unwrap(), &first));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Cut anywhere, as by a kill, and gone on with: the outcome is that of one go, every run is in the journal once, and only those are made
    /// that it had lost.
    #[test]
    fn a_journal_cut_anywhere_is_gone_on_with(at in 0.0_f64..1.0, halving in any::<bool>(), threads in 1_usize..4) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("runs.jsonl");
        let new = || (if halving { sweep().halving(2) } else { sweep() }).threads(threads);
        let (whole, all) = run(new(), &path);
        let whole = whole.unwrap();
        let bytes = fs::read(&path).unwrap();
        let cut = &bytes[..(at * bytes.len() as f64) as usize];
        fs::write(&path, cut).unwrap();
        let kept = cut.iter().filter(|b| **b == b'\n').count();
        let (outcome, made) = run(new(), &path);
        let outcome = outcome.unwrap();
        prop_assert!(same(&outcome, &whole));
        prop_assert_eq!(made, all - kept.saturating_sub(1));
        let mid_line = !cut.is_empty() && !cut.ends_with(b"\n");
        prop_assert_eq!(outcome.cut, mid_line.then_some(kept + 1));
        let text = fs::read_to_string(&path).unwrap();
        let mut runs: Vec<Run> = text.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
        runs.sort_by_key(|run| (run.member, run.steps));
        runs.dedup_by_key(|run| (run.member, run.steps));
        prop_assert_eq!((text.lines().count(), runs.len()), (all + 1, all));
    }
}

/// Each setting that changes a run is compared.
#[test]
fn the_journal_of_another_sweep_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.jsonl");
    run(sweep(), &path).0.unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let table: [(Sweep<f64>, &str); 8] = [
        (sweep().steps(41), "rungs: [40] there, [41] here"),
        (sweep().seeds(0..3), "seeds: [0,1] there, [0,1,2] here"),
        (sweep().halving(2), "halving: null there, 2 here"),
        (sweep().measure(Measure::Whole), "measure: \"tail\" there, \"whole\" here"),
        (sweep().blow_up(5.0), "blow_up: 1000.0 there, 5.0 here"),
        (sweep().about("mine"), "problem: \"quadratic\" there, \"mine\" here"),
        (sweep().arm("more", |lr| Box::new(Sgd::new(lr))), "arms: "),
        (Sweep::new_in("0.1, 1".parse().unwrap()).arm("sgd", |lr| Box::new(Sgd::new(lr))), "rates: "),
    ];
    for (other, why) in table {
        let error = run(other, &path).0.unwrap_err();
        assert!(matches!(error, LabError::Line { line: 1, .. }) && error.to_string().contains(why), "{why}: {error}");
    }
    let other = Quadratic::new(&[1.0, 11.0]);
    let error = sweep().journal(&path).run(&other as &dyn Problem<f64>).unwrap_err().to_string();
    assert!(error.contains("first_loss: 5.5 there, 6.0 here"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), text, "it is left as it was");
}

/// What is no journal, or was changed by hand, is refused with its line, and left as it was.
#[test]
fn what_is_no_journal_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.jsonl");
    run(sweep(), &path).0.unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let joined = |lines: &[&str]| lines.join("\n") + "\n";
    let table: [(String, usize, &str); 9] = [
        ("notes".into(), 1, "no journal of a sweep"),
        ("notes\n".into(), 1, "no journal of a sweep"),
        ("{}\n".into(), 1, "no journal of a sweep"),
        (lines[0][..20].to_owned() + "!", 1, "no journal of a sweep"),
        (joined(&[lines[0], lines[1], "{\"member\":3", lines[2]]), 3, "this is no run"),
        (joined(&[lines[0], lines[1], lines[2], lines[1]]), 4, "is here twice"),
        (joined(&[lines[0], &lines[1].replace("\"seed\":", "\"seed\":7")]), 2, "none of this sweep's"),
        (joined(&[lines[0], &lines[1].replace("\"steps\":40", "\"steps\":39")]), 2, "none of this sweep's"),
        (joined(&[lines[0], &lines[1].replace("\"member\":", "\"member\":99")]), 2, "none of this sweep's"),
    ];
    for (text, at, why) in table {
        fs::write(&path, &text).unwrap();
        let error = run(sweep(), &path).0.unwrap_err();
        assert!(matches!(error, LabError::Line { line, .. } if line == at), "{why}: {error}");
        assert!(error.to_string().contains(why), "{why}: {error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "{why}");
    }
    // Bytes that are no text.
    for (bytes, at, why) in [
        (vec![0xff, 0xfe, b'\n'], 1, "no journal of a sweep"),
        ([lines[0].as_bytes(), b"\n\"\xff\"\n"].concat(), 2, "remove this line"),
    ] {
        fs::write(&path, bytes).unwrap();
        let error = run(sweep(), &path).0.unwrap_err();
        assert!(
            matches!(error, LabError::Line { line, .. } if line == at) && error.to_string().contains(why),
            "{error}"
        );
    }
}

/// A first line that was cut within a character is still the beginning of this journal.
#[test]
fn a_first_line_cut_anywhere_is_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.jsonl");
    let new = || sweep().about("Täler λ");
    run(new(), &path).0.unwrap();
    let bytes = fs::read(&path).unwrap();
    let first = bytes.iter().position(|b| *b == b'\n').unwrap();
    for cut in 1..=first {
        fs::write(&path, &bytes[..cut]).unwrap();
        let (outcome, made) = run(new(), &path);
        assert_eq!((outcome.unwrap().cut, made), (Some(1), 28), "cut after {cut} bytes");
    }
}

/// On a disk that is full the journal ends with a whole line, so that what other threads write after it is a line too. A limit on the size
/// of files stands in for the disk; only a process of its own can have one.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_whole_lines() {
    if let Some(path) = std::env::var_os("RAPPEL_FULL_DISK") {
        let error = run(sweep().threads(1), Path::new(&path)).0.unwrap_err();
        assert!(matches!(error, LabError::File { .. }), "{error}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.jsonl");
    let child = std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 4; exec \"$0\" --exact sweep::journal::a_full_disk_leaves_whole_lines"])
        .arg(std::env::current_exe().unwrap())
        .env("RAPPEL_FULL_DISK", &path)
        .output()
        .unwrap();
    assert!(child.status.success(), "{child:?}");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.lines().count() > 1 && text.ends_with('\n'), "{text}");
    let (outcome, made) = run(sweep(), &path);
    let outcome = outcome.unwrap();
    assert_eq!((outcome.cut, outcome.resumed, made), (None, text.lines().count() - 1, 29 - text.lines().count()));
    assert!(same(&outcome, &sweep().run(&valley()).unwrap()));
}

/// Two sweeps cannot write one journal at a time; a folder is none.
#[test]
fn a_journal_has_one_writer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.jsonl");
    let inner = path.clone();
    let outer = sweep().threads(1).journal(&path).watch(move |run, _, _| {
        if run.member == 0 {
            let error = sweep().journal(&inner).run(&valley()).unwrap_err();
            assert!(error.to_string().contains("another sweep is writing this journal"), "{error}");
        }
    });
    outer.run(&valley()).unwrap();
    assert!(matches!(run(sweep(), folder.path()).0, Err(LabError::File { .. })));
    assert!(matches!(run(sweep(), &folder.path().join("no/such.jsonl")).0, Err(LabError::File { .. })));
}

/// A failed run leaves those that were done in the journal.
#[test]
fn what_was_done_before_a_failure_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.jsonl");
    let attempt = |broken: bool| {
        let sweep = super::arms(&[0.1, 0.2, 0.3], &["a"]).threads(1).journal(&path);
        sweep.run_with(|member| if broken && member.rate() == 0.3 { Err("no") } else { Ok(member.rate()) })
    };
    assert!(attempt(true).is_err());
    assert_eq!(attempt(false).unwrap().resumed, 2);
}
