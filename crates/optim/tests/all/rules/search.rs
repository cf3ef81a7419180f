//! What L-BFGS and the Armijo search have in common: what they move, what they evaluate, how they end.

use std::cell::RefCell;

use rappel_autodiff::{Gradients, Module, Param, Tape, Tensor, Var};
use rappel_optim::adapters::{clip_norm, ema};
use rappel_optim::rules::{ArmijoSearch, LbfgsSearch};
use rappel_optim::{AnyOptimizer, Evaluate, Group, Now, Search, StepError};

use crate::support::pair;

const ALL: [&str; 3] = ["armijo", "lbfgs(lr=0.3, max_iter=4)", "lbfgs(max_iter=3, line_search_fn=\"strong_wolfe\")"];

type Net = (Param<f64>, Param<f64>);

fn loss<'t>(net: &Net, tape: &'t Tape<f64>) -> Var<'t, f64> {
    let (a, b) = (tape.param(&net.0), tape.param(&net.1));
    ((a * b - 0.5).square() + a.square() * 0.3 + b.square() * 0.1).sum()
}

fn net() -> Net {
    (pair(1.0, -0.7), pair(0.3, 2.0))
}

fn parsed(text: &str) -> AnyOptimizer<f64> {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn values(net: &Net) -> Vec<f64> {
    net.0.value.data().iter().chain(net.1.value.data()).copied().collect()
}

fn item(net: &Net) -> f64 {
    loss(net, &Tape::default()).item()
}

#[test]
fn gradients_alone_are_refused() {
    for text in ALL {
        let (mut optimizer, mut net) = (parsed(text), net());
        let gradients = loss(&net, &Tape::default()).backward();
        let name = optimizer.name();
        assert_eq!(optimizer.step(&mut net, &gradients), Err(StepError::Reevaluates { name }));
        assert_eq!((values(&net), optimizer.steps()), (values(&self::net()), 0));
        assert_eq!(optimizer.unroll(&Tape::default(), &net).unwrap_err(), StepError::NotUnrolled { name });
    }
}

#[test]
fn the_report_counts_evaluations_and_has_the_first_loss() {
    for text in ALL {
        let (mut optimizer, mut net, mut tape) = (parsed(text), net(), Tape::default());
        let mut more = false;
        for step in 0..5 {
            let (mut count, before) = (0, item(&net));
            let report = optimizer.step_with(&mut net, &mut tape, |net, tape| {
                count += 1;
                loss(net, tape)
            });
            let report = report.unwrap();
            assert_eq!((report.evaluations, report.loss), (count, Some(before)), "{text}");
            assert!(item(&net) < before, "{text}, step {step}");
            assert_eq!(optimizer.steps(), step + 1);
            more |= count > 1;
        }
        assert!(more, "{text}");
    }
}

#[test]
fn a_step_draws_the_same_masks_throughout() {
    for text in ALL {
        let (mut optimizer, mut net, mut tape) = (parsed(text), net(), Tape::training_in(7));
        let ones = Tensor::full(&[40], 1.0);
        let mut steps: Vec<Vec<f64>> = Vec::new();
        for _ in 0..4 {
            let masks = RefCell::new(Vec::new());
            optimizer
                .step_with(&mut net, &mut tape, |net, tape| {
                    let mask = tape.input(&ones).dropout(0.5);
                    masks.borrow_mut().push(mask.value().data().to_vec());
                    loss(net, tape) + mask.mean() * 0.01
                })
                .unwrap();
            let masks = masks.into_inner();
            assert!(masks.len() > 1 && masks.iter().all(|mask| *mask == masks[0]), "{text}");
            steps.push(masks[0].clone());
        }
        assert!(steps.windows(2).all(|two| two[0] != two[1]), "{text}: another step has other masks");
    }
}

#[test]
fn tied_parameters_are_moved_once_and_share_their_buffer() {
    fn product<'t>(a: Var<'t, f64>, b: Var<'t, f64>) -> Var<'t, f64> {
        ((a * b - 0.5).square() + a * b * 0.3).sum()
    }
    for text in ALL {
        let (mut alone, mut tape) = (pair(1.0, -0.7), Tape::default());
        let tied = pair(1.0, -0.7);
        let mut tied = (tied.tie(), tied.tie(), tied.tie());
        tied.2.trainable = false;
        let (mut one, mut other) = (parsed(text), parsed(text));
        for _ in 0..3 {
            one.step_with(&mut alone, &mut tape, |w, tape| product(tape.param(w), tape.param(w))).unwrap();
            other.step_with(&mut tied, &mut tape, |w, tape| product(tape.param(&w.0), tape.param(&w.1))).unwrap();
            assert_eq!(alone.value.data(), tied.0.value.data(), "{text}");
            assert!(tied.0.value.shares_buffer(&tied.1.value), "{text}");
        }
        assert_eq!(tied.2.value.data(), [1.0, -0.7], "a frozen place stays");
    }
}

#[test]
fn what_is_frozen_stays_and_is_no_part_of_the_search() {
    for text in ALL {
        let run = |freeze: fn(AnyOptimizer<f64>, &mut Net) -> AnyOptimizer<f64>| {
            let (mut net, mut tape) = (net(), Tape::default());
            let mut optimizer = freeze(parsed(text), &mut net);
            let at = net.1.value.data().as_ptr();
            for _ in 0..4 {
                optimizer.step_with(&mut net, &mut tape, loss).unwrap();
            }
            assert_eq!((net.1.value.data(), net.1.value.data().as_ptr()), (&[0.3, 2.0][..], at), "{text}");
            assert!(net.0.value.data() != [1.0, -0.7], "{text}");
            values(&net)
        };
        let by_group = run(|optimizer, _| optimizer | Group::glob("1").freeze());
        let by_flag = run(|optimizer, net| {
            net.1.trainable = false;
            optimizer
        });
        assert_eq!(by_group, by_flag, "{text}");
    }
}

#[test]
fn groups_change_nothing_but_what_is_frozen() {
    for (text, knob) in ALL.into_iter().zip(["c", "lr", "max_iter"]) {
        let mut tape = Tape::default();
        for group in [Group::glob("1").set(knob, 0.5), Group::glob("1").scale(knob, 0.5)] {
            let (mut optimizer, mut net) = (parsed(text) | group, net());
            let rule = optimizer.name();
            let error = optimizer.step_with(&mut net, &mut tape, loss).unwrap_err();
            assert_eq!(error, StepError::Together { rule, knob: knob.into() });
            assert_eq!((values(&net), optimizer.steps()), (values(&self::net()), 0));
        }
        let mut optimizer = parsed(text) | Group::glob("nowhere").freeze();
        assert!(matches!(optimizer.step_with(&mut net(), &mut tape, loss), Err(StepError::NoMatch { .. })), "{text}");
    }
}

#[test]
fn averages_go_around_a_search_and_clipping_does_not() {
    for text in ALL {
        let mut tape = Tape::default();
        let (mut clipped, mut net) = (parsed(text) | clip_norm(1.0), net());
        let error = clipped.step_with(&mut net, &mut tape, loss).unwrap_err();
        assert!(matches!(error, StepError::Conflict { rule: "clip_norm", .. }), "{text}: {error}");
        assert_eq!(values(&net), values(&self::net()));

        let mut averaged = parsed(text) | ema(0.5) | Group::glob("1").set("ema.decay", 0.5);
        let mut average = Vec::new();
        for step in 0..3 {
            averaged.step_with(&mut net, &mut tape, loss).unwrap();
            let now = values(&net);
            match step {
                0 => average = now,
                _ => average.iter_mut().zip(now).for_each(|(a, x)| *a = 0.5 * *a + 0.5 * x),
            }
        }
        assert_eq!(values(&averaged.eval(&mut net)), average, "{text}");
    }
}

#[test]
fn a_parameter_without_a_gradient_is_named() {
    for text in ALL {
        let (mut net, mut tape) = (net(), Tape::default());
        let square = |net: &Net, tape: &Tape<f64>| -> f64 { tape.param(&net.0).square().sum().item() };
        let error = parsed(text).step_with(&mut net, &mut tape, |net, tape| tape.param(&net.0).square().sum());
        assert_eq!(error, Err(StepError::NoGradient { paths: vec!["1".into()] }));
        let mut optimizer = parsed(text).allow_unused(true);
        let before = square(&net, &Tape::default());
        optimizer.step_with(&mut net, &mut tape, |net, tape| tape.param(&net.0).square().sum()).unwrap();
        assert!(square(&net, &Tape::default()) < before && net.1.value.data() == [0.3, 2.0], "{text}");
    }
}

/// A loss that is not a number left of 0.
fn barrier<'t>(w: &Param<f64>, tape: &'t Tape<f64>) -> Var<'t, f64> {
    let w = tape.param(w);
    (w - w.ln()).sum()
}

#[test]
fn what_is_not_finite_ends_a_step_at_the_weights_before_it() {
    let wolfe = "lbfgs(line_search_fn=\"strong_wolfe\")";
    // Where a step begins: a loss that is NaN, and one whose slope is infinite.
    for text in ALL {
        let rule = parsed(text).name();
        let mut tape = Tape::default();
        let mut w = pair(-1.0, 2.0);
        let at = w.value.data().as_ptr();
        let error = parsed(text).step_with(&mut w, &mut tape, barrier);
        assert_eq!(error, Err(StepError::NotFinite { rule, what: "the loss" }));
        let error = parsed(text).step_with(&mut w, &mut tape, |w, tape| (tape.param(w) + 1.0).sqrt().sum());
        assert_eq!(error, Err(StepError::NotFinite { rule, what: "a gradient" }));
        assert_eq!((w.value.data(), w.value.data().as_ptr()), (&[-1.0, 2.0][..], at), "nothing was copied");
    }
    // Where it leads: a step of a given size leaves the domain; both are as before it then, and a smaller one goes on.
    let (mut optimizer, mut tape, mut w) = (parsed("lbfgs(lr=0.5, max_iter=2)"), Tape::default(), pair(0.5, 2.0));
    optimizer.step_with(&mut w, &mut tape, barrier).unwrap();
    let (weights, memo, at) = (w.value.clone(), optimizer.memos().collect::<Vec<_>>(), w.value.data().as_ptr());
    optimizer.set_lr(1e4);
    let error = optimizer.step_with(&mut w, &mut tape, barrier);
    assert_eq!(error, Err(StepError::NotFinite { rule: "lbfgs", what: "the loss" }));
    assert_eq!((w.value.data(), w.value.data().as_ptr()), (weights.data(), at));
    assert_eq!((optimizer.memos().collect::<Vec<_>>(), optimizer.steps()), (memo, 1));
    optimizer.set_lr(0.5);
    optimizer.step_with(&mut w, &mut tape, barrier).unwrap();
    // A search finds its way back into the domain.
    for text in ["armijo(init_step_size=1000, n_batches_per_epoch=1)", wolfe] {
        let (mut optimizer, mut w) = (parsed(text), pair(0.01, 3.0));
        optimizer.set_lr(if text == wolfe { 1e3 } else { 1.0 });
        for _ in 0..60 {
            optimizer.step_with(&mut w, &mut tape, barrier).unwrap();
        }
        assert!(w.value.data().iter().all(|w| (w - 1.0).abs() < 0.1), "{text}: {:?}", w.value.data());
    }
    // Where no step along the line is finite.
    let mut w = pair(1.0, 2.0);
    let mut first = true;
    let error = parsed(wolfe).step_with(&mut w, &mut tape, |w, tape| {
        let loss = tape.param(w).square().sum();
        if std::mem::replace(&mut first, false) { loss } else { loss * f64::NAN }
    });
    assert_eq!(error, Err(StepError::NotFinite { rule: "lbfgs", what: "the loss" }));
    assert_eq!(w.value.data(), [1.0, 2.0]);
}

#[test]
fn lbfgs_begins_anew_where_other_parameters_are_moved() {
    for text in &ALL[1..] {
        let (mut optimizer, mut tape, mut changed) = (parsed(text), Tape::default(), net());
        changed.1.trainable = false;
        for _ in 0..3 {
            optimizer.step_with(&mut changed, &mut tape, loss).unwrap();
        }
        changed.1.trainable = true;
        let mut same = (Param::new(changed.0.value.clone()), Param::new(changed.1.value.clone()));
        optimizer.step_with(&mut changed, &mut tape, loss).unwrap();
        parsed(text).step_with(&mut same, &mut tape, loss).unwrap();
        assert_eq!(values(&changed), values(&same), "{text}");
    }
}

#[test]
fn a_copy_goes_on_from_the_same_step() {
    for text in ALL {
        let (mut optimizer, mut tape, mut one) = (parsed(text), Tape::default(), net());
        for _ in 0..2 {
            optimizer.step_with(&mut one, &mut tape, loss).unwrap();
        }
        let (mut copy, kept) = (optimizer.clone(), one.0.value.clone());
        optimizer.step_with(&mut one, &mut tape, loss).unwrap();
        let moved = values(&one);
        one.0.value = kept.clone();
        assert!(kept.data() != &moved[..2]);
        let mut again = net();
        let mut whole = parsed(text);
        for _ in 0..2 {
            whole.step_with(&mut again, &mut tape, loss).unwrap();
        }
        // The copy has the history of the first two steps, not of the third.
        let memo: Vec<_> = copy.memos().collect();
        assert_eq!(memo, whole.memos().collect::<Vec<_>>());
        whole.step_with(&mut again, &mut tape, loss).unwrap();
        assert_eq!(values(&again), moved, "{text}");
        copy.step_with(&mut one, &mut tape, loss).unwrap();
    }
}

/// A loss that is evaluated without an optimizer around the search.
struct Plain {
    net: Net,
    evaluations: u32,
}

impl Evaluate<f64> for Plain {
    fn gradients(&mut self) -> Gradients<f64> {
        self.evaluations += 1;
        loss(&self.net, &Tape::default()).backward()
    }

    fn loss(&mut self) -> f64 {
        self.evaluations += 1;
        item(&self.net)
    }

    fn net(&mut self) -> &mut dyn Module {
        &mut self.net
    }

    fn evaluations(&self) -> u32 {
        self.evaluations
    }
}

#[test]
fn what_was_kept_is_recalled() {
    fn goes_on<S: Search<f64> + Default>(changes: &[(&str, f64)]) {
        let mut search = S::default();
        let knobs: Vec<f64> =
            search.knobs().iter().map(|k| changes.iter().find(|c| c.0 == k.name).map_or(k.default, |c| c.1)).collect();
        let mut at = Plain { net: net(), evaluations: 0 };
        let mut other = S::default();
        other.recall(&search.kept()); // of nothing
        for step in 0..4 {
            let now = Now { lr: 0.3, knobs: &knobs, step, loss: 0.0 };
            let mut beside = Plain { net: (at.net.0.tie(), at.net.1.tie()), evaluations: 0 };
            let (one, two) = (search.search(&now, &mut at).unwrap(), other.search(&now, &mut beside).unwrap());
            assert_eq!((one, values(&at.net)), (two, values(&beside.net)), "{}, step {step}", search.name());
            assert_eq!(search.memo(), other.memo());
            other = S::default();
            other.recall(&search.kept());
            assert_eq!(search.kept().numbers, other.kept().numbers);
            assert_eq!(search.kept().tensors.len(), other.kept().tensors.len());
        }
    }
    goes_on::<ArmijoSearch>(&[("reset_option", 0.0)]);
    goes_on::<LbfgsSearch<f64>>(&[("max_iter", 3.0), ("history_size", 4.0)]);
    goes_on::<LbfgsSearch<f64>>(&[("max_iter", 2.0), ("line_search_fn", 1.0)]);
    let mut search = LbfgsSearch::<f64>::default();
    let knobs: Vec<f64> =
        search.knobs().iter().map(|k| if k.name == "history_size" { 4.0 } else { k.default }).collect();
    search
        .search(&Now { lr: 0.3, knobs: &knobs, step: 0, loss: 0.0 }, &mut Plain { net: net(), evaluations: 0 })
        .unwrap();
    assert_eq!(search.kept().tensors.len(), 2 + 2 * 4, "the history has its size");
}

/// Numbers of the net and what a search remembers go through a saved state, to other parameters at the same paths.
#[test]
fn a_saved_state_goes_on_to_the_bit() {
    let staged = ["dadapt_adamw", "dog", "dowg", "momo", "momo_adam", "polyak_sgd", "prodigy"];
    for text in ALL.into_iter().chain(staged) {
        let (mut optimizer, mut tape, mut first) = (parsed(text), Tape::default(), net());
        for _ in 0..3 {
            optimizer.step_with(&mut first, &mut tape, loss).unwrap();
        }
        let state = optimizer.save_state(&first);
        let (mut again, mut second) = (parsed(text), net());
        (second.0.value, second.1.value) = (first.0.value.clone(), first.1.value.clone());
        assert!(again.load_state(&second, &state).unwrap().is_complete(), "{text}");
        for _ in 0..3 {
            optimizer.step_with(&mut first, &mut tape, loss).unwrap();
            again.step_with(&mut second, &mut tape, loss).unwrap();
            assert_eq!(values(&first), values(&second), "{text}");
            assert_eq!(optimizer.memos().collect::<Vec<_>>(), again.memos().collect::<Vec<_>>(), "{text}");
        }
    }
}
