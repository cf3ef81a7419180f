//! Reverse mode, forward mode and differences give the same.

use proptest::prelude::*;
use rappel_lab::hyper::{Objective, Unrolled};
use rappel_lab::optim::{Adam, Optimizer, Rule, Schedule, Sgd, cosine, linear, rest, steps, warmup};
use rappel_lab::schedule::{here, knots, log_knots, share};

use super::Task;

/// The derivatives of an objective in both modes and by differences of the fourth order.
fn derivatives<R: Rule>(run: &Unrolled<R, f64>, task: &Task, objective: &Objective) -> [Vec<f64>; 3] {
    let back = run.reverse(&task.net, objective, |net, tape| task.loss(net, tape)).unwrap();
    let ahead = run.forward(&task.net, |net, tape| task.loss(net, tape)).unwrap();
    for (ahead, back) in ahead.losses.iter().zip(&back.losses) {
        assert!((ahead.value - back).abs() <= 1e-12 * back.abs().max(1.0), "{ahead:?} {back}");
    }
    assert_eq!(ahead.losses.len(), back.losses.len());
    let at: Vec<f64> = run.tunables().iter().map(|tunable| tunable.value()).collect();
    let differences = (0..at.len()).map(|i| {
        let h = 1e-4 * at[i].abs().max(0.1);
        let value = |times: f64| {
            let mut at = at.clone();
            at[i] += times * h;
            let run = run.with(&at).unwrap();
            run.tune(&[])
                .unwrap()
                .forward(&task.net, |net, tape| task.loss(net, tape))
                .unwrap()
                .value(objective)
                .unwrap()
        };
        (8.0 * (value(1.0) - value(-1.0)) - (value(2.0) - value(-2.0))) / (12.0 * h)
    });
    [back.gradient, ahead.gradient(objective).unwrap(), differences.collect()]
}

fn agree<R: Rule>(optimizer: &Optimizer<R, f64>, names: &[&str], task: &Task, steps: u64, objective: &Objective) {
    let run = Unrolled::new(optimizer, steps).unwrap().tune(names).unwrap();
    let [back, ahead, differences] = derivatives(&run, task, objective);
    assert_eq!(back.len(), run.tunables().len());
    for (i, tunable) in run.tunables().iter().enumerate() {
        let scale = back[i].abs().max(1.0);
        let (b, a, d) = (back[i], ahead[i], differences[i]);
        assert!((b - a).abs() <= 1e-9 * scale, "{run:?}, {tunable}: reverse {b}, forward {a}");
        assert!((b - d).abs() <= 1e-7 * scale, "{run:?}, {tunable}: reverse {b}, by differences {d}");
        assert!(b != 0.0 || d.abs() < 1e-9, "{run:?}, {tunable}");
    }
}

/// Schedules with knots and lengths, in odd parts of a step: no seam is on a step, where the derivative would be of one side.
fn schedule() -> impl Strategy<Value = Schedule> {
    let part = (0.02..0.3_f64, 0.02..0.3_f64, 0_u32..4, 0.2..0.8_f64);
    part.prop_flat_map(|(a, b, n, part)| {
        let n = steps(f64::from(n) + (part * 64.0).round() / 64.0);
        prop_oneof![
            Just(Schedule::from(a)),
            Just(linear(a, b, n)),
            Just(warmup(a, n).then(cosine(a, b, steps(7.507_812_5)))),
            Just(linear(a, b, n).then(linear(here(), a, rest()))),
            Just(share("p", a, |p| warmup(p.clone(), n).then(cosine(p, b, steps(5.257_812_5))))),
            Just(knots(a, [(n, b), (steps(3.632_812_5), 0.1), (steps(2.5), a)])),
            Just(log_knots(a, [(n, b), (steps(3.632_812_5), a)]) + 0.01),
        ]
    })
}

fn objective(steps: u64) -> impl Strategy<Value = Objective> {
    let weights = proptest::collection::vec(-1.0..1.0_f64, steps as usize);
    prop_oneof![Just(Objective::Mean), Just(Objective::Last), weights.prop_map(Objective::Weighted)]
}

fn case() -> impl Strategy<Value = (Task, Schedule, u64, Objective)> {
    let sizes = proptest::collection::vec(1_usize..4, 2..4);
    (sizes, any::<u64>(), schedule(), 5_u64..12).prop_flat_map(|(sizes, seed, schedule, steps)| {
        let task = move || Task::new(&sizes, 3, seed);
        objective(steps).prop_map(move |objective| (task(), schedule.clone(), steps, objective))
    })
}

impl std::fmt::Debug for Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a task of {} layers", self.net.len())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn of_gradient_descent((task, lr, steps, objective) in case(), decay in 0.01..0.2_f64) {
        agree(&Sgd::new(lr.clone()), &["lr"], &task, steps, &objective);
        agree(&Sgd::new(lr).weight_decay(decay), &["lr", "weight_decay"], &task, steps, &objective);
    }

    #[test]
    fn of_momentum((task, lr, steps, objective) in case(), momentum in 0.1..0.95_f64, damp in 0.1..0.5_f64) {
        let names = ["lr", "momentum", "weight_decay"];
        agree(&Sgd::new(lr.clone()).momentum(momentum).weight_decay(0.1), &names, &task, steps, &objective);
        agree(&Sgd::new(lr.clone()).momentum(momentum).dampening(damp), &["dampening", "lr"], &task, steps, &objective);
        let moving = linear(momentum, 0.5, rappel_lab::optim::steps(6.5));
        agree(&Sgd::new(lr).momentum(moving).nesterov(true), &["lr", "momentum"], &task, steps, &objective);
    }

    #[test]
    fn of_adam((task, lr, steps, objective) in case(), beta1 in 0.1..0.95_f64, beta2 in 0.5..0.999_f64) {
        let adam = Adam::new(lr * 0.2).betas(beta1, beta2).eps(1e-2).weight_decay(0.05);
        agree(&adam, &["lr", "beta1", "beta2", "eps", "weight_decay"], &task, steps, &objective);
    }
}

#[test]
fn of_knots_on_a_longer_run() {
    let lr = knots(0.05, [(steps(9.5), 0.5), (steps(20.75), 0.3), (steps(19.5), 0.01)]);
    let task = Task::new(&[3, 4, 2], 7, 1);
    agree(&Sgd::new(0.1 * lr.clone()).momentum(0.9), &["lr", "momentum"], &task, 50, &Objective::Mean);
    agree(&Adam::new(lr * 0.1), &["lr", "beta1", "beta2"], &task, 50, &Objective::Last);
}

/// At the ends of their ranges, where only one side has a difference.
#[test]
fn where_a_beta_is_zero() {
    let task = Task::new(&[2, 3, 1], 2, 5);
    let by_mode = |beta1: f64| {
        let run = Unrolled::new(&Adam::new(0.02).betas(beta1, 0.9).eps(1e-2), 6).unwrap();
        let run = run.tune(&["lr", "beta1"]).unwrap();
        let back = run.reverse(&task.net, &Objective::Mean, |net, tape| task.loss(net, tape)).unwrap();
        let ahead = run.forward(&task.net, |net, tape| task.loss(net, tape)).unwrap();
        (back.value, back.gradient, ahead.gradient(&Objective::Mean).unwrap())
    };
    let (value, back, ahead) = by_mode(0.0);
    let (beside, ..) = by_mode(1e-6);
    assert!((back[0] - ahead[0]).abs() < 1e-9 && (back[1] - ahead[1]).abs() < 1e-9);
    assert!(((beside - value) / 1e-6 - back[1]).abs() < 1e-4 * back[1].abs(), "{value} {beside} {back:?}");
}
