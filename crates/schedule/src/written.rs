//! From bound back to written, with the numbers the plan has now.

use crate::bind::Path;
use crate::form::{Segment, Shared};
use crate::{Dur, Length, Node, Plan, Ratio, Schedule, Value, steps};

impl From<Plan> for Schedule {
    /// The plan written back, every duration in steps: it binds to any clock and has the plan's values. What was written in
    /// another library's words is written in the algebra's own.
    fn from(plan: Plan) -> Schedule {
        Writer { plan: &plan, path: Vec::new() }.schedule(plan.schedule())
    }
}

struct Writer<'a> {
    plan: &'a Plan,
    path: Path,
}

impl Writer<'_> {
    fn at<T>(&mut self, i: usize, f: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(i as u16);
        let t = f(self);
        self.path.pop();
        t
    }

    fn child(&mut self, i: usize, schedule: &Schedule) -> Schedule {
        self.at(i, |writer| writer.schedule(schedule))
    }

    fn number(&mut self, i: usize) -> Option<(f64, Option<Ratio>)> {
        self.at(i, |writer| writer.plan.number(&writer.path))
    }

    fn value(&mut self, i: usize, value: &Value) -> Value {
        match value {
            Value::Number(old) => Value::Number(self.number(i).map_or(*old, |(v, _)| v)),
            Value::Moving(schedule) => Value::Moving(self.child(i, schedule)),
            other => other.clone(),
        }
    }

    fn duration(&mut self, i: usize, old: Dur) -> Dur {
        match self.number(i) {
            Some((v, Some(exact))) if exact.to_f64() == v => steps(exact),
            Some((v, _)) => steps(v),
            None => old,
        }
    }

    fn length(&mut self, i: usize, length: &Length) -> Length {
        match length {
            Length::Dur(old) => Length::Dur(self.duration(i, *old)),
            shared => shared.clone(),
        }
    }

    fn schedule(&mut self, schedule: &Schedule) -> Schedule {
        let node = match schedule.node() {
            Node::Constant(value) => Node::Constant(self.value(0, value)),
            Node::Segment(segment) => {
                let mut i = 0;
                let shape = segment.shape().map(&mut |value| {
                    i += 1;
                    self.value(i - 1, value)
                });
                let length = self.length(i, segment.length());
                let with: Segment<Value, Length> = segment.with(shape, length);
                Node::Segment(with)
            }
            Node::Then(parts) => Node::Then(self.children(parts)),
            Node::Fold(fold, parts) => Node::Fold(*fold, self.children(parts)),
            Node::Clamp(of, low, high) => Node::Clamp(self.child(0, of), self.value(1, low), self.value(2, high)),
            Node::Take(of, n) => Node::Take(self.child(0, of), self.length(1, n)),
            Node::Skip(of, n) => Node::Skip(self.child(0, of), self.length(1, n)),
            Node::Stretch(of, by) => Node::Stretch(self.child(0, of), *by),
            Node::Reverse(of) => Node::Reverse(self.child(0, of)),
            Node::Repeat(of, cycles) => Node::Repeat(self.child(0, of), *cycles),
            Node::HoldEvery(of, n) => Node::HoldEvery(self.child(0, of), self.length(1, n)),
            Node::Inclusive(of) => Node::Inclusive(self.child(0, of)),
            Node::After(of, after) => Node::After(self.child(0, of), *after),
            Node::Splice(warmup, of) => Node::Splice(self.child(0, warmup), self.child(1, of)),
            Node::Let(name, shared, body) => {
                let shared = match shared {
                    Shared::Number(old) => Shared::Number(self.number(0).map_or(*old, |(v, _)| v)),
                    Shared::Dur(old) => Shared::Dur(self.duration(0, *old)),
                };
                Node::Let(name.clone(), shared, self.child(1, body))
            }
            Node::User(name, values, length) => {
                let new = values.iter().enumerate().map(|(i, value)| self.value(i, value)).collect();
                let length = length.as_ref().map(|length| self.length(values.len(), length));
                Node::User(name.clone(), new, length)
            }
            Node::Until(of, rule) => Node::Until(self.child(0, of), rule.clone()),
            Node::Named(named) => return self.child(0, named.meaning()),
            Node::Linked(_) | Node::Factor(_) => return schedule.clone(),
        };
        Schedule::of(node)
    }

    fn children(&mut self, parts: &[Schedule]) -> Vec<Schedule> {
        parts.iter().enumerate().map(|(i, part)| self.child(i, part)).collect()
    }
}
