use rappel_examples::Usage;

use crate::spiral_program::run;
use crate::{Outcome, in_folder};

fn program(arguments: &[&str]) -> Outcome {
    in_folder("spiral.svg", arguments, |arguments, mut out| run(arguments, &mut out))
}

#[test]
fn a_hidden_layer_parts_what_a_linear_map_cannot() {
    let last = |out: &str| -> f64 {
        let line = out.lines().last().unwrap().to_owned();
        line.strip_prefix("accuracy: ").unwrap().strip_suffix(" %").unwrap().parse().unwrap()
    };
    let (out, picture) = program(&["--steps", "300"]).unwrap();
    assert!(last(&out) > 98.0, "{out}");
    assert_eq!(picture.unwrap().matches("<circle").count(), 300 + 3);
    let (out, _) = program(&["--steps", "300", "--hidden", "0"]).unwrap();
    assert!((40.0..60.0).contains(&last(&out)), "{out}");
}

#[test]
fn mistakes_are_told() {
    assert!(program(&["--points", "0"]).unwrap_err().is::<Usage>());
    let e = program(&["--lr", "1e38"]).unwrap_err();
    assert!(e.to_string().contains("the run has diverged"), "{e}");
}
