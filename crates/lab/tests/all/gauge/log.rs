use std::fs;

use proptest::prelude::*;
use rappel_lab::LabError;
use rappel_lab::gauge::{GaugeLog, GroupReading, Line, Noise, Reading};
use tempfile::TempDir;

fn reading(step: u64) -> Reading {
    let all = GroupReading { name: "net".into(), lr: 0.1, ..GroupReading::default() };
    Reading { step, loss: 1.0 / (step + 3) as f64, all, ..Reading::default() }
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn goes_on_where_it_was() {
    let folder = folder();
    let path = folder.path().join("run.jsonl");
    let mut log = GaugeLog::create(&path).unwrap();
    (0..3).for_each(|step| log.write(&reading(step)).unwrap());
    drop(log);
    let (mut log, was) = GaugeLog::resume(&path).unwrap();
    assert_eq!((was.readings.len(), was.cut.is_none()), (3, true));
    log.write(&reading(3)).unwrap();
    log.flush().unwrap();
    assert_eq!(GaugeLog::read(&path).unwrap().readings, [0, 1, 2, 3].map(reading));
    GaugeLog::create(&path).unwrap();
    assert!(GaugeLog::read(&path).unwrap().readings.is_empty());
    let (_, none) = GaugeLog::resume(folder.path().join("new.jsonl")).unwrap();
    assert!(none.readings.is_empty() && none.cut.is_none());
}

/// Cut at every byte: whole lines are read, the cut one is reported with its place, and resuming takes it away and goes on.
#[test]
fn a_cut_last_line_is_reported() {
    let folder = folder();
    let path = folder.path().join("run.jsonl");
    let mut log = GaugeLog::create(&path).unwrap();
    (0..3).for_each(|step| log.write(&reading(step)).unwrap());
    drop(log);
    let whole = fs::read(&path).unwrap();
    let ends: Vec<_> = whole.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(i, _)| i + 1).collect();
    for bytes in 0..=whole.len() {
        fs::write(&path, &whole[..bytes]).unwrap();
        let lines = ends.iter().filter(|end| **end <= bytes).count();
        let cut = bytes > 0 && !ends.contains(&bytes);
        let back = GaugeLog::read(&path).unwrap();
        assert_eq!(back.readings.len(), lines, "{bytes}");
        match &back.cut {
            Some(LabError::Line { path: at, line, .. }) => assert_eq!((at, *line, cut), (&path, lines + 1, true)),
            None => assert!(!cut, "{bytes}"),
            Some(other) => panic!("{other}"),
        }
        let (mut log, again) = GaugeLog::resume(&path).unwrap();
        assert_eq!((again.readings.len(), again.cut.is_some()), (lines, cut));
        log.write(&reading(7)).unwrap();
        drop(log);
        assert_eq!(GaugeLog::read(&path).unwrap().readings.last(), Some(&reading(7)));
    }
}

/// Where there is no room, what was written is whole lines. A limit on the size of files stands in for a full disk; only a process of its
/// own can have one.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_whole_lines() {
    if let Some(path) = std::env::var_os("RAPPEL_FULL_DISK") {
        let mut log = GaugeLog::create(&path).unwrap();
        let full = (0..50).position(|step| log.write(&reading(step)).and_then(|()| log.flush()).is_err()).unwrap();
        assert_eq!(GaugeLog::read(&path).unwrap().readings, (0..full as u64).map(reading).collect::<Vec<_>>());
        assert!(log.flush().is_err(), "the reading that had no room waits on");
        return;
    }
    let folder = folder();
    let path = folder.path().join("run.jsonl");
    let child = std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 2; exec \"$0\" --exact gauge::log::a_full_disk_leaves_whole_lines"])
        .arg(std::env::current_exe().unwrap())
        .env("RAPPEL_FULL_DISK", &path)
        .output()
        .unwrap();
    assert!(child.status.success(), "{child:?}");
    let back = GaugeLog::read(&path).unwrap();
    assert!(!back.readings.is_empty() && back.cut.is_none());
}

#[test]
fn says_what_is_no_reading_and_leaves_it() {
    let folder = folder();
    let path = folder.path().join("run.jsonl");
    let good = serde_json::to_string(&reading(0)).unwrap();
    let text = format!("{good}\n{{\"step\":1}}\n{good}\n{{\"st");
    fs::write(&path, &text).unwrap();
    let errors = [GaugeLog::read(&path).unwrap_err(), GaugeLog::resume(&path).unwrap_err()];
    for error in errors {
        assert!(matches!(error, LabError::Line { line: 2, .. }), "{error}");
        assert!(
            error.to_string().contains("run.jsonl:2: this is no reading of a gauge: missing field `loss`"),
            "{error}"
        );
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn says_which_file() {
    let folder = folder();
    let path = folder.path().join("none").join("run.jsonl");
    let errors = [
        GaugeLog::create(&path).unwrap_err(),
        GaugeLog::read(&path).unwrap_err(),
        GaugeLog::resume(&path).unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(&error, LabError::File { path: at, .. } if *at == path), "{error}");
    }
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Every number comes back as it was, bit for bit; a NaN as a NaN.
    #[test]
    fn nothing_is_lost(x in prop::array::uniform5(number()), finite in prop::array::uniform8(-1e300..1e300_f64), step: u64) {
        let [loss, lr, gradient, update, weights] = x;
        let [l0, l1, s0, s1, v0, v1, v2, v3] = finite;
        let noise = Some(Noise { loss: [v0, v1], slope: [v2, v3], both: [l0, s1] });
        let line = Some(Line { loss: [l0, l1], slope: [s0, s1], noise });
        let all = GroupReading { name: "net".into(), lr, gradient, update, weights, cosine: Some(s0) };
        let groups = vec![all.clone(), GroupReading { name: "a \"b\"\n".into(), ..all.clone() }];
        let was = Reading { step, loss, alpha: Some(s1), line, pull: Some(s1), all, groups };
        let folder = folder();
        let path = folder.path().join("run.jsonl");
        let mut log = GaugeLog::create(&path).unwrap();
        log.write(&was).unwrap();
        log.flush().unwrap();
        let is = GaugeLog::read(&path).unwrap().readings.remove(0);
        let numbers = |r: &Reading| {
            let of = |g: &GroupReading| [g.lr, g.gradient, g.update, g.weights];
            let all = [r.loss].into_iter().chain(of(&r.all)).chain(r.groups.iter().flat_map(of));
            all.map(|x| if x.is_nan() { 0 } else { x.to_bits() }).collect::<Vec<_>>()
        };
        prop_assert_eq!(numbers(&is), numbers(&was));
        prop_assert_eq!((is.line, is.alpha, &is.groups[1].name), (was.line, was.alpha, &was.groups[1].name));
    }
}
