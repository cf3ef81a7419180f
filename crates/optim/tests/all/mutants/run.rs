//! A run of a rule on numbers one of whose operations is wrong.

use std::fs;
use std::path::Path;

use rappel_elem::Dual;
use rappel_optim::{AnyOptimizer, Now, Slots, Staged, catalogue};

use super::number::{Mutant, Mutation, stage};
use crate::golden::runs;

/// The loss of a parameter: the sum of `a p^2 / 2 + b p^3 / 3 + c p`.
struct Problem {
    a: [f64; N],
    b: [f64; N],
    c: [f64; N],
    start: [f64; N],
}

const N: usize = 5;

/// The problem `vector` of `tests/golden/problems.py`, and a weight that never gets a gradient; and the edges that the laws hold: a
/// parameter of zeros, and one without a slope.
const PROBLEMS: [Problem; 3] = [
    Problem {
        a: [1.0, 0.5, 2.0, 0.1, 1.0],
        b: [0.1, -0.2, 0.3, 0.05, 0.0],
        c: [0.0; N],
        start: [1.0, -0.7, 0.3, 2.0, 0.0],
    },
    Problem { a: [1.0, 0.5, 2.0, 0.1, 1.0], b: [0.0; N], c: [0.3, -0.2, 0.1, 0.5, 0.4], start: [0.0; N] },
    Problem { a: [0.0; N], b: [0.0; N], c: [0.0; N], start: [1.0, -0.7, 0.3, 2.0, 0.0] },
];

/// Settings that no golden run has, and that alone show some faults.
const BEYOND: [&str; 2] =
    ["momo(lr=0.5, lower_bound=1, adapt_lower_bound=true)", "momo_adam(lr=0.5, lower_bound=1, adapt_lower_bound=true)"];

const STEPS: usize = 20;

/// Runs of libraries that ours are not held to: `tests/golden/README.md` says where they differ.
const NOT_HELD: [&str; 3] = ["adam_hd_authors.txt", "momo_authors.txt", "polyak_sgd_optax.txt"];

/// Rules whose derivatives are not held, as they jump with a sign.
const ROUGH: [&str; 2] = ["lion", "rprop"];

/// The stages of a rule that compute.
pub(super) const STAGES: [&str; 5] = ["hyper", "observe", "remember", "scalars", "direction"];

/// A problem, and learning rate and hyperparameters of every step.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Setting {
    problem: usize,
    lr: Vec<f64>,
    knobs: Vec<Vec<f64>>,
}

/// What is held after each step, with its derivatives, and how many operations each stage has at most.
pub(super) type Trajectory = (Vec<Dual<f64>>, [u32; 5]);

/// A run of a rule, one operation of one stage being wrong. The derivative is in the start, and in all hyperparameters at once.
pub(super) fn trajectory<R: Staged>(setting: &Setting, wrong: Option<(usize, Mutation)>) -> Trajectory {
    let (mut all, mut counts) = (Vec::new(), [0; 5]);
    let Problem { a, b, c, start } = &PROBLEMS[setting.problem];
    let mut p = start.map(|x| Dual { v: x, d: x });
    let mut state: Vec<R::State<Mutant>> = start.iter().map(|_| R::State::gather(|_| Mutant::of(0.0))).collect();
    let mut memo: Vec<Mutant> = R::MEMO.iter().map(|m| Mutant::of(m.1)).collect();
    for step in 0..STEPS {
        let mut of = |which: usize, found: u32| counts[which] = counts[which].max(found);
        let at = |which: usize| wrong.filter(|w| w.0 == which).map(|w| w.1);
        let lit = Dual::constant;
        let zero = lit(0.0);
        let loss = (0..N).map(|i| ((lit(b[i] / 3.0) * p[i] + lit(a[i] / 2.0)) * p[i] + lit(c[i])) * p[i]);
        let loss = loss.fold(zero, |sum, x| sum + x);
        let g: Vec<Dual<f64>> = (0..N).map(|i| (lit(b[i]) * p[i] + lit(a[i])) * p[i] + lit(c[i])).collect();
        let moving = |(i, x): (usize, &f64)| Mutant(Dual { v: *x, d: 1.0 / (i as f64 + 1.5) });
        let knobs: Vec<Mutant> = setting.knobs[step].iter().enumerate().map(moving).collect();
        let lr = Mutant(Dual { v: setting.lr[step], d: 1.0 });
        let now = Now { lr, knobs: &knobs, step: step as u64, loss: Mutant(loss) };
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
        all.extend(R::EVALUATED.iter().flat_map(|slot| state.iter().map(|s| s.get(*slot).0)));
    }
    (all, counts)
}

/// Whether a run is told from another: by its values at the tolerance of the golden runs, by its derivatives at that of the checks of
/// gradients.
pub(super) fn told<R: Staged>(a: &[Dual<f64>], b: &[Dual<f64>]) -> bool {
    // What is no number in the right run, 0/0 where eps is 0, tells nothing.
    let far = |a: f64, b: f64, near: f64| {
        let close = (a - b).abs() <= near * b.abs().max(1.0);
        b.is_finite() && !close
    };
    let smooth = !ROUGH.contains(&R::NAME);
    a.iter().zip(b).any(|(a, b)| far(a.v, b.v, 1e-9) || smooth && far(a.d, b.d, 1e-6))
}

/// The settings of the golden runs of a rule, and their edges.
pub(super) fn settings<R: Staged>() -> Vec<Setting> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/rules");
    let mut files: Vec<String> = fs::read_dir(folder)
        .expect("there are golden runs")
        .map(|file| file.expect("it can be read").file_name().into_string().expect("names are ASCII"))
        .filter(|file| !NOT_HELD.contains(&&**file))
        .collect();
    files.sort_unstable();
    let flags =
        catalogue().into_iter().find(|entry| entry.name == R::NAME).expect("every rule is in the catalogue").flags;
    let mut settings: Vec<Setting> = files
        .iter()
        .flat_map(|file| runs(&format!("rules/{file}")))
        .filter(|run| run.problem == "vector" && !run.text.contains('|'))
        .map(|run| run.text)
        .chain(BEYOND.map(String::from))
        .filter(|text| flags.iter().all(|f| text.contains(&format!("{f}=true")) == (R::VARIANT == Some(*f))))
        .filter_map(|text| {
            let optimizer: AnyOptimizer<f64> = text.parse().expect("it is the text of an optimizer");
            (optimizer.name() == R::NAME).then(|| {
                let plans: Vec<_> =
                    optimizer.schedules().map(|(_, s)| s.over(STEPS as u64).expect("it binds")).collect();
                let at = |step: usize| plans.iter().map(|plan| plan.at_step(step as u64)).collect::<Vec<f64>>();
                let (lr, knobs) = (0..STEPS).map(|step| (at(step)[0], at(step)[1..].to_vec())).unzip();
                Setting { problem: 0, lr, knobs }
            })
        })
        .collect();
    assert!(!settings.is_empty(), "{} has no golden run of a vector", R::NAME);
    for setting in settings.clone() {
        edges::<R>(&setting, &mut settings);
    }
    for setting in settings.clone() {
        settings.extend((1..PROBLEMS.len()).map(|problem| Setting { problem, ..setting.clone() }));
    }
    settings
}

/// The edges that the laws hold: each hyperparameter at 0, and a learning rate that is 0 for some steps.
fn edges<R: Staged>(setting: &Setting, settings: &mut Vec<Setting>) {
    for i in (0..R::KNOBS.len()).filter(|i| R::KNOBS[*i].accepts(0.0)) {
        let mut edge = setting.clone();
        edge.knobs.iter_mut().for_each(|knobs| knobs[i] = 0.0);
        let constants: Vec<Option<f64>> = edge.knobs[0].iter().map(|v| Some(*v)).collect();
        if !settings.contains(&edge) && R::conflict(&constants).is_none() {
            settings.push(edge);
        }
    }
    let mut pauses = setting.clone();
    for step in [0, 1, 7, 8] {
        pauses.lr[step] = 0.0;
    }
    settings.push(pauses);
}
