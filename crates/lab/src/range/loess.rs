//! A robust smoother that also gives the derivative.

use crate::quantile::quantile;

/// What a smoother gives at one point: its value and its derivative are weighted sums of the losses near it.
#[derive(Debug, Clone)]
struct Row {
    /// The index of the first loss that counts.
    from: usize,
    /// The weights of the losses from there on, for the value and for the derivative.
    value: Vec<f64>,
    slope: Vec<f64>,
}

/// The fits of local polynomials of degree 2, as linear functions of the losses.
#[derive(Debug, Clone)]
pub(super) struct Smoother {
    rows: Vec<Row>,
}

impl Smoother {
    /// LOESS (Cleveland 1979): at each point a parabola is fitted to its `near` nearest neighbours, with weights that fall off
    /// with the distance (tricube); then again four times, with less weight for losses that lie far from the fit: bisquare, with 0
    /// beyond six times the median distance of the `near` points around. (Of those around and not of all: where a curve bends
    /// all lie further off.) The coordinates rise.
    pub(super) fn robust(u: &[f64], losses: &[f64], near: usize) -> Smoother {
        let near = near.min(u.len());
        let mut trust = vec![1.0; u.len()];
        let mut smoother = Smoother::fit(u, &trust, near);
        let rounding = 1e-12 * scale(losses);
        if rounding == 0.0 {
            return smoother;
        }
        for _ in 0..4 {
            let residuals: Vec<f64> = smoother.values(losses).iter().zip(losses).map(|(s, y)| (y - s).abs()).collect();
            for (i, trust) in trust.iter_mut().enumerate() {
                let from = i.saturating_sub(near / 2).min(u.len() - near);
                let reach = (6.0 * quantile(&residuals[from..from + near], 0.5)).max(rounding);
                *trust = (1.0 - (residuals[i] / reach).min(1.0).powi(2)).powi(2);
            }
            smoother = Smoother::fit(u, &trust, near);
        }
        smoother
    }

    fn fit(u: &[f64], trust: &[f64], near: usize) -> Smoother {
        Smoother { rows: (0..u.len()).map(|i| row(u, trust, i, near)).collect() }
    }

    /// The smoothed losses.
    pub(super) fn values(&self, losses: &[f64]) -> Vec<f64> {
        self.rows.iter().map(|row| dot(&row.value, &losses[row.from..])).collect()
    }

    /// Their derivative in the coordinate.
    pub(super) fn slopes(&self, losses: &[f64]) -> Vec<f64> {
        self.rows.iter().map(|row| dot(&row.slope, &losses[row.from..])).collect()
    }

    /// How much of its own loss is in each smoothed one.
    pub(super) fn leverage(&self) -> Vec<f64> {
        self.rows.iter().enumerate().map(|(i, row)| row.value.get(i - row.from).copied().unwrap_or(0.0)).collect()
    }
}

/// The fit at point `i`.
fn row(u: &[f64], trust: &[f64], i: usize, near: usize) -> Row {
    let (mut from, mut to) = (i, i + 1);
    while to - from < near {
        let left = from > 0 && (to == u.len() || u[i] - u[from - 1] <= u[to] - u[i]);
        if left { from -= 1 } else { to += 1 }
    }
    let reach = (u[i] - u[from]).max(u[to - 1] - u[i]) * (1.0 + 1.0 / near as f64);
    let x: Vec<f64> = u[from..to].iter().map(|x| (x - u[i]) / reach).collect();
    let tricube = |x: f64| (1.0 - x.abs().powi(3)).powi(3);
    // A loss that is not trusted at all may leave too few for a parabola; none is quite worthless.
    let w: Vec<f64> = x.iter().zip(&trust[from..to]).map(|(&x, trust)| tricube(x) * trust.max(1e-6)).collect();
    let p = orthogonal(&x, &w);
    let mut row = Row { from, value: vec![0.0; x.len()], slope: vec![0.0; x.len()] };
    for q in &p {
        let parts = q.values.iter().zip(&w).map(|(q, w)| q * w);
        for (part, (value, slope)) in parts.zip(row.value.iter_mut().zip(&mut row.slope)) {
            *value += q.at_zero * part;
            *slope += q.slope_at_zero * part / reach;
        }
    }
    row
}

/// A polynomial of norm 1 under the weights: its values, and value and slope at 0.
struct Polynomial {
    values: Vec<f64>,
    at_zero: f64,
    slope_at_zero: f64,
}

/// The orthonormal polynomials of degrees 0, 1 and 2, by their recurrence: no normal equations to be badly conditioned.
fn orthogonal(x: &[f64], w: &[f64]) -> [Polynomial; 3] {
    let inner = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).zip(w).map(|((a, b), w)| a * b * w).sum() };
    let mut basis: Vec<Polynomial> = Vec::with_capacity(3);
    for degree in 0..3 {
        let mut next = match basis.last() {
            None => Polynomial { values: vec![1.0; x.len()], at_zero: 1.0, slope_at_zero: 0.0 },
            Some(p) => Polynomial {
                values: p.values.iter().zip(x).map(|(p, x)| p * x).collect(),
                at_zero: 0.0,
                slope_at_zero: p.at_zero,
            },
        };
        // Twice is enough (Kahan): what the first pass leaves by rounding, the second removes.
        for _ in 0..2 {
            for p in &basis {
                let c = inner(&next.values, &p.values);
                next.values.iter_mut().zip(&p.values).for_each(|(n, p)| *n -= c * p);
                next.at_zero -= c * p.at_zero;
                next.slope_at_zero -= c * p.slope_at_zero;
            }
        }
        let norm = inner(&next.values, &next.values).sqrt();
        debug_assert!(norm > 0.0, "degree {degree} of three points or more");
        next.values.iter_mut().for_each(|v| *v /= norm);
        next.at_zero /= norm;
        next.slope_at_zero /= norm;
        basis.push(next);
    }
    basis.try_into().unwrap_or_else(|_| unreachable!("three degrees were pushed"))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The largest magnitude.
pub(super) fn scale(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |most, x| x.abs().max(most))
}
