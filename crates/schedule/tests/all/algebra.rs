//! The laws of the algebra, on random trees of all nodes.

use crate::oracle;
use crate::random::{ending, tree};
use proptest::prelude::*;
use rappel_schedule::{Clock, Dur, Plan, Ratio, Schedule, empty, forever, hold, linear, steps, times};

fn bound(s: &Schedule) -> Plan {
    s.bind(&Clock::new()).unwrap_or_else(|error| panic!("{s}: {error}"))
}

/// The exact length.
fn length(s: &Schedule) -> Dur {
    fn exact(plan: &Plan) -> Ratio {
        // A piece for the rest behind it is as long as the run without it.
        let total = plan.steps().expect("it ends") + 1;
        let s = Schedule::from(plan.clone()).then(hold(0.0, rappel_schedule::rest()));
        let back = Schedule::from(s.over(total).expect("a step is left"));
        let rappel_schedule::Node::Then(parts) = back.node() else { panic!("a sequence") };
        let rappel_schedule::Node::Segment(last) = parts[parts.len() - 1].node() else { panic!("held") };
        let rappel_schedule::Length::Dur(rest) = last.length() else { panic!("a duration") };
        minus(Ratio::from(total), rest.amount())
    }
    steps(exact(&bound(s)))
}

fn minus(a: Ratio, b: Ratio) -> Ratio {
    let (n, d) = (a.numerator() * b.denominator() - b.numerator() * a.denominator(), a.denominator() * b.denominator());
    Ratio::new(i64::try_from(n).expect("small"), i64::try_from(d).expect("small"))
}

/// Steps at the start, around the end, and beyond.
fn walk(plan: &Plan) -> Vec<u64> {
    let n = plan.steps().unwrap_or(400);
    (0..200).chain(n.saturating_sub(5)..n + 5).chain([2 * n + 1000]).collect()
}

/// The same values at whole steps, up to their rounding; and up to that of times, which shows where a value jumps: there each
/// may be on either side.
fn same(a: &Plan, b: &Plan, moved: u64) -> Result<(), TestCaseError> {
    for k in walk(b) {
        let (x, y) = (around(a, (k + moved) as f64), around(b, k as f64));
        let slack = 1e-12 * (1.0 + y.1.abs());
        prop_assert!(
            x.0 <= y.1 + slack && y.0 <= x.1 + slack,
            "step {k}: {x:?} and {y:?} of {} and {}",
            a.schedule(),
            b.schedule()
        );
    }
    Ok(())
}

/// The smallest and the largest value at a time and just beside it.
fn around(plan: &Plan, t: f64) -> (f64, f64) {
    let h = 1e-12 * (1.0 + t);
    let values = [t - h, t, t + h].map(|t| plan.at(t));
    (values.iter().copied().fold(f64::INFINITY, f64::min), values.iter().copied().fold(f64::NEG_INFINITY, f64::max))
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn values_are_those_of_the_lists(s in ending()) {
        if let Some(list) = oracle::list(&s) {
            let plan = bound(&s);
            prop_assert_eq!(plan.steps(), Some(list.values.len() as u64), "{}", s);
            for (k, v) in list.values.iter().enumerate() {
                prop_assert!((plan.at_step(k as u64) - v).abs() <= 1e-12 * (1.0 + v.abs()), "{} step {}", s, k);
            }
            prop_assert!((plan.end() - list.end).abs() <= 1e-12 * (1.0 + list.end.abs()), "{} at its end", s);
        }
    }

    #[test]
    fn then_is_associative_and_empty_its_identity(a in ending(), b in ending(), c in tree()) {
        let left = a.clone().then(b.clone()).then(c.clone());
        prop_assert_eq!(&left, &a.clone().then(b.then(c)));
        prop_assert_eq!(empty().then(a.clone()), a.clone());
        prop_assert_eq!(a.clone().then(empty()), a);
    }

    #[test]
    fn the_first_piece_then_the_second(a in ending(), b in tree()) {
        let (pa, pb, both) = (bound(&a), bound(&b), bound(&a.clone().then(b)));
        let n = pa.length().expect("it ends");
        for k in walk(&both) {
            if (k as f64) < n {
                prop_assert_eq!(both.at_step(k).to_bits(), pa.at_step(k).to_bits(), "step {}", k);
            } else {
                let (x, y) = (around(&both, k as f64), around(&pb, k as f64 - n));
                prop_assert!(x.0 <= y.1 + 1e-12 && y.0 <= x.1 + 1e-12, "{} step {}: {:?} {:?}", both.schedule(), k, x, y);
            }
        }
    }

    #[test]
    fn skipping_what_was_taken_leaves_the_rest(a in ending(), b in ending(), part in 0.01..1.0_f64) {
        let n = (part * bound(&a).length().expect("it ends")).floor() as u64;
        prop_assume!(n > 0);
        let cut = a.take(n).then(b.clone()).skip(n);
        same(&bound(&cut), &bound(&b), 0)?;
    }

    #[test]
    fn taking_is_idempotent_and_taking_all_is_all(a in ending(), n in 1..60_u64) {
        let once = bound(&a.clone().take(n));
        same(&bound(&a.clone().take(n).take(n)), &once, 0)?;
        // Of what jumps at its very end, what it was heading for is not its end.
        let plan = bound(&a);
        if plan.before(plan.length().expect("it ends")) == plan.end() {
            same(&bound(&a.clone().take(length(&a))), &plan, 0)?;
        }
    }

    #[test]
    fn skipping_is_an_action(a in tree(), n in 0..20_u64, m in 0..20_u64) {
        let one = a.clone().skip(n + m);
        if let (Ok(one), Ok(two)) = (one.bind(&Clock::new()), a.clone().skip(n).skip(m).bind(&Clock::new())) {
            same(&two, &one, 0)?;
            same(&bound(&a), &one, n + m)?;
        }
    }

    #[test]
    fn scaling_distributes_and_composes(a in ending(), b in tree(), v in -2.0..2.0_f64, w in -2.0..2.0_f64) {
        same(&bound(&a.clone().then(b.clone()).scale(v)), &bound(&a.clone().scale(v).then(b.clone().scale(v))), 0)?;
        same(&bound(&b.clone().scale(v).scale(w)), &bound(&b.clone().scale(v * w)), 0)?;
        prop_assert_eq!(b.clone().scale(v), b.clone() * v);
        prop_assert_eq!(b.clone().offset(v), b + v);
    }

    #[test]
    fn sums_and_products_are_commutative_monoids(a in tree(), b in tree(), c in tree()) {
        prop_assert_eq!((a.clone() + b.clone()) + c.clone(), a.clone() + (b.clone() + c.clone()));
        prop_assert_eq!((a.clone() * b.clone()) * c.clone(), a.clone() * (b.clone() * c));
        same(&bound(&(a.clone() + b.clone())), &bound(&(b.clone() + a.clone())), 0)?;
        same(&bound(&(a.clone() * b.clone())), &bound(&(b.clone() * a.clone())), 0)?;
        let plan = bound(&a);
        for k in walk(&plan) {
            prop_assert_eq!(bound(&(a.clone() * 1.0)).at_step(k), plan.at_step(k));
            prop_assert_eq!(bound(&(a.clone() + 0.0)).at_step(k), plan.at_step(k));
        }
    }

    #[test]
    fn min_and_max_are_a_lattice(a in tree(), b in tree()) {
        let (pa, low, high) = (bound(&a), bound(&a.clone().min(b.clone())), bound(&a.clone().max(b.clone())));
        let absorbed = bound(&a.clone().min(a.clone().max(b.clone())));
        for k in walk(&pa) {
            let (x, y) = (pa.at_step(k), bound(&b).at_step(k));
            prop_assert_eq!((low.at_step(k), high.at_step(k)), (x.min(y), x.max(y)));
            prop_assert_eq!(absorbed.at_step(k), x);
        }
    }

    #[test]
    fn clamping_is_idempotent_and_bounds(a in tree(), v in -2.0..2.0_f64, w in -2.0..2.0_f64) {
        let (low, high) = (v.min(w), v.max(w));
        let once = bound(&a.clone().clamp(low, high));
        let twice = bound(&a.clone().clamp(low, high).clamp(low, high));
        for k in walk(&once) {
            prop_assert!((low..=high).contains(&once.at_step(k)));
            prop_assert_eq!(once.at_step(k), twice.at_step(k));
        }
    }

    #[test]
    fn combinations_are_as_long_as_the_longest(a in ending(), b in ending(), v in -1.0..1.0_f64) {
        let of = |s: Schedule| bound(&s).length().expect("it ends");
        let (n, m) = (of(a.clone()), of(b.clone()));
        for s in [a.clone() + b.clone(), a.clone() * b.clone(), a.clone().min(b.clone()), a.clone().max(b)] {
            prop_assert_eq!(of(s), n.max(m));
        }
        prop_assert_eq!(of(v * a.clone()), n);
        prop_assert_eq!(of((a + v).clamp(-1.0, 1.0)), n);
    }

    #[test]
    fn stretching_composes_and_distributes(a in ending(), b in tree(), (n, d) in (1..5_i64, 1..5_i64), (m, e) in (1..4_i64, 1..4_i64)) {
        let (k, j) = (Ratio::new(n, d), Ratio::new(m, e));
        same(&bound(&a.clone().stretch(k).stretch(j)), &bound(&a.clone().stretch(Ratio::new(n * m, d * e))), 0)?;
        let both = bound(&a.clone().then(b.clone()).stretch(k));
        same(&both, &bound(&a.clone().stretch(k).then(b.stretch(k))), 0)?;
        same(&bound(&a.clone().stretch(1)), &bound(&a), 0)?;
    }

    #[test]
    fn reversing_is_an_involution_and_turns_the_order(a in ending(), b in ending()) {
        prop_assert_eq!(a.clone().reverse().reverse(), a.clone());
        let both = bound(&a.clone().then(b.clone()).reverse());
        same(&both, &bound(&b.reverse().then(a.clone().reverse())), 0)?;
        prop_assert_eq!(bound(&a.clone().reverse()).length(), bound(&a).length());
    }

    #[test]
    fn repeating_unrolls(a in ending(), decay in 0.3..1.0_f64, (n, d) in (1..3_i64, 1..3_i64)) {
        let grow = Ratio::new(n, d);
        let unrolled = |grow: Ratio, decay: f64| {
            let second = a.clone().stretch(grow).scale(decay);
            let third = a.clone().stretch(Ratio::new(n * n, d * d)).scale(decay * decay);
            (a.clone().then(second.clone()), second, third)
        };
        let plain = a.clone().then(a.clone()).then(a.clone());
        same(&bound(&a.clone().repeat(3)), &bound(&plain), 0)?;
        let (two, _, third) = unrolled(grow, decay);
        same(&bound(&a.clone().repeat(times(3).grow(grow).decay(decay))), &bound(&two.clone().then(third.clone())), 0)?;
        let turned = a.clone().repeat(times(3).grow(grow).decay(decay)).reverse();
        same(&bound(&turned), &bound(&two.then(third).reverse()), 0)?;
        same(&bound(&a.clone().repeat(1)), &bound(&a), 0)?;
        let endless = bound(&a.clone().repeat(forever()));
        same(&endless, &bound(&a.clone().then(a.repeat(forever()))), 0)?;
    }

    #[test]
    fn splicing_is_then_of_what_is_left(a in ending(), b in ending()) {
        let n = length(&a);
        if let Ok(left) = b.clone().skip(n).bind(&Clock::new()) {
            let spliced = bound(&a.clone().splice(b.clone()));
            same(&spliced, &bound(&a.then(b.skip(n))), 0)?;
            prop_assert!(left.length().is_some());
        }
    }

    #[test]
    fn from_here_there_is_no_jump(a in ending(), v in -2.0..2.0_f64, n in 1..50_u64) {
        let s = a.clone().then_from_here(|here| linear(here, v, n));
        let plan = bound(&s);
        let seam = bound(&a).length().expect("it ends");
        let (before, after) = (bound(&a).end(), plan.at(seam.next_up()));
        prop_assert!((before - after).abs() <= 1e-9 * (1.0 + before.abs() + v.abs()), "{} {}", before, after);
    }

    #[test]
    fn holding_every_step_of_a_whole_is_the_same_at_steps(s in tree()) {
        let (plan, held) = (bound(&s), bound(&s.clone().hold_every(1)));
        for k in walk(&plan) {
            prop_assert_eq!(plan.at_step(k).to_bits(), held.at_step(k).to_bits(), "{} step {}", s, k);
        }
    }

    #[test]
    fn resumed_equals_straight_through(s in tree(), from in 0..300_usize) {
        let mut straight = vec![0.0; 400];
        bound(&s).fill(&mut straight, 0);
        let mut resumed = vec![0.0; 400 - from];
        bound(&s).fill(&mut resumed, from as u64);
        prop_assert!(straight[from..].iter().zip(&resumed).all(|(a, b)| a.to_bits() == b.to_bits()));
    }

    #[test]
    fn from_its_end_on_a_plan_is_constant(s in ending(), later in 0..1_000_000_u64) {
        let plan = bound(&s);
        let n = plan.steps().expect("it ends");
        prop_assert_eq!(plan.at_step(n + later), plan.end());
    }

    #[test]
    fn every_value_is_finite(s in tree()) {
        let plan = bound(&s);
        for k in walk(&plan) {
            prop_assert!(plan.at_step(k).is_finite(), "{} at step {}", s, k);
        }
    }

    #[test]
    fn written_back_it_has_the_same_values(s in ending()) {
        let plan = bound(&s);
        let back = bound(&Schedule::from(plan.clone()));
        for k in walk(&plan) {
            prop_assert_eq!(back.at_step(k).to_bits(), plan.at_step(k).to_bits(), "step {}", k);
        }
    }

    #[test]
    fn lifted_to_itself_it_is_itself(s in tree()) {
        let plan = bound(&s);
        prop_assert_eq!(plan.lift(|v| v), plan);
    }
}
