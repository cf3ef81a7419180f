#![allow(missing_docs)]
use rappel_lab::range::*;
use rappel_lab::{problems, rules, Problem, Trial};
use std::io::Write;
fn main() {
    let names: Vec<String> = std::env::args().skip(1).collect();
    for name in &names {
        let problem: Box<dyn Problem<f32>> = if name == "chebyshev" { Box::new(problems::Chebyshev::new()) } else { problems::named(name).unwrap() };
        let steps = problem.steps().min(1000);
        for rule in ["sgd", "momentum", "adam"] {
            for seed in 0..3u64 {
                let t = std::time::Instant::now();
                let mut trial = Trial::new(&*problem, rules::named(rule, 1e-3.into()).unwrap(), seed, 100);
                let run = RangeTest::new(1e-7, 10.0).unwrap().trial(&mut trial, &*problem).unwrap();
                std::fs::File::create(format!("/tmp/range-scratch/curve-{name}-{rule}-{seed}.csv")).unwrap().write_all(run.curve.to_csv().as_bytes()).unwrap();
                println!("# {name} {rule} {seed} {} {:?}", run.end, t.elapsed());
                let mut grid = vec![];
                for k in 0..=20 {
                    let rate = 10f64.powf(-4.5 + k as f64 / 4.0);
                    let mut trial = Trial::new(&*problem, rules::named(rule, rate.into()).unwrap(), seed, steps);
                    for _ in 0..steps { if !trial.step(&*problem).unwrap().is_finite() { break } }
                    let l = trial.whole(&*problem);
                    grid.push((rate, l));
                }
                let text: Vec<String> = grid.iter().map(|(r, l)| format!("{r:.4e},{l:.5e}")).collect();
                std::fs::write(format!("/tmp/range-scratch/grid-{name}-{rule}-{seed}.csv"), text.join("\n")).unwrap();
                let best = grid.iter().filter(|g| g.1.is_finite()).min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
                println!("  best {:.3e} loss {:.4}  {:?}", best.0, best.1, t.elapsed());
            }
        }
    }
}
