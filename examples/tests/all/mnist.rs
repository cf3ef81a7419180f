use std::fs;
use std::path::Path;

use rappel_examples::Usage;

use crate::mnist_program::run;

/// What the program prints, or why it failed.
fn program(arguments: &[&str]) -> Result<String, anyhow::Error> {
    let mut out = Vec::new();
    run(lexopt::Parser::from_args(arguments), &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

/// A folder of IDX files: images in which the place of the bright row tells the class.
fn images(folder: &Path, train: u32, test: u32, side: u32) {
    for (part, count) in [("train", train), ("t10k", test)] {
        let mut images = [[0, 0, 8, 3], count.to_be_bytes(), side.to_be_bytes(), side.to_be_bytes()].concat();
        let mut labels = [[0, 0, 8, 1], count.to_be_bytes()].concat();
        for i in 0..count {
            let class = i % 10;
            labels.push(class as u8);
            for pixel in 0..side * side {
                let noise = (i * 31 + pixel * 17) % 64;
                images.push(if pixel / side == class { 255 } else { noise as u8 });
            }
        }
        fs::write(folder.join(format!("{part}-images-idx3-ubyte")), images).unwrap();
        fs::write(folder.join(format!("{part}-labels-idx1-ubyte")), labels).unwrap();
    }
}

#[test]
fn learns_saves_and_repeats_itself_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    images(folder.path(), 640, 100, 28);
    let data = folder.path().to_str().unwrap();
    let train = |name: &str, more: &[&str]| {
        let file = folder.path().join(name);
        let common = ["--data-dir", data, "--epochs", "3", "--save", file.to_str().unwrap()];
        let out = program(&[&common[..], more].concat()).unwrap();
        (out, fs::read(file).unwrap())
    };
    for optimizer in ["adam", "sgd"] {
        let flag = ["--optimizer", optimizer];
        let (out, weights) = train("one", &[&flag[..], &["--threads", "1"]].concat());
        assert_eq!(out.lines().last(), Some("test accuracy: 100.00 %"), "{out}");
        assert_eq!(out.lines().filter(|line| line.starts_with("epoch ")).count(), 3, "{out}");
        let text = String::from_utf8_lossy(&weights).into_owned();
        for part in [
            "\"fc1.weight\"",
            "[128,784]",
            "\"fc1.bias\"",
            "[128]",
            "\"fc2.weight\"",
            "[10,128]",
            "\"fc2.bias\"",
            "[10]",
        ] {
            assert!(text.contains(part), "{part} is not in the file");
        }
        assert!(weights == train("two", &[&flag[..], &["--threads", "2"]].concat()).1, "{optimizer} on two threads");
        assert!(weights != train("other", &[&flag[..], &["--seed", "43"]].concat()).1, "another seed");
    }
}

#[test]
fn short_runs_and_odd_sizes_train() {
    let folder = tempfile::tempdir().unwrap();
    images(folder.path(), 3, 2, 10);
    let data = folder.path().to_str().unwrap();
    for (epochs, batch) in [("1", "1"), ("1", "2"), ("1", "64"), ("2", "3"), ("1", "18446744073709551615"), ("7", "3")]
    {
        let out = program(&["--data-dir", data, "--epochs", epochs, "--batch-size", batch, "--hidden", "1"]).unwrap();
        assert!(out.lines().last().unwrap().starts_with("test accuracy: "), "{out}");
    }
    let out = program(&["--data-dir", data, "--epochs", "0"]).unwrap();
    assert_eq!(out.lines().count(), 1, "{out}");
}

#[test]
fn a_run_that_diverges_says_so_and_saves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    images(folder.path(), 64, 10, 10);
    let (data, file) = (folder.path().to_str().unwrap(), folder.path().join("weights"));
    let flags = ["--data-dir", data, "--optimizer", "sgd", "--lr", "1e38", "--batch-size", "8", "--epochs", "9"];
    let e = program(&[&flags[..], &["--save", file.to_str().unwrap()]].concat()).unwrap_err().to_string();
    assert!(e.contains("the run has diverged; try a lower rate than --lr 1e38"), "{e}");
    assert!(!file.exists());
}

#[test]
fn bad_data_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let why = |data: &str| program(&["--data-dir", data, "--epochs", "1"]).unwrap_err().to_string();
    assert!(why("no/such/folder").starts_with("no/such/folder: no such file or folder"));
    assert!(why(data).contains("train-images-idx3-ubyte: no such file"));
    images(folder.path(), 20, 10, 10);
    let labels = folder.path().join("t10k-labels-idx1-ubyte");
    for (bytes, expected) in [
        (&b""[..], "holds 0 bytes; expected an IDX header"),
        (b"not an IDX file", "expected an IDX file, which begins with 00 00"),
        (&[0, 0, 8, 1, 0, 0, 0, 10, 1], "holds 1 values; expected 10"),
        (&[0, 0, 8, 1, 0, 0, 0, 1, 1], "holds 10 images"),
        (&[0, 0, 8, 1, 0, 0, 0, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "the label of row 9 is 10"),
    ] {
        fs::write(&labels, bytes).unwrap();
        let e = why(data);
        assert!(e.contains("t10k-labels-idx1-ubyte") && e.contains(expected), "{e}");
    }
}

#[test]
fn a_result_that_could_not_be_saved_is_refused_before_the_work() {
    let e = program(&["--save", "no/such/folder/weights"]).unwrap_err().to_string();
    assert_eq!(e, "no/such/folder/weights: cannot be written: there is no folder no/such/folder");
}

#[test]
fn bad_command_lines_are_told_what_was_expected() {
    for (flag, values, expected) in [
        ("--epochs", &["-1", "1.5", "many", "100001"][..], "a whole number from 0 to 100000"),
        ("--batch-size", &["0", "-1", "64.0"], "a whole number, 1 or more"),
        ("--lr", &["nan", "-1", "0", "inf", "1e999", "fast"], "a number above 0"),
        ("--hidden", &["0", "-1", "65537"], "a whole number from 1 to 65536"),
        ("--optimizer", &["Adam", "lamb"], "adam or sgd"),
        ("--seed", &["-1", "18446744073709551616"], "a whole number from 0 to 2^64 - 1"),
        ("--threads", &["0", "-1", "1025"], "a whole number from 1 to 1024"),
    ] {
        for value in values {
            let e = program(&[flag, value]).unwrap_err();
            assert!(e.is::<Usage>());
            assert_eq!(e.to_string(), format!("{flag} {value}: expected {expected}"));
        }
    }
    assert_eq!(program(&["--fast"]).unwrap_err().to_string(), "invalid option '--fast' (--help lists the flags)");
    assert!(program(&["--help"]).unwrap().contains("--data-dir FOLDER"));
}
