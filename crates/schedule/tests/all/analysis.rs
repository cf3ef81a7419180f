//! What is said of a schedule without running it, against running it.

use crate::random::tree;
use proptest::prelude::*;
use rappel_schedule::{
    After, Area, Clock, Plan, Schedule, ScheduleError, Warning, constant, cosine, cosine_power, exponential,
    exponential_decay, forever, harmonic, hold, inverse_power, inverse_sqrt, inverse_time, linear, noise,
    one_minus_sqrt, polynomial, power, steps, times, warmup,
};

/// Random trees, stretched so that their pieces have from few steps to many.
fn plans() -> impl Strategy<Value = Plan> {
    (tree(), prop_oneof![Just(1), 1..60]).prop_filter_map("too fine", |(s, by)| s.stretch(by).bind(&Clock::new()).ok())
}

fn plan(s: Schedule) -> Plan {
    s.bind(&Clock::new()).expect("valid")
}

/// The sum of the values, exactly, as a float: what each addition rounds off is itself added, down to nothing.
fn exact(values: impl Iterator<Item = f64>) -> f64 {
    let mut parts: Vec<f64> = Vec::new();
    for mut x in values {
        let mut kept = 0;
        for i in 0..parts.len() {
            let mut y = parts[i];
            if x.abs() < y.abs() {
                (x, y) = (y, x);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                parts[kept] = low;
                kept += 1;
            }
            x = high;
        }
        parts.truncate(kept);
        parts.push(x);
    }
    parts.iter().rev().sum()
}

fn check_area(plan: &Plan, from: u64, to: u64) -> Result<(), TestCaseError> {
    let area = plan.area(from..to);
    let sum = exact((from..to).map(|k| plan.at_step(k)));
    let size: f64 = (from..to).map(|k| plan.at_step(k).abs()).sum();
    let ulp = f64::EPSILON * sum.abs();
    prop_assert!(
        (area.value - sum).abs() <= area.error + ulp,
        "{}: {:?} and not {} in {}..{}",
        plan.schedule(),
        area,
        sum,
        from,
        to
    );
    let most = (from..to).map(|k| plan.at_step(k).abs()).fold(0.0, f64::max);
    prop_assert!(area.error <= 1e-8 * (size + most * (to - from) as f64) + 1e-12, "{}: {:?}", plan.schedule(), area);
    Ok(())
}

proptest! {
    #[test]
    fn area_is_the_sum_of_the_values(plan in plans(), from in 0..400_u64, count in 0..3000_u64) {
        check_area(&plan, from, from + count)?;
    }

    #[test]
    fn area_is_additive(plan in plans(), a in 0..300_u64, b in 0..900_u64, c in 0..900_u64) {
        let parts = [plan.area(a..a + b), plan.area(a + b..a + b + c), plan.area(a..a + b + c)];
        let sum = parts[0].value + parts[1].value;
        let error: f64 = parts.iter().map(|part| part.error).sum();
        prop_assert!((sum - parts[2].value).abs() <= error + f64::EPSILON * sum.abs(), "{parts:?}");
    }

    #[test]
    fn range_contains_every_value(plan in plans(), from in 0..400_u64, count in 1..2000_u64) {
        let (low, high) = plan.range(from..from + count).expect("steps");
        for k in from..from + count {
            let v = plan.at_step(k);
            prop_assert!(low <= v && v <= high, "{}: step {}: {} in {}..{}", plan.schedule(), k, v, low, high);
        }
    }

    #[test]
    fn filling_gives_the_same_bits(plan in plans(), from in 0..400_u64, count in 0..1000_usize) {
        let mut values = vec![f64::NAN; count];
        plan.fill(&mut values, from);
        for (k, v) in (from..).zip(values) {
            prop_assert_eq!(v.to_bits(), plan.at_step(k).to_bits(), "{}: step {}", plan.schedule(), k);
        }
    }

    #[test]
    fn between_boundaries_nothing_jumps(plan in plans()) {
        let horizon = 400;
        let boundaries = plan.boundaries(horizon).expect("few");
        prop_assert!(boundaries.is_sorted() && boundaries[0] == 0.0);
        let jumps = plan.jumps(horizon).expect("few");
        for pair in boundaries.windows(2) {
            // At random places: a jump would be there whatever is seen from both sides.
            for way in [0.13, 0.5, 0.77] {
                let t = pair[0] + way * (pair[1] - pair[0]);
                prop_assert!(plan.before(t) == plan.at(t), "{}: at {}", plan.schedule(), t);
            }
        }
        for jump in jumps {
            prop_assert!(boundaries.contains(&jump.time));
        }
    }

    #[test]
    fn whole_boundaries_are_where_the_steps_jump(plan in plans()) {
        let horizon = 600;
        let jumps = plan.jumps(horizon).expect("few");
        for k in 1..=horizon {
            let t = k as f64;
            let (before, after) = (plan.before(t), plan.at(t));
            let far = (before - after).abs() > 1e-11 * before.abs().max(after.abs());
            prop_assert!(!far || jumps.iter().any(|jump| jump.time == t), "{}: at {}", plan.schedule(), t);
        }
    }

    #[test]
    fn an_area_is_reached_at_its_step(plan in plans(), part in 0.01..1.2_f64) {
        let all = plan.area(0..2000);
        let target = part * if all.value > 1e-3 { all.value } else { 1.0 };
        let mut sum = 0.0;
        let expected = (0..20_000_u64).find(|k| { sum += plan.at_step(*k); sum >= target }).map(|k| k + 1);
        let found = plan.step_at_area(target, 20_000);
        // Within rounding of the target either neighbour may be the first.
        let close = |n: Option<u64>| n.is_some_and(|n| (plan.area(0..n).value - target).abs() <= 1e-9 * target);
        prop_assert!(found == expected || close(found) || close(expected), "{}: {found:?} {expected:?}", plan.schedule());
    }

    #[test]
    fn explanations_end_with_the_value(plan in plans(), step in 0..2000_u64) {
        let why = plan.explain(step);
        prop_assert_eq!(why.value().to_bits(), plan.at_step(step).to_bits());
        prop_assert_eq!(why.step(), step);
        let text = why.to_string();
        prop_assert_eq!(text.lines().count(), why.lines().len() + 1);
        prop_assert!(text.contains(&plan.schedule().to_string()), "{}", text);
    }
}

#[test]
fn formulas_that_go_on_are_filled_and_added_beyond_their_end() {
    for s in [cosine(1.0, 0.2, 70), linear(1.0, 0.2, 70), exponential(1.0, 0.2, 70), hold(0.5, 70)] {
        let plan = plan(linear(0.0, 1.0, 13).then(s.after(After::Continue)));
        let mut values = vec![f64::NAN; 1000];
        plan.fill(&mut values, 3);
        assert!((3..).zip(&values).all(|(k, v)| v.to_bits() == plan.at_step(k).to_bits()), "{}", plan.schedule());
        check_area(&plan, 3, 1003).expect("the sum");
        let (low, high) = plan.range(3..1003).expect("steps");
        assert!(values.iter().all(|v| (low..=high).contains(v)), "{}", plan.schedule());
    }
}

/// Every shape over a length that has a form for its area, and every shape without end.
fn shapes(n: u32) -> Vec<Schedule> {
    vec![
        hold(0.3, n),
        linear(0.1, 1.0, n),
        cosine(1.0, 0.0, n),
        cosine_power(1.0, 0.1, 3, n),
        polynomial(1.0, 0.0, 1, n),
        polynomial(1.0, 0.0, 2, n),
        polynomial(0.1, 1.0, 3.5, n),
        polynomial(1.0, 0.1, 0.5, n),
        one_minus_sqrt(1.0, 0.0, n),
        exponential(1.0, 1e-5, n),
        exponential(1e-5, 1.0, n),
        harmonic(1.0, 0.01, n),
        harmonic(0.01, 1.0, n),
        warmup(1.0, n),
        power(1.0, 0.0, 2, n),
        power(0.0, 1.0, 0.5, n),
        inverse_sqrt(1.0, 1),
        inverse_sqrt(1.0, n),
        inverse_time(1.0, 1),
        inverse_time(1.0, n),
        inverse_power(1.0, 2, n),
        inverse_power(1.0, 0.3, 1),
        exponential_decay(1.0, 0.5, n),
    ]
}

#[test]
fn closed_forms_keep_thirteen_digits_over_long_runs() {
    for n in [1_000, 100_000, 1_000_000] {
        for s in shapes(n) {
            for s in [s.clone(), s.inclusive()] {
                let Ok(plan) = s.bind(&Clock::new()) else { continue };
                for (from, to) in [(0, u64::from(n)), (u64::from(n) / 3, u64::from(n) - 7), (0, u64::from(n) * 3 / 2)] {
                    let Area { value, error } = plan.area(from..to);
                    let sum = exact((from..to).map(|k| plan.at_step(k)));
                    assert!((value - sum).abs() <= error, "{s}: {value} +- {error}: {sum}");
                    assert!(error <= 3e-13 * (to - from) as f64, "{s}: {error}");
                    assert!((value - sum).abs() <= 3e-13 * sum.abs(), "{s}: {value} {sum}");
                }
            }
        }
    }
}

#[test]
fn areas_of_long_runs_take_the_time_of_the_pieces() {
    // 10^15 steps: step by step this would take a week.
    let n = 1_000_000_000_000_000_u64;
    for (s, area) in [
        (linear(1.0, 0.0, n), 5e14),
        (cosine(1.0, 0.0, n) * 0.5, 2.5e14),
        (cosine(1.0, 0.0, 1000).repeat(forever()), 5.005e14),
        (linear(1.0, 0.0, 1000).repeat(forever()).min(2.0) + 1.0, 1.5005e15),
        (polynomial(1.0, 0.0, 2, n), n as f64 / 3.0),
        (inverse_sqrt(1.0, n), 2.0 * n as f64 * (2.0_f64.sqrt() - 1.0)),
        (linear(1.0, 0.0, n).max(0.5), 0.625e15),
        (linear(1.0, 0.0, n).clamp(0.25, 0.75), 0.5e15),
        (warmup(1.0, 10).splice(cosine(1.0, 0.0, n)), 5e14),
        (noise(1.0, 3, 1) * 0.0 + 1.0, 1e15),
        ((hold(0.0, 7).then(linear(1.0, 0.0, 1000).repeat(forever())) + 0.0).clamp(0.2505, 0.7505), 5.005e14),
    ] {
        let found = plan(s.clone()).area(0..n);
        assert!((found.value - area).abs() <= 1e-9 * area, "{s}: {found:?}");
    }
}

#[test]
fn what_has_no_closed_form_is_bounded_beyond_the_steps_that_can_be_added() {
    let n = 40_000_000_u64;
    let plan = plan(linear(1.0, 0.0, n) * exponential(1.0, 0.5, n));
    let area = plan.area(0..n);
    // The integral of (1 - z) 2^-z, by parts.
    let l = 2.0_f64.ln();
    let integral = n as f64 * (1.0 / l - 0.5 / (l * l));
    assert!((area.value - integral).abs() <= area.error && area.error < 1e-3 * integral, "{area:?} {integral}");
}

#[test]
fn areas_are_inverted() {
    let rate = plan(warmup(1.0, 100).then(cosine(1.0, 0.0, 900)));
    for n in [1, 50, 100, 101, 500, 900, 999] {
        let area = rate.area(0..n).value;
        assert_eq!(rate.step_at_area(area * (1.0 - 1e-12), 1 << 53), Some(n));
        assert_eq!(rate.step_at_area(area * (1.0 + 1e-12), 1 << 53), Some(n + 1));
    }
    assert_eq!(rate.step_at_area(502.0, 1 << 53), None, "the cosine ends at 0");
    assert_eq!(rate.step_at_area(0.0, 1 << 53), Some(0));
    assert_eq!(rate.step_at_area(f64::NAN, 1 << 53), None);
    assert_eq!(plan(constant(0.5)).step_at_area(1e15, 1 << 53), Some(2_000_000_000_000_000));
    // Down and up again: the first time counts.
    let wave = plan(hold(1.0, 10).then(hold(-1.0, 10)).repeat(forever()));
    assert_eq!(wave.step_at_area(5.0, 1 << 53), Some(5));
    assert_eq!(plan(hold(-1.0, 100).then(1.0)).step_at_area(3.0, 1 << 53), Some(203));
    assert_eq!(rate.peak_for_area(0..1000, 1002.0), Some(1002.0 / rate.area(0..1000).value));
    assert_eq!(plan(linear(0.0, 0.0, 9)).peak_for_area(0..100, 1.0), None);
}

#[test]
fn annealing_areas_are_the_double_sum() {
    let rate = plan(warmup(1.0, 20).then(cosine(1.0, 0.1, 60)).then(hold(0.05, 20)));
    let (decay, n) = (0.9_f64, 90_u64);
    let r = |k: u64| rate.at_step(k);
    let double: f64 =
        (1..n).map(|i| (1..=i).map(|k| (r(k - 1) - r(k)) * decay.powi((i - k) as i32)).sum::<f64>()).sum();
    assert!((rate.annealing_area(0..n, decay) - double).abs() <= 1e-12);
    assert_eq!(rate.annealing_area(0..1, decay), 0.0);
}

#[test]
fn ranges_of_monotone_pieces_are_exact() {
    for s in shapes(1000) {
        let plan = plan(s.clone());
        for (from, to) in [(0, 1000), (0, 2000), (17, 620)] {
            let (low, high) = plan.range(from..to).expect("steps");
            let (a, b) = (plan.at_step(from), plan.at_step(to - 1));
            // Powers near their level end have four ulp of slack.
            let slack = if s.to_string().contains("po") { 4.0 * f64::EPSILON } else { 0.0 };
            let (a, b) = (a.min(b), a.max(b));
            assert!(a - slack <= low && low <= a && b <= high && high <= b + slack, "{s} {from}..{to}: {low}..{high}");
        }
    }
    let decaying = plan(linear(1.0, 0.0, 4).repeat(times(1000).decay(0.5)));
    assert_eq!(decaying.range(0..4000), Some((0.25 * 0.5_f64.powi(999), 1.0)));
    assert_eq!(plan(hold(0.0, 10).then(1.0) + hold(1.0, 10).then(0.0)).range(0..20), Some((1.0, 1.0)));
    assert_eq!(plan(cosine(1.0, 0.0, 10).repeat(forever())).range(0..1 << 50).map(|r| r.1), Some(1.0));
    // Noise whose knob moves is bounded by the knob, not looked at step by step.
    let swelling = plan(noise(linear(0.2, 0.9, 7), 58, 1));
    assert_eq!(swelling.range(0..1 << 50), Some((-0.9, 0.9)));
    assert!(swelling.area(0..1 << 50).error >= swelling.area(0..1 << 50).value.abs());
}

#[test]
fn boundaries_and_jumps_of_nested_pieces() {
    let third = rappel_schedule::Ratio::new(100, 3);
    let s = hold(1.0, 10).then(linear(1.0, 0.0, steps(third)).repeat(3)) * hold(1.0, 50).then(0.5);
    let plan = plan(s);
    let (a, b) = (10.0 + 100.0 / 3.0, 10.0 + 200.0 / 3.0);
    assert_eq!(plan.boundaries(1000).expect("few"), [0.0, 10.0, a, 50.0, b, 110.0]);
    let jumps = plan.jumps(1000).expect("few");
    assert_eq!(jumps.iter().map(|jump| jump.time).collect::<Vec<_>>(), [a, 50.0, b]);
    assert_eq!((jumps[0].before.abs() < 1e-12, jumps[0].after > 1.0 - 1e-12), (true, true));
    let many = noise(1.0, 1, 1).bind(&Clock::new()).expect("valid");
    assert!(matches!(many.boundaries(1 << 40), Err(ScheduleError::TooManyBoundaries { .. })));
    assert!(matches!(
        many.warnings(1 << 40)[..],
        [.., Warning::NotLookedAt { .. }, _] | [.., Warning::NotLookedAt { .. }]
    ));
    assert_eq!(many.boundaries(5).expect("few"), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
}

#[test]
fn explanations_name_pieces_times_and_values() {
    let plan = plan(linear(0.0, 1.0, 10).then((cosine(1.0, 0.0, 20) * 0.5).repeat(2)));
    let why = plan.explain(45);
    let lines: Vec<_> =
        why.lines().iter().map(|line| (line.depth, line.text.as_str(), line.time, line.note.as_str())).collect();
    assert_eq!(
        lines,
        [
            (0, "linear(0, 1, 10) >> (cosine(1, 0, 20) * 0.5).repeat(2)", 45.0, "piece 2 of 2"),
            (1, "(cosine(1, 0, 20) * 0.5).repeat(2)", 35.0, "time 2"),
            (2, "cosine(1, 0, 20) * 0.5", 15.0, ""),
            (3, "cosine(1, 0, 20)", 15.0, "75 % of the way"),
            (3, "0.5", 15.0, ""),
        ]
    );
    assert_eq!(
        plan.explain(10).to_string(),
        "step 10: 0.5
  linear(0, 1, 10) >> (cosine(1, 0, 20) * 0.5).repeat(2)  at 10 = 0.5  (piece 2 of 2)
    (cosine(1, 0, 20) * 0.5).repeat(2)  at 0 = 0.5  (time 1)
      cosine(1, 0, 20) * 0.5  at 0 = 0.5
        cosine(1, 0, 20)  at 0 = 1  (0 % of the way)
        0.5  at 0 = 0.5"
    );
}

#[test]
fn stairs_are_explained_up_to_their_end_from_either_side() {
    let note = |plan: &Plan, step| plan.explain(step).lines().iter().map(|line| line.note.clone()).collect::<Vec<_>>();
    let stairs = plan(linear(0.0, 1.0, 20).hold_every(3));
    assert_eq!(note(&stairs, 19)[0], "held since 18");
    assert_eq!(note(&stairs, 20)[0], "its end, held");
    // Backwards, the end is approached from the left, where the last stair still holds.
    let back = plan(linear(0.0, 1.0, 20).hold_every(3).reverse());
    assert_eq!(back.at_step(0), 0.9);
    assert_eq!(note(&back, 0)[..2], ["backwards", "held since 18"]);
}

#[test]
fn warnings_say_what_is_probably_not_meant() {
    for (s, run, warnings) in [
        (warmup(1.0, 10).then(cosine(1.0, 0.0, 90)), 100, vec![]),
        (constant(0.5), 100, vec![Warning::Constant { value: 0.5 }]),
        (linear(0.0, 0.0, 5), 100, vec![Warning::Zero]),
        (
            linear(0.0, 1.0, 4).then(linear(1.0, 0.0, 4)),
            8,
            vec![Warning::StartsAtZero, Warning::EndsHigh { last: 0.25, peak: 1.0 }],
        ),
        (linear(1.0, 0.0, 50), 100, vec![Warning::Held { steps: 50, value: 0.0 }]),
        (
            linear(1.0, 0.0, 100),
            50,
            vec![
                Warning::CutShort { run: 50, length: 100.0, last: 0.51, end: 0.0 },
                Warning::EndsHigh { last: 0.51, peak: 1.0 },
            ],
        ),
        (
            hold(0.5, 10).then(linear(1.0, 0.0, 40)),
            50,
            vec![Warning::JumpsUp { times: 1, time: 10.0, before: 0.5, after: 1.0 }],
        ),
        (linear(1.0, 0.0, 10).repeat(4), 40, vec![Warning::JumpsUp { times: 3, time: 10.0, before: 0.0, after: 1.0 }]),
        (linear(1.0, -1.0, 51), 51, vec![Warning::Negative { low: -1.0 + 1.0 / 25.5 }]),
    ] {
        let found = plan(s.clone()).warnings(run);
        for (a, b) in found.iter().zip(&warnings) {
            if let (Warning::Negative { low: a }, Warning::Negative { low: b }) = (a, b) {
                assert!((a - b).abs() < 1e-15);
            } else {
                assert_eq!(a, b, "{s}");
            }
        }
        assert_eq!(found.len(), warnings.len(), "{s}: {found:?}");
        assert!(found.iter().all(|warning| !warning.to_string().is_empty()));
    }
    assert!(plan(constant(1.0)).warnings(0).is_empty());
}
