//! A schedule's knobs as variables of a tape: learned like any parameter.

use rappel::prelude::*;
use rappel::schedule::{
    Plan, cosine_power, exponential, exponential_decay, harmonic, here, hold, inverse_power, inverse_sqrt,
    one_minus_sqrt, polynomial, share, there, times,
};
use rappel_testkit::{gradcheck, gradgradcheck};

/// The knobs of a plan.
fn knobs(plan: &Plan) -> Tensor<f64> {
    Tensor::from(plan.knobs().iter().map(|knob| knob.value()).collect::<Vec<_>>())
}

/// The values at some times, as a function of all knobs together, weighted so that none cancels.
fn values<'t>(plan: &Plan, times: &[f64], x: Var<'t, f64>) -> Var<'t, f64> {
    let mut i = 0..;
    let knob = |i: i64| x.at(i);
    let plan = plan.lift(|_| knob(i.next().expect("without end")));
    let some = knob(0);
    times.iter().enumerate().fold(some * 0.0, |sum, (i, t)| sum + plan.at(some * 0.0 + *t) * (1.0 + i as f64))
}

#[test]
fn knobs_of_every_kind_are_checked_as_everything_else_is() {
    // At times that no difference moves across a boundary, and of a size for which differences are accurate.
    let cases: Vec<(Schedule, &[f64])> = vec![
        (warmup(1e-1, 20).then(cosine(1e-1, 1e-3, 80)), &[5.5, 50.5, 90.5]),
        (linear(0.2, 1.0, 20).then(cosine(here(), 0.1, rest())), &[5.5, 50.5, 90.5]),
        (share("p", 0.5, |p| warmup(p.clone(), 20).then(cosine(p, 0.01, 80))), &[5.5, 50.5, 90.5]),
        (polynomial(1.0, 0.1, 1.5, 50).then(hold(0.3, 10)).then(exponential(0.9, 0.5, 40)), &[20.5, 55.5, 80.5]),
        (cosine_power(1.0, 0.1, 1.5, 50).then(one_minus_sqrt(0.4, 0.05, 50)), &[20.5, 80.5]),
        (harmonic(1.0, 0.1, 50).reverse().then(inverse_sqrt(0.4, 30)), &[20.5, 80.5]),
        (inverse_power(1.0, 0.7, 25) * exponential_decay(0.9, 0.5, 30) + linear(0.1, 0.2, 100), &[20.5, 80.5, 120.5]),
        (cosine(linear(1.0, 0.5, 100), 0.1, 100), &[20.5, 80.5]),
        (linear(0.1, there(), 20).splice(cosine(1.0, 0.1, 100)), &[10.5, 60.5]),
        (cosine(1.0, 0.1, 20).repeat(times(3).grow(2).decay(0.5)), &[10.5, 40.5, 100.5]),
        (cosine(1.0, 0.1, 20).repeat(4), &[10.5, 30.5, 70.5]),
        (linear(0.3, 1.0, 40).stretch(2).take(60).then(linear(here(), 0.2, 30)), &[30.5, 75.5]),
        (linear(0.3, 1.0, 40).skip(7).clamp(0.35, 0.9), &[2.5, 10.5, 32.5]),
        (linear(0.3, 1.0, 40).min(hold(0.6, 50)).max(0.4), &[2.5, 10.5, 32.5]),
    ];
    for (schedule, times) in cases {
        let plan = schedule.over(100).unwrap_or_else(|error| panic!("{schedule}: {error}"));
        let knobs = knobs(&plan);
        if let Err(error) = gradcheck(|x| values(&plan, times, x), &knobs) {
            panic!("{schedule}: {error}");
        }
        if let Err(error) = gradgradcheck(|x| values(&plan, times, x), &knobs) {
            panic!("{schedule}: {error}");
        }
    }
}

#[test]
fn a_schedule_is_learned_by_descent() {
    // The length of a warm-up and its peak, from the values of another.
    let target = warmup(0.8, 30).then(cosine(0.8, 0.0, 70)).over(100).expect("valid");
    let start = share("p", 0.5, |p| warmup(p.clone(), 20).then(cosine(p, 0.0, rest()))).over(100).expect("valid");
    let mut x = knobs(&start);
    let loss = |x: &Tensor<f64>| {
        let tape = Tape::<f64>::default();
        let x = tape.input(x);
        let mut i = 0..;
        let plan = start.lift(|_| x.at(i.next().expect("without end")));
        let zero = x.sum() * 0.0;
        let loss = (0_u32..100).fold(zero, |sum, k| {
            let off = plan.at(zero + f64::from(k)) - target.at_step(k.into());
            sum + off * off
        });
        let grad = loss.grad(&[x]).remove(0).value();
        (loss.item(), grad)
    };
    let first = loss(&x).0;
    for _ in 0..200 {
        let grad = loss(&x).1;
        // Steps of a size for values and of another for lengths.
        x = Tensor::from_fn(&[x.len()], |i| x.data()[i] - grad.data()[i] * [1e-2, 10.0, 0.0][i.min(2)]);
    }
    let last = loss(&x).0;
    assert!(last < 1e-3 * first, "{first} to {last}, {x}");
}
