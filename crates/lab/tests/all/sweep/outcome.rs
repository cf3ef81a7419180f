use rappel_lab::LabError;
use serde_json::Value;

use super::{arms, scored, sweep, valley};

#[test]
fn tables_say_what_was_found() {
    let outcome = scored(arms(&[0.1, 1.0, 10.0], &["sgd", "adam"]).seeds(0..3), |arm, rate, seed| match (arm, rate) {
        ("sgd", 10.0) if seed == 0 => f64::NAN,
        ("sgd", 10.0) => 0.05,
        ("sgd", _) => 0.5,
        (_, 1.0) => 0.25 + 0.01 * seed as f64,
        _ => f64::INFINITY,
    });
    let text = outcome.unwrap().to_string();
    let expected = "\
a closure: 2 arms, 3 rates (0.1 to 10.0), 3 seeds, 1 step; loss over the last tenth, 1.000 at the start

arm   best rate   median         over seeds         basin  decades  sensitivity
sgd        10.0  0.05000  0.05000 .. diverged  6.15 .. 10.0  >= 0.21       0.3000
adam        1.0   0.2600     0.2500 .. 0.2700  0.794 .. 1.26     0.20       0.4933

rate                    sgd      adam
0.1                  0.5000  diverged
1.0                  0.5000    0.2600
10.0  0.05000 (1 of 3 diverged)  diverged

sgd: the best rate, 10.0, is the highest of the grid: a better one may lie above it
sgd is ahead of adam when each has its best rate; adam is ahead at the rate 1.0, and with the seed 0
";
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words(&text), words(expected), "{text}");
}

#[test]
fn rows_and_objects_hold_every_run() {
    let outcome = sweep().run(&valley()).unwrap();
    let csv = outcome.csv();
    assert_eq!(csv.lines().count(), 1 + 2 * 7 * 2);
    assert!(csv.starts_with("arm,rate,seed,steps,start,score,diverged\n\"sgd\",0.01,0,40,5.5,"));
    let json: Value = serde_json::from_str(&outcome.json()).unwrap();
    assert_eq!(json["runs"].as_array().unwrap().len(), 28);
    assert_eq!(json["arms"][0]["best"]["rate"], 0.1);
    assert_eq!(json["arms"][0]["points"][6]["median"], Value::Null);
    let named = scored(arms(&[0.1], &["adam \"x\", decayed"]), |_, _, _| 0.5).unwrap().csv();
    assert!(named.ends_with("\"adam \"\"x\"\", decayed\",0.1,0,1,1.0,0.5,\n"), "{named}");
}

/// A line for each arm and a mark at its best; no picture where nothing ran to its end.
#[test]
fn charts_show_the_arms() {
    let text = sweep().run(&valley()).unwrap().chart().text(60, 12);
    for word in ["sgd", "adam", "sgd: best (0.1)", "rate", "loss over the last tenth"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let empty = scored(arms(&[0.1, 1.0], &["a"]), |_, _, _| f64::NAN).unwrap();
    assert!(empty.to_string().contains("a: no rate works; try lower ones"), "{empty}");
    assert!(!empty.chart().text(60, 12).contains("best"));
    let halved = arms(&[0.1, 1.0], &["a"]).steps(4).halving(2).run_with(|m| Ok::<_, LabError>(m.rate())).unwrap();
    assert!(halved.to_string().contains("1.000 at step 2"), "{halved}");
}
