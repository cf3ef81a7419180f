//! Runs of other libraries, held by ours; `tests/golden/README.md` says how they were made.

mod problems;

use std::fs;
use std::path::Path;

use rappel_autodiff::Tape;
use rappel_optim::AnyOptimizer;

pub(crate) use crate::support::within;
pub(crate) use problems::Problem;

/// How far a value may be from the other library's, relative to 1 or to the value.
const NEAR: f64 = 1e-9;

/// One run of another library.
#[derive(Debug, Default)]
pub(crate) struct Run {
    /// The optimizer's text.
    pub(crate) text: String,
    pub(crate) problem: String,
    /// The loss after each number of steps.
    loss: Vec<f64>,
    /// All values after a number of steps.
    after: Vec<(usize, Vec<f64>)>,
    /// The values to evaluate with after a number of steps.
    average: Vec<(usize, Vec<f64>)>,
}

fn numbers(text: &str) -> Vec<f64> {
    text.split_whitespace().map(|x| x.parse().unwrap_or_else(|_| panic!("`{x}` is no number"))).collect()
}

/// The runs of a file in `tests/golden`.
pub(crate) fn runs(file: &str) -> Vec<Run> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{file}: {e}"));
    let mut all: Vec<Run> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let (key, value) = line.split_once(": ").unwrap_or_else(|| panic!("{file}: `{line}` is no key and value"));
        if key == "run" {
            all.push(Run { text: value.into(), ..Run::default() });
            continue;
        }
        let run = all.last_mut().expect("a run begins with `run`");
        match key {
            "problem" => run.problem = value.into(),
            "library" => {}
            "loss" => run.loss = numbers(value),
            _ => {
                let (to, step) = match key.strip_prefix("average after ") {
                    Some(step) => (&mut run.average, step),
                    None => (&mut run.after, key.strip_prefix("after ").unwrap_or_else(|| panic!("{file}: `{key}`"))),
                };
                to.push((step.parse().expect("a number of steps"), numbers(value)));
            }
        }
    }
    all
}

/// Holds every run of a file in `tests/golden`; gives how many there are.
pub(crate) fn hold(file: &str) -> usize {
    let all = runs(file);
    let wrong: Vec<String> = all.iter().filter_map(differs).collect();
    assert!(wrong.is_empty(), "{file}:\n{}", wrong.join("\n"));
    all.len()
}

/// What the loss of the k-th call is multiplied by: the parts of a batch are not all alike.
fn factor(run: &Run, k: usize) -> f64 {
    if run.text.contains("accumulate(") { 1.0 + 0.1 * (k % 4) as f64 } else { 1.0 }
}

/// A run of ours, with gradients and losses multiplied by `by`: the losses after each number of steps, without that factor, and the
/// values at the end.
pub(crate) fn trace(text: &str, problem: &str, steps: usize, by: f64) -> (Vec<f64>, Vec<f64>) {
    let mut optimizer: AnyOptimizer<f64> = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
    let mut net = Problem::named(problem).expect("there is such a problem");
    let mut tape = Tape::<f64>::default();
    let mut losses = vec![net.loss(&Tape::default()).item()];
    for step in 0..steps {
        let report = optimizer.step_with(&mut net, &mut tape, |net, tape| net.loss(tape) * by);
        report.unwrap_or_else(|e| panic!("{text} on {problem}, step {step}: {e}"));
        losses.push(net.loss(&Tape::default()).item());
    }
    (losses, net.values())
}

/// Where our run leaves the other library's, if it does.
fn differs(run: &Run) -> Option<String> {
    let head = format!("{} on {}", run.text, run.problem);
    let mut optimizer: AnyOptimizer<f64> = match run.text.parse() {
        Ok(optimizer) => optimizer,
        Err(error) => return Some(format!("{head}: {error}")),
    };
    let Some(mut net) = Problem::named(&run.problem) else { return Some(format!("{head}: no such problem")) };
    let mut tape = Tape::<f64>::default();
    let far = |found: f64, expected: f64| !within(found, expected, NEAR * expected.abs().max(1.0));
    for k in 0..=20 {
        let loss = net.loss(&Tape::default()).item();
        if far(loss, run.loss[k]) {
            return Some(format!("{head}: the loss after {k} steps is {loss:?}, not {:?}", run.loss[k]));
        }
        let compare = |net: &Problem, what: &str, of: &[(usize, Vec<f64>)]| {
            let (_, expected) = of.iter().find(|(step, _)| *step == k)?;
            let values = net.values();
            assert_eq!(values.len(), expected.len(), "{head}");
            let i = (0..values.len()).find(|i| far(values[*i], expected[*i]))?;
            Some(format!("{head}: {what} {i} after {k} steps is {:?}, not {:?}", values[i], expected[i]))
        };
        if let Some(wrong) = compare(&net, "value", &run.after) {
            return Some(wrong);
        }
        if let Some(wrong) = compare(&optimizer.eval(&mut net), "averaged value", &run.average) {
            return Some(wrong);
        }
        if k < 20
            && let Err(error) = optimizer.step_with(&mut net, &mut tape, |net, tape| net.loss(tape) * factor(run, k))
        {
            return Some(format!("{head}, step {k}: {error}"));
        }
    }
    None
}
