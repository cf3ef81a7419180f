//! The shapes' formulas in Python.

use super::python::Dialect;
use crate::Shape;
use crate::form::Segment;

/// The most that `exp` of a float takes.
const MOST: f64 = 709.78;

/// The value of a shape when `z` of the way is gone, with its knobs in the order of the constructor; `None` for a shape that
/// has no formula here. `power` writes a power that may be past the largest float.
pub(super) fn formula<D: Dialect, V>(
    segment: &Segment<V, f64>,
    knobs: &[String],
    power: &mut dyn FnMut(&str, &str) -> String,
) -> Option<String> {
    let math = D::MATH;
    let k = |i: usize| &knobs[i];
    // From a value to another by a weight of the other; from zero it is a product.
    let mix = |from: &str, to: &str, weight: String| match (still(from), still(to)) {
        (Some(0.0), _) => format!("{to} * {weight}"),
        // Too far apart for their difference to be a float.
        (Some(a), Some(b)) if !(b - a).is_finite() => format!("{from} * (1.0 - {weight}) + {to} * {weight}"),
        _ => format!("{from} + ({to} - {from}) * {weight}"),
    };
    let gone = |weight: String| mix(k(0), k(1), weight);
    let left = |weight: String| mix(k(1), k(0), weight);
    // On its way no power is past the ends'.
    let mut on = |base: &str, exponent: &str| match segment.continues {
        true => power(base, exponent),
        false => format!("{base} ** {exponent}"),
    };
    Some(match &segment.shape {
        Shape::Hold(_) => k(0).clone(),
        Shape::Linear(_) if k(0) == "0.0" => format!("{} * z", k(1)),
        Shape::Linear(_) if k(1) == "0.0" => format!("{} * (1.0 - z)", k(0)),
        Shape::Linear(_) => format!("{} * (1.0 - z) + {} * z", k(0), k(1)),
        Shape::Cosine(_) => left(format!("{math}.cos({math}.pi / 2 * z) ** 2")),
        // By a sine, which is 0 at the end: a small power of what a cosine leaves there is much.
        Shape::CosinePower(_) => left(format!("({math}.sin({math}.pi / 2 * (1.0 - z)) ** 2) ** {}", k(2))),
        Shape::Polynomial(_) => left(format!("(1.0 - z) ** {}", k(2))),
        Shape::OneMinusSqrt(_) => gone(format!("{math}.sqrt(z)")),
        Shape::Exponential(_) => match (still(k(0)), still(k(1))) {
            (Some(a), Some(b)) if (b / a).is_finite() && b / a != 0.0 => {
                format!("{} * {}", k(0), on(&format!("({} / {})", k(1), k(0)), "z"))
            }
            // Too far apart for their ratio to be a float, perhaps: each to its part of the way.
            _ => {
                let [a, b] = [(k(0), "(1.0 - z)"), (k(1), "z")].map(|(v, part)| on(&format!("abs({v})"), part));
                format!("{math}.copysign({a} * {b}, {})", k(0))
            }
        },
        Shape::Harmonic(_) => format!("1.0 / ((1.0 - z) / {} + z / {})", k(0), k(1)),
        Shape::Warmup(_) => format!("{} * z", k(0)),
        Shape::InverseSqrt(_) => format!("{} / {math}.sqrt(1.0 + z)", k(0)),
        Shape::InverseTime(_) => format!("{} / (1.0 + z)", k(0)),
        Shape::InversePower(_) => format!("{} * (1.0 + z) ** -{}", k(0), k(1)),
        Shape::ExponentialDecay(_) if still(k(1)).is_some_and(|rate| rate <= 1.0) => {
            format!("{} * {} ** z", k(0), k(1))
        }
        Shape::ExponentialDecay(_) => format!("{} * {}", k(0), on(k(1), "z")),
        Shape::Noise(_) => format!("{} * uniform({}, z)", k(0), k(1)),
        Shape::Power(_) => gone(on("z", k(2))),
        Shape::KCosine(_) => left(format!("{math}.cos({math}.pi / 2 * z ** {}) ** 2", k(2))),
        Shape::KPolynomial(_) => left(format!("(1.0 - z ** {}) ** {}", k(3), k(2))),
        Shape::Tanh(_) => {
            let twice = format!("2.0 * ({} * (1.0 - z) + {} * z)", k(2), k(3));
            let twice = match (still(k(2)), still(k(3))) {
                (Some(lower), Some(upper)) if 2.0 * lower.max(upper) <= MOST => twice,
                _ => D::smaller(&twice, &format!("{MOST:?}")),
            };
            left(format!("(1.0 / (1.0 + {math}.exp({twice})))"))
        }
    })
}

/// The value of a knob that does not move, as it was written: one below zero is in parentheses.
fn still(knob: &str) -> Option<f64> {
    knob.trim_matches(['(', ')']).parse().ok()
}
