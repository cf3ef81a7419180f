//! Other libraries' schedules against tables made with those libraries.

use rappel_schedule::{Clock, Node, Schedule};

const TABLE: &str = include_str!("../golden/importers.txt");

/// What the library computes as a recurrence that has no closed form; it is refused, with the reason.
const REFUSED: [(&str, &str); 1] = [(
    "torch::ChainedScheduler(lr=0.1, schedulers=[torch::ExponentialLR(gamma=0.9), torch::CosineAnnealingLR(T_max=10, eta_min=0.01)])",
    "`eta_min` is added after the others have multiplied",
)];

/// A block of a table.
pub(crate) struct Case<'a> {
    /// All that is behind the sign of equality.
    pub(crate) head: &'a str,
    pub(crate) steps: Vec<u64>,
    pub(crate) values: Vec<f64>,
}

pub(crate) fn cases(table: &str) -> impl Iterator<Item = Case<'_>> {
    let mut lines = table.lines();
    std::iter::from_fn(move || {
        let head = lines.find_map(|line| line.strip_prefix("= "))?;
        let mut row = |name: &str| lines.next().and_then(|line| line.strip_prefix(name)).expect("a row").split_whitespace();
        let steps = row("steps").map(|k| k.parse().expect("a step")).collect();
        let values = row("values").map(|v| v.parse().expect("a value")).collect();
        Some(Case { head, steps, values })
    })
}

#[test]
fn importers_have_the_libraries_values() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in cases(TABLE) {
        assert_eq!(case.steps.len(), case.values.len());
        count += 1;
        let (precision, text) = case.head.split_once(' ').expect("a precision and a text");
        let schedule: Schedule = match text.parse() {
            Ok(schedule) => schedule,
            Err(error) => {
                let expected = REFUSED.iter().find(|(refused, _)| *refused == text);
                if !expected.is_some_and(|(_, reason)| error.to_string().contains(reason)) {
                    wrong.push(format!("{}\n{error}", text));
                }
                continue;
            }
        };
        let plan = match schedule.bind(&Clock::new()) {
            Ok(plan) => plan,
            Err(error) => {
                wrong.push(format!("{}: {error}", text));
                continue;
            }
        };
        // Relative to the value; to the largest one where a cosine near its end has lost its digits in the library: to the
        // millionth part in f64, the hundredth in f32.
        let (tolerance, part) = if precision == "f64" { (1e-9, 1e-6) } else { (2e-5, 1e-2) };
        let largest = case.values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        for (step, value) in case.steps.iter().zip(&case.values) {
            let ours = plan.at_step(*step);
            if (ours - value).abs() > tolerance * value.abs().max(part * largest) {
                let Node::Named(named) = schedule.node() else { unreachable!() };
                wrong.push(format!("{} = {}: step {step}: {ours}, and the library's {value}", text, named.meaning()));
                break;
            }
        }
    }
    assert_eq!(count, 393, "all blocks are read");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}
