//! The runs that optax prints in its docstrings, with all digits: `f(x) = sum x^2` from `[1, 2, 3]`.

use rappel_autodiff::{Param, Tape};
use rappel_optim::AnyOptimizer;
use rappel_tensor::Tensor;

const RUNS: &str = include_str!("../golden/optax_docs.txt");

/// A rule's text, and f after 0 to 5 steps: PyTorch's where the rule is named after its own, else optax's.
fn runs() -> Vec<(&'static str, Vec<f64>)> {
    let mut all = Vec::new();
    for line in RUNS.lines() {
        let (head, values) = line.split_once(": ").expect("a text and its values");
        let numbers = || values.split(' ').map(|x| x.parse().expect("a number")).collect();
        match head.trim_start() {
            text if text.len() == head.len() => all.push((text, numbers())),
            library if library.starts_with("torch ") => all.last_mut().expect("a run").1 = numbers(),
            library => assert!(library.ends_with("prints"), "{line}"),
        }
    }
    all
}

fn run(text: &str) -> Vec<f64> {
    let mut optimizer: AnyOptimizer<f64> = text.parse().unwrap_or_else(|e| panic!("{e}"));
    let (mut x, mut tape) = (Param::new(Tensor::from([1.0, 2.0, 3.0])), Tape::default());
    // The docstrings evaluate at the weights that are to be evaluated with.
    let loss = |x: &Param<f64>| x.value.data().iter().map(|x| x * x).sum();
    let mut all = vec![loss(&optimizer.eval(&mut x))];
    for _ in 0..5 {
        optimizer.step_with(&mut x, &mut tape, |x, tape| tape.param(x).square().sum()).unwrap();
        all.push(loss(&optimizer.eval(&mut x)));
    }
    all
}

#[test]
fn losses_are_those_of_the_docstrings() {
    let runs = runs();
    assert_eq!(runs.len(), 26);
    for (text, expected) in runs {
        let found = run(text);
        let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-9 * b.max(1.0);
        assert!(found.len() == expected.len() && found.iter().zip(&expected).all(near), "{text}: {found:?}");
    }
}
