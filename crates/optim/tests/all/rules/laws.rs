//! Laws that hold of every rule there is, through its text.

use rappel_autodiff::module::Snapshot;
use rappel_autodiff::{Param, Tape, Var};
use rappel_optim::{AnyOptimizer, Domain, Entry, EntryKind, Knob, catalogue};
use rappel_tensor::{Float, Tensor, Threads};
use rappel_testkit::step;

use crate::golden::Problem;
use crate::support::within;

const PROBLEMS: [&str; 3] = ["vector", "matrix", "net"];

/// Steps that are differentiated through.
const STEPS: usize = 4;

/// Rules that are other formulas only after more steps than [`STEPS`].
const LATE: [(&str, usize); 1] = [("radam", 8)];

/// Rules whose steps are not differentiated, and why.
const ROUGH: [(&str, &str); 3] = [
    ("lion", "a sign jumps where the mean changes its own"),
    ("rprop", "a step's size jumps with the gradient's sign"),
    ("soap", "the basis it turns to is taken as given"),
];

/// Rules that a rate of 0 does not hold, and why.
const SELF_MOVING: [(&str, &str); 3] = [
    ("adam_hd", "the rate descends from 0 too"),
    ("sgd_hd", "the rate descends from 0 too"),
    ("rprop", "the rate is the first step's size, which is kept within bounds"),
];

/// Hyperparameters whose middle would throw the weights away.
const GENTLE: [(&str, f64); 1] = [("hypergrad_lr", 5e-4)];

/// What a flag does not go together with, and what goes instead.
const INSTEAD: [(&str, &str, (&str, f64)); 2] =
    [("sgd", "nesterov", ("dampening", 0.0)), ("sgd_hd", "nesterov", ("dampening", 0.0))];

/// Derivatives smaller than this, or than this part of the largest in a weight, are held to it.
const SMALLEST: f64 = 1e-3;

/// What a difference of two numbers is measured against.
fn size(a: f64, b: f64, least: f64) -> f64 {
    a.abs().max(b.abs()).max(least)
}

/// A value in the middle of a knob's range, where differences can be taken; flags, words and whole numbers as they are by default.
fn inner(i: usize, knob: &Knob) -> f64 {
    if let Some((_, value)) = GENTLE.iter().find(|gentle| gentle.0 == knob.name) {
        return *value;
    }
    match knob.domain {
        // A bound of the loss: below what the problems come to.
        Domain::Closed(f64::MIN, f64::MAX) if knob.default == 0.0 => -0.3,
        Domain::Closed(low, f64::MAX) if low >= 0.0 && knob.default < 0.05 => 0.1 + 0.02 * i as f64,
        Domain::Closed(low, f64::MAX) if low > 0.0 && knob.default == low => 1.2 * low,
        Domain::Closed(low, high) | Domain::Below(low, high) if low > f64::MIN && high < f64::MAX => {
            low + (high - low) * [0.8, 0.9, 0.7, 0.85][i % 4]
        }
        _ => knob.default,
    }
}

fn differentiable(knob: &Knob) -> bool {
    matches!(knob.domain, Domain::Closed(..) | Domain::Below(..))
}

/// A rate at which five steps move the weights without throwing them away.
fn rate(entry: &Entry) -> f64 {
    entry.lr.filter(|lr| *lr > 0.1).unwrap_or(0.1)
}

/// A rule with its defaults; with values in the middle of all ranges; and so with each flag, word and variant that is not the default.
fn texts(entry: &Entry) -> Vec<String> {
    let plain: AnyOptimizer<f64> = format!("{}(lr={})", entry.name, rate(entry)).parse().unwrap();
    let with = |mut optimizer: AnyOptimizer<f64>, changed: &[(&str, f64)]| {
        let inner = entry.knobs.iter().enumerate().map(|(i, knob)| (knob.name, inner(i, knob)));
        for (name, value) in inner.chain(changed.iter().copied()) {
            optimizer.set_knob(name, value).unwrap();
        }
        optimizer.to_string()
    };
    let mut all = vec![plain.to_string(), with(plain.clone(), &[])];
    for flag in &entry.flags {
        let variant = format!("{}(lr={}, {flag}=true)", entry.name, rate(entry)).parse().unwrap();
        all.push(with(variant, &[]));
    }
    for knob in entry.knobs {
        let others: Vec<f64> = match knob.domain {
            Domain::Flag => vec![1.0 - knob.default],
            Domain::Choice(words) => (1..words.len()).map(|i| i as f64).collect(),
            _ => Vec::new(),
        };
        let instead = INSTEAD.iter().filter(|(rule, flag, _)| (*rule, *flag) == (entry.name, knob.name));
        let instead: Vec<_> = instead.map(|(_, _, other)| *other).collect();
        all.extend(
            others.into_iter().map(|value| with(plain.clone(), &[&[(knob.name, value)], &instead[..]].concat())),
        );
    }
    all
}

/// Holds a law for every text of every rule.
fn hold(of: impl Fn(&Entry) -> bool, law: impl Fn(&Entry, &str) -> Result<(), String>) {
    let rules = catalogue().into_iter().filter(|entry| !matches!(entry.kind, EntryKind::Adapter(_)));
    let mut wrong = Vec::new();
    for entry in rules.filter(of) {
        wrong.extend(texts(&entry).iter().filter_map(|text| law(&entry, text).err().map(|e| format!("{text}: {e}"))));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn unrolls(entry: &Entry) -> bool {
    entry.kind == EntryKind::Rule
}

fn read<T: Float>(text: &str) -> AnyOptimizer<T> {
    text.parse().unwrap_or_else(|e| panic!("{e}"))
}

fn steps(optimizer: &mut AnyOptimizer<f64>, net: &mut Problem, n: usize) -> Result<(), String> {
    let mut tape = Tape::default();
    (0..n).try_for_each(|_| optimizer.step_with(net, &mut tape, Problem::loss).map(drop)).map_err(|e| e.to_string())
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|x| x.to_bits()).collect()
}

#[test]
fn a_text_reads_back_as_itself() {
    hold(
        |_| true,
        |_, text| {
            let again = read::<f64>(text).to_string();
            (again == *text).then_some(()).ok_or(again)
        },
    );
}

#[test]
fn a_zero_rate_changes_nothing() {
    let held = |entry: &Entry| SELF_MOVING.iter().all(|rule| rule.0 != entry.name);
    hold(held, |_, text| {
        for problem in PROBLEMS {
            let mut net = Problem::named(problem).unwrap();
            let (start, mut optimizer) = (net.values(), read(text));
            optimizer.set_lr(0.0);
            steps(&mut optimizer, &mut net, 5)?;
            if bits(&net.values()) != bits(&start) {
                return Err(format!("{:?} on {problem}, not {start:?}", net.values()));
            }
        }
        Ok(())
    });
}

#[test]
fn a_clone_goes_on_the_same() {
    hold(
        |_| true,
        |_, text| {
            let mut net = Problem::named("net").unwrap();
            let mut optimizer = read(text);
            steps(&mut optimizer, &mut net, 3)?;
            let (mut copy, weights) = (optimizer.clone(), Snapshot::of(&net));
            steps(&mut optimizer, &mut net, 3)?;
            let first = net.values();
            assert!(weights.restore(&mut net));
            steps(&mut copy, &mut net, 3)?;
            let second = net.values();
            (bits(&first) == bits(&second)).then_some(()).ok_or_else(|| format!("{second:?}, not {first:?}"))
        },
    );
}

#[test]
fn steps_on_variables_are_the_fast_steps() {
    hold(unrolls, |_, text| {
        for problem in PROBLEMS {
            let mut net = Problem::named(problem).unwrap();
            let (mut optimizer, tape) = (read::<f64>(text), Tape::default());
            let mut recorded = optimizer.unroll(&tape, &net).map_err(|e| e.to_string())?;
            for _ in 0..5 {
                let loss = recorded.run(&net, || net.loss(&tape));
                recorded.step(loss).map_err(|e| e.to_string())?;
            }
            let recorded: Vec<f64> = recorded.weights().iter().flat_map(|w| w.value().data().to_vec()).collect();
            steps(&mut optimizer, &mut net, 5)?;
            for (i, (found, expected)) in recorded.iter().zip(net.values()).enumerate() {
                if (found - expected).abs() > 1e-12 * size(*found, expected, 1.0) {
                    return Err(format!("on {problem} value {i} is {found:?} recorded, {expected:?} in place"));
                }
            }
        }
        Ok(())
    });
}

/// The loss after some steps, as a function of a change in one of the weights or hyperparameters.
fn after(text: &str, problem: &str, n: usize, change: impl FnOnce(&mut AnyOptimizer<f64>, &mut Problem)) -> f64 {
    let (mut optimizer, mut net) = (read(text), Problem::named(problem).unwrap());
    change(&mut optimizer, &mut net);
    steps(&mut optimizer, &mut net, n).unwrap();
    net.loss(&Tape::default()).item()
}

/// Differences over five points, each eight times closer together: of two in a row the pair that differs least, which is neither far
/// enough apart to reach a kink nor so close that it is rounding. The first that is good enough will do.
fn difference(widest: f64, least: f64, f: impl Fn(f64) -> f64) -> f64 {
    let at = |h: f64| (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h);
    let (mut before, mut best, mut apart) = (at(widest), f64::NAN, f64::INFINITY);
    for k in 1..6 {
        let now = at(widest / 8_f64.powi(k));
        if (now - before).abs() < apart {
            (best, apart) = (now, (now - before).abs());
        }
        if apart <= 1e-7 * size(now, before, least) {
            break;
        }
        before = now;
    }
    best
}

#[test]
fn a_loss_after_steps_is_differentiated_in_weights_rate_and_hyperparameters() {
    let smooth = |entry: &Entry| unrolls(entry) && ROUGH.iter().all(|rough| rough.0 != entry.name);
    hold(smooth, |entry, text| {
        let n = LATE.iter().find(|late| late.0 == entry.name).map_or(STEPS, |late| late.1);
        // The defaults are at the ends of ranges, and the eps among them makes steps too steep for differences.
        if text == texts(entry)[0] && !entry.knobs.is_empty() {
            return Ok(());
        }
        let optimizer = read::<f64>(text);
        // One that a flag fixes stays out.
        let free = entry.knobs.iter().enumerate().filter(|(_, knob)| differentiable(knob));
        let free = free.map(|(i, knob)| (knob.name, inner(i, knob))).chain([("lr", rate(entry))]);
        let at: Vec<_> = optimizer.schedules().map(|(name, value)| (name, value.number().unwrap())).collect();
        let knobs: Vec<(&str, f64)> = free.filter(|knob| at.contains(knob)).collect();
        for problem in PROBLEMS {
            let net = Problem::named(problem).unwrap();
            let tape = Tape::<f64>::default();
            let start = tape.params(&net);
            let mut recorded = optimizer.unroll(&tape, &net).unwrap();
            let vars: Vec<Var<'_, f64>> = knobs.iter().map(|(_, value)| tape.var(&Tensor::scalar(*value))).collect();
            for ((name, _), var) in knobs.iter().zip(&vars) {
                let var = *var;
                recorded.set(name, move |_| var).unwrap();
            }
            for _ in 0..n {
                let loss = recorded.run(&net, || net.loss(&tape));
                recorded.step(loss).unwrap();
            }
            let slopes = recorded.run(&net, || net.loss(&tape)).grad(&[&start[..], &vars].concat());
            let by_weight: Vec<f64> = slopes[..start.len()].iter().flat_map(|g| g.value().data().to_vec()).collect();
            let largest = by_weight.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
            for (i, (x, found)) in net.values().into_iter().zip(by_weight).enumerate() {
                let expected =
                    difference(step(x), SMALLEST * largest, |d| after(text, problem, n, |_, net| net.nudge(i, d)));
                if !within(found, expected, 1e-6 * size(found, expected, SMALLEST * largest)) {
                    return Err(format!("on {problem} the slope in weight {i} is {found:?}, not {expected:?}"));
                }
            }
            for ((name, x), slope) in knobs.iter().zip(&slopes[start.len()..]) {
                let set = |d: f64| move |o: &mut AnyOptimizer<f64>, _: &mut Problem| drop(o.set_knob(name, x + d));
                let (found, expected) = (
                    slope.item(),
                    difference(step(*x).min(x.abs() / 4.0), SMALLEST, |d| after(text, problem, n, set(d))),
                );
                if !within(found, expected, 1e-6 * size(found, expected, SMALLEST)) {
                    return Err(format!("on {problem} the slope in {name} is {found:?}, not {expected:?}"));
                }
            }
        }
        Ok(())
    });
}

/// The values of a matrix after some steps on a loss of each value alone, smaller where there are more; `dead` columns have no part in it.
fn matrix<T: Float>(text: &str, shape: [usize; 2], dead: usize, threads: usize) -> Result<Vec<f64>, String> {
    let columns = shape[1];
    let alive = |x: f64, k: usize| if k % columns < dead { 0.0 } else { x };
    let at = |k: usize| 0.3 + 0.6 * ((k * 7 % 101) as f64).sin().abs();
    let mut w = Param::<T>::new(Tensor::from_fn(&shape, |k| T::of(alive(at(k), k))));
    let weight = Tensor::from_fn(&shape, |k| T::of(alive(0.5 + (k % 13) as f64 / 13.0, k)));
    let by = 35.0 / weight.len() as f64;
    let (mut tape, mut optimizer) = (Tape::<T>::default(), read::<T>(text));
    tape.set_threads(&Threads::new(threads).unwrap());
    for _ in 0..5 {
        optimizer
            .step_with(&mut w, &mut tape, |w, tape| {
                let w = tape.param(w);
                (tape.input(&weight) * (w.square() * 0.35 + w * w.square() * 0.07)).sum() * by
            })
            .map_err(|e| e.to_string())?;
    }
    Ok(w.value.data().iter().map(|x| x.re()).collect())
}

#[test]
fn single_precision_stays_near() {
    hold(
        // With more columns than rows a gradient has directions of eigenvalue 0, of which any basis is right.
        |entry| entry.name != "soap",
        |_, text| {
            let (single, double) = (matrix::<f32>(text, [5, 7], 0, 1)?, matrix::<f64>(text, [5, 7], 0, 1)?);
            let far = |(a, b): &(&f64, &f64)| !within(**a, **b, 1e-4 * size(**a, **b, 1.0));
            single.iter().zip(&double).find(far).map_or(Ok(()), |(a, b)| Err(format!("{a} in f32, {b} in f64")))
        },
    );
}

#[test]
fn a_value_without_a_gradient_stays_finite() {
    hold(
        |_| true,
        |_, text| {
            let all = [matrix::<f32>(text, [4, 3], 1, 1)?, matrix::<f64>(text, [4, 3], 1, 1)?].concat();
            all.iter().all(|x| x.is_finite()).then_some(()).ok_or_else(|| format!("{all:?}"))
        },
    );
}

/// Enough values for two threads.
#[cfg(feature = "threads")]
#[test]
fn two_threads_make_the_bits_of_one() {
    hold(
        |_| true,
        |_, text| {
            let [one, two] = [1, 2].map(|threads| matrix::<f32>(text, [257, 256], 0, threads));
            (bits(&one?) == bits(&two?)).then_some(()).ok_or_else(|| "other bits".into())
        },
    );
}
