//! From written to bound: units become steps, names what they stand for, and boundaries the exact sums of the lengths before
//! them. The knobs are read as any number, so that a derivative goes through all of it.

use crate::adaptive::{State, built_in};
use crate::check::MOST_DEEP;
use crate::clock::Anchor;
use crate::form::{After, Cycles, Fold, Segment, Shared};
use crate::piece::{Cx, Form, MOST_VALUES, Period, Piece, Repeat, Rule, Sequence, Until, User, Wait};
use crate::text::Call;
use crate::{Clock, Dur, Length, Node, Plan, Ratio, Registry, Schedule, ScheduleError, Shape, Unit, Value};
use rappel_elem::Scalar;
use std::sync::Arc;

/// Floats tell steps apart up to here.
const MOST_STEPS: u64 = 1 << 53;

/// Periods that grow or shrink are laid out one by one, and no more than these.
const MOST_CYCLES: u32 = 4096;

/// A bound plan has at most so many parts.
const MOST_VISITS: usize = 1 << 20;

/// Where a knob stands in the tree: the way to its node, then its place there, in the order of the text.
pub(crate) type Path = Vec<u16>;

/// How long a bound piece is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Extent<K> {
    /// It has no time of its own: a number.
    Timeless,
    Endless,
    /// Until what is observed ends it.
    Open,
    /// The steps, as a number that may carry a derivative and exactly.
    Ends(K, Ratio),
}

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
}

/// A quantity that a plan reads, itself or through another.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// By what name the plan reads it; `None` if through another.
    name: Option<Arc<str>>,
    pub(crate) piece: Arc<Piece<f64>>,
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
    let Binder { sources, rules, links, rests, .. } = binder;
    Ok(Whole { piece, extent, sources, rules, links, rests })
}

impl<K: Scalar> Binder<'_, K> {
    /// The child of a node, number `i` in the order of the text.
    fn child(&mut self, i: usize, schedule: &Schedule, place: Place<K>) -> Result<Bound<K>, ScheduleError> {
        self.path.push(u16::try_from(i).map_err(|_| ScheduleError::TooManyParts { parts: i })?);
        // Only what surely ends with the whole is known to end where that does.
        let end = match schedule.node() {
            Node::Segment(_) | Node::Clamp(..) | Node::Let(..) | Node::Named(_) => place.end,
            _ => None,
        };
        let place = Place { end, ..place };
        let bound = self.node(schedule, place);
        self.path.pop();
        bound
    }

    /// The knob number `i` of this node.
    fn knob(&mut self, i: usize, number: f64, length: Option<Ratio>) -> K {
        self.path.push(i as u16);
        let knob = (self.read)(&self.path, number, length);
        self.path.pop();
        self.witness = Some(knob);
        knob
    }

    fn value(&mut self, i: usize, value: &Value, place: Place<K>) -> Result<Piece<K>, ScheduleError> {
        let source = self.sources.len() as u32 - 1;
        let constant = |v| Piece { form: Form::Constant(v), source };
        match value {
            Value::Number(v) => Ok(constant(self.knob(i, *v, None))),
            Value::Shared(name) => match self.given(name)? {
                Given::Number(v) => Ok(constant(v)),
                Given::Dur(duration, _) => {
                    Err(ScheduleError::NotAValue { name: name.to_string(), duration: duration.to_string() })
                }
            },
            Value::Here => {
                let here = self.here.clone().ok_or(ScheduleError::NoHere)?;
                if here.constant().is_none() {
                    self.most_behind = self.most_behind.max(self.behind + 1);
                    // Evaluated one inside the other, as the levels of the tree are.
                    if self.most_behind > MOST_DEEP {
                        return Err(ScheduleError::TooDeep { most: MOST_DEEP });
                    }
                }
                Ok(here)
            }
            Value::There => self.there.clone().ok_or(ScheduleError::NoThere),
            Value::Moving(schedule) => {
                let bound = self.child(i, schedule, Place { reversed: false, end: None, ..place })?.0;
                Ok(match bound.constant() {
                    Some(v) => constant(v),
                    None => bound,
                })
            }
        }
    }

    fn given(&self, name: &str) -> Result<Given<K>, ScheduleError> {
        let given = self.names.iter().rev().find(|(n, _)| &**n == name);
        given.map(|(_, given)| *given).ok_or_else(|| ScheduleError::UnknownName { name: name.into() })
    }

    /// A length in steps: knob number `i` of `node`.
    fn length(
        &mut self,
        i: usize,
        length: &Length,
        node: &Schedule,
        place: Place<K>,
    ) -> Result<(K, Ratio), ScheduleError> {
        let piece = || node.to_string();
        let scaled = |exact: Ratio| {
            let exact = exact.times(place.scale).ok_or_else(|| ScheduleError::TooFine { piece: piece() })?;
            countable(exact, &piece)?;
            Ok(exact)
        };
        let (steps, exact) = match length {
            Length::Shared(name) => match self.given(name)? {
                Given::Number(v) => (v, steps_of(v.re(), node)?),
                // It is one number of steps, so it must be as many everywhere.
                Given::Dur(duration, _) if !self.clock.even(duration.unit()) => {
                    return Err(ScheduleError::UnknownStart { piece: piece(), unit: duration.unit() });
                }
                Given::Dur(duration, v) => (v, self.clock.resolve(duration, place.anchor(), &piece)?),
            },
            Length::Dur(duration) if duration.unit() == Unit::Rest => {
                let total = self.clock.run(Unit::Rest, &piece)?;
                if place.repeated {
                    return Err(ScheduleError::RepeatedRest { piece: piece() });
                }
                if place.open {
                    return Err(ScheduleError::UnknownRest { piece: piece() });
                }
                let left = total.minus(place.used).ok_or_else(|| ScheduleError::TooFine { piece: piece() })?;
                if !left.is_positive() {
                    return Err(ScheduleError::NoRest { piece: piece(), used: place.used, total });
                }
                countable(left, &piece)?;
                // It is no knob: it gives way to those of the others.
                let steps = match self.witness {
                    Some(some) => some.lit(left.to_f64()),
                    None => self.knob(i, left.to_f64(), Some(left)),
                };
                let steps = place.grown.map_or(steps, |grown| steps - grown);
                // As it would be written: before it is stretched.
                let written = left.over(place.scale).ok_or_else(|| ScheduleError::TooFine { piece: piece() })?;
                let mut path = self.path.clone();
                path.push(i as u16);
                // Unless the other pieces were changed, exactly that.
                let now =
                    if steps.re() == left.to_f64() { written.to_f64() } else { steps.re() / place.scale.to_f64() };
                self.rests.push((path, now, written));
                return Ok((steps, left));
            }
            Length::Dur(duration) => {
                let exact = self.clock.resolve(*duration, place.anchor(), &piece)?;
                (self.knob(i, exact.to_f64(), Some(exact)), exact)
            }
        };
        let scale = place.scale;
        if scale == Ratio::ONE {
            return Ok((steps, scaled(exact)?));
        }
        let (grown, exact) = (deviation(steps, exact), scaled(exact)?);
        Ok((steps.lit(exact.to_f64()) + grown * steps.lit(scale.to_f64()), exact))
    }

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

    /// Before anything is observed.
    fn cx<'s>(&self, state: &'s State, run: K) -> Cx<'s, K> {
        Cx::new(state, run)
    }

    /// How far the lists are filled, to [`forget`](Binder::forget) what is only measured.
    fn marks(&self) -> [usize; 3] {
        [self.sources.len(), self.rules.len(), self.links.len()]
    }

    fn forget(&mut self, [sources, rules, links]: [usize; 3]) {
        self.sources.truncate(sources);
        self.rules.truncate(rules);
        self.links.truncate(links);
    }

    /// Another quantity, its rules among those of this plan: it follows what is observed as its own plan does, whichever piece
    /// is at work here.
    fn link(&mut self, name: &Arc<str>, plan: &Plan) -> Arc<Piece<f64>> {
        if let Some(link) = self.links.iter().find(|link| link.name.as_ref() == Some(name)) {
            return link.piece.clone();
        }
        let by = self.rules.len();
        let shifted =
            |piece: &Piece<f64>| Arc::new(if plan.rules().is_empty() { piece.clone() } else { piece.shifted(by) });
        self.rules.extend_from_slice(plan.rules());
        self.links.extend(plan.links().iter().map(|link| Link { name: None, piece: shifted(&link.piece) }));
        let piece = shifted(plan.piece());
        self.links.push(Link { name: Some(name.clone()), piece: piece.clone() });
        piece
    }

    fn rule(&mut self, call: &Call, node: &Schedule, place: Place<K>) -> Result<(usize, Rule), ScheduleError> {
        if let Some(under) = place.fixed {
            return Err(ScheduleError::AdaptiveUnder { piece: node.to_string(), under });
        }
        let rule = match built_in(call) {
            Some(rule) => rule,
            None => {
                let name = call.name().strip_prefix("adaptive::").unwrap_or(call.name());
                let make = self.registry.find_adaptive(name);
                let make = make.ok_or_else(|| ScheduleError::UnknownRule { name: name.into() })?;
                call.numbers().and_then(|numbers| make(&numbers))
            }
        };
        let rule = Rule::new(rule.map_err(|reason| ScheduleError::Rule { piece: node.to_string(), reason })?);
        self.rules.push(rule.clone());
        Ok((self.rules.len() - 1, rule))
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

    fn then(&mut self, written: &[Schedule], place: Place<K>) -> Result<(Form<K>, Extent<K>), ScheduleError> {
        let sum = |sum: Ratio, length: Ratio, node: &Schedule| {
            let piece = || node.to_string();
            let sum = sum.plus(length).ok_or_else(|| ScheduleError::TooFine { piece: piece() })?;
            countable(sum, &piece)?;
            Ok(sum)
        };
        let grow = |grown: Option<K>, n: K, exact: Ratio| {
            let more = deviation(n, exact);
            Some(grown.map_or(more, |grown| grown + more))
        };
        // What the others take, before the piece for the rest of the run is bound: their lengths depend on nothing in it.
        let Place { mut used, mut grown, mut open, mut start, .. } = place;
        let outer = self.here.clone();
        if let Some(rest) = written.iter().position(takes_rest) {
            let marks = self.marks();
            self.here = Some(Piece { form: Form::Unknown, source: 0 });
            // Those before it from the start on, those behind it from the end of the run back.
            let alone = place.used == Ratio::ZERO && place.start == Some(Ratio::ZERO) && !place.repeated;
            let mut end = match alone && !place.reversed {
                true => self.clock.known_run()?,
                false => None,
            };
            let mut begin = place.start.filter(|_| !place.reversed);
            for i in (0..rest).chain((rest + 1..written.len()).rev()) {
                let node = &written[i];
                let at = match i < rest {
                    true => Place { start: begin, end: None, ..place },
                    false => Place { start: None, end, ..place },
                };
                match self.child(i, node, at)?.1 {
                    Extent::Ends(n, exact) => {
                        used = sum(used, exact, node)?;
                        grown = grow(grown, n, exact);
                        match i < rest {
                            true => begin = begin.and_then(|begin| begin.plus(exact)),
                            false => end = end.and_then(|end| end.minus(exact)),
                        }
                    }
                    Extent::Open => open = true,
                    Extent::Endless | Extent::Timeless => {}
                }
            }
            self.here = outer.clone();
            self.forget(marks);
        }
        if place.reversed {
            start = None;
        }
        let mut pieces: Vec<Bound<K>> = Vec::with_capacity(written.len());
        let (behind, mut most_behind) = (self.behind, std::mem::take(&mut self.most_behind));
        for (i, node) in written.iter().enumerate() {
            if let Some((before, _)) = pieces.last() {
                self.here = Some(self.end_of(before));
                self.behind = std::mem::take(&mut self.most_behind);
            }
            let piece = self.child(i, node, Place { used, grown, open, start, ..place })?;
            most_behind = most_behind.max(self.most_behind);
            start = match (start, piece.1) {
                (Some(start), Extent::Ends(_, exact)) => Some(sum(start, exact, node)?),
                _ => None,
            };
            pieces.push(piece);
        }
        self.here = outer;
        (self.behind, self.most_behind) = (behind, most_behind);

        if place.reversed {
            if let Some(i) = pieces.iter().position(|(_, extent)| !matches!(extent, Extent::Ends(..))) {
                return Err(ScheduleError::ReversedEndless { piece: written[i].to_string() });
            }
            pieces.reverse();
        }
        self.sequence(pieces, written)
    }

    /// The pieces laid out; from a piece whose length is not known on, what follows is laid out by itself.
    fn sequence(
        &mut self,
        mut pieces: Vec<Bound<K>>,
        written: &[Schedule],
    ) -> Result<(Form<K>, Extent<K>), ScheduleError> {
        let source = self.sources.len() as u32 - 1;
        let open = pieces.iter().position(|(_, extent)| matches!(extent, Extent::Open));
        let next = match open {
            Some(i) if i + 1 < pieces.len() => Some(pieces.split_off(i + 1)),
            _ => None,
        };
        let mut seams: Vec<K> = Vec::with_capacity(pieces.len() + 1);
        let (mut end, mut grown): (Ratio, Option<K>) = (Ratio::ZERO, None);
        let mut extent = None;
        for (i, (_, length)) in pieces.iter().enumerate() {
            let place = |some: K| {
                let seam = some.lit(end.boundary());
                grown.map_or(seam, |grown| seam + grown)
            };
            match *length {
                Extent::Ends(n, exact) => {
                    seams.push(place(n));
                    let node = &written[i.min(written.len() - 1)];
                    let piece = || node.to_string();
                    end = end.plus(exact).ok_or_else(|| ScheduleError::TooFine { piece: piece() })?;
                    countable(end, &piece)?;
                    let more = deviation(n, exact);
                    grown = Some(grown.map_or(more, |grown| grown + more));
                }
                other => {
                    // Something before it ended, or it is the only one; then it begins at once.
                    let some = seams.first().copied().or(self.witness);
                    if let Some(some) = some {
                        seams.push(place(some));
                    }
                    extent = Some(if matches!(other, Extent::Open) { Extent::Open } else { Extent::Endless });
                }
            }
        }
        let last = pieces.len() - 1;
        let slot = match (&next, &pieces[last].0.form) {
            (Some(_), Form::Until(until)) => Some((until.slot, until.length)),
            (Some(_), _) => return Err(ScheduleError::NestedUntil { piece: written[last].to_string() }),
            _ => None,
        };
        if extent.is_none() {
            let some = seams[0];
            let all = some.lit(end.boundary());
            let all = grown.map_or(all, |grown| all + grown);
            seams.push(all);
            let exact = some.lit(end.to_f64());
            extent = Some(Extent::Ends(grown.map_or(exact, |grown| exact + grown), end));
        }
        let begin = seams.get(last).copied();
        let pieces: Vec<Piece<K>> = pieces.into_iter().map(|(piece, _)| piece).collect();
        let form = if seams.is_empty() {
            // A rule alone, with no number anywhere.
            pieces[0].form.clone()
        } else {
            Form::Sequence(Sequence::new(pieces, seams))
        };
        let extent = extent.expect("the pieces end or they do not");
        let Some(next) = next else { return Ok((form, extent)) };
        let (slot, length) = slot.expect("a piece behind one without a length");
        let begin = begin.or(self.witness.map(|some| some.lit(0.0))).ok_or(ScheduleError::Empty)?;
        let after = last + 1;
        let (next, next_extent) = match next.len() {
            1 => {
                let (piece, extent) = next.into_iter().next().expect("one");
                (piece, extent)
            }
            _ => {
                let (form, extent) = self.sequence(next, &written[after..])?;
                (Piece { form, source }, extent)
            }
        };
        let extent = match next_extent {
            Extent::Endless | Extent::Timeless => Extent::Endless,
            _ => Extent::Open,
        };
        let first = Piece { form, source };
        Ok((Form::Wait(Arc::new(Wait { first, next, begin, slot, length })), extent))
    }

    /// The value a piece ends with: a number where that is known.
    fn end_of(&self, piece: &Piece<K>) -> Piece<K> {
        let form = match self.witness {
            Some(some) if !adaptive(piece) => {
                Form::Constant(piece.end(some, self.cx(&State::default(), some.lit(f64::INFINITY))))
            }
            _ => Form::EndOf(Arc::new(piece.clone())),
        };
        Piece { form, source: piece.source }
    }

    fn repeat(
        &mut self,
        node: &Schedule,
        of: &Schedule,
        cycles: Cycles,
        place: Place<K>,
    ) -> Result<(Form<K>, Extent<K>), ScheduleError> {
        let piece = || node.to_string();
        let too_fine = || ScheduleError::TooFine { piece: node.to_string() };
        let source = self.sources.len() as u32 - 1;
        let repeated = cycles.count != Some(1);
        let plain = cycles.grow == Ratio::ONE;
        // Turned round as a whole, unless all periods are alike.
        let alike = plain && cycles.decay == 1.0;
        let inner = Place {
            repeated: place.repeated || repeated,
            start: if repeated { None } else { place.start },
            reversed: place.reversed && alike,
            ..place
        };
        let (first, extent) = self.child(0, of, inner)?;
        let Extent::Ends(n, exact) = extent else {
            return Err(ScheduleError::RepeatedEndless { piece: of.to_string() });
        };
        let forever = |count: Option<u32>| match count {
            None if place.reversed => Err(ScheduleError::ReversedEndless { piece: node.to_string() }),
            None => Ok(Extent::Endless),
            Some(count) => {
                let all = exact.times(count.into()).ok_or_else(too_fine)?;
                countable(all, &|| node.to_string())?;
                Ok(Extent::Ends(n.lit(all.to_f64()) + deviation(n, exact) * n.lit(f64::from(count)), all))
            }
        };
        if plain {
            let extent = forever(cycles.count)?;
            let repeat = Repeat { of: first, period: Period::new(n, exact), count: cycles.count, decay: cycles.decay };
            let form = Form::Repeat(Arc::new(repeat));
            return match extent {
                Extent::Ends(n, _) if place.reversed && !alike => {
                    Ok((Form::Reverse(Arc::new(Piece { form, source }), n), extent))
                }
                _ => Ok((form, extent)),
            };
        }
        // Periods of different lengths, laid out one by one.
        let (mut scale, mut decay, mut all) = (Ratio::ONE, 1.0, Ratio::ZERO);
        let mut pieces: Vec<Bound<K>> = Vec::new();
        let mut endless = false;
        for cycle in 0..cycles.count.unwrap_or(u32::MAX) {
            if cycle >= MOST_CYCLES {
                return Err(ScheduleError::TooManyCycles { piece: piece(), most: MOST_CYCLES });
            }
            let scaled = place.scale.times(scale).ok_or_else(too_fine);
            let bound = scaled.and_then(|scale| self.child(0, of, Place { scale, reversed: false, ..inner }));
            let (piece, extent) = match bound {
                // For ever ends where steps cannot be told apart any more.
                Err(ScheduleError::TooLong { .. } | ScheduleError::TooFine { .. })
                    if cycles.count.is_none() && cycle > 0 =>
                {
                    endless = true;
                    break;
                }
                other => other?,
            };
            let Extent::Ends(n, exact) = extent else { unreachable!("as the first") };
            let sum = all.plus(exact);
            if cycles.count.is_none() && sum.is_none_or(|sum| sum.exceeds(MOST_STEPS.into()) != Some(false)) {
                endless = true;
                break;
            }
            all = sum.ok_or_else(too_fine)?;
            let form = match decay == 1.0 {
                true => piece.form,
                false => {
                    let by = Piece { form: Form::Constant(n.lit(decay)), source };
                    Form::Fold(Fold::Product, Arc::new([Piece { form: piece.form, source }, by]))
                }
            };
            pieces.push((Piece { form, source: piece.source }, Extent::Ends(n, exact)));
            decay *= cycles.decay;
            scale = match scale.times(cycles.grow) {
                Some(scale) => scale,
                None if cycles.count.is_none() => {
                    endless = true;
                    break;
                }
                None => return Err(too_fine()),
            };
        }
        let _ = n;
        let (form, extent) = self.sequence(pieces, std::slice::from_ref(node))?;
        let extent = if endless { Extent::Endless } else { extent };
        match (place.reversed, extent) {
            (true, Extent::Ends(n, _)) => Ok((Form::Reverse(Arc::new(Piece { form, source }), n), extent)),
            (true, _) => Err(ScheduleError::ReversedEndless { piece: piece() }),
            _ => Ok((form, extent)),
        }
    }
}

/// Whether a rule can change its values.
fn adaptive<K: Clone>(piece: &Piece<K>) -> bool {
    match &piece.form {
        Form::Factor(..) | Form::Until(_) | Form::Wait(_) => true,
        Form::Linked(_) | Form::Unknown => true,
        Form::Constant(_) | Form::Segment(_) | Form::User(_) => false,
        Form::Moving(segment) => {
            let mut any = false;
            segment.shape().map(&mut |knob| any |= adaptive(knob));
            any
        }
        Form::Sequence(sequence) => sequence.pieces.iter().any(adaptive),
        Form::Fold(_, parts) => parts.iter().any(adaptive),
        Form::Clamp(parts) => parts.iter().any(adaptive),
        Form::Splice(parts, _) => parts.iter().any(adaptive),
        Form::Take(of, _)
        | Form::Skip(of, _)
        | Form::Reverse(of, _)
        | Form::HoldEvery(of, ..)
        | Form::EndOf(of)
        | Form::ValueAt(of, _) => adaptive(of),
        Form::Repeat(repeat) => adaptive(&repeat.of),
    }
}

/// Whether some piece lasts for the rest of the run.
pub(crate) fn takes_rest(schedule: &Schedule) -> bool {
    let rest = |length: &Length| matches!(length, Length::Dur(duration) if duration.unit() == Unit::Rest);
    match schedule.node() {
        Node::Segment(segment) => rest(segment.length()),
        Node::User(_, _, length) => length.as_ref().is_some_and(rest),
        Node::Then(parts) | Node::Fold(_, parts) => parts.iter().any(takes_rest),
        Node::Take(of, length) | Node::Skip(of, length) | Node::HoldEvery(of, length) => rest(length) || takes_rest(of),
        Node::Clamp(of, ..)
        | Node::Stretch(of, _)
        | Node::Reverse(of)
        | Node::Repeat(of, _)
        | Node::Inclusive(of)
        | Node::After(of, _)
        | Node::Until(of, _)
        | Node::Let(_, _, of) => takes_rest(of),
        Node::Splice(a, b) => takes_rest(a) || takes_rest(b),
        Node::Named(named) => takes_rest(named.meaning()),
        Node::Constant(_) | Node::Linked(_) | Node::Factor(_) => false,
    }
}

/// The length of things that happen at once: the longest one's, numbers aside.
fn longest<K: Copy>(extents: impl Iterator<Item = Extent<K>>) -> Extent<K> {
    extents.fold(Extent::Timeless, |longest, extent| match (longest, extent) {
        (Extent::Timeless, other) | (other, Extent::Timeless) => other,
        (Extent::Endless, _) | (_, Extent::Endless) => Extent::Endless,
        (Extent::Open, _) | (_, Extent::Open) => Extent::Open,
        (Extent::Ends(_, a), Extent::Ends(_, b)) if b.exceeds(a) == Some(true) => extent,
        _ => longest,
    })
}

fn same_length<K>(a: Extent<K>, b: Extent<K>) -> bool {
    matches!((a, b), (Extent::Ends(_, a), Extent::Ends(_, b)) if a == b)
}

/// What a knob adds to the length it was written with: zero, with a derivative, unless it was changed.
fn deviation<K: Scalar>(steps: K, exact: Ratio) -> K {
    steps - steps.lit(exact.to_f64())
}

/// A number that stands where a number of steps is asked for.
fn steps_of(number: f64, node: &Schedule) -> Result<Ratio, ScheduleError> {
    let steps = Ratio::from(number);
    match steps.is_positive() {
        true => Ok(steps),
        false => Err(ScheduleError::Duration { piece: node.to_string(), amount: steps }),
    }
}

fn countable(steps: Ratio, piece: &dyn Fn() -> String) -> Result<(), ScheduleError> {
    match steps.exceeds(Ratio::from(MOST_STEPS)) {
        Some(false) => Ok(()),
        Some(true) => Err(ScheduleError::TooLong { piece: piece(), steps }),
        None => Err(ScheduleError::TooFine { piece: piece() }),
    }
}
