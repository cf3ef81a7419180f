//! Every part of a written tree.

use crate::{Node, Schedule, Value};

/// Calls `f` with the schedule and every schedule in it, those that are values of others included.
pub(crate) fn walk(schedule: &Schedule, f: &mut dyn FnMut(&Schedule)) {
    f(schedule);
    let mut value = |value: &Value| {
        if let Value::Moving(schedule) = value {
            walk(schedule, f);
        }
    };
    match schedule.node() {
        Node::Constant(v) => value(v),
        Node::Segment(segment) => segment.shape().values().iter().for_each(value),
        Node::User(_, values, _) => values.iter().for_each(value),
        Node::Clamp(of, low, high) => {
            value(low);
            value(high);
            walk(of, f);
        }
        Node::Then(parts) | Node::Fold(_, parts) => parts.iter().for_each(|part| walk(part, f)),
        Node::Take(of, _)
        | Node::Skip(of, _)
        | Node::HoldEvery(of, _)
        | Node::Stretch(of, _)
        | Node::Reverse(of)
        | Node::Repeat(of, _)
        | Node::Inclusive(of)
        | Node::After(of, _)
        | Node::Until(of, _)
        | Node::Let(_, _, of) => walk(of, f),
        Node::Splice(a, b) => {
            walk(a, f);
            walk(b, f);
        }
        Node::Named(named) => walk(named.meaning(), f),
        Node::Linked(_) | Node::Factor(_) => {}
    }
}
