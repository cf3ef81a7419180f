//! Words with names filled in, and their arithmetic done.

use crate::text::{Arg, Call, Expr, Infix, Kind};
use crate::{Dur, Ratio, Unit, epochs, fraction, samples, tokens};
use std::sync::Arc;

/// A number, or a length in a unit; of plain numbers the unit is steps.
#[derive(Clone, Copy)]
struct Amount {
    value: f64,
    exact: Ratio,
    unit: Unit,
}

impl Amount {
    fn of(expr: &Expr) -> Option<Amount> {
        match expr.kind() {
            Kind::Number(value, exact) => Some(Amount { value: *value, exact: *exact, unit: Unit::Steps }),
            Kind::Dur(d) => Some(Amount { value: d.amount().to_f64(), exact: d.amount(), unit: d.unit() }),
            _ => None,
        }
    }

    fn plus(self, o: Amount) -> Result<Amount, String> {
        match self.unit == o.unit {
            true => Ok(Amount { value: self.value + o.value, exact: exact(self.exact.plus(o.exact))?, ..self }),
            false => Err("lengths in different units cannot be added here; give both in one".into()),
        }
    }

    fn times(self, o: Amount) -> Result<Amount, String> {
        let unit = match (self.unit, o.unit) {
            (unit, Unit::Steps) | (Unit::Steps, unit) => unit,
            _ => return Err("a length times a length is none".into()),
        };
        Ok(Amount { value: self.value * o.value, exact: exact(self.exact.times(o.exact))?, unit })
    }

    fn expr(self) -> Expr {
        let length = |duration: Dur| Kind::Dur(duration).into();
        match self.unit {
            Unit::Epochs => length(epochs(self.exact)),
            Unit::Samples => length(samples(self.exact)),
            Unit::Tokens => length(tokens(self.exact)),
            Unit::Run => length(fraction(self.exact)),
            Unit::Steps | Unit::Rest => Kind::Number(self.value, self.exact).into(),
        }
    }
}

/// Numbers whose exact product has too many digits are as floats.
fn exact(ratio: Option<Ratio>) -> Result<Ratio, String> {
    ratio.ok_or_else(|| "these numbers have too many digits to be multiplied exactly".into())
}

/// The same words with the `names` filled in, and sums, products and powers of numbers worked out.
pub(super) fn fill(expr: &Expr, names: &[(Arc<str>, Expr)]) -> Result<Expr, String> {
    let all = |items: &[Expr]| items.iter().map(|item| fill(item, names)).collect::<Result<Vec<_>, _>>();
    let filled = match expr.kind() {
        Kind::Word(word) => match names.iter().rev().find(|(name, _)| name == word) {
            Some((_, value)) => return Ok(value.clone()),
            None => return Ok(expr.clone()),
        },
        Kind::Call(call) => match (call.name(), &call.args()) {
            ("pow", [base, power]) => {
                let number = |arg: &Arg| match Amount::of(&fill(arg.value(), names)?) {
                    Some(Amount { value, unit: Unit::Steps, .. }) => Ok(value),
                    _ => Err("a power is one of numbers".to_string()),
                };
                let (base, power) = (number(base)?, number(power)?);
                return match base.powf(power) {
                    value if value.is_finite() => Ok(value.into()),
                    _ => Err(format!("{base} to the power of {power} is no number")),
                };
            }
            _ => Kind::Call(arguments(call, names)?),
        },
        Kind::Method(of, call) => Kind::Method(fill(of, names)?.into(), arguments(call, names)?),
        Kind::Infix(infix, parts) => {
            let parts = all(parts)?;
            let amounts: Option<Vec<Amount>> = parts.iter().map(Amount::of).collect();
            match (infix, amounts) {
                (Infix::Plus, Some(amounts)) => return sum(&amounts, Amount::plus),
                (Infix::Times, Some(amounts)) => return sum(&amounts, Amount::times),
                _ => Kind::Infix(*infix, parts),
            }
        }
        Kind::List(items) => Kind::List(all(items)?),
        Kind::Pair(items) => Kind::Pair(all(items)?),
        Kind::Let(name, value, body) => Kind::Let(name.clone(), fill(value, names)?.into(), fill(body, names)?.into()),
        _ => return Ok(expr.clone()),
    };
    Ok(filled.into())
}

fn arguments(call: &Call, names: &[(Arc<str>, Expr)]) -> Result<Call, String> {
    let arg = |arg: &Arg| Ok(Arg { name: arg.name.clone(), value: fill(arg.value(), names)? });
    Ok(Call::new(call.name.clone(), call.args.iter().map(arg).collect::<Result<_, String>>()?))
}

fn sum(amounts: &[Amount], with: fn(Amount, Amount) -> Result<Amount, String>) -> Result<Expr, String> {
    let (first, others) = amounts.split_first().ok_or("nothing to add")?;
    others.iter().try_fold(*first, |sum, amount| with(sum, *amount)).map(Amount::expr)
}
