//! From written to bound: units become steps, names what they stand for, and boundaries the exact sums of the lengths before
//! them. The knobs are read as any number, so that a derivative goes through all of it.

mod extent;
mod knob;
mod repeat;
mod rule;
mod sequence;

pub(crate) use extent::{Extent, takes_rest};

use crate::adaptive::State;
use crate::check::MOST_DEEP;
use crate::clock::Anchor;
use crate::form::{After, Segment, Shared};
use crate::piece::{Form, MOST_VALUES, Period, Piece, Rule, Until, User};
use crate::walk::depth;
use crate::{Clock, Dur, Length, Node, Ratio, Registry, Schedule, ScheduleError, Shape, Value};
use extent::{adaptive, countable, deviation, longest, same_length};
use rappel_elem::Scalar;
use std::sync::Arc;

/// Floats tell steps apart up to here.
const MOST_STEPS: u64 = 1 << 53;

/// A bound plan has at most so many parts.
const MOST_VISITS: usize = 1 << 20;

/// Where a knob stands in the tree: the way to its node, then its place there, in the order of the text.
pub(crate) type Path = Vec<u16>;

/// A bound piece and its length.
type Bound<K> = (Piece<K>, Extent<K>);

/// Reads a knob, by its place and its number; of a length the number of steps.
pub(crate) type Read<'a, K> = dyn FnMut(&[u16], f64, Option<Ratio>) -> K + 'a;

/// What is bound: the piece, its length, the written parts by number, the rules by slot.
pub(crate) struct Whole<K> {
    pub(crate) piece: Piece<K>,
    pub(crate) extent: Extent<K>,
    pub(crate) sources: Vec<Schedule>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) links: Vec<Link>,
    /// The lengths that are the rest of the run, in steps.
    pub(crate) rests: Vec<(Path, f64, Ratio)>,
    /// How many levels are evaluated one inside the other, those of linked plans included.
    pub(crate) levels: usize,
}

/// A quantity that a plan reads, itself or through another.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// By what name the plan reads it; `None` if through another.
    name: Option<Arc<str>>,
    pub(crate) piece: Arc<Piece<f64>>,
}

impl Link {
    /// Whether the plan reads it by that name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name)
    }
}

/// Where a node stands.
#[derive(Clone, Copy)]
struct Place<K> {
    /// The steps other pieces of the run take.
    used: Ratio,
    /// What the knobs add to that; `None` is nothing.
    grown: Option<K>,
    /// Whether some piece's length is not known.
    open: bool,
    /// The step it begins at, if that is known.
    start: Option<Ratio>,
    /// The step it ends at, if that is known and where it begins is not.
    end: Option<Ratio>,
    scale: Ratio,
    reversed: bool,
    /// The combinator that an adaptive rule cannot be under.
    fixed: Option<&'static str>,
    /// Whether it happens more than once, so that it cannot take what is left.
    repeated: bool,
}

impl<K> Place<K> {
    fn anchor(&self) -> Anchor {
        match (self.start, self.end) {
            (Some(start), _) => Anchor::Start(start),
            (None, Some(end)) => Anchor::End(end),
            (None, None) => Anchor::Unknown,
        }
    }
}

struct Binder<'a, K> {
    clock: &'a Clock,
    registry: &'a Registry,
    read: &'a mut Read<'a, K>,
    path: Path,
    /// Some knob, to make constants from.
    witness: Option<K>,
    names: Vec<(Arc<str>, Given<K>)>,
    here: Option<Piece<K>>,
    /// How many values that are not known when bound `here` follows, each from the one before.
    behind: usize,
    /// The most that any piece bound since has behind it.
    most_behind: usize,
    /// The most behind any piece of the whole.
    deepest: usize,
    /// The levels of the deepest plan that is linked.
    linked: usize,
    there: Option<Piece<K>>,
    sources: Vec<Schedule>,
    rules: Vec<Rule>,
    links: Vec<Link>,
    rests: Vec<(Path, f64, Ratio)>,
    /// How many nodes have been bound, those of every period.
    visits: usize,
}

/// What a shared name stands for.
#[derive(Clone, Copy)]
enum Given<K> {
    /// A number, which may also be a number of steps.
    Number(K),
    /// A duration and the number of steps its knob was read as.
    Dur(Dur, K),
}

/// Binds a schedule that has passed its check.
pub(crate) fn bind<'a, K: Scalar>(
    schedule: &Schedule,
    clock: &'a Clock,
    registry: &'a Registry,
    read: &'a mut Read<'a, K>,
) -> Result<Whole<K>, ScheduleError> {
    let mut binder = Binder {
        clock,
        registry,
        read,
        path: Vec::new(),
        witness: None,
        names: Vec::new(),
        here: None,
        behind: 0,
        most_behind: 0,
        deepest: 0,
        linked: 0,
        there: None,
        sources: Vec::new(),
        rules: Vec::new(),
        links: Vec::new(),
        rests: Vec::new(),
        visits: 0,
    };
    let place = Place {
        used: Ratio::ZERO,
        grown: None,
        open: false,
        start: Some(Ratio::ZERO),
        end: None,
        scale: Ratio::ONE,
        reversed: false,
        fixed: None,
        repeated: false,
    };
    let (piece, extent) = binder.node(schedule, place)?;
    let Binder { sources, rules, links, rests, deepest, linked, .. } = binder;
    let own = depth(schedule) + deepest;
    // Each plan passed a check of its own; a chain of them is as deep as all together.
    if linked > 0 && own + linked > MOST_DEEP {
        return Err(ScheduleError::TooDeep { most: MOST_DEEP });
    }
    Ok(Whole { piece, extent, sources, rules, links, rests, levels: own + linked })
}

impl<K: Scalar> Binder<'_, K> {
    /// Numbers the written node and binds it.
    fn node(&mut self, schedule: &Schedule, place: Place<K>) -> Result<Bound<K>, ScheduleError> {
        self.visits += 1;
        if self.visits > MOST_VISITS {
            return Err(ScheduleError::TooManyParts { parts: MOST_VISITS });
        }
        let source = self.sources.len() as u32;
        self.sources.push(schedule.clone());
        let (form, extent) = self.form(schedule, place)?;
        Ok((Piece { form, source }, extent))
    }

    fn form(&mut self, schedule: &Schedule, place: Place<K>) -> Result<(Form<K>, Extent<K>), ScheduleError> {
        let piece = || schedule.to_string();
        // What is not turned round part by part is read backwards as a whole.
        let whole = Place { reversed: false, ..place };
        let backwards = |form: Form<K>, extent: Extent<K>, source: u32| match (place.reversed, extent) {
            (false, _) | (true, Extent::Timeless) => Ok((form, extent)),
            (true, Extent::Ends(n, _)) => Ok((Form::Reverse(Arc::new(Piece { form, source }), n), extent)),
            (true, _) => Err(ScheduleError::ReversedEndless { piece: schedule.to_string() }),
        };
        let source = self.sources.len() as u32 - 1;
        match schedule.node() {
            Node::Constant(value) => Ok((self.value(0, value, place)?.form, Extent::Timeless)),
            Node::Segment(segment) => self.segment(schedule, segment, place),
            Node::Then(pieces) => self.then(pieces, place),
            Node::Fold(fold, parts) => {
                let mut bound = Vec::with_capacity(parts.len());
                for (i, part) in parts.iter().enumerate() {
                    bound.push(self.child(i, part, whole)?);
                }
                let extent = longest(bound.iter().map(|(_, extent)| *extent));
                let even = bound.iter().all(|(_, e)| same_length(*e, extent) || matches!(e, Extent::Timeless));
                if place.reversed && even {
                    bound.clear();
                    for (i, part) in parts.iter().enumerate() {
                        bound.push(self.child(i, part, place)?);
                    }
                    return Ok((Form::Fold(*fold, bound.into_iter().map(|(p, _)| p).collect()), extent));
                }
                let form = Form::Fold(*fold, bound.into_iter().map(|(piece, _)| piece).collect());
                backwards(form, extent, source)
            }
            Node::Clamp(of, low, high) => {
                let (of, extent) = self.child(0, of, place)?;
                let (low, high) = (self.value(1, low, place)?, self.value(2, high, place)?);
                if let (Some(low), Some(high)) = (low.constant(), high.constant())
                    && low.re() > high.re()
                {
                    return Err(ScheduleError::Clamp { piece: piece(), low: low.re(), high: high.re() });
                }
                Ok((Form::Clamp(Arc::new([of, low, high])), extent))
            }
            Node::Take(of, length) => {
                let (of, extent) = self.child(0, of, whole)?;
                let (n, exact) = self.length(1, length, schedule, whole)?;
                let extent = match extent {
                    Extent::Ends(m, shorter) if shorter.exceeds(exact) != Some(true) => Extent::Ends(m, shorter),
                    _ => Extent::Ends(n, exact),
                };
                backwards(Form::Take(Arc::new(of), n), extent, source)
            }
            Node::Skip(of, length) => {
                let (of, extent) =
                    self.child(0, of, Place { fixed: place.fixed.or(Some("skip")), start: None, ..whole })?;
                let (n, exact) = self.length(1, length, schedule, whole)?;
                let extent = match extent {
                    Extent::Ends(m, all) => {
                        let left = all.minus(exact).ok_or_else(|| ScheduleError::TooFine { piece: piece() })?;
                        if !left.is_positive() {
                            return Err(ScheduleError::NothingLeft { piece: piece(), length: all, skipped: exact });
                        }
                        countable(left, &piece)?;
                        Extent::Ends(m.lit(left.to_f64()) + (deviation(m, all) - deviation(n, exact)), left)
                    }
                    other => other,
                };
                backwards(Form::Skip(Arc::new(of), n), extent, source)
            }
            Node::Stretch(of, by) => {
                let too_fine = || ScheduleError::TooFine { piece: schedule.to_string() };
                let scale = place.scale.times(*by).ok_or_else(too_fine)?;
                let (of, extent) =
                    self.child(0, of, Place { scale, fixed: place.fixed.or(Some("stretch")), ..place })?;
                Ok((of.form, extent))
            }
            Node::Reverse(of) => {
                let fixed = place.fixed.or(Some("reverse"));
                let (of, extent) =
                    self.child(0, of, Place { reversed: !place.reversed, fixed, start: None, ..place })?;
                match extent {
                    Extent::Endless | Extent::Open => Err(ScheduleError::ReversedEndless { piece: piece() }),
                    _ => Ok((of.form, extent)),
                }
            }
            Node::Repeat(of, cycles) => self.repeat(schedule, of, *cycles, place),
            Node::HoldEvery(of, every) => {
                let (of, extent) = self.child(0, of, whole)?;
                let (n, exact) = self.length(1, every, schedule, whole)?;
                let length = match extent {
                    Extent::Ends(n, _) => Some(n),
                    _ => None,
                };
                backwards(Form::HoldEvery(Arc::new(of), Period::new(n, exact), length), extent, source)
            }
            Node::Inclusive(_) => Err(ScheduleError::Inclusive { piece: piece() }),
            Node::After(of, After::Error) => {
                let (of, extent) = self.child(0, of, place)?;
                Ok((of.form, extent))
            }
            Node::After(..) => Err(ScheduleError::Continue { piece: piece() }),
            Node::Splice(warmup, of) => {
                let (of, extent) = self.child(1, of, whole)?;
                // Its length first, which does not depend on the value there; then with that value.
                let marks = self.marks();
                let outer = self.there.replace(Piece { form: Form::Unknown, source });
                let measured = self.child(0, warmup, whole)?.1;
                self.forget(marks);
                let Extent::Ends(seam, exact) = measured else {
                    return Err(ScheduleError::EndlessWarmup { piece: warmup.to_string() });
                };
                let there = match adaptive(&of) {
                    false => Form::Constant(of.at(seam, self.cx(&State::default(), seam))),
                    true => Form::ValueAt(Arc::new(of.clone()), seam),
                };
                self.there = Some(Piece { form: there, source });
                let warmup = self.child(0, warmup, whole)?.0;
                self.there = outer;
                let extent = match extent {
                    Extent::Ends(_, all) if all.exceeds(exact) == Some(false) => measured,
                    Extent::Timeless => Extent::Endless,
                    other => other,
                };
                backwards(Form::Splice(Arc::new([warmup, of]), seam), extent, source)
            }
            Node::Let(name, shared, body) => {
                let given = match shared {
                    Shared::Number(v) => Given::Number(self.knob(0, *v, None)),
                    Shared::Dur(duration) => {
                        let exact = self.clock.resolve(*duration, place.anchor(), &piece)?;
                        Given::Dur(*duration, self.knob(0, exact.to_f64(), Some(exact)))
                    }
                };
                self.names.push((name.clone(), given));
                let bound = self.child(1, body, place);
                self.names.pop();
                bound.map(|(piece, extent)| (piece.form, extent))
            }
            Node::Linked(name) => match self.registry.find_link(name) {
                Some(plan) => Ok((Form::Linked(self.link(name, plan)), Extent::Timeless)),
                None => Err(ScheduleError::UnknownLink { name: name.to_string() }),
            },
            Node::User(name, values, length) => {
                let function = self
                    .registry
                    .find_function(name)
                    .ok_or_else(|| ScheduleError::UnknownFunction { name: name.to_string() })?
                    .clone();
                if values.len() > MOST_VALUES {
                    return Err(ScheduleError::TooManyParts { parts: values.len() });
                }
                let mut read = Vec::with_capacity(values.len());
                for (i, value) in values.iter().enumerate() {
                    let value = self.value(i, value, place)?.constant();
                    read.push(value.ok_or_else(|| ScheduleError::MovingArgument { piece: piece() })?);
                }
                let length = match length {
                    Some(length) => Some(self.length(values.len(), length, schedule, whole)?),
                    None => None,
                };
                let extent = length.map_or(Extent::Endless, |(n, exact)| Extent::Ends(n, exact));
                let numbers = read.iter().map(|v| v.re()).collect();
                let (values, length) = (read.into(), length.map(|(n, _)| n));
                let user = User { name: name.clone(), function, values, numbers, length };
                backwards(Form::User(Arc::new(user)), extent, source)
            }
            Node::Factor(call) => {
                let (slot, rule) = self.rule(call, schedule, place)?;
                Ok((Form::Factor(slot, rule), Extent::Timeless))
            }
            Node::Until(of, call) => {
                let (of, extent) = self.child(0, of, whole)?;
                let (slot, rule) = self.rule(call, schedule, place)?;
                let length = match extent {
                    Extent::Ends(n, _) => Some(n),
                    _ => None,
                };
                Ok((Form::Until(Arc::new(Until { of, length, slot, rule })), Extent::Open))
            }
            Node::Named(named) => {
                let (piece, extent) = self.child(0, named.meaning(), place)?;
                Ok((piece.form, extent))
            }
        }
    }

    fn segment(
        &mut self,
        node: &Schedule,
        segment: &Segment<Value, Length>,
        place: Place<K>,
    ) -> Result<(Form<K>, Extent<K>), ScheduleError> {
        let mut error = None;
        let mut i = 0;
        let knobs = segment.shape().map(&mut |value| {
            let knob = self.value(i, value, place);
            i += 1;
            knob.map_err(|e| error.get_or_insert(e).clone()).ok()
        });
        if let Some(error) = error {
            return Err(error);
        }
        let (n, exact) = self.length(i, segment.length(), node, place)?;
        let extent = if segment.continues() { Extent::Endless } else { Extent::Ends(n, exact) };
        let mut still = true;
        let knobs: Shape<Piece<K>> = knobs.map(&mut |knob| {
            let knob = knob.clone().expect("no error");
            still &= knob.constant().is_some();
            knob
        });
        if !still {
            // Its knobs move with it, so it is turned round as a whole.
            let form = Form::Moving(Arc::new(segment.with(knobs, n)));
            let source = self.sources.len() as u32 - 1;
            return Ok(match place.reversed && !segment.continues() {
                true => (Form::Reverse(Arc::new(Piece { form, source }), n), extent),
                false => (form, extent),
            });
        }
        let shape: Shape<K> = knobs.map(&mut |knob| knob.constant().expect("still"));
        shape
            .map(&mut |v| v.re())
            .check()
            .map_err(|reason| ScheduleError::Shape { piece: node.to_string(), reason })?;
        Ok((Form::Segment(Segment { reversed: place.reversed, ..segment.with(shape, n) }), extent))
    }
}
