//! One formula, read on numbers and on variables.

use rappel_autodiff::{Param, Tape, Var};
use rappel_elem::Elem;
use rappel_optim::rules::{AdamRule, SgdRule};
use rappel_optim::{MOST_HYPER, Optimizer, Rule, Slots, update};
use rappel_tensor::Tensor;
use rappel_testkit::gradcheck_all;

use crate::support::step;

const START: [f64; 3] = [0.9, -1.3, 0.4];
const STEPS: u64 = 4;

/// Settings away from the ends of every range, where differences can be taken.
const SGD: [&[f64]; 2] = [&[0.8, 0.3, 0.1, 0.0], &[0.8, 0.0, 0.1, 1.0]];
const ADAM: [&[f64]; 2] = [&[0.8, 0.9, 0.1, 0.0], &[0.5, 0.7, 0.3, 0.2]];

fn loss<'t>(p: Var<'t, f64>) -> Var<'t, f64> {
    (p.square() * 0.35 + p * p.square() * (0.2 / 3.0)).sum()
}

/// The weights after some steps, recorded. `x`: the learning rate, the hyperparameters, the weights at the start.
fn unrolled<'t, R: Rule>(x: &[Var<'t, f64>]) -> Var<'t, f64> {
    let (lr, knobs, mut p) = (x[0], &x[1..x.len() - 1], x[x.len() - 1]);
    let mut state = R::State::<Var<'t, f64>>::gather(|_| p.lit(0.0));
    for k in 0..STEPS {
        let g = loss(p).grad(&[p])[0];
        p = update::<R, _>(&R::hyper(lr, knobs, k), lr, p, g, &mut state);
    }
    p
}

fn inputs(knobs: &[f64]) -> Vec<Tensor<f64>> {
    let numbers = std::iter::once(&0.1).chain(knobs).map(|k| Tensor::scalar(*k));
    numbers.chain([Tensor::from(START)]).collect()
}

fn recorded_equals_the_pass<R: Rule>(knobs: &[f64]) {
    let tape = Tape::<f64>::default();
    let x: Vec<_> = inputs(knobs).iter().map(|x| tape.var(x)).collect();
    let recorded = unrolled::<R>(&x).value();
    let mut optimizer = Optimizer::<R, f64>::with_rule(0.1);
    for (knob, value) in R::KNOBS.iter().zip(knobs) {
        optimizer = optimizer.knob(knob.name, *value);
    }
    let mut p = Param::new(Tensor::from(START));
    for _ in 0..STEPS {
        let tape = Tape::<f64>::default();
        let g = loss(tape.param(&p)).backward().param(&p).unwrap().clone();
        step(&mut optimizer, &mut p, &g);
    }
    for (a, b) in p.value.data().iter().zip(recorded.data()) {
        assert!((a - b).abs() < 1e-14, "{}: {a} in place, {b} recorded", R::NAME);
    }
}

fn derivatives_are_right<R: Rule>(knobs: &[f64]) {
    let report = gradcheck_all(|x| loss(unrolled::<R>(x)), &inputs(knobs)).unwrap();
    assert_eq!(report.checked, 1 + knobs.len() + START.len());
}

#[test]
fn steps_on_variables_are_the_steps_of_the_pass() {
    SGD.into_iter().for_each(recorded_equals_the_pass::<SgdRule>);
    ADAM.into_iter().for_each(recorded_equals_the_pass::<AdamRule>);
}

#[test]
fn a_loss_after_steps_is_differentiated_in_rate_hyperparameters_and_weights() {
    SGD.into_iter().for_each(derivatives_are_right::<SgdRule>);
    ADAM.into_iter().for_each(derivatives_are_right::<AdamRule>);
}

#[test]
fn a_step_through_a_dead_unit_has_a_derivative() {
    let tape = Tape::<f64>::default();
    let mut x: Vec<_> = inputs(&[0.9, 0.999, 1e-8, 0.0]).iter().map(|x| tape.var(x)).collect();
    let last = x.len() - 1;
    x[last] = tape.var(&Tensor::from([0.0, 1.0, 0.0]));
    let gradients = unrolled::<AdamRule>(&x).sum().backward();
    for x in x {
        let g = gradients.wrt(x).unwrap();
        assert_eq!(g.first_non_finite(), None, "{g:?}");
    }
}

/// A rule with as much of everything as there may be.
struct Full;

impl Rule for Full {
    const NAME: &'static str = "full";
    const KNOBS: &'static [rappel_optim::Knob] = &[];
    const STATE: &'static [&'static str] = &["0", "1", "2", "3", "4", "5", "6", "7"];
    type Hyper<E: Elem> = [E; MOST_HYPER];
    type State<E: Elem> = [E; 8];

    fn hyper<E: Elem>(lr: E, _: &[E], step: u64) -> [E; MOST_HYPER] {
        std::array::from_fn(|i| lr.lit(i as f64 + step as f64))
    }

    fn direction<E: Elem>(h: &[E; MOST_HYPER], _: E, g: E, s: &mut [E; 8]) -> E {
        let mut sum = g;
        for (i, s) in s.iter_mut().enumerate() {
            *s = *s + h[i] + h[8 + i];
            sum = sum + *s;
        }
        sum
    }
}

#[test]
fn a_rule_may_have_the_most_of_everything() {
    let mut p = Param::<f64>::new(Tensor::from([0.0; 3]));
    let mut full = Optimizer::<Full, f64>::with_rule(1.0);
    for _ in 0..2 {
        step(&mut full, &mut p, &Tensor::from([1.0; 3]));
    }
    // sum of 0..16 in the first step; the state again, and the same with 1 more each, in the second.
    assert_eq!(p.value.data(), [-(1.0 + 120.0) - (1.0 + 120.0 + 136.0); 3]);
}
