//! What a tree means at whole steps, worked out the slow way: an independent reading of the documentation.

use rappel_schedule::{Clock, Fold, Length, Node, Ratio, Schedule};

/// The values of a schedule in whole steps, and how many steps it has; after them, its end.
#[derive(Clone, Debug)]
pub(crate) struct List {
    pub(crate) values: Vec<f64>,
    pub(crate) end: f64,
}

impl List {
    fn at(&self, k: usize) -> f64 {
        self.values.get(k).copied().unwrap_or(self.end)
    }
}

fn whole(length: &Length) -> Option<usize> {
    match length {
        Length::Dur(duration) if duration.amount().denominator() == 1 => {
            usize::try_from(duration.amount().numerator()).ok()
        }
        _ => None,
    }
}

/// `None` where a length is no whole number of steps, or where the list does not tell.
pub(crate) fn list(schedule: &Schedule) -> Option<List> {
    match schedule.node() {
        Node::Segment(segment) if !segment.continues() => {
            let plan = schedule.bind(&Clock::new()).ok()?;
            let n = whole(segment.length())?;
            Some(List { values: (0..n as u64).map(|k| plan.at_step(k)).collect(), end: plan.end() })
        }
        Node::Then(parts) => {
            let lists: Vec<List> = parts.iter().map(list).collect::<Option<_>>()?;
            let end = lists.last()?.end;
            Some(List { values: lists.into_iter().flat_map(|list| list.values).collect(), end })
        }
        Node::Fold(fold, parts) => {
            let number = |part: &Schedule| match part.node() {
                Node::Constant(value) => value.number(),
                _ => None,
            };
            let lists: Vec<List> = parts
                .iter()
                .map(|part| match number(part) {
                    Some(v) => Some(List { values: vec![], end: v }),
                    None => list(part),
                })
                .collect::<Option<_>>()?;
            let n = lists.iter().map(|list| list.values.len()).max()?;
            let combine = |at: &dyn Fn(&List) -> f64| {
                lists.iter().map(at).reduce(|a, b| match fold {
                    Fold::Sum => a + b,
                    Fold::Product => a * b,
                    Fold::Min => a.min(b),
                    _ => a.max(b),
                })
            };
            let values = (0..n).map(|k| combine(&|list| list.at(k))).collect::<Option<_>>()?;
            Some(List { values, end: combine(&|list| list.end)? })
        }
        Node::Clamp(of, low, high) => {
            let (low, high) = (low.number()?, high.number()?);
            let List { values, end } = list(of)?;
            Some(List { values: values.into_iter().map(|v| v.clamp(low, high)).collect(), end: end.clamp(low, high) })
        }
        // What a cut piece was heading for is not in the list.
        Node::Take(of, n) => {
            let (of, n) = (list(of)?, whole(n)?);
            (n >= of.values.len()).then_some(of)
        }
        Node::Skip(of, n) => {
            let (of, n) = (list(of)?, whole(n)?);
            Some(List { values: of.values.get(n..)?.to_vec(), end: of.end })
        }
        Node::Repeat(of, cycles) if cycles.growth() == Ratio::from(1) => {
            let (of, count) = (list(of)?, cycles.count()?);
            let scale = |i: u32| cycles.factor().powi(i as i32);
            let values = (0..count).flat_map(|i| of.values.iter().map(move |v| v * scale(i))).collect();
            Some(List { values, end: of.end * scale(count - 1) })
        }
        Node::HoldEvery(of, n) => {
            let (of, n) = (list(of)?, whole(n)?);
            let values = (0..of.values.len()).map(|k| of.values[k / n * n]).collect();
            Some(List { values, end: of.end })
        }
        Node::Splice(warmup, of) => {
            let (warmup, of) = (list(warmup)?, list(of)?);
            let n = warmup.values.len().max(of.values.len());
            let seam = warmup.values.len();
            let values = (0..n).map(|k| if k < seam { warmup.values[k] } else { of.at(k) }).collect();
            Some(List { values, end: of.end })
        }
        _ => None,
    }
}
