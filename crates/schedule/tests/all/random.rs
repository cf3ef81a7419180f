//! Random trees of all nodes, to depth 6.

use proptest::prelude::*;
use proptest::strategy::Union;
use rappel_schedule::{
    After, Clock, Cycles, Dur, Length, Ratio, Schedule, Value, constant, cosine, cosine_power, exponential,
    exponential_decay, harmonic, here, hold, inverse_power, inverse_sqrt, inverse_time, k_cosine, k_polynomial, linear,
    noise, one_minus_sqrt, polynomial, power, share, share_length, steps, tanh, there, times, warmup,
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
        (value(), value(), 0.2..3.0, n()).prop_map(|(a, b, p, n)| power(a, b, p, n)).boxed(),
        (value(), value(), 0.2..3.0, n()).prop_map(|(a, b, k, n)| k_cosine(a, b, k, n)).boxed(),
        (value(), value(), 0.2..3.0, 0.2..3.0, n()).prop_map(|(a, b, p, k, n)| k_polynomial(a, b, p, k, n)).boxed(),
        (value(), value(), -7.0..0.0, 0.5..4.0, n())
            .prop_map(|(a, b, lower, upper, n)| tanh(a, b, lower, upper, n))
            .boxed(),
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

/// Any float at all, as often as not one that people write.
fn any_number() -> BoxedStrategy<f64> {
    let written = [0.0, -0.0, 1.0, 0.1, 1e-3, 1e-4, 9.999e-5, 1e15, 1e16, 5e-324, 2.5e-310, 1e22, 1e300, f64::MAX];
    prop_oneof![
        3 => prop::sample::select(written.to_vec()),
        2 => value(),
        1 => (-1_000_000..1_000_000_i64, 0..12).prop_map(|(n, k)| n as f64 / 10_f64.powi(k)),
        2 => any::<u64>().prop_map(f64::from_bits),
    ]
    .boxed()
}

/// Whole numbers, decimals, repeating fractions, and what is none of these.
fn any_ratio() -> BoxedStrategy<Ratio> {
    prop_oneof![
        2 => any::<u32>().prop_map(Ratio::from),
        2 => (any::<i64>(), 0..19_u32).prop_map(|(n, k)| Ratio::new(n, 10_i64.pow(k))),
        2 => (1..1000_i64, 1..1000_i64).prop_map(|(n, d)| Ratio::new(n, d)),
        1 => (any::<i64>(), any::<i64>()).prop_map(|(n, d)| Ratio::new(n, d)),
        2 => any_number().prop_map(Ratio::from),
    ]
    .boxed()
}

fn any_duration() -> BoxedStrategy<Dur> {
    let units: [fn(Ratio) -> Dur; 6] = [
        steps,
        rappel_schedule::epochs,
        rappel_schedule::samples,
        rappel_schedule::tokens,
        rappel_schedule::percent,
        rappel_schedule::fraction,
    ];
    prop_oneof![
        8 => (any_ratio(), prop::sample::select(units.to_vec())).prop_map(|(n, unit)| unit(n)),
        1 => Just(rappel_schedule::rest()),
    ]
    .boxed()
}

fn any_length() -> BoxedStrategy<Length> {
    prop_oneof![
        4 => any_duration().prop_map(Length::from),
        1 => prop::sample::select(vec!["p", "n"]).prop_map(|name| Length::Shared(name.into())),
    ]
    .boxed()
}

fn any_value(of: BoxedStrategy<Schedule>) -> BoxedStrategy<Value> {
    prop_oneof![
        6 => any_number().prop_map(Value::from),
        1 => prop::sample::select(vec!["p", "n"]).prop_map(|name| Value::Shared(name.into())),
        1 => prop::sample::select(vec![here(), there()]),
        1 => of.prop_map(Value::from),
    ]
    .boxed()
}

fn any_shape(of: BoxedStrategy<Schedule>) -> BoxedStrategy<Schedule> {
    let (v, n) = (|| any_value(of.clone()), any_length);
    Union::new(vec![
        v().prop_map(constant).boxed(),
        prop::sample::select(vec!["lr", "momentum"]).prop_map(rappel_schedule::linked).boxed(),
        Just(rappel_schedule::empty()).boxed(),
        (v(), n()).prop_map(|(v, n)| hold(v, n)).boxed(),
        (v(), n()).prop_map(|(v, n)| warmup(v, n)).boxed(),
        (v(), n()).prop_map(|(v, n)| inverse_sqrt(v, n)).boxed(),
        (v(), n()).prop_map(|(v, n)| inverse_time(v, n)).boxed(),
        (v(), v(), n()).prop_map(|(a, b, n)| linear(a, b, n)).boxed(),
        (v(), v(), n()).prop_map(|(a, b, n)| cosine(a, b, n)).boxed(),
        (v(), v(), n()).prop_map(|(a, b, n)| one_minus_sqrt(a, b, n)).boxed(),
        (v(), v(), n()).prop_map(|(a, b, n)| exponential(a, b, n)).boxed(),
        (v(), v(), n()).prop_map(|(a, b, n)| harmonic(a, b, n)).boxed(),
        (v(), v(), n()).prop_map(|(a, b, n)| noise(a, b, n)).boxed(),
        (v(), v(), n()).prop_map(|(a, b, n)| inverse_power(a, b, n)).boxed(),
        (v(), v(), n()).prop_map(|(a, b, n)| exponential_decay(a, b, n)).boxed(),
        (v(), v(), v(), n()).prop_map(|(a, b, c, n)| cosine_power(a, b, c, n)).boxed(),
        (v(), v(), v(), n()).prop_map(|(a, b, c, n)| polynomial(a, b, c, n)).boxed(),
        (v(), v(), v(), n()).prop_map(|(a, b, c, n)| power(a, b, c, n)).boxed(),
        (v(), v(), v(), n()).prop_map(|(a, b, c, n)| k_cosine(a, b, c, n)).boxed(),
        (v(), v(), v(), v(), n()).prop_map(|(a, b, c, d, n)| k_polynomial(a, b, c, d, n)).boxed(),
        (v(), v(), v(), v(), n()).prop_map(|(a, b, c, d, n)| tanh(a, b, c, d, n)).boxed(),
        (prop::collection::vec(v(), 0..3), n()).prop_map(|(v, n)| rappel_schedule::user("rex", v, n)).boxed(),
        prop::collection::vec(v(), 0..3).prop_map(|v| rappel_schedule::user_steps("wave", v)).boxed(),
        any_rule().prop_map(|rule| rule.parse().expect("a rule")).boxed(),
    ])
    .boxed()
}

/// A rule's call as text: its arguments are numbers.
fn any_rule() -> BoxedStrategy<String> {
    prop::collection::vec(any_number(), 0..3)
        .prop_map(|numbers| {
            let numbers: Vec<String> = numbers.into_iter().map(|v| Schedule::from(v).to_string()).collect();
            format!("adaptive::mine({})", numbers.join(", "))
        })
        .boxed()
}

/// The node of that text, of whatever is in `of`.
fn until(of: Schedule, rule: &str) -> Schedule {
    let read: Schedule = format!("1.until({rule})").parse().expect("a rule");
    let rappel_schedule::Node::Until(_, rule) = read.node() else { panic!("a rule") };
    of.until(rule.clone())
}

fn any_combination(of: BoxedStrategy<Schedule>) -> BoxedStrategy<Schedule> {
    let one = || of.clone();
    let two = || (of.clone(), of.clone());
    let (v, n) = (|| any_value(of.clone()), any_length);
    let count = prop_oneof![Just(rappel_schedule::forever()), any::<u32>().prop_map(times)];
    let cycles = (count, any_ratio(), any_number()).prop_map(|(c, grow, decay)| c.grow(grow).decay(decay));
    let cycles = prop_oneof![cycles, any::<u32>().prop_map(times)];
    let after = prop::sample::select(After::ALL.map(|(_, after)| after).to_vec());
    Union::new(vec![
        two().prop_map(|(a, b)| a.then(b)).boxed(),
        two().prop_map(|(a, b)| a + b).boxed(),
        two().prop_map(|(a, b)| a - b).boxed(),
        two().prop_map(|(a, b)| a * b).boxed(),
        two().prop_map(|(a, b)| a.min(b)).boxed(),
        two().prop_map(|(a, b)| a.max(b)).boxed(),
        two().prop_map(|(a, b)| a.splice(b)).boxed(),
        one().prop_map(|a| -a).boxed(),
        one().prop_map(Schedule::reverse).boxed(),
        one().prop_map(Schedule::inclusive).boxed(),
        (one(), after).prop_map(|(a, after)| a.after(after)).boxed(),
        (one(), v(), v()).prop_map(|(a, v, w)| a.clamp(v, w)).boxed(),
        (one(), n()).prop_map(|(a, n)| a.take(n)).boxed(),
        (one(), n()).prop_map(|(a, n)| a.skip(n)).boxed(),
        (one(), n()).prop_map(|(a, n)| a.hold_every(n)).boxed(),
        (one(), any_ratio()).prop_map(|(a, by)| a.stretch(by)).boxed(),
        (one(), cycles).prop_map(|(a, cycles)| a.repeat(cycles)).boxed(),
        (one(), any_rule()).prop_map(|(a, rule)| until(a, &rule)).boxed(),
        (one(), any_number()).prop_map(|(a, v)| share("q", v, |_| a)).boxed(),
        (one(), any_duration()).prop_map(|(a, n)| share_length("m", n, |_| a)).boxed(),
    ])
    .boxed()
}

/// A tree of all nodes with any numbers, units and names, whether it makes sense or not.
pub(crate) fn any_tree() -> impl Strategy<Value = Schedule> {
    let shape = any_shape(any_number().prop_map(constant).boxed());
    let deep = (0..5).fold(shape.clone(), |of, _| {
        let shape = any_shape(of.clone());
        prop_oneof![1 => shape, 3 => any_combination(of)].boxed()
    });
    prop_oneof![1 => shape, 5 => deep].prop_map(|tree| share("p", 1.0, |_| share_length("n", 10, |_| tree)))
}
