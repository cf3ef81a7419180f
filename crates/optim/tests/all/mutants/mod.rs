//! Mutation testing of the update formulas: a formula is read on numbers of which one operation is wrong, and the golden runs must
//! notice.
//!
//! Every operation of every stage of every rule is made wrong in two ways, one at a time. The runs that other libraries have made pin
//! a rule's trajectory to 1e-9; a mutant that moves none of them by more survives, and a survivor needs a reason.

mod number;

use rappel_elem::Dual;
use rappel_optim::{AnyOptimizer, Now, Slots, Staged, rules};

use crate::golden::runs;
use number::{Mutant, Mutation, WAYS, name, stage};

/// The problem `vector` of `tests/golden/problems.py`, and a weight that never gets a gradient.
const A: [f64; N] = [1.0, 0.5, 2.0, 0.1, 1.0];
const B: [f64; N] = [0.1, -0.2, 0.3, 0.05, 0.0];
const START: [f64; N] = [1.0, -0.7, 0.3, 2.0, 0.0];
const N: usize = 5;

/// The stages of a rule that compute.
const STAGES: [&str; 5] = ["hyper", "observe", "remember", "scalars", "direction"];

/// The weights after each step with their derivatives, and how many operations each stage has at most.
type Trajectory = (Vec<Dual<f64>>, [u32; 5]);

/// A run of a rule with constants, one operation of one stage being wrong. The derivative is in the start, and in all hyperparameters
/// at once.
fn run<R: Staged>(lr: f64, knobs: &[f64], wrong: Option<(usize, Mutation)>) -> Trajectory {
    let (mut all, mut counts) = (Vec::new(), [0; 5]);
    let moving = |(i, x): (usize, &f64)| Mutant(Dual { v: *x, d: 1.0 / (i as f64 + 1.5) });
    let knobs: Vec<Mutant> = knobs.iter().enumerate().map(moving).collect();
    let mut p = START.map(|x| Dual { v: x, d: x });
    let mut state: Vec<R::State<Mutant>> = START.iter().map(|_| R::State::gather(|_| Mutant::of(0.0))).collect();
    let mut memo: Vec<Mutant> = R::MEMO.iter().map(|m| Mutant::of(m.1)).collect();
    for step in 0..20 {
        let mut of = |which: usize, found: u32| counts[which] = counts[which].max(found);
        let at = |which: usize| wrong.filter(|w| w.0 == which).map(|w| w.1);
        let lit = Dual::constant;
        let zero = lit(0.0);
        let loss = (0..N).map(|i| lit(A[i] / 2.0) * p[i] * p[i] + lit(B[i] / 3.0) * p[i] * p[i] * p[i]);
        let loss = loss.fold(zero, |a, b| a + b);
        let g: Vec<Dual<f64>> = (0..N).map(|i| lit(A[i]) * p[i] + lit(B[i]) * p[i] * p[i]).collect();
        let now = Now { lr: Mutant(Dual { v: lr, d: 1.0 }), knobs: &knobs, step, loss: Mutant(loss) };
        let (mut h, n) = stage(at(0), || R::hyper(&now, &memo));
        of(0, n);
        let mut sums = [zero; 4];
        if R::Sums::<Mutant>::N > 0 {
            for i in 0..N {
                let (found, n) = stage(at(1), || R::observe(&h, Mutant(p[i]), Mutant(g[i]), &mut state[i]));
                of(1, n);
                for (j, sum) in sums.iter_mut().enumerate().take(R::Sums::<Mutant>::N) {
                    *sum = *sum + found.get(j).0;
                }
            }
        }
        let sums = R::Sums::gather(|j| Mutant(sums[j]));
        of(2, stage(at(2), || R::remember(&now, &sums, &mut memo)).1);
        let (rate, n) = stage(at(3), || R::scalars(&now, &sums, &memo, &mut h));
        of(3, n);
        for i in 0..N {
            let (d, n) = stage(at(4), || R::direction(&h, Mutant(p[i]), Mutant(g[i]), &mut state[i]));
            of(4, n);
            p[i] = p[i] - rate.0 * d.0;
        }
        all.extend(p);
    }
    (all, counts)
}

/// Whether a run is told from another: by its values at the tolerance of the golden runs, by its derivatives at that of the checks of
/// gradients.
fn told(a: &[Dual<f64>], b: &[Dual<f64>]) -> bool {
    // What is no number in the right run, 0/0 where eps is 0, tells nothing.
    let far = |a: f64, b: f64, near: f64| b.is_finite() && !((a - b).abs() <= near * b.abs().max(1.0));
    a.iter().zip(b).any(|(a, b)| far(a.v, b.v, 1e-9) || far(a.d, b.d, 1e-6))
}

/// The mutants of a rule that no golden run notices, and how many there are in all.
fn survivors<R: Staged>() -> (Vec<String>, u32) {
    let mut settings: Vec<(f64, Vec<f64>)> = runs(&format!("rules/{}.txt", R::NAME))
        .iter()
        .filter(|run| run.problem == "vector" && !run.text.contains('|'))
        // AMSGrad is Adam with a slot more, and a formula of its own.
        .filter(|run| run.text.contains("amsgrad=true") == R::STATE.contains(&"max_exp_avg_sq"))
        .filter_map(|run| {
            let optimizer: AnyOptimizer<f64> = run.text.parse().expect("held by the golden runs");
            let numbers: Option<Vec<f64>> = optimizer.schedules().map(|(_, schedule)| schedule.number()).collect();
            numbers.map(|n| (n[0], n[1..].to_vec()))
        })
        .collect();
    assert!(!settings.is_empty(), "{} has no run with constants", R::NAME);
    // The edges that the laws hold: each hyperparameter of each run at 0.
    for (lr, values) in settings.clone() {
        for i in (0..values.len()).filter(|i| values[*i] != 0.0 && R::KNOBS[*i].accepts(0.0)) {
            let mut edge = values.clone();
            edge[i] = 0.0;
            let constants: Vec<Option<f64>> = edge.iter().map(|v| Some(*v)).collect();
            if R::conflict(&constants).is_none() {
                settings.push((lr, edge));
            }
        }
    }
    let right: Vec<Trajectory> = settings.iter().map(|(lr, knobs)| run::<R>(*lr, knobs, None)).collect();
    let (mut left, mut all) = (Vec::new(), 0);
    for (which, stage) in STAGES.iter().enumerate() {
        let places = right.iter().map(|r| r.1[which]).max().unwrap_or(0);
        for (place, way) in (0..places).flat_map(|place| (0..WAYS).map(move |way| (place, way))) {
            all += 1;
            let wrong = Some((which, Mutation { place, way }));
            let noticed =
                settings.iter().zip(&right).any(|((lr, knobs), right)| told(&run::<R>(*lr, knobs, wrong).0, &right.0));
            if !noticed {
                left.push(format!("{} {stage} {place} {} {way}", R::NAME, name()));
            }
        }
    }
    (left, all)
}

/// Mutants that may live, each with its reason.
const ARGUED: &[(&str, &str)] = &[];

#[test]
fn no_operation_of_a_formula_can_be_wrong_unnoticed() {
    let (mut left, mut all) = (Vec::new(), 0);
    macro_rules! check {
        ($($rule:ty),* $(,)?) => { $(
            let (survived, n) = survivors::<$rule>();
            left.extend(survived);
            all += n;
        )* };
    }
    check!(rules::AdamRule, rules::LambRule, rules::SgdRule);
    let unargued: Vec<_> = left.iter().filter(|l| ARGUED.iter().all(|a| a.0 != **l)).collect();
    assert!(unargued.is_empty(), "{} of {all} mutants survive:\n{unargued:#?}", unargued.len());
    let gone: Vec<_> = ARGUED.iter().filter(|a| left.iter().all(|l| l != a.0)).collect();
    assert!(gone.is_empty(), "argued, but noticed: {gone:#?}");
}
