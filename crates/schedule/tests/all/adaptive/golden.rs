//! Against what the libraries make of the same logs: `tests/golden/plateau.txt`.

use super::values;
use rappel_schedule::{Clock, Mode, Schedule, Threshold, greedy, plateau, plateau_keras, plateau_optax};
use std::collections::BTreeMap;

/// The arguments of a call, as text.
struct Given<'a>(BTreeMap<&'a str, &'a str>);

impl Given<'_> {
    fn number(&self, name: &str, or: f64) -> f64 {
        self.0.get(name).map_or(or, |text| text.parse().unwrap())
    }

    fn count(&self, name: &str, or: u32) -> u32 {
        self.number(name, or.into()) as u32
    }

    fn mode(&self) -> Mode {
        if self.0.get("mode") == Some(&"\"max\"") { Mode::Max } else { Mode::Min }
    }

    fn threshold(&self, or: Threshold) -> Threshold {
        match self.0.get("threshold_mode") {
            Some(&"\"abs\"") => Threshold::Abs,
            Some(&"\"rel\"") => Threshold::Rel,
            _ => or,
        }
    }
}

/// The schedule that a library's scheduler is, if it is one of those with a rule of their own here.
fn schedule(name: &str, given: &Given) -> Option<Schedule> {
    let lr = given.number("lr", f64::NAN);
    let of_lr = |name, or| given.number(name, or) / lr;
    Some(match name {
        "torch::ReduceLROnPlateau" | "transformers::reduce_lr_on_plateau" => {
            let rule = plateau().factor(given.number("factor", 0.1)).patience(given.count("patience", 10));
            let rule = rule.threshold(given.number("threshold", 1e-4)).threshold_mode(given.threshold(Threshold::Rel));
            let rule = rule.mode(given.mode()).cooldown(given.count("cooldown", 0));
            lr * rule.min_factor(of_lr("min_lr", 0.0)).eps(of_lr("eps", 1e-8))
        }
        "keras::ReduceLROnPlateau" => {
            let rule = plateau_keras().factor(given.number("factor", 0.1)).patience(given.count("patience", 10));
            let rule = rule.min_delta(given.number("min_delta", 1e-4)).mode(given.mode());
            lr * rule.cooldown(given.count("cooldown", 0)).min_factor(of_lr("min_lr", 0.0))
        }
        "optax::reduce_on_plateau" => {
            let rule = plateau_optax().factor(given.number("factor", 0.1)).patience(given.count("patience", 10));
            let rule = rule.rtol(given.number("rtol", 1e-4)).atol(given.number("atol", 0.0));
            let rule = rule.cooldown(given.count("cooldown", 0)).min_scale(given.number("min_scale", 0.0));
            lr * rule.accumulation_size(given.count("accumulation_size", 1))
        }
        "transformers::greedy" => {
            let rule = greedy().factor(given.number("factor", 0.95)).patience(given.count("patience", 10));
            let rule = rule.threshold(given.number("threshold", 1e-6)).threshold_mode(given.threshold(Threshold::Abs));
            let rule = rule.mode(given.mode()).cooldown(given.count("cooldown", 0)).warmup(given.count("warmup", 0));
            let rule = rule.min_factor(of_lr("min_lr", 1e-3)).max_factor(of_lr("max_lr", 1.0)).eps(of_lr("eps", 1e-8));
            let smooth = given.0.contains_key("smooth");
            let rule = rule.window(if smooth { given.count("window_size", 50) } else { 1 });
            lr * rule.reset(given.count("reset_start", 500))
        }
        _ => return None,
    })
}

#[test]
fn rules_do_what_the_libraries_do() {
    let table = include_str!("../../golden/plateau.txt");
    let numbers = |line: &str| -> Vec<f64> { line.split(' ').skip(1).map(|text| text.parse().unwrap()).collect() };
    let mut compared: BTreeMap<&str, usize> = BTreeMap::new();
    for block in table.split("\n\n").filter(|block| !block.trim().is_empty()) {
        let mut lines = block.lines().filter(|line| !line.starts_with('#'));
        let call = lines.next().unwrap().strip_prefix("= ").unwrap();
        let (name, args) = call.strip_suffix(')').unwrap().split_once('(').unwrap();
        let given = Given(args.split(", ").map(|arg| arg.split_once('=').unwrap()).collect());
        let (metrics, expected) = (numbers(lines.next().unwrap()), numbers(lines.next().unwrap()));
        let Some(schedule) = schedule(name, &given) else { continue };
        let values = values(&schedule.bind(&Clock::new()).unwrap(), &metrics);
        assert_eq!(values.len(), expected.len(), "{call}");
        for (k, (value, expected)) in values.iter().zip(&expected).enumerate() {
            assert!(
                (value - expected).abs() <= 1e-9 * expected.abs(),
                "{call}\n{schedule}: {value}, not {expected}, at {k}"
            );
        }
        *compared.entry(name.split("::").next().unwrap()).or_default() += 1;
    }
    let expected = [("keras", 18), ("optax", 19), ("torch", 21), ("transformers", 23)];
    assert_eq!(compared, expected.into());
}
