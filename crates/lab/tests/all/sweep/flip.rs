use super::{arms, scored};

/// Arms by rate and seed; which is ahead at its best, and where the other is.
#[test]
fn arms_change_places() {
    let sweep = || arms(&[0.1, 1.0, 10.0], &["a", "b"]).seeds(0..3);
    // b is ahead at its best rate 0.1; a at 1 and 10; with seed 2, a at its best is ahead of b at its best.
    let outcome = scored(sweep(), |arm, rate, seed| match (arm, rate, seed) {
        ("a", 0.1, _) => 0.9,
        ("a", 1.0, 2) => 0.1,
        ("a", 1.0, _) => 0.4,
        ("a", _, _) => 0.8,
        (_, 0.1, _) => 0.3,
        (_, 1.0, _) => 0.5,
        _ => f64::NAN,
    });
    let outcome = outcome.unwrap();
    let [flip] = &outcome.flips[..] else { panic!("{:?}", outcome.flips) };
    assert_eq!((&flip.ahead[..], &flip.behind[..]), ("b", "a"));
    assert_eq!((&flip.rates[..], &flip.seeds[..]), (&[1.0, 10.0][..], &[2][..]));
    let words = "b is ahead of a when each has its best rate; a is ahead at the rates 1.0, 10.0, and with the seed 2";
    assert!(outcome.to_string().contains(words), "{outcome}");
    // An order that always holds, and two arms that are equal.
    let none = scored(sweep(), |arm, rate, _| rate + if arm == "a" { 0.0 } else { 1.0 }).unwrap();
    let same = scored(sweep(), |_, rate, seed| rate + seed as f64).unwrap();
    assert!(none.flips.is_empty() && same.flips.is_empty());
}

/// What halving ended is not compared with what went on.
#[test]
fn ended_runs_are_not_compared() {
    let sweep = arms(&[1.0, 2.0, 3.0], &["a", "b"]).steps(9).halving(3);
    let outcome = sweep.run_with(|member| {
        let best = if member.arm() == "a" { 1.0 } else { 3.0 };
        // Short runs are judged far better than long ones.
        Ok::<_, rappel_lab::LabError>((member.rate() - best).abs() + if member.steps() == 9 { 100.0 } else { 0.0 })
    });
    assert!(outcome.unwrap().flips.is_empty());
}
