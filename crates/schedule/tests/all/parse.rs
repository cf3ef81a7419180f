use rappel_schedule::{
    After, Dur, EntryKind, Length, Ratio, Schedule, constant, cosine, cosine_knots, empty, epochs, exponential_decay,
    forever, fraction, here, hold, inverse_sqrt, knots, linear, linked, log_knots, names, noise, percent, polynomial,
    rest, samples, share, share_length, steps, table, there, times, tokens, user, user_steps, warmup,
};

fn read(text: &str) -> Schedule {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn text_says_what_the_builder_says() {
    let a = || linear(0.0, 1.0, 10);
    let b = || cosine(1.0, 0.0, 90);
    for (text, s) in [
        ("0.1", constant(0.1)),
        ("-0.1", constant(-0.1)),
        ("- -1", constant(1.0)),
        ("+1e-3", constant(1e-3)),
        (".5", constant(0.5)),
        ("5.", constant(5.0)),
        ("1_000.000_1", constant(1000.0001)),
        ("1/3", constant(1.0 / 3.0)),
        ("0.1000000000000000055511151231257827", constant(0.1)),
        ("3.14159265358979323846264338327950288419716939937510", constant(std::f64::consts::PI)),
        ("constant(2)", constant(2.0)),
        ("linear(0, 1, 10)", a()),
        ("linear(0, 1, length=10)", a()),
        ("linear(to=1, length=10, from=0,)", a()),
        (" linear ( 0,\n\t1, # the end\n 10 ) # all", a()),
        ("linear(0,1,10)>>cosine(1,0,90)", a().then(b())),
        ("(linear(0, 1, 10) >> cosine(1, 0, 90)) >> 2", a().then(b()).then(2.0)),
        ("linear(0, 1, 10) >> (cosine(1, 0, 90) >> 2)", a().then(b()).then(2.0)),
        ("linear(0, 1, 10) + 1 >> 2 * cosine(1, 0, 90)", (a() + 1.0).then(2.0 * b())),
        ("1 + 2 * linear(0, 1, 10) * 3 + 4", 1.0 + Schedule::from(2.0) * a() * 3.0 + 4.0),
        ("(1 + 2) * linear(0, 1, 10)", (Schedule::from(1.0) + 2.0) * a()),
        ("linear(0, 1, 10) - cosine(1, 0, 90)", a() - b()),
        ("1 - 0.5 * @lr", 1.0 - 0.5 * linked("lr")),
        ("1 - 2 - 3", Schedule::from(1.0) - 2.0 - 3.0),
        ("-linear(0, 1, 10) * 2", -a() * 2.0),
        ("-linear(0, 1, 10).take(5)", -(a().take(5))),
        ("empty", empty()),
        ("empty >> linear(0, 1, 10)", a()),
        ("linear(0, 1, 2.4ep)", linear(0.0, 1.0, epochs(2.4))),
        ("linear(0, 1, 1e6sp)", linear(0.0, 1.0, samples(1e6))),
        ("linear(0, 1, 2e9tok)", linear(0.0, 1.0, tokens(2e9))),
        ("linear(0, 1, 29%)", linear(0.0, 1.0, fraction(0.29))),
        ("linear(0, 1, 100/3%)", linear(0.0, 1.0, fraction(Ratio::new(1, 3)))),
        ("linear(0, 1, 1/3 of the run)", linear(0.0, 1.0, fraction(Ratio::new(1, 3)))),
        ("linear(0, 1, 1/3ep)", linear(0.0, 1.0, epochs(Ratio::new(1, 3)))),
        ("linear(0, 1, 100/3)", linear(0.0, 1.0, steps(Ratio::new(100, 3)))),
        ("linear(0, 1, -5)", linear(0.0, 1.0, -5)),
        ("linear(0, 1, -5%)", linear(0.0, 1.0, percent(-5))),
        ("linear(0, 1, inf)", linear(0.0, 1.0, steps(f64::INFINITY))),
        ("linear(0, 1, nan%)", linear(0.0, 1.0, percent(f64::NAN))),
        ("linear(0, 1, -infep)", linear(0.0, 1.0, epochs(f64::NEG_INFINITY))),
        ("linear(0, 1, rest)", linear(0.0, 1.0, rest())),
        ("cosine(linear(1, 0.5, 100), 0, 100)", cosine(linear(1.0, 0.5, 100), 0.0, 100)),
        ("cosine(1, 0, 10).inclusive()", cosine(1.0, 0.0, 10).inclusive()),
        ("cosine(1, 0, 10).after(continue)", cosine(1.0, 0.0, 10).after(After::Continue)),
        ("cosine(1, 0, 10).after(\"error\")", cosine(1.0, 0.0, 10).after(After::Error)),
        ("cosine(1, 0, 10).after(repeat)", cosine(1.0, 0.0, 10).repeat(forever())),
        ("cosine(1, 0, 10).after(hold)", cosine(1.0, 0.0, 10)),
        ("warmup(1, 10).splice(linear(1, 0, 100))", warmup(1.0, 10).splice(linear(1.0, 0.0, 100))),
        ("linear(0, there, 10).splice(1)", linear(0.0, there(), 10).splice(1.0)),
        ("warmup(1, 10).prefix(2)", warmup(1.0, 10).then(2.0)),
        ("warmup(1, 10).product(2)", warmup(1.0, 10) * 2.0),
        ("linear(0, 1, 10).then(linear(here, 0, 10))", a().then(linear(here(), 0.0, 10))),
        ("linear(0, 1, 10).then_from_here(linear(here, 0, 10))", a().then(linear(here(), 0.0, 10))),
        ("linear(0, 1, 10).decay_from(5, linear(here, 0, 10))", a().decay_from(5, |h| linear(h, 0.0, 10))),
        ("linear(0, 1, 10).min(0.5)", a().min(0.5)),
        ("linear(0, 1, 10).min(0.5, @lr)", a().min(0.5).min(linked("lr"))),
        ("linear(0, 1, 10).min(0.5).max(0.1)", a().min(0.5).max(0.1)),
        ("linear(0, 1, 10).scale(2)", a().scale(2.0)),
        ("linear(0, 1, 10).offset(2)", a().offset(2.0)),
        ("linear(0, 1, 10).clamp(high=2, low=1)", a().clamp(1.0, 2.0)),
        (
            "linear(0, 1, 10).skip(3).take(2ep).stretch(2/3).reverse()",
            a().skip(3).take(epochs(2)).stretch(Ratio::new(2, 3)).reverse(),
        ),
        ("linear(0, 1, 10).repeat(3)", a().repeat(3)),
        ("linear(0, 1, 10).repeat(forever, decay=0.5)", a().repeat(forever().decay(0.5))),
        ("linear(0, 1, 10).repeat(3, grow=1.5)", a().repeat(times(3).grow(1.5))),
        ("linear(0, 1, 10).hold_every(1/2)", a().hold_every(steps(0.5))),
        ("let p = 1e-3 in warmup(p, 5) >> p", share("p", 1e-3, |p| warmup(p.clone(), 5).then(p))),
        ("let n = 5ep in hold(1, n)", share_length("n", epochs(5), |n| hold(1.0, n))),
        ("let n = 5 in hold(1, n)", share_length("n", 5, |n| hold(1.0, n))),
        (
            "let n = 100/3 in hold(n, n)",
            share_length("n", steps(Ratio::new(100, 3)), |n| hold(rappel_schedule::Value::Shared("n".into()), n)),
        ),
        ("2 * (let p = 1 in p)", 2.0 * share("p", 1.0, Schedule::from)),
        ("linear(let p = 1 in p, 0, 10)", linear(share("p", 1.0, Schedule::from), 0.0, 10)),
        ("user::rex(1, length=100)", user("rex", [1.0], 100)),
        ("user::wave(0.1, 2)", user_steps("wave", [0.1, 2.0])),
        ("user::one()", user_steps::<f64>("one", [])),
        ("knots(0, [(10, 1), (90%, 0.1)])", knots(0.0, [(Length::from(10), 1.0), (percent(90).into(), 0.1)])),
        ("cosine_knots(0, [(10, 1)])", cosine_knots(0.0, [(10, 1.0)])),
        ("log_knots(from=1, to=[(10, 2), (5, 1)])", log_knots(1.0, [(10, 2.0), (5, 1.0)])),
        ("table(30ep, [0.1, 0.01, 0.001])", table(epochs(30), [0.1, 0.01, 0.001])),
        ("polynomial(1, 0, 2, 10) + noise(0.1, 42, 1)", polynomial(1.0, 0.0, 2.0, 10) + noise(0.1, 42, 1)),
        ("inverse_sqrt(1, timescale=5)", inverse_sqrt(1.0, 5)),
        ("exponential_decay(1, 0.5, every=1ep)", exponential_decay(1.0, 0.5, epochs(1))),
        ("(5).take(3)", Schedule::from(5.0).take(3)),
        ("5.take(3)", Schedule::from(5.0).take(3)),
        ("adaptive::mine(0.1, 2) * linear(0, 1, 10)", read("adaptive::mine(0.1, 2)") * a()),
    ] {
        assert_eq!(read(text), s, "{text}");
        // And what is printed is read back.
        assert_eq!(read(&s.to_string()), s, "{s}");
    }
    assert_eq!(read("-0").to_string(), "-0");
}

#[test]
fn lengths_are_read_by_themselves() {
    for (text, duration) in
        [("500", steps(500)), ("1/3", steps(Ratio::new(1, 3))), ("2.5ep", epochs(2.5)), ("rest", rest())]
    {
        assert_eq!(text.parse::<Dur>().unwrap(), duration);
        assert_eq!(text.parse::<Length>().unwrap(), duration.into());
    }
    assert_eq!("n".parse::<Length>().unwrap(), Length::Shared("n".into()));
    assert_eq!(
        "n".parse::<Dur>().unwrap_err().message(),
        "this is `n`, not a length, such as `500`, `3ep`, `10%` or `rest`"
    );
}

#[test]
fn an_error_says_what_and_where() {
    // The place is the one under `^`.
    for (text, place, message) in [
        ("", "^", "expected a schedule or a number, found the end"),
        ("1 2", "  ^", "expected an operator or the end, found `2`"),
        ("linear(0, 1", "           ^", "expected `,` or `)`, found the end"),
        ("linear(0, 1, 10) >>", "                   ^", "expected a schedule or a number, found the end"),
        (
            "linear(0, 1, 10) / 2",
            "                 ^",
            "expected an operator or the end, found `/`; only numbers are divided, so instead of `/ 2` write `* 0.5`",
        ),
        (
            "linear(0, 1, 5epochs)",
            "              ^^^^^^",
            "`epochs` is no unit: a length is counted in steps, `ep`, `sp`, `tok` or `%`",
        ),
        ("10 %", "   ^", "`%` means nothing here: `%` stands directly behind a number"),
        ("1/0", "  ^", "a fraction is of a number above zero"),
        ("1/x", "  ^", "expected a number to divide by, found `x`"),
        ("cosin(1, 0, 10)", "^^^^^", "there is no `cosin`; did you mean `cosine`?"),
        ("Linear(1, 0, 10)", "^^^^^^", "there is no `Linear`; did you mean `linear`?"),
        ("wibble(1)", "^^^^^^", "there is no `wibble`"),
        ("take(1)", "^^^^", "`take` is said of a schedule: `a.take(..)`"),
        ("linear(1, 0, 10).tke(5)", "                 ^^^", "a schedule has no `.tke(..)`; did you mean `take`?"),
        ("linear(1, 0)", "^^^^^^", "`linear` needs `length`"),
        (
            "linear(1, 0, lenght=10)",
            "                    ^^",
            "`linear` has no parameter `lenght`; did you mean `length`?",
        ),
        ("linear(1, 0, 10, 20)", "                 ^^", "`linear` takes from, to, length here and no more"),
        ("linear(1, 0, 10, by=2)", "                    ^", "`linear` has no parameter `by`; it has from, to, length"),
        (
            "linear(1, from=2, to=0, length=10)",
            "               ^",
            "`from` is given twice, by its place and by its name",
        ),
        ("linear(from=1, from=2)", "               ^^^^", "`from` is given twice"),
        ("linear(from=1, 2, 3)", "               ^", "an argument without a name cannot follow one with a name"),
        ("linear(1, 0, 10).reverse(1)", "                         ^", "`reverse` takes nothing in the brackets"),
        (
            "linear(1, 0, \"10\")",
            "             ^^^^",
            "this is a text, not a length, such as `500`, `3ep`, `10%` or `rest`",
        ),
        ("linear(1, 3ep, 10)", "          ^^^", "this is a length, not a value or a schedule"),
        ("rest", "^^^^", "this is `rest`, a length, not a schedule"),
        ("linear(p, 0, 10)", "       ^", "nothing is called `p` here"),
        (
            "let peak = 1 in linear(peek, 0, 10)",
            "                       ^^^^",
            "nothing is called `peek` here; did you mean `peak`?",
        ),
        ("cosine", "^^^^^^", "nothing is called `cosine` here; it is written `cosine(from, to, length)`"),
        ("let in = 1 in 2", "    ^^", "`in` has a meaning of its own and cannot be given another"),
        (
            "let p = linear(0, 1, 2) in p",
            "        ^^^^^^",
            "a name is given to a number or a length, as in `let n = 5ep in ..`",
        ),
        ("let p = 1 p", "          ^", "expected `in`, found `p`"),
        ("1 >> let p = 1 in p", "     ^^^", "a `let` in the middle stands in brackets: `a >> (let p = 1 in b)`"),
        ("hold(1, 5).repeat(1.5)", "                  ^^^", "this must be a whole number from 0 to 4294967295"),
        ("hold(1, 5).repeat(-1)", "                  ^^", "this must be a whole number from 0 to 4294967295"),
        ("hold(1, 5).after(stop)", "                 ^^^^", "`what` is one of `hold`, `repeat`, `continue`, `error`"),
        (
            "hold(1, 5).after(eror)",
            "                 ^^^^",
            "`what` is one of `hold`, `repeat`, `continue`, `error`; did you mean `error`?",
        ),
        ("hold(1, 5).after()", "           ^^^^^", "`after` needs `what`"),
        ("hold(1, 5).until(3)", "                 ^", "this is a number, not a rule, such as `stable()`"),
        ("\"open", "^^^^^", "this text has no closing quote"),
        ("'a\\z'", "  ^^", "behind `\\` stands one of `n`, `t`, `r`, `\\` and the quotes"),
        ("()", "^^", "there is nothing in the brackets; what lasts no time is `empty`"),
        ("[1]", "^^^", "this is a list, not a schedule"),
        ("@", " ^", "expected the name of a quantity, found the end"),
        ("1 ? 2", "  ^", "`?` means nothing here"),
        ("1\t+ §", " \t  ^", "`§` means nothing here"),
        ("\"µ§\" § 1", "     ^", "`§` means nothing here"),
        ("torch::StepLR", "             ^", "expected `(`, found the end"),
    ] {
        let error = match text.parse::<Schedule>() {
            Ok(s) => panic!("{text} reads as {s}"),
            Err(error) => error.to_string(),
        };
        assert_eq!(error, format!("{message}\n  {text}\n  {place}"));
    }
}

#[test]
fn an_error_in_a_long_text_shows_its_surroundings() {
    let error = "warmup(1, 10)\n    >> cosin(1, 0, 90)\n    >> 1".parse::<Schedule>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no `cosin`; did you mean `cosine`? (line 2)\n      >> cosin(1, 0, 90)\n         ^^^^^"
    );
    let long = format!("{}? + {}", "1 + ".repeat(1000), "1 + ".repeat(1000));
    let error = long.parse::<Schedule>().unwrap_err().to_string();
    let lines: Vec<&str> = error.lines().collect();
    assert!(lines[1].starts_with("  ...") && lines[1].ends_with("...") && lines[1].len() < 150, "{error}");
    assert_eq!(lines[1].as_bytes()[lines[2].find('^').unwrap()], b'?');
}

#[test]
fn depth_and_length_have_limits() {
    for text in [
        format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000)),
        format!("{}1", "let p = 1 in ".repeat(100_000)),
        format!("hold(1, 5){}", ".take(1)".repeat(100_000)),
        format!("{}1", "linear(".repeat(100_000)),
        format!("{}1", "[".repeat(100_000)),
        format!("{}1", "1 >> (".repeat(100_000)),
    ] {
        let message = text.parse::<Schedule>().unwrap_err().to_string();
        assert!(message.contains("levels"), "{message}");
    }
    // Signs take no depth, and neither do long sums.
    assert_eq!(read(&format!("{}1", "-".repeat(100_000))), constant(1.0));
    assert_eq!(read(&format!("1{}", " + 1".repeat(100_000))).to_string().len(), 400_001);
    let long = format!("1{}", " ".repeat(4 << 20)).parse::<Schedule>().unwrap_err();
    assert_eq!(long.message(), "the text has 4194305 bytes; 4194304 is the most that is read");
}

#[test]
fn every_name_is_read_as_its_signature_says() {
    let own = names().filter(|entry| matches!(entry.kind(), EntryKind::Shape | EntryKind::Combinator));
    for entry in own {
        let (start, parameters) = entry.signature().split_once('(').unwrap();
        let parameters = parameters.strip_suffix(')').unwrap();
        // A sample for each parameter, by its place, and by its name where it has one.
        let sample = |name: &str| match name {
            "from" | "value" | "low" => "1",
            "what" => "hold",
            "rule" => "adaptive::mine()",
            "[(length, to), ..]" => "[(10, 1), (5, 2)]",
            "[value, ..]" => "[1, 2]",
            _ => "2",
        };
        let split = match parameters.find('[') {
            Some(i) => [parameters[..i].trim_end_matches(", "), &parameters[i..]].to_vec(),
            None => parameters.split(", ").filter(|p| !p.is_empty()).collect(),
        };
        let name = |p: &str| p.split('=').next().unwrap().to_owned();
        let places: Vec<String> = split
            .iter()
            .filter(|p| **p != "..")
            .map(|p| {
                if p.contains('=') { format!("{}={}", name(p), p.split('=').nth(1).unwrap()) } else { sample(p).into() }
            })
            .collect();
        let receiver = if entry.kind() == EntryKind::Combinator { "linear(0, 1, 10)" } else { "" };
        let start = match start.split_once('.') {
            Some((_, method)) => format!("{receiver}.{method}"),
            None => start.to_owned(),
        };
        let by_place = read(&format!("{start}({})", places.join(", ")));
        if parameters.contains('[') || parameters.contains("..") {
            continue;
        }
        let named: Vec<String> = split
            .iter()
            .zip(&places)
            .map(|(p, v)| if v.contains('=') { v.clone() } else { format!("{p}={v}") })
            .collect();
        assert_eq!(read(&format!("{start}({})", named.join(", "))), by_place, "{}", entry.signature());
    }
}
