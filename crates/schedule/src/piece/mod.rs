//! A schedule bound: units resolved, names looked up, boundaries summed. A file for each kind that is more than its parts.

mod period;
mod repeat;
mod rules;
mod sequence;
mod user;

pub(crate) use period::Period;
pub(crate) use repeat::Repeat;
pub(crate) use rules::{Until, Wait};
pub(crate) use sequence::Sequence;
pub(crate) use user::{MOST_VALUES, User};

use crate::Shape;
use crate::adaptive::{Adaptive, State};
use crate::form::{Fold, Segment};
use crate::registry::Make;
use rappel_elem::Scalar;
use std::fmt;
use std::sync::Arc;

/// What is asked beside the local time.
#[derive(Clone, Copy)]
pub(crate) struct Cx<'a, K> {
    /// What the adaptive rules remember.
    pub(crate) state: &'a State,
    /// The time of the run, which linked quantities are read at.
    pub(crate) run: K,
    /// Whether the time is approached from the left: then the left piece owns a boundary.
    pub(crate) left: bool,
    /// Which time the repetitions around are at, as a number that tells one from another.
    pub(crate) period: u64,
}

impl<'a, K: Scalar> Cx<'a, K> {
    /// At a time of the run.
    #[inline]
    pub(crate) fn new(state: &'a State, run: K) -> Cx<'a, K> {
        Cx { state, run, left: false, period: 0 }
    }

    /// In a period of a repetition.
    #[inline]
    pub(crate) fn within(self, cycle: f64) -> Cx<'a, K> {
        // The first periods are 0, as outside of a repetition, and an odd factor tells the outer ones apart.
        Cx { period: self.period.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(cycle as u64), ..self }
    }

    /// Whether the piece that begins at `seam` has begun at `t`.
    #[inline]
    pub(crate) fn begun(&self, seam: f64, t: K) -> bool {
        if self.left { seam < t.re() } else { seam <= t.re() }
    }
}

/// A part of a bound schedule.
#[derive(Clone, Debug)]
pub(crate) struct Piece<K> {
    pub(crate) form: Form<K>,
    /// Which of the written schedules it was bound from.
    pub(crate) source: u32,
}

/// Equal if they have the same values, wherever they were written.
impl<K: PartialEq> PartialEq for Piece<K> {
    fn eq(&self, o: &Self) -> bool {
        self.form == o.form
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form<K> {
    Constant(K),
    Segment(Segment<K, K>),
    /// A segment whose knobs move.
    Moving(Arc<Segment<Piece<K>, K>>),
    Sequence(Sequence<K>),
    Fold(Fold, Arc<[Piece<K>]>),
    /// Of, low, high.
    Clamp(Arc<[Piece<K>; 3]>),
    Take(Arc<Piece<K>>, K),
    Skip(Arc<Piece<K>>, K),
    /// From its end, at that length, to its start.
    Reverse(Arc<Piece<K>>, K),
    Repeat(Arc<Repeat<K>>),
    /// With the length of what is held, if it ends.
    HoldEvery(Arc<Piece<K>>, Period<K>, Option<K>),
    /// A warm-up, what it is spliced over, and where it ends.
    Splice(Arc<[Piece<K>; 2]>, K),
    /// The value something ends with.
    EndOf(Arc<Piece<K>>),
    /// The value something has at a time of its own.
    ValueAt(Arc<Piece<K>>, K),
    /// Another quantity.
    Linked(Arc<Piece<f64>>),
    User(Arc<User<K>>),
    Factor(usize, Rule),
    Until(Arc<Until<K>>),
    Wait(Arc<Wait<K>>),
    /// What stands for a value while lengths are measured.
    Unknown,
}

/// A rule, and what it remembers before anything has been observed.
#[derive(Clone)]
pub(crate) struct Rule {
    pub(crate) rule: Arc<dyn Adaptive>,
    pub(crate) start: Arc<[f64]>,
    /// What made it, and from what numbers; `None` of the built-in ones.
    made: Option<(Arc<Make>, Arc<[f64]>)>,
}

impl Rule {
    pub(crate) fn new(rule: Arc<dyn Adaptive>, made: Option<(Arc<Make>, Arc<[f64]>)>) -> Rule {
        Rule { start: rule.start().into(), rule, made }
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rule.fmt(f)
    }
}

/// Equal if it is the same rule, or made in the same way. The built-in ones show all their settings.
impl PartialEq for Rule {
    fn eq(&self, o: &Rule) -> bool {
        match (&self.made, &o.made) {
            _ if Arc::ptr_eq(&self.rule, &o.rule) => true,
            (None, None) => format!("{:?}", self.rule) == format!("{:?}", o.rule),
            (Some((make, numbers)), Some((other, others))) => Arc::ptr_eq(make, other) && numbers == others,
            _ => false,
        }
    }
}

impl<K: Scalar> Piece<K> {
    /// The value at local time `t`. What most parts are is answered in place, what has parts of its own by a call.
    #[inline]
    pub(crate) fn at(&self, t: K, cx: Cx<'_, K>) -> K {
        match &self.form {
            Form::Constant(v) => *v,
            _ => self.of_parts(t, cx),
        }
    }

    fn of_parts(&self, t: K, cx: Cx<'_, K>) -> K {
        match &self.form {
            Form::Constant(v) => *v,
            Form::Segment(segment) => segment.at(t),
            Form::Moving(segment) => moving(segment, t, cx),
            Form::Sequence(sequence) => sequence.at(t, cx),
            Form::Fold(fold, parts) => {
                let (first, others) = parts.split_first().expect("two parts or more");
                others.iter().fold(first.at(t, cx), |value, part| fold.of(value, part.at(t, cx)))
            }
            Form::Clamp(parts) => {
                let [value, low, high] = [&parts[0], &parts[1], &parts[2]].map(|part| part.at(t, cx));
                Fold::Min.of(Fold::Max.of(value, low), high)
            }
            Form::Take(of, n) => {
                if t.re() < n.re() {
                    of.at(t, cx)
                } else {
                    of.at(*n, Cx { left: true, ..cx })
                }
            }
            Form::Skip(of, n) => of.at(t + *n, cx),
            Form::Reverse(of, n) => {
                let back = *n - t;
                // Past its end it holds what it began with.
                if back.re() <= 0.0 {
                    of.at(t.lit(0.0), Cx { left: false, ..cx })
                } else {
                    of.at(back, Cx { left: !cx.left, ..cx })
                }
            }
            Form::Repeat(repeat) => repeat.at(t, cx),
            Form::HoldEvery(of, every, length) => match length {
                Some(n) if t.re() >= n.re() && !(cx.left && t.re() == n.re()) => of.end(t, cx),
                _ => of.at(every.stair(t, cx.left), Cx { left: false, ..cx }),
            },
            Form::Splice(parts, seam) => parts[usize::from(cx.begun(seam.re(), t))].at(t, cx),
            Form::EndOf(of) => of.end(t, cx),
            Form::ValueAt(of, time) => of.at(*time, cx),
            Form::Linked(of) => {
                let run = cx.run.re();
                t.lit(of.at(run, Cx { left: cx.left, ..Cx::new(cx.state, run) }))
            }
            Form::User(user) => user.at(t),
            Form::Factor(slot, rule) => t.lit(rules::factor(*slot, rule, cx)),
            Form::Until(until) => until.at(t, cx),
            Form::Wait(wait) => wait.at(t, cx),
            Form::Unknown => t.lit(f64::NAN),
        }
    }

    /// The value that holds after the end; `t` is some time.
    pub(crate) fn end(&self, t: K, cx: Cx<'_, K>) -> K {
        self.at(t.lit(f64::INFINITY), cx)
    }

    /// The value, if it is the same at any time and in any state.
    pub(crate) fn constant(&self) -> Option<K> {
        match &self.form {
            Form::Constant(v) => Some(*v),
            Form::Fold(fold, parts) => {
                let mut values = parts.iter().map(Piece::constant);
                let first = values.next()??;
                values.try_fold(first, |value, part| Some(fold.of(value, part?)))
            }
            _ => None,
        }
    }
}

#[inline(never)]
fn moving<K: Scalar>(segment: &Segment<Piece<K>, K>, t: K, cx: Cx<'_, K>) -> K {
    // After its end it holds: its knobs too stay where they were.
    let held = if t.re() > segment.length.re() && !segment.continues { segment.length } else { t };
    let shape: Shape<K> = segment.shape.map(&mut |knob| knob.at(held, cx));
    segment.with(shape, segment.length).at(t)
}
