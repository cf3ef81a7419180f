//! Random trees of all nodes, to depth 6.

use proptest::prelude::*;
use proptest::strategy::Union;
use rappel_schedule::{
    Clock, Cycles, Ratio, Schedule, Value, constant, cosine, cosine_power, exponential, exponential_decay, harmonic,
    here, hold, inverse_power, inverse_sqrt, inverse_time, linear, noise, one_minus_sqrt, polynomial, share,
    share_length, steps, there, times, warmup,
};

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(1.0), -2.0..2.0, 1e-6..1e-3]
}

fn positive() -> impl Strategy<Value = f64> {
    prop_oneof![Just(1.0), 0.1..2.0, 1e-6..1e-3]
}

/// Whole steps mostly, thirds and sevenths too.
fn length() -> impl Strategy<Value = Ratio> {
    prop_oneof![
        3 => (1..40_i64).prop_map(Ratio::from),
        1 => (3..100_i64, 2..=7_i64).prop_map(|(num, den)| Ratio::new(num, den)),
    ]
}

/// Shapes that end.
fn segment() -> BoxedStrategy<Schedule> {
    let n = || length().prop_map(steps);
    Union::new([
        (value(), n()).prop_map(|(v, n)| hold(v, n)).boxed(),
        (value(), value(), n()).prop_map(|(a, b, n)| linear(a, b, n)).boxed(),
        (value(), value(), n()).prop_map(|(a, b, n)| cosine(a, b, n)).boxed(),
        (value(), value(), 0.2..3.0, n()).prop_map(|(a, b, p, n)| cosine_power(a, b, p, n)).boxed(),
        (value(), value(), prop_oneof![Just(1.0), Just(2.0), 0.2..3.0], n())
            .prop_map(|(a, b, p, n)| polynomial(a, b, p, n))
            .boxed(),
        (value(), value(), n()).prop_map(|(a, b, n)| one_minus_sqrt(a, b, n)).boxed(),
        (positive(), positive(), n()).prop_map(|(a, b, n)| exponential(a, b, n)).boxed(),
        (positive(), positive(), n()).prop_map(|(a, b, n)| harmonic(a, b, n)).boxed(),
        (value(), n()).prop_map(|(p, n)| warmup(p, n)).boxed(),
    ])
    .boxed()
}

/// Shapes that do not.
fn trend() -> impl Strategy<Value = Schedule> {
    let n = || length().prop_map(steps);
    prop_oneof![
        value().prop_map(constant),
        (value(), n()).prop_map(|(v, n)| inverse_sqrt(v, n)),
        (value(), n()).prop_map(|(v, n)| inverse_time(v, n)),
        (value(), 0.2..2.0, n()).prop_map(|(v, p, n)| inverse_power(v, p, n)),
        (value(), 0.1..1.0, n()).prop_map(|(v, r, n)| exponential_decay(v, r, n)),
        (value(), 0..1000, 1..5).prop_map(|(v, seed, n)| noise(v, seed, n)),
    ]
}

fn cycles() -> impl Strategy<Value = Cycles> {
    (
        1..4_u32,
        prop_oneof![Just(Ratio::from(1)), Just(Ratio::from(2)), Just(Ratio::new(1, 2))],
        prop_oneof![Just(1.0), 0.3..1.0],
    )
        .prop_map(|(n, grow, decay)| times(n).grow(grow).decay(decay))
}

/// Combinations of trees that end, which end.
fn combined(of: BoxedStrategy<Schedule>) -> BoxedStrategy<Schedule> {
    let two = || (of.clone(), of.clone());
    let n = || length().prop_map(steps);
    // Each in a box: all of them in one frame, level by level, do not fit on a test's stack.
    Union::new_weighted(vec![
        (3, two().prop_map(|(a, b)| a.then(b)).boxed()),
        (1, (of.clone(), value(), n()).prop_map(|(a, v, n)| a.then(linear(here(), v, n))).boxed()),
        (1, two().prop_map(|(a, b)| a + b).boxed()),
        (1, two().prop_map(|(a, b)| a * b).boxed()),
        (1, two().prop_map(|(a, b)| a.min(b)).boxed()),
        (1, two().prop_map(|(a, b)| a.max(b)).boxed()),
        (1, (value(), of.clone()).prop_map(|(v, a)| v * a).boxed()),
        (1, (of.clone(), value()).prop_map(|(a, v)| a + v).boxed()),
        (1, (of.clone(), value(), value()).prop_map(|(a, v, w)| a.clamp(v.min(w), v.max(w))).boxed()),
        (1, (of.clone(), n()).prop_map(|(a, n)| a.take(n)).boxed()),
        (1, (of.clone(), trend(), n()).prop_map(|(a, b, n)| (a * b).take(n)).boxed()),
        (
            1,
            (of.clone(), 0.05..0.95_f64)
                .prop_map(|(a, part)| {
                    let length = bound_length(&a);
                    let n = steps((part * length).floor());
                    a.skip(n)
                })
                .boxed(),
        ),
        (1, (of.clone(), 1..4_i64, 1..4_i64).prop_map(|(a, num, den)| a.stretch(Ratio::new(num, den))).boxed()),
        (1, of.clone().prop_map(Schedule::reverse).boxed()),
        (1, (of.clone(), cycles()).prop_map(|(a, cycles)| a.repeat(cycles)).boxed()),
        (1, (of.clone(), n()).prop_map(|(a, n)| a.hold_every(n)).boxed()),
        (1, of.clone().prop_map(Schedule::inclusive).prop_filter("an inclusive form", |a| a.check().is_ok()).boxed()),
        (1, two().prop_map(|(a, b)| a.splice(b)).boxed()),
        (1, (value(), n(), of.clone()).prop_map(|(v, n, a)| linear(v, there(), n).splice(a)).boxed()),
        (1, (of.clone(), value(), n()).prop_map(|(a, v, n)| cosine(Value::from(a), v, n)).boxed()),
        (
            1,
            (value(), n(), of.clone())
                .prop_map(|(v, n, a)| {
                    share("p", v, |p| linear(p.clone(), 0.0, n).then(hold(p.clone(), n)).then(Schedule::from(p) * a))
                })
                .boxed(),
        ),
        (
            1,
            (value(), n())
                .prop_map(|(v, n)| share_length("n", n, |n| linear(0.0, v, n.clone()).then(hold(v, n))))
                .boxed(),
        ),
    ])
    .boxed()
}

fn bound_length(schedule: &Schedule) -> f64 {
    schedule.bind(&Clock::new()).ok().and_then(|plan| plan.length()).unwrap_or(0.0)
}

fn deep(levels: u32) -> BoxedStrategy<Schedule> {
    (0..levels).fold(segment(), |of, _| Union::new_weighted(vec![(1, segment()), (2, combined(of))]).boxed())
}

/// Bound in steps, of a length that can be walked through.
fn fits(schedule: &Schedule) -> bool {
    schedule.bind(&Clock::new()).is_ok_and(|plan| plan.steps().is_none_or(|n| n < 20_000))
}

/// A tree that ends, in steps alone.
pub(crate) fn ending() -> impl Strategy<Value = Schedule> {
    (1..=6_u32).prop_flat_map(deep).prop_filter("too long, or nothing left", fits)
}

/// A tree in steps alone, which may have no end.
pub(crate) fn tree() -> impl Strategy<Value = Schedule> {
    let endless = || (ending(), trend());
    prop_oneof![
        4 => ending(),
        1 => endless().prop_map(|(a, b)| a.then(b)),
        1 => endless().prop_map(|(a, b)| a * b),
        1 => ending().prop_map(|a| a.repeat(rappel_schedule::forever())),
    ]
    .prop_filter("too long", fits)
}
