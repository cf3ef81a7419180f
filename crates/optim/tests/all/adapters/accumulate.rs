//! One step from several parts of a batch.

use rappel_autodiff::{Param, Tape};
use rappel_optim::adapters::{accumulate, clip_norm};
use rappel_optim::elem::Elem;
use rappel_optim::{Knob, Now, Optimizer, Outcome, Sgd, Staged};
use rappel_tensor::Tensor;

use super::{along, parsed, walk};

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("adapters/accumulate.txt"), 6);
}

/// The mean square error of a line over some of the examples.
fn step(
    optimizer: &mut rappel_optim::AnyOptimizer<f64>,
    line: &mut Vec<Param<f64>>,
    of: std::ops::Range<usize>,
) -> Outcome {
    let x = Tensor::from_fn(&[of.len()], |i| (1.0 + (of.start + i) as f64).sin());
    let y = x.map(|x| 0.5 - 2.0 * x * x);
    let report = optimizer.step_with(line, &mut Tape::default(), |line, tape| {
        (tape.input(&x) * tape.param(&line[0]) + tape.param(&line[1]) - tape.input(&y)).square().mean()
    });
    report.unwrap_or_else(|e| panic!("{e}")).outcome
}

#[test]
fn a_batch_in_parts_makes_the_step_of_the_whole() {
    for rule in ["sgd(lr=0.1, momentum=0.9)", "adam(lr=0.1)", "adamw(lr=0.1) | clip_norm(0.1)"] {
        for n in [1, 2, 3, 4, 6] {
            let (head, tail) = rule.split_once(" | ").map_or((rule, String::new()), |(a, b)| (a, format!(" | {b}")));
            let (mut whole, mut parts) = (parsed(rule), parsed(&format!("{head} | accumulate({n}){tail}")));
            let line = || vec![Param::new(Tensor::scalar(0.3)), Param::new(Tensor::scalar(-0.2))];
            let (mut a, mut b) = (line(), line());
            for batch in 0..4 {
                step(&mut whole, &mut a, 12 * batch..12 * (batch + 1));
                for part in 0..n {
                    let from = 12 * batch + part * 12 / n;
                    let outcome = step(&mut parts, &mut b, from..from + 12 / n);
                    assert_eq!(outcome == Outcome::Stepped, part == n - 1, "{rule} in {n}");
                }
                for (a, b) in a.iter().zip(&b) {
                    let (a, b) = (a.value.item(), b.value.item());
                    assert!((a - b).abs() < 1e-12, "{rule} in {n}, batch {batch}: {b}, not {a}");
                }
            }
            assert_eq!((whole.steps(), parts.steps()), (4, 4));
        }
    }
}

#[test]
fn only_steps_that_are_made_count() {
    // The same gradient thrice is the step of one; schedules, averages and Lookahead must not see the others.
    for around in ["ema(0.5)", "lookahead(k=2, alpha=0.5)", "swa(start=1, every=2)", "average()", "schedule_free()"] {
        let plain = walk(&format!("sgd(lr=linear(0.2, 0, 4)) | {around}"), 4);
        let thrice = walk(&format!("sgd(lr=linear(0.2, 0, 4)) | accumulate(4) | {around}"), 16);
        for (k, [weights, evaluated]) in plain.iter().enumerate() {
            assert_eq!([weights, evaluated], [&thrice[4 * k + 3][0], &thrice[4 * k + 3][1]], "{around}, step {k}");
        }
    }
}

#[test]
fn a_step_left_out_on_the_left_leaves_out_one_part() {
    let (good, bad) = (Tensor::from([1.0]), Tensor::from([f64::NAN]));
    for (text, outcomes, last) in [
        (
            "sgd(lr=1) | skip_nonfinite() | accumulate(2)",
            [Outcome::Accumulated, Outcome::Skipped, Outcome::Stepped],
            0.0,
        ),
        (
            "sgd(lr=1) | accumulate(2) | skip_nonfinite()",
            [Outcome::Accumulated, Outcome::Skipped, Outcome::Accumulated],
            1.0,
        ),
    ] {
        let (mut optimizer, mut p) = (parsed(text), Param::new(Tensor::from([1.0])));
        let found = [&good, &bad, &good].map(|g| along(&mut optimizer, &mut p, g).outcome);
        assert_eq!((found, p.value.data()), (outcomes, &[last][..]), "{text}");
    }
}

#[test]
fn a_parameter_that_some_parts_do_not_use_has_zeros_there() {
    let mut net = vec![Param::new(Tensor::from([1.0])), Param::new(Tensor::from([1.0]))];
    let mut sgd = Sgd::<f64>::new(1.0).allow_unused(true) | accumulate(2);
    for used in [[true, true], [true, false]] {
        let tape = Tape::default();
        let loss = (0..2).filter(|i| used[*i]).map(|i| tape.param(&net[i]).sum()).reduce(|a, b| a + b).unwrap();
        sgd.step(&mut net, &loss.backward()).unwrap();
    }
    assert_eq!([net[0].value.item(), net[1].value.item()], [0.0, 0.5]);
}

/// A rule whose rate is the loss.
struct ByLoss;

impl Staged for ByLoss {
    const NAME: &'static str = "by_loss";
    const KNOBS: &'static [Knob] = &[];
    const STATE: &'static [&'static str] = &[];
    const LOSS: bool = true;
    type Hyper<E: Elem> = [E; 0];
    type State<E: Elem> = [E; 0];
    type Sums<E: Elem> = [E; 0];

    fn hyper<E: Elem>(_: &Now<'_, E>, _: &[E]) -> [E; 0] {
        []
    }

    fn scalars<E: Elem>(now: &Now<'_, E>, _: &[E; 0], _: &[E], _: &mut [E; 0]) -> E {
        now.lr * now.loss
    }

    #[inline(always)]
    fn direction<E: Elem>(_: &[E; 0], _: E, g: E, _: &mut [E; 0]) -> E {
        g
    }
}

#[test]
fn a_rule_that_follows_the_loss_has_the_mean_of_the_losses() {
    let mut p = Param::new(Tensor::from([0.0]));
    let clipped = || Optimizer::<ByLoss, f64>::with_rule(1.0) | clip_norm(1.0);
    for (mut optimizer, expected) in [(clipped() | accumulate(2), 3.0), (clipped(), 4.0)] {
        p.value = Tensor::from([0.0]);
        for loss in [2.0, 4.0] {
            // A clip changes gradients, not the loss.
            let mut g = crate::support::gradients(&Tape::default(), &[(&p, &Tensor::from([8.0]))]);
            g.set_loss(Some(loss));
            p.value = Tensor::from([0.0]);
            optimizer.step(&mut p, &g).unwrap();
        }
        assert!((p.value.item() + expected).abs() < 1e-5, "{}", p.value.item());
    }
}
