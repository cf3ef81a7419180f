use crate::three_rates_program::{Diverged, RATES, TOO_FAR, Task, descend, run};

/// What the program prints, what it says aside, and why it failed.
fn program(arguments: &[&str]) -> (String, String, Result<(), String>) {
    let (mut out, mut aside) = (Vec::new(), Vec::new());
    let end = run(lexopt::Parser::from_args(arguments), &mut out, &mut aside).map_err(|e| e.to_string());
    (String::from_utf8(out).unwrap(), String::from_utf8(aside).unwrap(), end)
}

fn losses(rate: f64, steps: u64) -> (Vec<f64>, Option<Diverged>) {
    let mut losses = Vec::new();
    let end = descend(rate, steps, |step, loss, _| {
        assert_eq!(step, losses.len() as u64);
        losses.push(loss);
        Ok(())
    });
    (losses, end.unwrap())
}

#[test]
fn published_losses_to_six_digits() {
    let published: [(f64, &[(usize, &str)]); 3] = [
        (0.2, &[(0, "0.307125"), (10, "0.281245"), (100, "0.245746"), (300, "0.179475"), (500, "0.151085")]),
        (0.4169, &[(1, "0.355703"), (2, "0.491466"), (3, "0.706909"), (10, "0.280649"), (100, "0.205724")]),
        (0.5495, &[(0, "0.307125"), (2, "1.11858"), (10, "0.282633"), (100, "0.224801")]),
    ];
    for (rate, points) in published {
        let (losses, _) = losses(rate, 500);
        for &(index, text) in points {
            let digits = text.len() - 2; // after "0."
            assert_eq!(format!("{:.digits$}", losses[index]), text, "rate {rate}, index {index}");
        }
    }
}

#[test]
fn published_sharpness_to_six_digits() {
    let published = [(1, "6.76775"), (100, "7.21146"), (300, "8.98163")];
    let mut measured = Vec::new();
    descend(0.2, 300, |step, _, net| {
        if published.iter().any(|p| p.0 == step) {
            measured.push((step, format!("{:.5}", Task::chebyshev().sharpness(net).unwrap())));
        }
        Ok(())
    })
    .unwrap();
    assert_eq!(measured, published.map(|(step, text)| (step, text.to_owned())));
}

/// Where an eigenvalue below zero has the largest magnitude: the ends of the spectrum are -41.8320 and 40.0332 there, from
/// PyTorch's dense Hessian.
#[test]
fn sharpness_is_the_upper_end_of_the_spectrum() {
    let mut measured = String::new();
    descend(1.0, 3, |_, _, net| {
        measured = format!("{:.4}", Task::chebyshev().sharpness(net).unwrap());
        Ok(())
    })
    .unwrap();
    assert_eq!(measured, "40.0332");
}

#[test]
fn too_high_a_rate_diverges_where_published_and_says_by_how_much() {
    let (losses, diverged) = losses(RATES[2], 500);
    let diverged = diverged.expect("it diverges");
    assert!((158..=178).contains(&diverged.last.0), "{diverged}");
    assert_eq!(losses.len() as u64, diverged.last.0 + 1, "the run stops there");
    assert!(losses.iter().rev().skip(1).all(|loss| *loss <= TOO_FAR) && diverged.last.1 > TOO_FAR);
    let lowest = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!((diverged.lowest.1, losses[diverged.lowest.0 as usize]), (lowest, lowest));
    let factor = RATES[2] * diverged.sharpness / 2.0;
    assert!((1.4..1.8).contains(&factor), "{factor}");
    let message = diverged.to_string();
    assert!(
        message.contains("rate 0.5495 diverges") && message.contains(&format!("by a factor of {factor:.2},")),
        "{message}"
    );
}

#[test]
fn other_rates_do_not_diverge() {
    for rate in [0.0001, RATES[0], RATES[1]] {
        assert_eq!(losses(rate, 500).1, None, "{rate}");
    }
}

#[test]
fn a_rate_beyond_all_measure_ends_without_nans() {
    for rate in [2.0, 1e3, 1e150, 1e300] {
        let (losses, diverged) = losses(rate, 100);
        assert!(losses.iter().all(|loss| loss.is_finite()));
        let diverged = diverged.expect("it diverges");
        assert_eq!(diverged.lowest.0, 0);
        let message = diverged.to_string();
        assert!(!message.contains("NaN") && !message.contains("inf") && message.len() < 500, "{message}");
    }
}

#[test]
fn printed_losses_read_back_as_the_same_bits() {
    let (out, aside, end) = program(&["--rate", "0.5495", "--steps", "300"]);
    assert_eq!(end, Ok(()));
    let (losses, diverged) = losses(0.5495, 300);
    assert_eq!(out.lines().count(), losses.len());
    for ((i, line), loss) in out.lines().enumerate().zip(losses) {
        let (index, text) = line.split_once(' ').unwrap();
        assert_eq!((index.parse(), text.parse::<f64>().map(f64::to_bits)), (Ok(i), Ok(loss.to_bits())));
        let mantissa = text.split_once('e').unwrap().0;
        assert_eq!(mantissa.bytes().filter(u8::is_ascii_digit).count(), 17, "{line}");
    }
    assert_eq!(aside.trim_end(), diverged.unwrap().to_string());
    assert_eq!(program(&["--rate=0.2", "--steps=0"]).0.lines().count(), 1);
    assert_eq!(program(&["--rate", "0.2"]).0.lines().count(), 501);
}

#[test]
fn draws_three_curves() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("picture.svg");
    let (out, aside, end) = program(&["--svg", file.to_str().unwrap()]);
    assert_eq!((end, aside.as_str()), (Ok(()), ""));
    let svg = std::fs::read_to_string(&file).unwrap();
    for part in ["rate 0.2: 0.151 at step 500", "rate 0.4169: 0.1", "rate 0.5495: diverges at step 1"] {
        assert!(svg.contains(part) && out.contains(part), "{part}");
    }
    assert!(out.contains("by a factor of"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn bad_command_lines_are_told_what_was_expected() {
    let number = "expected a number above 0, at most 1e300";
    let whole = "expected a whole number, 0 or more";
    for (arguments, expected) in [
        (&["--rate", "nan"][..], format!("--rate nan: {number}")),
        (&["--rate", "-0.1"], format!("--rate -0.1: {number}")),
        (&["--rate", "0"], format!("--rate 0: {number}")),
        (&["--rate", "inf"], format!("--rate inf: {number}")),
        (&["--rate", "1e301"], format!("--rate 1e301: {number}")),
        (&["--rate", "fast"], format!("--rate fast: {number}")),
        (&["--rate", ""], format!("--rate \"\": {number}")),
        (&["--rate", "0.2", "--steps", "-1"], format!("--steps -1: {whole}")),
        (&["--rate", "0.2", "--steps", "1.5"], format!("--steps 1.5: {whole}")),
        (&["--rate"], "missing argument for option '--rate' (--help lists the flags)".to_owned()),
        (&["--speed", "1"], "invalid option '--speed' (--help lists the flags)".to_owned()),
        (&["0.2"], "unexpected argument \"0.2\" (--help lists the flags)".to_owned()),
        (
            &["--rate", "1", "--svg", "x"],
            "--rate and --svg exclude each other: --rate prints one run, --svg draws the three".to_owned(),
        ),
    ] {
        assert_eq!(program(arguments), (String::new(), String::new(), Err(expected)), "{arguments:?}");
    }
    assert!(program(&["--help"]).0.contains("--rate R"));
}
