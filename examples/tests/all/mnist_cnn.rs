use rappel_examples::Usage;

use crate::mnist_cnn_program::run;
use crate::{Outcome, in_folder};

fn program(arguments: &[&str]) -> Outcome {
    in_folder("mnist_cnn.svg", arguments, |arguments, mut out| run(arguments, &mut out))
}

/// A few steps, then the table, the picture of what is read wrong, and the weights under PyTorch's names.
#[test]
fn learns_and_shows_what_it_reads_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("net.safetensors");
    let (out, picture) =
        program(&["--epochs", "1", "--train", "2560", "--lr", "0.01", "--save", file.to_str().unwrap()]).unwrap();
    assert!(out.contains("BatchNorm2d(16)"), "{out}");
    let last = out.lines().last().unwrap();
    let right: f64 = last.strip_prefix("test accuracy: ").unwrap().strip_suffix(" %").unwrap().parse().unwrap();
    assert!(right > 80.0, "{out}");
    let picture = picture.unwrap();
    let wrong = (10_000.0 * (1.0 - right / 100.0)).round();
    assert!(picture.contains(&format!("{wrong} of 10000 test images are read wrong; the 60 the net is surest of")));
    assert_eq!(picture.matches(" as ").count(), 60);
    let weights = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
    for name in ["\"0.weight\"", "\"1.running_mean\"", "\"1.num_batches_tracked\"", "\"9.weight\"", "\"12.bias\""] {
        assert!(weights.contains(name), "{name}");
    }
}

#[test]
fn mistakes_are_told_before_the_work_begins() {
    let e = program(&["--train", "0"]).unwrap_err();
    assert!(e.is::<Usage>(), "{e}");
    let e = program(&["--svg", "no/such/folder/x.svg"]).unwrap_err();
    assert!(e.to_string().contains("no/such/folder"), "{e}");
}
