#![allow(missing_docs)]
use rappel_lab::range::*;
fn main() {
    let verbose = std::env::args().len() > 1;
    let mut files: Vec<_> = std::fs::read_dir("/tmp/range-scratch").unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).filter(|f| f.starts_with("curve-") && f.ends_with(".csv")).collect();
    files.sort();
    let variants: Vec<(f64, f64)> = [0.15, 0.25].iter().flat_map(|&s| [1.0, 0.5, 0.3, 0.2, 0.1, 0.05, 0.0].map(|q| (s, q))).collect();
    let mut within = vec![0; variants.len() + 6];
    let mut logs = vec![vec![]; variants.len() + 6];
    let mut n = 0;
    for f in &files {
        let c = Curve::from_csv(&std::fs::read_to_string(format!("/tmp/range-scratch/{f}")).unwrap(), f).unwrap();
        let grid: Vec<(f64, f64)> = std::fs::read_to_string(format!("/tmp/range-scratch/{}", f.replace("curve", "grid"))).unwrap().lines().map(|l| { let (a, b) = l.split_once(',').unwrap(); (a.parse().unwrap(), b.parse::<f64>().unwrap()) }).collect();
        let best = grid.iter().filter(|g| g.1.is_finite()).min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
        n += 1;
        let mut line = format!("{f} best {:.2e} |", best.0);
        let mut rates: Vec<Option<f64>> = variants.iter().map(|&(span, slope)| Judge { span, slope, resamples: 200, seed: 0 }.judge(&c).unwrap().suggestion.ok().map(|s| s.rate)).collect();
        rates.extend(others(&c.averaged(0.98).unwrap()).iter().map(|o| o.rate));
        for (i, r) in rates.iter().enumerate() {
            match r {
                Some(r) => { let q = r / best.0; if (1.0 / 3.2..=3.2).contains(&q) { within[i] += 1 } logs[i].push(q.log10()); line += &format!(" {:.2}", q) }
                None => line += " none",
            }
        }
        if verbose { println!("{line}"); }
    }
    println!("{n} curves");
    for (i, w) in within.iter().enumerate() {
        let name = variants.get(i).map(|v| format!("{v:?}")).unwrap_or_else(|| format!("other {}", i - variants.len()));
        let mut l = logs[i].clone(); l.sort_by(f64::total_cmp);
        println!("{name}: within {w}, median {:.2} min {:.2} max {:.2}, n {}", 10f64.powf(l[l.len() / 2]), 10f64.powf(l[0]), 10f64.powf(*l.last().unwrap()), l.len());
    }
}
