//! A schedule in the algebra's own words.

use crate::{Node, Schedule, Value};

impl Schedule {
    /// The same schedule in the algebra's own words: every call to another library's function, and every recipe, replaced by
    /// what it means.
    ///
    /// ```
    /// use rappel_schedule::{Schedule, linear};
    ///
    /// let lr = linear(0.0, 1.0, 10);
    /// assert_eq!(lr.normal(), lr);
    /// ```
    #[must_use]
    pub fn normal(&self) -> Schedule {
        match self.node() {
            Node::Named(named) if named.reason().is_none() => named.meaning().normal(),
            _ => self.with_parts(&mut Schedule::normal),
        }
    }

    /// The same node of other parts, put together by the builder's rules: sequences stay flat.
    pub(crate) fn with_parts(&self, part: &mut dyn FnMut(&Schedule) -> Schedule) -> Schedule {
        let mut value = |of: &Value| match of {
            Value::Moving(schedule) => Value::from(part(schedule)),
            of => of.clone(),
        };
        match self.node() {
            Node::Constant(of) => value(of).into(),
            Node::Segment(segment) => {
                let shape = segment.shape().map(&mut value);
                Schedule::of(Node::Segment(segment.with(shape, segment.length().clone())))
            }
            Node::Clamp(of, low, high) => {
                let (low, high) = (value(low), value(high));
                part(of).clamp(low, high)
            }
            Node::User(name, values, length) => {
                Schedule::of(Node::User(name.clone(), values.iter().map(value).collect(), length.clone()))
            }
            Node::Then(pieces) => Schedule::sequence(pieces.iter().map(part)),
            Node::Fold(fold, parts) => Schedule::at_once(*fold, parts.iter().map(part)),
            Node::Take(of, length) => part(of).take(length.clone()),
            Node::Skip(of, length) => part(of).skip(length.clone()),
            Node::Stretch(of, by) => part(of).stretch(*by),
            Node::Reverse(of) => part(of).reverse(),
            Node::Repeat(of, cycles) => part(of).repeat(*cycles),
            Node::HoldEvery(of, every) => part(of).hold_every(every.clone()),
            Node::Inclusive(of) => part(of).inclusive(),
            Node::After(of, after) => part(of).after(*after),
            Node::Splice(warmup, of) => {
                let warmup = part(warmup);
                warmup.splice(part(of))
            }
            Node::Let(name, shared, body) => Schedule::of(Node::Let(name.clone(), shared.clone(), part(body))),
            Node::Until(of, rule) => part(of).until(rule.clone()),
            Node::Linked(_) | Node::Factor(_) | Node::Named(_) => self.clone(),
        }
    }
}
