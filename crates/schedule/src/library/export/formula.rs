//! The shapes' formulas in Python.

use crate::Shape;

/// The value of a shape when `z` of the way is gone, with its knobs in the order of the constructor; `None` for a shape that
/// has no formula here.
pub(super) fn formula<V>(shape: &Shape<V>, knobs: &[String], math: &str) -> Option<String> {
    let k = |i: usize| &knobs[i];
    // From a value to another by a weight of the other; from zero it is a product.
    let mix = |from: &str, to: &str, weight: String| match from {
        "0.0" => format!("{to} * {weight}"),
        _ => format!("{from} + ({to} - {from}) * {weight}"),
    };
    let gone = |weight: String| mix(k(0), k(1), weight);
    let left = |weight: String| mix(k(1), k(0), weight);
    Some(match shape {
        Shape::Hold(_) => k(0).clone(),
        Shape::Linear(_) if k(0) == "0.0" => format!("{} * z", k(1)),
        Shape::Linear(_) if k(1) == "0.0" => format!("{} * (1.0 - z)", k(0)),
        Shape::Linear(_) => format!("{} * (1.0 - z) + {} * z", k(0), k(1)),
        Shape::Cosine(_) => left(format!("{math}.cos({math}.pi / 2 * z) ** 2")),
        Shape::CosinePower(_) => left(format!("({math}.cos({math}.pi / 2 * z) ** 2) ** {}", k(2))),
        Shape::Polynomial(_) => left(format!("(1.0 - z) ** {}", k(2))),
        Shape::OneMinusSqrt(_) => gone(format!("{math}.sqrt(z)")),
        Shape::Exponential(_) => format!("{0} * ({1} / {0}) ** z", k(0), k(1)),
        Shape::Harmonic(_) => format!("1.0 / ((1.0 - z) / {} + z / {})", k(0), k(1)),
        Shape::Warmup(_) => format!("{} * z", k(0)),
        Shape::InverseSqrt(_) => format!("{} / {math}.sqrt(1.0 + z)", k(0)),
        Shape::InverseTime(_) => format!("{} / (1.0 + z)", k(0)),
        Shape::InversePower(_) => format!("{} * (1.0 + z) ** -{}", k(0), k(1)),
        Shape::ExponentialDecay(_) => format!("{} * {} ** z", k(0), k(1)),
        Shape::Noise(_) => format!("{} * uniform({}, z)", k(0), k(1)),
        Shape::Power(_) => gone(format!("z ** {}", k(2))),
        Shape::KCosine(_) => left(format!("{math}.cos({math}.pi / 2 * z ** {}) ** 2", k(2))),
        Shape::KPolynomial(_) => left(format!("(1.0 - z ** {}) ** {}", k(3), k(2))),
        Shape::Tanh(_) => left(format!("(1.0 / (1.0 + {math}.exp(2.0 * ({} * (1.0 - z) + {} * z))))", k(2), k(3))),
    })
}
