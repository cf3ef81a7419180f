//! Random schedules of every shape and combinator, bound.

use proptest::prelude::*;
use rappel_schedule::{
    Clock, Plan, Ratio, Schedule, cosine, cosine_power, exponential, exponential_decay, harmonic, hold, inverse_power,
    inverse_sqrt, inverse_time, linear, noise, one_minus_sqrt, polynomial, steps, times, warmup,
};

/// A length of some steps, perhaps between two.
fn length() -> impl Strategy<Value = Ratio> {
    prop_oneof![
        4 => (1..60_i64).prop_map(Ratio::from),
        2 => (1..2000_i64, 1..=7_i64).prop_map(|(num, den)| Ratio::new(num, den)),
        1 => (200..3000_i64).prop_map(Ratio::from),
    ]
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(1.0), -2.0..2.0, 1e-6..1e-3]
}

/// A value above zero.
fn above() -> impl Strategy<Value = f64> {
    prop_oneof![Just(1.0), 0.05..2.0, 1e-6..1e-3]
}

pub(crate) fn ending() -> impl Strategy<Value = Schedule> {
    let whole = prop_oneof![Just(1.0), Just(2.0), Just(3.0), 0.3..4.0];
    prop_oneof![
        (value(), length()).prop_map(|(v, n)| hold(v, steps(n))),
        (value(), value(), length()).prop_map(|(a, b, n)| linear(a, b, steps(n))),
        (value(), value(), length()).prop_map(|(a, b, n)| cosine(a, b, steps(n))),
        (value(), value(), whole.clone(), length()).prop_map(|(a, b, p, n)| cosine_power(a, b, p, steps(n))),
        (value(), value(), whole, length()).prop_map(|(a, b, p, n)| polynomial(a, b, p, steps(n))),
        (value(), value(), length()).prop_map(|(a, b, n)| one_minus_sqrt(a, b, steps(n))),
        (above(), above(), length()).prop_map(|(a, b, n)| exponential(a, b, steps(n))),
        (above(), above(), length()).prop_map(|(a, b, n)| harmonic(-a, -b, steps(n))),
        (value(), length()).prop_map(|(v, n)| warmup(v, steps(n))),
    ]
}

fn endless() -> impl Strategy<Value = Schedule> {
    prop_oneof![
        (value(), length()).prop_map(|(v, n)| inverse_sqrt(v, steps(n))),
        (value(), length()).prop_map(|(v, n)| inverse_time(v, steps(n))),
        (value(), 0.3..4.0, length()).prop_map(|(v, p, n)| inverse_power(v, p, steps(n))),
        (value(), 0.2..1.2, length()).prop_map(|(v, r, n)| exponential_decay(v, r, steps(n))),
        (value(), 0..9_i32, 1..5_i32).prop_map(|(v, seed, n)| noise(v, seed, n)),
    ]
}

fn shape() -> impl Strategy<Value = Schedule> {
    prop_oneof![
        4 => (ending(), any::<bool>()).prop_map(|(s, inclusive)| if inclusive { s.inclusive() } else { s }),
        1 => (endless(), length()).prop_map(|(s, n)| s.take(steps(n))),
    ]
}

fn grown(of: impl Strategy<Value = Schedule> + Clone + 'static) -> impl Strategy<Value = Schedule> {
    let two = (of.clone(), of.clone());
    prop_oneof![
        4 => two.clone().prop_map(|(a, b)| a.then(b)),
        1 => two.clone().prop_map(|(a, b)| a + b),
        1 => two.clone().prop_map(|(a, b)| a * b),
        1 => two.clone().prop_map(|(a, b)| a.min(b)),
        1 => two.clone().prop_map(|(a, b)| a.max(b)),
        1 => (of.clone(), value()).prop_map(|(a, v)| a * v),
        1 => (of.clone(), value(), above()).prop_map(|(a, low, more)| a.clamp(low, low + more)),
        1 => (of.clone(), length()).prop_map(|(a, n)| a.take(steps(n))),
        1 => (of.clone(), length()).prop_map(|(a, n)| a.skip(steps(n))),
        1 => (of.clone(), 1..9_i64, 1..4_i64).prop_map(|(a, num, den)| a.stretch(Ratio::new(num, den))),
        1 => of.clone().prop_map(Schedule::reverse),
        1 => (of.clone(), 1..6_u32, prop_oneof![Just(1.0), -1.1..1.1])
            .prop_map(|(a, n, decay)| a.repeat(times(n).decay(decay))),
        1 => (of.clone(), 1..4_u32, 1..5_i64).prop_map(|(a, n, num)| a.repeat(times(n).grow(Ratio::new(num, 2)))),
        1 => (of.clone(), length()).prop_map(|(a, n)| a.hold_every(steps(n))),
        1 => two.clone().prop_map(|(a, b)| a.splice(b)),
        1 => (two, length()).prop_map(|((a, b), n)| linear(a, b, steps(n))),
        1 => (of.clone(), length()).prop_map(|(a, n)| a.then_from_here(|here| cosine(here, 0.0, steps(n)))),
        1 => (of, endless()).prop_map(|(a, b)| a.then(b)),
    ]
}

/// A random schedule that can be bound, with its plan.
pub(crate) fn plans() -> impl Strategy<Value = Plan> {
    let small = shape().boxed();
    let tree = small.prop_recursive(4, 12, 2, |of| grown(of).boxed());
    tree.prop_filter_map("not every tree can be bound", |s| s.bind(&Clock::new()).ok())
}
