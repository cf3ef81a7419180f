use rappel_examples::Usage;

use crate::autoencoder_program::run;
use crate::{Outcome, in_folder};

fn program(arguments: &[&str]) -> Outcome {
    in_folder("autoencoder.svg", arguments, |arguments, mut out| run(arguments, &mut out))
}

/// The two numbers of the last line.
fn judged(out: &str) -> (f64, f64) {
    let line = out.lines().last().unwrap();
    let (error, alike) =
        line.strip_prefix("test error: ").unwrap().split_once(", nearest is of the same digit: ").unwrap();
    (error.parse().unwrap(), alike.strip_suffix(" %").unwrap().parse().unwrap())
}

/// A few steps find more than the mean image (0.0675), and the plane has all ten digits.
#[test]
fn finds_what_images_differ_in() {
    let (out, picture) = program(&["--epochs", "1", "--train", "12800", "--lr", "5e-3"]).unwrap();
    let (error, alike) = judged(&out);
    assert!(error < 0.06 && alike > 20.0, "{out}");
    assert_eq!(picture.unwrap().matches("<circle").count(), 3000 + 10);
}

#[test]
fn a_linear_one_has_one_number_if_one_is_asked_for() {
    let (out, _) =
        program(&["--linear", "--latent", "1", "--epochs", "1", "--train", "25600", "--lr", "0.02"]).unwrap();
    assert!(judged(&out).0 < 0.12, "{out}");
    assert!(program(&["--latent", "0"]).unwrap_err().is::<Usage>());
}
