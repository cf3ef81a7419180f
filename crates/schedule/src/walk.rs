//! Every part of a written tree.

use crate::{Node, Schedule, Value};

/// Calls `f` with the schedule and every schedule in it, those that are values of others included.
pub(crate) fn walk(schedule: &Schedule, f: &mut dyn FnMut(&Schedule)) {
    f(schedule);
    parts(schedule, &mut |part| walk(part, f));
}

/// How many levels it has, one inside the other.
pub(crate) fn depth(schedule: &Schedule) -> usize {
    let mut deepest = 0;
    parts(schedule, &mut |part| deepest = deepest.max(depth(part)));
    deepest + 1
}

fn parts(schedule: &Schedule, f: &mut dyn FnMut(&Schedule)) {
    let mut value = |value: &Value| {
        if let Value::Moving(schedule) = value {
            f(schedule);
        }
    };
    match schedule.node() {
        Node::Constant(v) => value(v),
        Node::Segment(segment) => segment.shape().values().iter().for_each(value),
        Node::User(_, values, _) => values.iter().for_each(value),
        Node::Clamp(of, low, high) => {
            value(low);
            value(high);
            f(of);
        }
        Node::Then(parts) | Node::Fold(_, parts) => parts.iter().for_each(f),
        Node::Take(of, _)
        | Node::Skip(of, _)
        | Node::HoldEvery(of, _)
        | Node::Stretch(of, _)
        | Node::Reverse(of)
        | Node::Repeat(of, _)
        | Node::Inclusive(of)
        | Node::After(of, _)
        | Node::Until(of, _)
        | Node::Let(_, _, of) => f(of),
        Node::Splice(a, b) => {
            f(a);
            f(b);
        }
        Node::Named(named) => f(named.meaning()),
        Node::Linked(_) | Node::Factor(_) => {}
    }
}
