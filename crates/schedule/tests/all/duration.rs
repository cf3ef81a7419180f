use rappel_schedule::{Dur, Ratio, Unit, epochs, fraction, percent, rest, samples, steps, tokens};

#[test]
fn plain_integers_are_steps() {
    let five_hundred = steps(500);
    for d in [Dur::from(500_i32), 500_i64.into(), 500_u32.into(), 500_u64.into(), 500_usize.into()] {
        assert_eq!(d, five_hundred);
    }
    assert_eq!((five_hundred.amount(), five_hundred.unit()), (Ratio::from(500), Unit::Steps));
}

#[test]
fn units_keep_their_exact_amount() {
    for (duration, amount, unit, text) in [
        (epochs(2.4), Ratio::new(12, 5), Unit::Epochs, "2.4ep"),
        (samples(1e6), Ratio::from(1_000_000), Unit::Samples, "1000000sp"),
        (tokens(375e6), Ratio::from(375_000_000), Unit::Tokens, "375000000tok"),
        (percent(10), Ratio::new(1, 10), Unit::Run, "10%"),
        (fraction(0.29), Ratio::new(29, 100), Unit::Run, "29%"),
        (fraction(Ratio::new(1, 3)), Ratio::new(1, 3), Unit::Run, "100/3%"),
        (rest(), Ratio::from(1), Unit::Rest, "rest"),
    ] {
        assert_eq!((duration.amount(), duration.unit()), (amount, unit), "{text}");
        assert_eq!(duration.to_string(), text);
    }
}
