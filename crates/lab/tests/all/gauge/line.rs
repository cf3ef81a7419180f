use proptest::prelude::*;
use rappel_lab::gauge::{Line, Noise};

fn line(loss: [f64; 2], slope: [f64; 2]) -> Line {
    Line { loss, slope, noise: None }
}

/// On `curvature (x - x0)^2 / 2`, from 0 to 1.
fn parabola(curvature: f64, x0: f64) -> Line {
    let at = [0.0, 1.0].map(|x: f64| x - x0);
    line(at.map(|x| curvature * x * x / 2.0), at.map(|x| curvature * x))
}

#[test]
fn ends_on_parabolas() {
    let table = [
        // (curvature, minimum, alpha)
        (2.0, 4.0, Some(-0.75)),
        (2.0, 1.0, Some(0.0)),
        (2.0, 0.5, Some(1.0)),
        (2.0, 0.25, Some(3.0)),
        // Begun at the bottom, and beyond it: nothing ahead.
        (2.0, 0.0, None),
        (2.0, -1.0, None),
        // Concave: falling without end, and begun uphill.
        (-2.0, -1.0, Some(-1.0)),
        (-2.0, 0.5, None),
        // Flat.
        (0.0, 0.5, None),
    ];
    for (curvature, x0, alpha) in table {
        assert_eq!(parabola(curvature, x0).alpha(), alpha, "{curvature} {x0}");
    }
    assert_eq!(line([1.0, 0.5], [-0.5, -0.5]).alpha(), Some(-1.0), "a straight descent");
}

#[test]
fn knows_nothing_from_what_is_no_number() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(line([1.0, bad], [-1.0, 0.5]).alpha(), None, "{bad}");
        assert_eq!(line([bad, 1.0], [-1.0, 0.5]).alpha(), None, "{bad}");
        assert_eq!(line([1.0, 0.75], [-1.0, bad]).alpha(), None, "{bad}");
        assert_eq!(line([1.0, 0.75], [bad, 0.5]).alpha(), None, "{bad}");
    }
}

/// Losses of different batches say nothing of the slope: the more they contradict the slopes, the less they count.
#[test]
fn a_contradiction_is_noise() {
    let with = |d: f64| line([0.3, 0.3 - 0.75e-3 + d], [-1e-3, -0.5e-3]).fit();
    let change = |d: f64| (with(d)[0] + 1e-3).abs();
    assert!((change(1e-6) - 0.2e-6).abs() < 1e-11, "{}", change(1e-6));
    assert!(change(0.1) < 1e-5 && change(10.0) < change(0.1));
}

/// The normal equations of the fit, solved as they stand: the parabola's height, slope and half its curvature from two losses and two slopes.
fn normal_equations(l: &Line, weights: [[f64; 4]; 4]) -> [f64; 2] {
    let rows = [[1.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 0.0], [0.0, 1.0, 2.0]];
    let seen = [l.loss[0], l.loss[1], l.slope[0], l.slope[1]];
    let mut m = [[0.0; 4]; 3];
    for (a, weights) in weights.iter().enumerate() {
        for (b, w) in weights.iter().enumerate() {
            for i in 0..3 {
                for j in 0..3 {
                    m[i][j] += w * rows[a][i] * rows[b][j];
                }
                m[i][3] += w * rows[a][i] * seen[b];
            }
        }
    }
    for i in 0..3 {
        let pivot = m[i];
        for row in m.iter_mut().skip(i + 1) {
            let factor = row[i] / pivot[i];
            row.iter_mut().zip(pivot).for_each(|(x, p)| *x -= factor * p);
        }
    }
    let c = m[2][3] / m[2][2];
    let b = (m[1][3] - m[1][2] * c) / m[1][1];
    [b, b + 2.0 * c]
}

proptest! {
    #[test]
    fn is_generalised_least_squares(
        loss in [-1.0..1.0, -1.0..1.0_f64],
        slope in [-1.0..1.0, -1.0..1.0_f64],
        variances in [0.01..1.0, 0.01..1.0, 0.01..1.0, 0.01..1.0_f64],
        correlations in [-0.9..0.9, -0.9..0.9_f64],
    ) {
        let [l0, l1, s0, s1] = variances;
        let both = [correlations[0] * (l0 * s0).sqrt(), correlations[1] * (l1 * s1).sqrt()];
        let l = Line { noise: Some(Noise { loss: [l0, l1], slope: [s0, s1], both }), ..line(loss, slope) };
        // The inverse of the covariances, which are between the loss and the slope of an end.
        let mut weights = [[0.0; 4]; 4];
        for (end, (vl, vs)) in [(l0, s0), (l1, s1)].into_iter().enumerate() {
            let det = vl * vs - both[end] * both[end];
            (weights[end][end], weights[end + 2][end + 2]) = (vs / det, vl / det);
            (weights[end][end + 2], weights[end + 2][end]) = (-both[end] / det, -both[end] / det);
        }
        for (ours, theirs) in l.fit().iter().zip(normal_equations(&l, weights)) {
            prop_assert!((ours - theirs).abs() < 1e-8, "{ours} {theirs}");
        }
    }

    /// Alike in weight, where losses and slopes agree to a millionth.
    #[test]
    fn is_least_squares(curvature in 0.5..2.0, x0 in 0.1..4.0, off in -1e-6..1e-6_f64) {
        let mut l = parabola(curvature, x0);
        l.loss[1] += off;
        for (ours, theirs) in l.fit().iter().zip(normal_equations(&l, std::array::from_fn(|a| std::array::from_fn(|b| f64::from(u8::from(a == b)))))) {
            prop_assert!((ours - theirs).abs() < 1e-4 * off.abs() + 1e-14, "{ours} {theirs}");
        }
    }

    /// The unit of the loss is of no consequence.
    #[test]
    fn has_no_unit(loss in [-1.0..1.0, -1.0..1.0_f64], slope in [-1.0..1.0, -1.0..1.0_f64], power in -8..8) {
        let unit = 2.0_f64.powi(power);
        let other = line(loss.map(|x| unit * x), slope.map(|x| unit * x));
        prop_assert_eq!(line(loss, slope).alpha(), other.alpha());
    }

    /// What is certain is not changed by what is not.
    #[test]
    fn keeps_what_is_certain(loss in [-1.0..1.0, -1.0..1.0_f64], slope in [-1.0..1.0, -1.0..1.0_f64], v in 0.1..1.0) {
        let with = |l, s| Line { noise: Some(Noise { loss: l, slope: s, both: [0.0; 2] }), ..line(loss, slope) }.fit();
        prop_assert_eq!(with([v, v], [0.0, 0.0]), slope);
        let [start, end] = with([0.0, 0.0], [v, v]);
        prop_assert!(((start + end) / 2.0 - (loss[1] - loss[0])).abs() < 1e-12);
    }
}
