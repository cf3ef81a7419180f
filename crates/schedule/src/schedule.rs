//! A schedule as written.

use crate::form::{After, Cycles, Fold, Reach, Segment};
use crate::text::Call;
use crate::{Clock, Length, Node, Plan, Ratio, Registry, ScheduleError, Shape, Value, here};
use std::ops::{Add, Mul, Neg, Sub};
use std::sync::Arc;

/// A schedule as written: a tree of values and lengths with units.
///
/// Made by the constructors, from [`linear`](crate::linear) to [`noise`](crate::noise), from a number, or from text;
/// combined by [`then`](Schedule::then), by `+` and `*`, and by the methods below. To be evaluated it is bound to a clock,
/// by [`over`](Schedule::over) or [`bind`](Schedule::bind), and becomes a [`Plan`]. It is cheap to clone, compares as a tree
/// and prints as the text it can be read from.
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
/// let read: Schedule = "linear(0, 1e-3, 500) >> cosine(1e-3, 1e-5, 9500)".parse()?;
/// assert_eq!(read, linear(0.0, 1e-3, 500).then(cosine(1e-3, 1e-5, 9_500)));
/// # Ok::<(), rappel_schedule::ParseError>(())
/// ```
///
/// # How long a combination is
///
/// `a + b`, `a * b`, `a.min(b)` and `a.max(b)` are as long as the longer of the two; the shorter holds its end value. A plain
/// number has no time of its own: `0.5 * linear(0.0, 1.0, 100)` is 100 steps long, and something can follow it.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule(Arc<Node>);

impl Schedule {
    pub(crate) fn of(node: Node) -> Schedule {
        Schedule(Arc::new(node))
    }

    pub(crate) fn segment(shape: Shape<Value>, length: Length, reach: Reach) -> Schedule {
        Schedule::of(Node::Segment(Segment::new(shape, length, reach)))
    }

    /// The tree.
    pub fn node(&self) -> &Node {
        &self.0
    }

    /// The number, if it is nothing but one.
    ///
    /// ```
    /// use rappel_schedule::{Schedule, linear};
    ///
    /// assert_eq!(Schedule::from(0.1).number(), Some(0.1));
    /// assert_eq!(linear(0.1, 0.1, 10).number(), None);
    /// ```
    pub fn number(&self) -> Option<f64> {
        match self.node() {
            Node::Constant(value) => value.number(),
            _ => None,
        }
    }

    /// This schedule, and after its end the `next`, in whose own time that is step 0: the text's `a >> b`.
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
        Schedule::sequence([self, next.into()])
    }

    /// All of them, one after the other.
    pub(crate) fn sequence(parts: impl IntoIterator<Item = Schedule>) -> Schedule {
        let mut pieces = Vec::new();
        for part in parts {
            match part.node() {
                Node::Then(inner) => pieces.extend_from_slice(inner),
                _ => pieces.push(part),
            }
        }
        match pieces.len() {
            1 => pieces.remove(0),
            _ => Schedule::of(Node::Then(pieces)),
        }
    }

    /// [`then`](Schedule::then) a piece that is told the value this one ends with, so that there is no jump.
    ///
    /// ```
    /// use rappel_schedule::{cosine, warmup};
    ///
    /// let lr = warmup(1e-3, 500).then_from_here(|here| cosine(here, 0.0, 9_500));
    /// assert_eq!(lr.to_string(), "warmup(0.001, 500) >> cosine(here, 0, 9500)");
    /// ```
    #[must_use]
    pub fn then_from_here(self, next: impl FnOnce(Value) -> Schedule) -> Schedule {
        self.then(next(here()))
    }

    /// This schedule up to `step`, and from there a piece that is told the value reached: the decision, in the middle of a
    /// run, to cool down.
    ///
    /// ```
    /// use rappel_schedule::{Clock, linear, warmup};
    ///
    /// let lr = warmup(1.0, 100).then(1.0).decay_from(800, |here| linear(here, 0.0, 200));
    /// assert_eq!(lr.to_string(), "(warmup(1, 100) >> 1).take(800) >> linear(here, 0, 200)");
    /// let plan = lr.bind(&Clock::new())?;
    /// assert_eq!([799, 800, 900, 1000].map(|k| plan.at_step(k)), [1.0, 1.0, 0.5, 0.0]);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    #[must_use]
    pub fn decay_from(self, step: impl Into<Length>, next: impl FnOnce(Value) -> Schedule) -> Schedule {
        self.take(step).then_from_here(next)
    }

    fn fold(self, fold: Fold, with: Schedule) -> Schedule {
        Schedule::at_once(fold, [self, with])
    }

    /// All of them at once; two or more.
    pub(crate) fn at_once(fold: Fold, parts: impl IntoIterator<Item = Schedule>) -> Schedule {
        let mut all = Vec::new();
        for part in parts {
            match part.node() {
                Node::Fold(same, inner) if *same == fold => all.extend_from_slice(inner),
                _ => all.push(part),
            }
        }
        Schedule::of(Node::Fold(fold, all))
    }

    /// The smaller of the two at each step.
    ///
    /// ```
    /// use rappel_schedule::{Clock, inverse_sqrt, linear};
    ///
    /// let lr = linear(0.0, 1.0, 10).min(0.5);
    /// assert_eq!(lr.to_string(), "linear(0, 1, 10).min(0.5)");
    /// assert_eq!([0, 4, 8].map(|k| lr.bind(&Clock::new()).unwrap().at_step(k)), [0.0, 0.4, 0.5]);
    /// ```
    #[must_use]
    pub fn min(self, other: impl Into<Schedule>) -> Schedule {
        self.fold(Fold::Min, other.into())
    }

    /// The larger of the two at each step.
    #[must_use]
    pub fn max(self, other: impl Into<Schedule>) -> Schedule {
        self.fold(Fold::Max, other.into())
    }

    /// Every value times `by`: `self * by`, under a name.
    #[must_use]
    pub fn scale(self, by: impl Into<Value>) -> Schedule {
        self * Schedule::from(by.into())
    }

    /// Every value plus `by`: `self + by`, under a name.
    #[must_use]
    pub fn offset(self, by: impl Into<Value>) -> Schedule {
        self + Schedule::from(by.into())
    }

    /// Every value brought between `low` and `high`.
    ///
    /// ```
    /// use rappel_schedule::{Clock, linear};
    ///
    /// let plan = linear(0.0, 1.0, 10).clamp(0.25, 0.75).bind(&Clock::new())?;
    /// assert_eq!([0, 5, 9].map(|k| plan.at_step(k)), [0.25, 0.5, 0.75]);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    #[must_use]
    pub fn clamp(self, low: impl Into<Value>, high: impl Into<Value>) -> Schedule {
        Schedule::of(Node::Clamp(self, low.into(), high.into()))
    }

    /// Its first `length` steps. What follows begins there; on its own it holds the value it was heading for.
    ///
    /// ```
    /// use rappel_schedule::{Clock, linear};
    ///
    /// let plan = linear(0.0, 1.0, 10).take(4).then(9.0).bind(&Clock::new())?;
    /// assert_eq!([3, 4].map(|k| plan.at_step(k)), [0.3, 9.0]);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    #[must_use]
    pub fn take(self, length: impl Into<Length>) -> Schedule {
        Schedule::of(Node::Take(self, length.into()))
    }

    /// What is left after its first `length` steps, which must be fewer than it has.
    ///
    /// ```
    /// use rappel_schedule::{Clock, linear};
    ///
    /// let plan = linear(0.0, 1.0, 10).skip(4).bind(&Clock::new())?;
    /// assert_eq!([0, 1, 6].map(|k| plan.at_step(k)), [0.4, 0.5, 1.0]);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    #[must_use]
    pub fn skip(self, length: impl Into<Length>) -> Schedule {
        Schedule::of(Node::Skip(self, length.into()))
    }

    /// So many times as long: every length in it is. A piece for the [`rest`](crate::rest) of the run still takes the rest.
    ///
    /// ```
    /// use rappel_schedule::{Clock, linear, warmup};
    ///
    /// let plan = warmup(1.0, 10).then(linear(1.0, 0.0, 20)).stretch(2).bind(&Clock::new())?;
    /// assert_eq!([0, 19, 40].map(|k| plan.at_step(k)), [0.05, 1.0, 0.5]);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    #[must_use]
    pub fn stretch(self, by: impl Into<Ratio>) -> Schedule {
        Schedule::of(Node::Stretch(self, by.into()))
    }

    /// From its end to its start: pieces in the other order, each from its end value to its start value.
    ///
    /// An involution, as `==`.
    ///
    /// ```
    /// use rappel_schedule::{Clock, hold, linear};
    ///
    /// let a = linear(0.0, 1.0, 4).then(hold(5.0, 2));
    /// let plan = a.clone().reverse().bind(&Clock::new())?;
    /// assert_eq!([0, 1, 2, 3, 4, 5, 6].map(|k| plan.at_step(k)), [5.0, 5.0, 1.0, 0.75, 0.5, 0.25, 0.0]);
    /// assert_eq!(a.clone().reverse().reverse(), a);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    #[must_use]
    pub fn reverse(self) -> Schedule {
        match self.node() {
            Node::Reverse(of) => of.clone(),
            _ => Schedule::of(Node::Reverse(self)),
        }
    }

    /// Again and again: so many times, or [`forever`](crate::forever), each time perhaps longer and lower ([`Cycles`]).
    ///
    /// ```
    /// use rappel_schedule::{Clock, linear};
    ///
    /// let plan = linear(0.0, 1.0, 2).repeat(2).bind(&Clock::new())?;
    /// assert_eq!([0, 1, 2, 3, 4, 5].map(|k| plan.at_step(k)), [0.0, 0.5, 0.0, 0.5, 1.0, 1.0]);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    #[must_use]
    pub fn repeat(self, cycles: impl Into<Cycles>) -> Schedule {
        Schedule::of(Node::Repeat(self, cycles.into()))
    }

    /// A staircase: for `every` so many steps the value it has at the first of them.
    ///
    /// ```
    /// use rappel_schedule::{Clock, linear};
    ///
    /// let plan = linear(0.0, 1.0, 10).hold_every(5).bind(&Clock::new())?;
    /// assert_eq!([0, 4, 5, 9, 10].map(|k| plan.at_step(k)), [0.0, 0.0, 0.5, 0.5, 1.0]);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    #[must_use]
    pub fn hold_every(self, every: impl Into<Length>) -> Schedule {
        Schedule::of(Node::HoldEvery(self, every.into()))
    }

    /// This schedule, reaching its end value on its last step, `n - 1`, where it would reach it at `n`.
    ///
    /// A segment of one step has its end value at once. Of a sequence it is the last piece that changes, of a combination
    /// every part. A number, a warm-up and an empty schedule stay as they are. Of anything else there is no such form, which
    /// [`check`](Schedule::check) says.
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
        let node = match self.node() {
            Node::Constant(_) | Node::Inclusive(_) | Node::Linked(_) | Node::Factor(_) => return self,
            Node::Segment(segment) => match segment.clone().inclusive() {
                Some(segment) => Node::Segment(segment),
                None => Node::Inclusive(self),
            },
            Node::Then(pieces) => match pieces.split_last() {
                None => return self,
                Some((last, before)) => Node::Then(before.iter().cloned().chain([last.clone().inclusive()]).collect()),
            },
            Node::Fold(fold, parts) => Node::Fold(*fold, parts.iter().cloned().map(Schedule::inclusive).collect()),
            Node::Clamp(of, low, high) => Node::Clamp(of.clone().inclusive(), low.clone(), high.clone()),
            Node::Let(name, value, body) => Node::Let(name.clone(), value.clone(), body.clone().inclusive()),
            _ => Node::Inclusive(self),
        };
        Schedule::of(node)
    }

    /// What follows the end, if it is not to hold the end value.
    ///
    /// ```
    /// use rappel_schedule::{After, Clock, cosine, linear};
    ///
    /// let rising_again = cosine(1.0, 0.0, 10).after(After::Continue);
    /// assert_eq!(rising_again.to_string(), "cosine(1, 0, 10).after(continue)");
    /// assert_eq!(rising_again.bind(&Clock::new())?.at_step(20), 1.0);
    ///
    /// let strict = linear(1.0, 0.0, 10).after(After::Error);
    /// assert!(strict.over(10).is_ok() && strict.over(11).is_err());
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    #[must_use]
    pub fn after(self, after: After) -> Schedule {
        let node = match (after, self.node()) {
            (After::Hold, _) => return self,
            (After::Repeat, _) => return self.repeat(crate::forever()),
            (After::Continue, Node::Segment(segment)) if segment.shape.continues() => {
                Node::Segment(Segment { continues: true, ..segment.clone() })
            }
            (After::Continue, Node::Then(pieces)) => match pieces.split_last() {
                None => return self,
                Some((last, before)) => Node::Then(before.iter().cloned().chain([last.clone().after(after)]).collect()),
            },
            (After::Continue, Node::Let(name, value, body)) => {
                Node::Let(name.clone(), value.clone(), body.clone().after(after))
            }
            _ => Node::After(self, after),
        };
        Schedule::of(node)
    }

    /// A warm-up as a prefix: `of` begins when the warm-up has ended. The same as [`then`](Schedule::then).
    ///
    /// Each of the three meanings of "warm-up and `of`" has its name: [`prefix`](Schedule::prefix),
    /// [`product`](Schedule::product), [`splice`](Schedule::splice).
    #[must_use]
    pub fn prefix(self, of: impl Into<Schedule>) -> Schedule {
        self.then(of)
    }

    /// A warm-up as a factor: `of` runs from the first step on, times the warm-up, which ends at 1 and stays there. The same
    /// as `self * of`.
    #[must_use]
    pub fn product(self, of: impl Into<Schedule>) -> Schedule {
        self * of.into()
    }

    /// A warm-up over the first steps of `of`: when the warm-up has ended, `of` is where it would be without one.
    ///
    /// ```
    /// use rappel_schedule::{Clock, linear, warmup};
    ///
    /// // BERT's: a jump of 1 % at the seam, as 1 % of the decay is already over.
    /// let lr = warmup(1.0, 100).splice(linear(1.0, 0.0, 10_000));
    /// assert_eq!(lr.to_string(), "warmup(1, 100).splice(linear(1, 0, 10000))");
    /// let plan = lr.bind(&Clock::new())?;
    /// assert_eq!([99, 100, 10_000].map(|k| plan.at_step(k)), [1.0, 0.99, 0.0]);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    #[must_use]
    pub fn splice(self, of: impl Into<Schedule>) -> Schedule {
        Schedule::of(Node::Splice(self, of.into()))
    }

    /// This schedule until a rule says so, at the latest when it ends; what follows begins there.
    ///
    /// The rule is told what is [observed](Plan::observe) while this schedule is at work: [`stable`](crate::stable) waits until
    /// a metric has settled, a [`plateau`](crate::plateau) until it no longer gets better, an
    /// [`adaptive_rule`](crate::adaptive_rule) is your own. The step whose metric decides is the last.
    #[must_use]
    pub fn until(self, rule: impl Into<Call>) -> Schedule {
        Schedule::of(Node::Until(self, rule.into()))
    }

    /// Whether the values and durations make sense, as far as that can be said without a clock.
    ///
    /// # Errors
    ///
    /// The first mistake found, first piece first; the table in the crate's documentation says which there are.
    pub fn check(&self) -> Result<(), ScheduleError> {
        crate::check::check(self)
    }

    /// The schedule on a clock: units resolved, boundaries summed exactly. A schedule in steps binds to `Clock::new()`.
    ///
    /// # Errors
    ///
    /// Whatever [`check`](Schedule::check) finds; a unit the clock does not know; nothing left for
    /// [`rest()`](crate::rest); more than 2^53 steps; a name that needs a [`Registry`].
    pub fn bind(&self, clock: &Clock) -> Result<Plan, ScheduleError> {
        self.bind_with(clock, &Registry::new())
    }

    /// As [`bind`](Schedule::bind), with the user's own functions and rules, and the plans that `@name` stands for.
    ///
    /// # Errors
    ///
    /// As [`bind`](Schedule::bind).
    pub fn bind_with(&self, clock: &Clock, registry: &Registry) -> Result<Plan, ScheduleError> {
        Plan::bind(self, clock, registry)
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
    pub fn over(&self, total: impl Into<crate::Dur>) -> Result<Plan, ScheduleError> {
        self.bind(&Clock::new().total(total))
    }
}

/// The schedule of length 0: `empty().then(a) == a`. It has no value, so alone it cannot be bound.
pub fn empty() -> Schedule {
    Schedule::of(Node::Then(Vec::new()))
}

/// The value of another quantity of the run at the same step, by its name there: `@lr` in the text.
///
/// A momentum that goes down when the rate goes up is `1.0 - 0.5 * linked("lr")`. It is looked up when the schedule is bound:
/// an optimizer knows its own hyperparameters; elsewhere [`Registry::link`] says what a name stands for.
///
/// ```
/// use rappel_schedule::{linked, Clock, Registry, linear};
///
/// let lr = linear(0.0, 0.1, 10).bind(&Clock::new())?;
/// let momentum = 0.95 - linked("lr");
/// assert_eq!(momentum.to_string(), "0.95 + -1 * @lr");
/// let momentum = momentum.bind_with(&Clock::new(), &Registry::new().link("lr", lr))?;
/// assert!((momentum.at_step(5) - 0.9).abs() < 1e-15);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn linked(name: &str) -> Schedule {
    Schedule::of(Node::Linked(name.into()))
}

/// A function of your own, by the name under which a [`Registry`] has it: a shape over `length`, a function of the way gone,
/// from 0 to 1, and of the `values`.
///
/// ```
/// use rappel_schedule::{Clock, Registry, user};
///
/// let rex = user("rex", [1.0], 100);
/// assert_eq!(rex.to_string(), "user::rex(1, length=100)");
/// let registry = Registry::new().function("rex", |z, v| v[0] * (1.0 - z) / (1.0 - 0.9 * z));
/// assert_eq!(rex.bind_with(&Clock::new(), &registry)?.at_step(100), 0.0);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn user<V: Into<Value>>(name: &str, values: impl IntoIterator<Item = V>, length: impl Into<Length>) -> Schedule {
    Schedule::of(Node::User(name.into(), values.into_iter().map(Into::into).collect(), Some(length.into())))
}

/// A function of your own, by the name under which a [`Registry`] has it: of the step, without end, and of the `values`.
///
/// ```
/// use rappel_schedule::{Clock, Registry, user_steps};
///
/// let wave = user_steps("wave", [0.1]);
/// assert_eq!(wave.to_string(), "user::wave(0.1)");
/// let registry = Registry::new().function("wave", |step, v| v[0] * step.sin());
/// assert_eq!(wave.bind_with(&Clock::new(), &registry)?.at_step(0), 0.0);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn user_steps<V: Into<Value>>(name: &str, values: impl IntoIterator<Item = V>) -> Schedule {
    Schedule::of(Node::User(name.into(), values.into_iter().map(Into::into).collect(), None))
}

macro_rules! operators {
    ($($number:ty),*) => { $(
        impl Add<Schedule> for $number {
            type Output = Schedule;
            fn add(self, o: Schedule) -> Schedule {
                Schedule::from(self) + o
            }
        }

        impl Mul<Schedule> for $number {
            type Output = Schedule;
            fn mul(self, o: Schedule) -> Schedule {
                Schedule::from(self) * o
            }
        }

        impl Sub<Schedule> for $number {
            type Output = Schedule;
            fn sub(self, o: Schedule) -> Schedule {
                Schedule::from(self) - o
            }
        }
    )* };
}
// One float type and one integer type: with two, `0.5 * s` would not say which it is.
operators!(f64, i32);

impl<S: Into<Schedule>> Add<S> for Schedule {
    type Output = Schedule;
    fn add(self, o: S) -> Schedule {
        self.fold(Fold::Sum, o.into())
    }
}

impl<S: Into<Schedule>> Mul<S> for Schedule {
    type Output = Schedule;
    fn mul(self, o: S) -> Schedule {
        self.fold(Fold::Product, o.into())
    }
}

/// `a - b` is `a + -1 * b`.
impl<S: Into<Schedule>> Sub<S> for Schedule {
    type Output = Schedule;
    fn sub(self, o: S) -> Schedule {
        self + -o.into()
    }
}

impl Neg for Schedule {
    type Output = Schedule;
    fn neg(self) -> Schedule {
        match self.node() {
            Node::Constant(Value::Number(v)) => Schedule::from(-v),
            _ => -1.0 * self,
        }
    }
}
