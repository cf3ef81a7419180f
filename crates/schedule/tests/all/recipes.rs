//! Published schedules against the formulas of their sources.

use crate::importers::cases;
use rappel_schedule::{Clock, Recipe, Schedule, ScheduleError, recipes, steps};

const TABLE: &str = include_str!("../golden/recipes.txt");

/// A block's clock and text.
fn read(head: &str) -> (Clock, &str) {
    let (clock, text) = head.split_once(": ").expect("a clock and a text");
    let clock = clock.split_whitespace().fold(Clock::new(), |clock, part| {
        let (what, n) = part.split_once('=').expect("a number");
        let n: u64 = n.parse().expect("whole");
        match what {
            "epoch" => clock.epoch(n),
            "tokens" => clock.tokens(n),
            "total" => clock.total(steps(n)),
            _ => panic!("no clock knows {what}"),
        }
    });
    (clock, text)
}

#[test]
fn recipes_have_the_published_values() {
    let mut seen = Vec::new();
    for case in cases(TABLE) {
        let (clock, text) = read(case.head);
        let schedule: Schedule = text.parse().unwrap_or_else(|error| panic!("{error}"));
        let plan = schedule.bind(&clock).unwrap_or_else(|error| panic!("{text}: {error}"));
        let largest = case.values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        for (step, value) in case.steps.iter().zip(&case.values) {
            let ours = plan.at_step(*step);
            // The last digits of a cosine near its end are lost in 1 + cos, which the formulas have.
            assert!(
                (ours - value).abs() <= 1e-12 * value.abs() + 1e-15 * largest,
                "{text}, step {step}: {ours} {value}"
            );
        }
        let name = text["recipe::".len()..].split('(').next().expect("a name");
        let recipe = Recipe::find(name).expect("it was read");
        if case.steps.len() >= 4 {
            seen.push(recipe.name());
        }
    }
    for recipe in recipes() {
        assert!(seen.contains(&recipe.name()), "{} has no table", recipe.name());
    }
}

#[test]
fn every_recipe_says_what_it_is() {
    let mut names: Vec<&str> =
        recipes().flat_map(|recipe| [recipe.name()].into_iter().chain(recipe.aliases().iter().copied())).collect();
    let all = names.len();
    assert!(recipes().count() >= 60);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "no name twice");
    for recipe in recipes() {
        assert!(recipe.about().ends_with('.') && recipe.about().len() < 130, "{}: {}", recipe.name(), recipe.about());
        assert!(recipe.source().contains("arXiv:") || recipe.source().contains(".co"), "{}", recipe.source());
        assert!(!recipe.quantity().contains(' '));
        let plain = recipe.schedule(&[]).expect("its own numbers");
        assert_eq!(plain.to_string(), format!("recipe::{}()", recipe.name()));
        assert_eq!(plain.to_string().parse(), Ok(plain));
        // As it was, and written out, it is the same.
        let parameters: Vec<String> = recipe.parameters().map(|(name, value)| format!("{name}={value}")).collect();
        let written: Schedule =
            format!("recipe::{}({})", recipe.name(), parameters.join(", ")).parse().expect("its own");
        let meaning = |schedule: &Schedule| match schedule.node() {
            rappel_schedule::Node::Named(named) => named.meaning().clone(),
            _ => panic!("{schedule} has no meaning"),
        };
        let plain = recipe.schedule(&[]).expect("its own numbers");
        assert_eq!(meaning(&plain), meaning(&written), "{}", recipe.name());
        assert_eq!(meaning(&plain).to_string().parse(), Ok(meaning(&plain)), "{}", recipe.name());
    }
}

#[test]
fn what_is_no_parameter_is_said() {
    let error = Recipe::find("noam").expect("known").schedule(&[("peak", 1.0)]).expect_err("no such parameter");
    assert_eq!(
        error,
        ScheduleError::Named {
            piece: "recipe::noam(peak=1)".into(),
            reason: "there is no `peak` in it; it has d_model, warmup".into(),
        }
    );
    for (text, message) in [
        ("recipe::noam(peak=1)", "has no parameter `peak`"),
        ("recipe::noan()", "there is no `recipe::noan`; did you mean `recipe::noam`?"),
        ("recipe::llama(peak=linear(0, 1, 5))", "`peak` is a number or a length"),
        ("recipe::llama(peak=5ep)", "not a value"),
        ("recipe::gpt3(warmup=3ep)", "in different units"),
        ("recipe::gpt3(warmup=3ep, end=9ep, peak=1)", ""),
    ] {
        match text.parse::<Schedule>() {
            Ok(_) => assert_eq!(message, "", "{text}"),
            Err(error) => assert!(error.message().contains(message) && !message.is_empty(), "{text}: {error}"),
        }
    }
}
