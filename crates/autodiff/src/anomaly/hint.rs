//! What helps against an anomaly, where the operation and its operands tell.

use super::Evidence;

const DOUBLE_WHERE: &str = "a gradient of 0 met an infinite derivative: a branch that `where_cond` did not take, or a factor of 0. \
     Select a harmless argument before the operation, not only its result after it: `m.where_cond(x, 1.0)`";
const BEYOND: &str =
    "beyond the largest number of the type: scale the inputs, lower the learning rate, clip gradients, or use f64";
const NO_DIFFERENCE: &str =
    "infinity minus infinity, or 0 times infinity, is NaN: look for where the infinity comes from";

/// For a value that was bad when it came.
pub(super) fn on_arrival(op: &str) -> Option<&'static str> {
    Some(match op {
        "param" => {
            "a step has made this parameter bad: look at the step before with the anomaly mode on, lower the learning rate, or clip \
             gradients"
        }
        "seed" => "the cotangent given to `backward_with` is not finite",
        _ => "the data is not finite: look where it is read or scaled (a division by a spread of 0?)",
    })
}

/// For what an operation gave. An elementwise operation has one value of each operand as evidence.
pub(super) fn forward(op: &str, value: f64, evidence: &[Evidence]) -> Option<&'static str> {
    let operand = |i: usize| evidence.get(i).and_then(|e| e.values.first()).map_or(f64::NAN, |v| v.1);
    let (a, last) = (operand(0), operand(evidence.len().saturating_sub(1)));
    Some(match op {
        "ln" | "log2" | "log10" if a == 0.0 => {
            "the logarithm of 0 is -inf: keep the argument above 0 (`x.clamp(1e-12, f64::MAX)`), or select another one before it \
             (`x.gt(0.0).where_cond(x, 1.0)`); for probabilities, use `log_softmax` of the logits"
        }
        "ln" | "log2" | "log10" => "the logarithm of a negative number is NaN: clamp or select the argument before it",
        "ln_1p" | "log1p" => "`ln(1 + x)` needs x > -1: clamp or select the argument before it",
        "sqrt" | "rsqrt" if a < 0.0 => "the root of a negative number is NaN: clamp the argument at 0 before it",
        "rsqrt" | "recip" | "reciprocal" | "div_into" => {
            "a division by 0: add a small number to the argument, or select another one before (`x.eq(0.0).where_cond(1.0, x)`)"
        }
        "div" if last == 0.0 => {
            "a division by 0: add a small number to the denominator, or select it before (`d.eq(0.0).where_cond(1.0, d)`)"
        }
        "asin" | "acos" | "atanh" => "the argument must be within [-1, 1]: clamp it before",
        "acosh" => "the argument must be at least 1: clamp it before",
        "exp" | "exp2" | "expm1" | "sinh" | "cosh" if value.is_infinite() => {
            "`exp` overflows above 88.7 in f32 and 709.7 in f64: subtract the maximum first, or use what does so by itself (`softmax`, \
             `logsumexp`, `softplus`, `sigmoid`, `cross_entropy`)"
        }
        "pow" | "powf" | "powi" if value.is_nan() => {
            "a negative base has powers for whole exponents only: clamp or select the base before"
        }
        "pow" | "powf" | "powi" if a == 0.0 => "0 to a negative power is infinite: add a small number to the base",
        "softmax" | "log_softmax" => {
            "a row that is -inf everywhere, or +inf somewhere, has no softmax: leave at least one finite value in each row of a mask"
        }
        "mean" | "var" | "std" | "cross_entropy" if evidence.iter().any(|e| e.values.is_empty()) => {
            "there is nothing to average: the batch, or the axis, is empty"
        }
        _ if value.is_nan() => NO_DIFFERENCE,
        _ => BEYOND,
    })
}

/// For what a backward rule gave. The gradient of the output is the first piece of evidence.
pub(super) fn backward(op: &str, value: f64, evidence: &[Evidence]) -> Option<&'static str> {
    let at = |i: usize| match evidence.get(i).map(|e| &e.values[..]) {
        Some([(_, x)]) => Some(*x),
        _ => None,
    };
    let (g, a) = (at(0), at(1));
    Some(match op {
        _ if value.is_nan() && g == Some(0.0) => DOUBLE_WHERE,
        "sqrt" | "rsqrt" | "pow" | "powf" | "norm" | "hypot" if a == Some(0.0) => {
            "the derivative at 0 is infinite: add a small number under the root (`(x + 1e-12).sqrt()`), or select the argument where it \
             is 0"
        }
        "ln" | "log2" | "log10" | "recip" | "reciprocal" | "div" | "div_into" => {
            "the derivative grows without bound near 0: clamp the argument away from 0, or select another one before"
        }
        "asin" | "acos" | "atanh" => "the derivative is infinite at -1 and 1: clamp the argument a little inside",
        _ if value.is_nan() => NO_DIFFERENCE,
        _ => BEYOND,
    })
}
