//! A schedule as written.

use crate::{Clock, Dur, Node, Plan, ScheduleError, Segment, Sequence, Span, steps};

/// A schedule as written: a tree of values and durations with units.
///
/// Made by [`constant`](crate::constant), [`linear`](crate::linear), [`cosine`](crate::cosine), [`warmup`](crate::warmup)
/// and [`empty`], or from a number; joined by [`then`](Schedule::then). To be evaluated it is bound to a clock, by
/// [`over`](Schedule::over) or [`bind`](Schedule::bind), and becomes a [`Plan`]. It is cheap to clone, compares as a tree
/// and prints as text.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Schedule, cosine, linear};
///
/// fn takes_a_schedule(lr: impl Into<Schedule>) -> String {
///     lr.into().to_string()
/// }
///
/// assert_eq!(takes_a_schedule(1e-3), "0.001");
/// assert_eq!(
///     takes_a_schedule(linear(0.0, 1e-3, 500).then(cosine(1e-3, 1e-5, 9_500))),
///     "linear(0, 0.001, 500) >> cosine(0.001, 1e-05, 9500)",
/// );
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule(Node<f64, Dur>);

impl Schedule {
    pub(crate) fn of(node: Node<f64, Dur>) -> Schedule {
        Schedule(node)
    }

    /// The tree.
    pub fn node(&self) -> &Node<f64, Dur> {
        &self.0
    }

    /// This schedule, and after its end the `next`, in whose own time that is step 0.
    ///
    /// Associative, with [`empty`] as its identity, both as `==`. Nothing can follow a piece that never ends, such as a
    /// number: [`check`](Schedule::check) refuses it.
    ///
    /// ```
    /// use rappel_schedule::{cosine, empty, linear};
    ///
    /// let (a, b) = (linear(0.0, 1.0, 10), cosine(1.0, 0.0, 90));
    /// assert_eq!(a.clone().then(b.clone()).then(0.1), a.clone().then(b.then(0.1)));
    /// assert_eq!(empty().then(a.clone()), a);
    /// ```
    #[must_use]
    pub fn then(self, next: impl Into<Schedule>) -> Schedule {
        let mut pieces = pieces(self);
        pieces.append(&mut self::pieces(next.into()));
        match pieces.len() {
            1 => Schedule(pieces.remove(0)),
            _ => Schedule(Node::Then(Sequence::written(pieces))),
        }
    }

    /// This schedule, reaching its end value on its last step, `n - 1`, where it would reach it at `n`.
    ///
    /// A segment of one step has its end value at once. Of a sequence it is the last piece that changes. A number, a warm-up
    /// and an empty schedule stay as they are.
    ///
    /// ```
    /// use rappel_schedule::linear;
    ///
    /// let plan = linear(1.0, 0.0, 5).inclusive().bind(&Default::default())?;
    /// assert_eq!([0, 1, 2, 3, 4, 5].map(|k| plan.at_step(k)), [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    #[must_use]
    pub fn inclusive(self) -> Schedule {
        match self.0 {
            Node::Segment(segment) => Schedule(Node::Segment(segment.inclusive())),
            Node::Then(_) => {
                let mut pieces = pieces(self);
                if let Some(last) = pieces.pop() {
                    pieces.push(Schedule(last).inclusive().0);
                }
                Schedule(Node::Then(Sequence::written(pieces)))
            }
            constant @ Node::Constant(_) => Schedule(constant),
        }
    }

    /// Whether the values and durations make sense, as far as that can be said without a clock.
    ///
    /// # Errors
    ///
    /// The first mistake found, first piece first; the table in the crate's documentation says which there are.
    pub fn check(&self) -> Result<(), ScheduleError> {
        crate::check::check(&self.0)
    }

    /// The schedule on a clock: units resolved, boundaries summed exactly. A schedule in steps binds to `Clock::new()`.
    ///
    /// # Errors
    ///
    /// Whatever [`check`](Schedule::check) finds; a unit the clock does not know; nothing left for
    /// [`rest()`](crate::rest); more than 2^53 steps.
    pub fn bind(&self, clock: &Clock) -> Result<Plan, ScheduleError> {
        self.check()?;
        crate::bind::bind(&self.0, clock).map(Plan::of)
    }

    /// The schedule in a run of length `total`: bound to a clock that knows nothing else.
    ///
    /// # Errors
    ///
    /// As [`bind`](Schedule::bind).
    ///
    /// ```
    /// use rappel_schedule::{cosine, percent, rest, warmup};
    ///
    /// let plan = warmup(1e-3, percent(5)).then(cosine(1e-3, 0.0, rest())).over(10_000)?;
    /// assert_eq!(plan.at_step(500), 1e-3);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn over(&self, total: impl Into<Dur>) -> Result<Plan, ScheduleError> {
        self.bind(&Clock::new().total(total))
    }
}

/// The schedule of length 0: `empty().then(a) == a`. It has no value, so alone it cannot be bound.
pub fn empty() -> Schedule {
    Schedule(Node::Then(Sequence::written(Vec::new())))
}

fn pieces(schedule: Schedule) -> Vec<Node<f64, Dur>> {
    match schedule.0 {
        Node::Then(sequence) => sequence.pieces().to_vec(),
        piece => vec![piece],
    }
}

impl From<Plan> for Schedule {
    /// The plan written back, every duration in steps: it binds to any clock and has the plan's values.
    fn from(plan: Plan) -> Schedule {
        fn written(node: &Node<f64, Span<f64>>) -> Node<f64, Dur> {
            match node {
                Node::Constant(v) => Node::Constant(*v),
                Node::Segment(s) => Node::Segment(Segment::new(*s.shape(), steps(s.length().exact()), s.reach())),
                Node::Then(s) => Node::Then(Sequence::written(s.pieces().iter().map(written).collect())),
            }
        }
        Schedule(written(plan.node()))
    }
}
