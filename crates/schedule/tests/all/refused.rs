//! Everything that is refused, with a schedule that is: by `check`, which needs no clock, or by `bind`.

use rappel_schedule::{
    After, Clock, Ratio, Registry, Schedule, ScheduleError, constant, cosine, empty, epochs, exponential,
    exponential_decay, forever, fraction, harmonic, here, hold, inverse_power, linear, linked, noise, percent,
    polynomial, rest, samples, share, share_length, steps, there, times, tokens, user, warmup,
};

/// A mistake, and words its message must have.
type Row = (Schedule, fn(&ScheduleError) -> bool, &'static [&'static str]);

macro_rules! error {
    ($name:ident) => {
        |e| matches!(e, ScheduleError::$name { .. })
    };
}

fn line() -> Schedule {
    linear(0.0, 1.0, 10)
}

fn found_by_check() -> Vec<Row> {
    vec![
        (hold(f64::NAN, 5), error!(Value), &["hold(nan, 5)", "finite"]),
        (line().clamp(0.0, f64::INFINITY), error!(Value), &["inf"]),
        (share("p", f64::NAN, |p| hold(p, 5)), error!(Value), &["nan"]),
        (line().then(linear(0.0, 1.0, -5)), error!(Duration), &["cannot last -5"]),
        (line().take(0), error!(Duration), &["take(0)"]),
        (line().skip(-1), error!(Duration), &["-1"]),
        (line().hold_every(0), error!(Duration), &["hold_every(0)"]),
        (line().stretch(0), error!(Duration), &["stretch(0)"]),
        (line().stretch(-2), error!(Duration), &["-2"]),
        (share("n", -3.0, |_| hold(1.0, rappel_schedule::Length::Shared("n".into()))), error!(Duration), &["-3"]),
        (exponential(1.0, 0.0, 10), error!(Shape), &["exponential(1, 0, 10)", "0"]),
        (exponential(-1.0, 1.0, 10), error!(Shape), &["above 0, or both below"]),
        (harmonic(0.0, 1.0, 10), error!(Shape), &["harmonic"]),
        (polynomial(1.0, 0.0, 0, 10), error!(Shape), &["above 0"]),
        (inverse_power(1.0, -1, 10), error!(Shape), &["above 0"]),
        (exponential_decay(1.0, 0.0, 10), error!(Shape), &["factor"]),
        (noise(0.1, 0.5, 1), error!(Shape), &["seed"]),
        (line().clamp(1.0, 0.0), error!(Clamp), &["between 1 and 0"]),
        (line().repeat(0), error!(Repeat), &["no times"]),
        (line().repeat(times(3).grow(0)), error!(Repeat), &["grow"]),
        (line().repeat(forever().grow(0.5)), error!(Repeat), &["finite time", "how many"]),
        (line().repeat(forever().decay(2.0)), error!(Repeat), &["no bound"]),
        (line().repeat(times(2).decay(f64::NAN)), error!(Repeat), &["decay"]),
        (percent(60).into_line().then(percent(60).into_line()), error!(OverWhole), &["120 %"]),
        (percent(40).into_line().repeat(3), error!(OverWhole), &["120 %"]),
        (percent(60).into_line().stretch(2), error!(OverWhole), &["120 %"]),
        (percent(120).into_line() * 2.0, error!(OverWhole), &["120 %"]),
        (rest().into_line().then(rest().into_line() * 0.5), error!(TwoRests), &["only one"]),
        (constant(1.0).then(line()), error!(Unreachable), &["hold(v, n)"]),
        (line().repeat(forever()).then(line()), error!(Unreachable), &["never ends"]),
        (cosine(1.0, 0.0, 5).after(After::Continue).then(line()), error!(Unreachable), &["continue"]),
        (empty(), error!(Empty), &["empty"]),
        (empty() * 2.0, error!(Empty), &["empty"]),
        (line().take(5).inclusive(), error!(Inclusive), &["inclusive"]),
        (exponential_decay(1.0, 0.5, 10).inclusive(), error!(Inclusive), &["inclusive"]),
        (line().take(5).after(After::Continue), error!(Continue), &["no formula"]),
        (polynomial(1.0, 0.0, 2, 10).after(After::Continue), error!(Continue), &["no formula"]),
        (line().after(After::Error).then(line()), error!(MisplacedEnd), &["last of all"]),
        (line().after(After::Error) * 2.0, error!(MisplacedEnd), &["last of all"]),
        (linear(here(), 0.0, 10), error!(NoHere), &["`here`"]),
        (linear(there(), 0.0, 10), error!(NoThere), &["`there`"]),
        (line().splice(linear(there(), 0.0, 10)), error!(NoThere), &["splice"]),
        (constant(1.0).splice(line()), error!(EndlessWarmup), &["never ends"]),
        (hold(rappel_schedule::Value::Shared("p".into()), 5), error!(UnknownName), &["let p = .."]),
        (share("rest", 1.0, |p| hold(p, 5)), error!(Name), &["\"rest\""]),
        (share("2x", 1.0, |p| hold(p, 5)), error!(Name), &["digit"]),
        (linked("a b"), error!(Name), &["\"a b\""]),
        (
            share_length("n", epochs(5), |_| hold(rappel_schedule::Value::Shared("n".into()), 5)),
            error!(NotAValue),
            &["n is a length"],
        ),
        (share_length("n", rest(), |n| hold(1.0, n)), error!(SharedRest), &["write `rest`"]),
        ((0..200).fold(line(), |s, _| s.take(9).skip(0)), error!(TooDeep), &["128"]),
    ]
}

fn found_by_bind() -> Vec<Row> {
    vec![
        (linear(0.0, 1.0, epochs(1)), error!(Clock), &["epochs", "Clock::new().epoch"]),
        (linear(0.0, 1.0, samples(1)), error!(Clock), &["batch"]),
        (linear(0.0, 1.0, tokens(1)), error!(Clock), &["tokens"]),
        (linear(0.0, 1.0, fraction(0.5)), error!(Clock), &[".over(steps)"]),
        (linear(0.0, 1.0, rest()), error!(Clock), &[".over(steps)"]),
        (line().skip(10), error!(NothingLeft), &["10 of 10"]),
        (hold(1.0, 1_u64 << 53).then(line()), error!(TooLong), &["2^53"]),
        (line().stretch(1e16), error!(TooLong), &["2^53"]),
        (line().repeat(u32::MAX).repeat(u32::MAX), error!(TooLong), &["2^53"]),
        (hold(1.0, Ratio::new(1, 3).line()).stretch(1e-38), error!(TooFine), &["digits"]),
        (constant(1.0).repeat(3), error!(RepeatedEndless), &["take(n)"]),
        (line().repeat(times(5000).grow(Ratio::new(1001, 1000))), error!(TooFine), &["digits"]),
        (
            line().repeat(times(5000).grow(Ratio::new(1, 1)).decay(0.5)).repeat(times(5000).grow(2)),
            error!(TooLong),
            &["2^53"],
        ),
        (exponential_decay(1.0, 0.5, 10).reverse(), error!(ReversedEndless), &["no known end"]),
        (line().repeat(forever()).reverse(), error!(ReversedEndless), &["no known end"]),
        (line() * linked("lr"), error!(UnknownLink), &["@lr", "Registry::link"]),
        (user("f", [1.0], 10), error!(UnknownFunction), &["user::f", "bind_with"]),
        (
            linear(0.0, 1.0, 10).then(exponential(here(), 0.5, 10)).then(exponential(here(), 0.0, 3)),
            error!(Shape),
            &["0"],
        ),
    ]
}

trait IntoLine {
    fn into_line(self) -> Schedule;
}

impl IntoLine for rappel_schedule::Dur {
    fn into_line(self) -> Schedule {
        linear(0.0, 1.0, self)
    }
}

trait Line {
    fn line(self) -> rappel_schedule::Dur;
}

impl Line for Ratio {
    fn line(self) -> rappel_schedule::Dur {
        steps(self)
    }
}

fn says(schedule: &Schedule, error: &ScheduleError, is: fn(&ScheduleError) -> bool, words: &[&str]) {
    assert!(is(error), "{schedule}: {error:?}");
    let message = error.to_string();
    for word in words {
        assert!(message.contains(word), "{schedule}: {word} is not in {message}");
    }
    assert!(!message.contains('\n') && message.len() < 4000, "{schedule}: {message}");
}

#[test]
fn by_check() {
    for (schedule, is, words) in found_by_check() {
        let error = schedule.check().expect_err(&schedule.to_string());
        says(&schedule, &error, is, words);
        assert_eq!(schedule.bind(&Clock::new().total(1000)).expect_err("as check").to_string(), error.to_string());
    }
}

#[test]
fn by_bind() {
    for (schedule, is, words) in found_by_bind() {
        assert_eq!(schedule.check(), Ok(()), "{schedule}");
        says(&schedule, &schedule.bind(&Clock::new()).expect_err(&schedule.to_string()), is, words);
    }
}

#[test]
fn what_takes_the_rest_of_the_run_where_that_is_not_known() {
    for (schedule, is, words) in [
        (
            linear(0.0, 1.0, rest()).repeat(2),
            error!(RepeatedRest) as fn(&ScheduleError) -> bool,
            &["each time"] as &[&str],
        ),
        (warmup(1.0, 100).then(linear(1.0, 0.0, rest())), error!(NoRest), &["nothing is left"]),
        (line().after(After::Error), error!(EndsEarly), &["ends after 10 steps", "the run has 100"]),
    ] {
        says(&schedule, &schedule.over(100).expect_err(&schedule.to_string()), is, words);
    }
}

#[test]
fn a_step_past_an_end_that_is_an_error() {
    let plan = line().after(After::Error).over(10).expect("as long as the run");
    assert_eq!(plan.try_at_step(9, &plan.state()), Ok(0.9));
    let error = plan.try_at_step(10, &plan.state()).expect_err("past the end");
    assert!(matches!(error, ScheduleError::PastEnd { step: 10, .. }), "{error}");
    assert_eq!(plan.at_step(10), 1.0, "unasked, it holds");
}

#[test]
fn a_tree_too_large_is_refused_in_time() {
    // 4,096 periods of 4,096 periods, each laid out.
    let s = line().repeat(times(40).grow(Ratio::new(1, 2))).repeat(times(60).grow(Ratio::new(1, 2)));
    let s = (0..3).fold(s, |s, _| s.repeat(times(40).grow(Ratio::new(1, 2))));
    let error = s.bind(&Clock::new()).expect_err("millions of parts");
    assert!(matches!(error, ScheduleError::TooManyParts { .. } | ScheduleError::TooFine { .. }), "{error}");
}

#[test]
fn names_are_looked_up_in_the_registry() {
    let registry = Registry::new().function("f", |z, v| v[0] * z);
    let s = user("f", [2.0], 10);
    assert_eq!(s.bind_with(&Clock::new(), &registry).expect("known").at_step(5), 1.0);
    let lr = line().bind(&Clock::new()).expect("valid");
    let s = 1.0 - linked("lr");
    let plan = s.bind_with(&Clock::new(), &Registry::new().link("lr", lr)).expect("known");
    assert_eq!([0, 5, 20].map(|k| plan.at_step(k)), [1.0, 0.5, 0.0]);
}
