//! A schedule in fewer words.

use crate::form::{Fold, Reach, times};
use crate::{Dur, Length, Node, Ratio, Schedule, Shape, Unit, Value, hold};

impl Schedule {
    /// A schedule of the same values in fewer words, where there are any.
    ///
    /// Of a schedule that binds: numbers are combined where that rounds nothing anew, and what changes nothing is left out:
    /// a factor 1, a term 0, a stretch by 1, a single repetition, a name that is not used, a bound inside of another, a line
    /// from a value to itself. Every length is the same, and so is every value, unless a product on the way to it leaves the
    /// range of floats. Another library's words stay as they are; [`normal`](Schedule::normal) replaces them.
    ///
    /// ```
    /// use rappel_schedule::{Schedule, linear};
    ///
    /// let lr = (0.5 * linear(1.0, 0.0, 10).stretch(1)).take(8).take(5) * 2.0 * 1.0;
    /// assert_eq!(lr.to_string(), "(0.5 * linear(1, 0, 10).stretch(1)).take(8).take(5) * 2 * 1");
    /// assert_eq!(lr.simplify().to_string(), "(0.5 * linear(1, 0, 10)).take(5) * 2");
    /// ```
    #[must_use]
    pub fn simplify(&self) -> Schedule {
        let mut first = true;
        let inner = self.with_parts(&mut |part| {
            let simpler = part.simplify();
            match (self.node(), simpler.node()) {
                // Joined to the sequence around it, its boundaries would be summed from there and rounded anew; and so would a
                // sum or a product that is not the first to be computed in any case.
                (Node::Then(_), Node::Then(_)) => part.with_parts(&mut Schedule::simplify),
                (Node::Fold(outer @ (Fold::Sum | Fold::Product), _), Node::Fold(inner, _))
                    if outer == inner && !std::mem::take(&mut first) =>
                {
                    part.with_parts(&mut Schedule::simplify)
                }
                _ => {
                    first = false;
                    simpler
                }
            }
        });
        inner.reduced()
    }

    /// The same for its outermost node, of parts that are simple.
    fn reduced(self) -> Schedule {
        let simpler = match self.node() {
            Node::Segment(segment) if !matches!(segment.shape(), Shape::Hold(_)) => match flat(segment.shape()) {
                Some(value) => {
                    let Node::Segment(held) = hold(value, segment.length().clone()).node().clone() else {
                        return self;
                    };
                    let continues = segment.continues();
                    Some(Schedule::of(Node::Segment(crate::Segment { continues, reach: Reach::Next, ..held })))
                }
                None => None,
            },
            Node::Fold(fold, parts) => combined(*fold, parts),
            Node::Clamp(of, low, high) => clamped(of, low, high),
            Node::Take(of, length) => match of.node() {
                Node::Take(of, shorter) => shortest(length, shorter).map(|length| of.clone().take(length)),
                _ => None,
            },
            Node::Stretch(of, by) => match of.node() {
                _ if *by == Ratio::ONE => Some(of.clone()),
                Node::Stretch(of, first) => first.times(*by).map(|by| of.clone().stretch(by).reduced()),
                _ => number(of).map(Schedule::from),
            },
            // Periods that differ are turned round as a whole, not piece by piece, so those stay.
            Node::Repeat(of, cycles) if *cycles == times(1) => Some(of.clone()),
            Node::Reverse(of) | Node::HoldEvery(of, _) => number(of).map(Schedule::from),
            Node::Let(name, _, body) if !uses(body, name) => Some(body.clone()),
            _ => None,
        };
        simpler.unwrap_or(self)
    }
}

fn number(schedule: &Schedule) -> Option<f64> {
    match schedule.node() {
        Node::Constant(Value::Number(v)) => Some(*v),
        _ => None,
    }
}

/// The value of a shape that has only one.
fn flat(shape: &Shape<Value>) -> Option<f64> {
    let (from, to) = match shape {
        Shape::Linear(shape) => (&shape.from, &shape.to),
        Shape::Cosine(shape) => (&shape.from, &shape.to),
        Shape::OneMinusSqrt(shape) => (&shape.from, &shape.to),
        _ => return None,
    };
    let (from, to) = (from.number()?, to.number()?);
    (from == to).then_some(from)
}

/// Fewer parts of a combination, if there are any to save.
fn combined(fold: Fold, parts: &[Schedule]) -> Option<Schedule> {
    let neutral = |v: f64| match fold {
        Fold::Sum => v == 0.0,
        Fold::Product => v == 1.0,
        Fold::Min | Fold::Max => false,
    };
    // Combined from the left, so numbers in front are combined first in any case; with a power of two nothing is rounded.
    let mut fewer: Vec<Schedule> = Vec::new();
    for part in parts {
        let (last, next) = (fewer.last().and_then(number), number(part));
        match (last, next) {
            (_, Some(v)) if neutral(v) && !fewer.is_empty() => {}
            // What is no number may never be asked for: it stays as it is written.
            (Some(a), Some(b)) if fold.of(a, b).is_finite() && (fewer.len() == 1 || joins(fold, a, b)) => {
                fewer.pop();
                fewer.push(fold.of(a, b).into());
            }
            _ => fewer.push(part.clone()),
        }
    }
    if fewer.len() > 1 && number(&fewer[0]).is_some_and(neutral) {
        fewer.remove(0);
    }
    match fewer.len() {
        1 => fewer.pop().map(Schedule::reduced),
        n if n < parts.len() => Some(Schedule::at_once(fold, fewer)),
        _ => None,
    }
}

/// Whether combining with `a` and then with `b` is combining with both at once, bit by bit.
fn joins(fold: Fold, a: f64, b: f64) -> bool {
    // The mantissa of a power of two is empty.
    let power = |v: f64| v.is_normal() && v.to_bits() << 12 == 0;
    match fold {
        Fold::Min | Fold::Max => true,
        Fold::Product => (power(a) || power(b)) && (a * b).is_normal(),
        Fold::Sum => false,
    }
}

fn clamped(of: &Schedule, low: &Value, high: &Value) -> Option<Schedule> {
    let (low, high) = (low.number()?, high.number()?);
    let within = |v: f64| Fold::Min.of(Fold::Max.of(v, low), high);
    match of.node() {
        Node::Constant(Value::Number(v)) => Some(within(*v).into()),
        Node::Clamp(of, a, b) => Some(of.clone().clamp(within(a.number()?), within(b.number()?))),
        _ => None,
    }
}

/// The shorter of two lengths, if that can be said without a clock.
fn shortest(a: &Length, b: &Length) -> Option<Length> {
    let (Length::Dur(a), Length::Dur(b)) = (a, b) else { return None };
    if a.unit() != b.unit() || a.unit() == Unit::Rest {
        return None;
    }
    let shorter: &Dur = if a.amount().exceeds(b.amount())? { b } else { a };
    Some(Length::Dur(*shorter))
}

/// Whether the name stands for what is given around the schedule.
fn uses(schedule: &Schedule, name: &str) -> bool {
    let length = |length: &Length| matches!(length, Length::Shared(used) if **used == *name);
    let value = |value: &Value| matches!(value, Value::Shared(used) if **used == *name);
    let here = match schedule.node() {
        Node::Constant(of) => value(of),
        Node::Segment(segment) => length(segment.length()) || segment.shape().values().iter().any(value),
        Node::Clamp(_, low, high) => value(low) || value(high),
        Node::User(_, values, n) => values.iter().any(value) || n.as_ref().is_some_and(length),
        Node::Take(_, n) | Node::Skip(_, n) | Node::HoldEvery(_, n) => length(n),
        Node::Let(inner, ..) if **inner == *name => return false,
        _ => false,
    };
    let mut used = here;
    // What is put together of the parts is of no interest.
    let _ = schedule.with_parts(&mut |part| {
        used |= uses(part, name);
        part.clone()
    });
    used
}
