//! A schedule bound to a clock.

use crate::adaptive::State;
use crate::bind::{Extent, Link, Path};
use crate::piece::{Cx, Piece, Rule};
use crate::{Clock, Ratio, Registry, Schedule, ScheduleError};
use rappel_elem::Scalar;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a plan was bound from.
#[derive(Debug)]
struct Source {
    schedule: Schedule,
    clock: Clock,
    registry: Registry,
    /// In the order of the text.
    knobs: BTreeMap<Path, Knob>,
    /// The lengths that are the rest of the run.
    rests: BTreeMap<Path, Knob>,
    /// The written parts, by the number their pieces have.
    parts: Vec<Schedule>,
    rules: Vec<Rule>,
    /// The other quantities it reads.
    links: Vec<Link>,
    /// How many levels are evaluated one inside the other.
    levels: usize,
    /// Where a run must end, if nothing may follow the end.
    last: Option<f64>,
}

/// One number of a bound schedule that can be learned: a value, or a length in steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knob {
    value: f64,
    length: Option<Ratio>,
}

impl Knob {
    /// The number.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Whether it is a length, in steps.
    pub fn is_length(&self) -> bool {
        self.length.is_some()
    }
}

/// A schedule bound to a clock: a pure function of the step.
///
/// Made by [`Schedule::over`] or [`Schedule::bind`]. It keeps no position: any step can be asked for, in any order, from any
/// thread, without allocating. `K` is the number its knobs are read as; [`lift`](Plan::lift) changes it.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, linear};
///
/// let plan = linear(0.0, 1.0, 10).then(0.5).bind(&Clock::new())?;
/// assert_eq!(plan.at_step(9), 0.9);
/// assert_eq!(plan.at_step(10), 0.5); // the right piece owns the boundary
/// assert_eq!(plan.at(9.999), 0.9999); // between steps too
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Plan<K = f64> {
    piece: Piece<K>,
    extent: Extent<K>,
    source: Arc<Source>,
}

/// Equal if they are bound to equal pieces, wherever those were written, and so have the same values at every time and in every
/// state. Unequal pieces may have the same values too. A function is equal to itself alone, and a rule of your own to one that
/// the same entry of a [`Registry`] made from the same numbers: entries added apart are not equal, whatever their names.
impl<K: PartialEq> PartialEq for Plan<K> {
    fn eq(&self, o: &Plan<K>) -> bool {
        self.piece == o.piece && self.extent == o.extent
    }
}

/// Before anything is observed.
pub(crate) static START: State = State { rules: Vec::new() };

impl<K: Scalar> Plan<K> {
    pub(crate) fn piece(&self) -> &Piece<K> {
        &self.piece
    }

    /// The value at time `t`, in steps from the start of the run; of adaptive rules before anything is observed.
    ///
    /// Before 0 it is the start value, from the end on the end value. At NaN the value is NaN where the schedule depends on
    /// time. Its derivative in a knob or in time, where `K` carries one, is that of the piece that owns `t`: at a boundary
    /// the right-hand one, and none in the position of a boundary where the value jumps ([`Plan::derivative`] says so).
    #[inline]
    pub fn at(&self, t: K) -> K {
        self.at_with(t, &START)
    }

    /// The value at time `t`, approached from the left: at a boundary, what the piece before it was heading for.
    /// Nothing is before the start: at 0 and before it is the start value.
    ///
    /// ```
    /// use rappel_schedule::{Clock, linear};
    ///
    /// let plan = linear(0.0, 1.0, 10).then(0.5).bind(&Clock::new())?;
    /// assert_eq!((plan.before(10.0), plan.at(10.0)), (1.0, 0.5));
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn before(&self, t: K) -> K {
        if t.re() <= 0.0 {
            return self.at(t);
        }
        self.piece.at(t, Cx { left: true, ..Cx::new(&START, t) })
    }

    /// The value at time `t` in a state of its adaptive rules.
    #[inline]
    pub fn at_with(&self, t: K, state: &State) -> K {
        let t = if t.re() < 0.0 { t.lit(0.0) } else { t };
        self.piece.at(t, Cx::new(state, t))
    }

    /// The length in steps, perhaps with a fraction; `None` if it never ends, or if what is observed ends it.
    pub fn length(&self) -> Option<K> {
        match self.extent {
            Extent::Ends(n, _) => Some(n),
            _ => None,
        }
    }
}

impl Plan {
    /// The length in steps, exactly.
    #[cfg(feature = "library")]
    pub(crate) fn exact_length(&self) -> Option<Ratio> {
        match self.extent {
            Extent::Ends(_, exact) => Some(exact),
            _ => None,
        }
    }

    pub(crate) fn bind(schedule: &Schedule, clock: &Clock, registry: &Registry) -> Result<Plan, ScheduleError> {
        schedule.check()?;
        let mut knobs = BTreeMap::new();
        let whole = crate::bind::bind(schedule, clock, registry, &mut |path, value, length| {
            knobs.insert(path.to_vec(), Knob { value, length });
            value
        })?;
        // A run of no length is an error for those that need one alone.
        let run = clock.known_run().ok().flatten().map_or((1_u64 << 53) as f64, |total| total.ceil() as f64);
        crate::bounds::check(&whole.piece, run, &whole.sources)?;
        let mut last = None;
        if crate::check::strict(schedule)
            && let Extent::Ends(n, exact) = whole.extent
        {
            if let Some(total) = clock.known_run()?
                && total.exceeds(exact) == Some(true)
            {
                return Err(ScheduleError::EndsEarly { piece: schedule.to_string(), length: exact, total });
            }
            last = Some(n);
        }
        let source = Source {
            schedule: schedule.clone(),
            clock: clock.clone(),
            // Without what it does not follow, or a chain of registries would hold plans without end.
            registry: registry.linking(|name| whole.links.iter().any(|link| link.is(name))),
            knobs,
            rests: rests(whole.rests),
            parts: whole.sources,
            rules: whole.rules,
            links: whole.links,
            levels: whole.levels,
            last,
        };
        Ok(Plan { piece: whole.piece, extent: whole.extent, source: Arc::new(source) })
    }

    /// The value at step `k`, which update number `k` (from 0) uses. Steps are exact up to 2^53, beyond every end.
    #[inline]
    pub fn at_step(&self, k: u64) -> f64 {
        self.at(k as f64)
    }

    /// The value at step `k` in a state of its adaptive rules, or that the schedule may not be asked so late.
    ///
    /// # Errors
    ///
    /// [`PastEnd`](ScheduleError::PastEnd) after the end of a schedule with [`After::Error`](crate::After::Error).
    pub fn try_at_step(&self, k: u64, state: &State) -> Result<f64, ScheduleError> {
        match self.source.last {
            Some(last) if k as f64 >= last => {
                Err(ScheduleError::PastEnd { piece: self.source.schedule.to_string(), step: k, length: last })
            }
            _ => Ok(self.at_with(k as f64, state)),
        }
    }

    /// The value that holds after the end; of a schedule without end, what it tends to.
    pub fn end(&self) -> f64 {
        self.at(f64::INFINITY)
    }

    /// The number of steps before the end: the length, rounded up. `None` if it never ends.
    pub fn steps(&self) -> Option<u64> {
        match self.extent {
            Extent::Ends(n, exact) if n == exact.to_f64() => Some(exact.ceil()),
            Extent::Ends(n, _) => Some(n.ceil() as u64),
            _ => None,
        }
    }

    /// Writes the values of the steps `from`, `from + 1`, ... into `out`: for each the value [`at_step`](Plan::at_step)
    /// gives.
    ///
    /// ```
    /// use rappel_schedule::{Clock, linear};
    ///
    /// let mut rates = [0.0; 4];
    /// linear(0.0, 1.0, 4).bind(&Clock::new())?.fill(&mut rates, 2);
    /// assert_eq!(rates, [0.5, 0.75, 1.0, 1.0]);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn fill(&self, out: &mut [f64], from: u64) {
        self.piece.run(out, from);
    }

    /// What the number at a place is now: a value, or a length in steps; of the rest of the run too.
    pub(crate) fn number(&self, place: &[u16]) -> Option<(f64, Option<Ratio>)> {
        let knob = self.source.knobs.get(place).or_else(|| self.source.rests.get(place))?;
        Some((knob.value, knob.length))
    }

    /// The written part that a piece was bound from.
    pub(crate) fn part(&self, source: u32) -> &Schedule {
        &self.source.parts[source as usize]
    }

    /// What the schedule was written as.
    pub fn schedule(&self) -> &Schedule {
        &self.source.schedule
    }

    /// What its adaptive rules remember before anything is observed.
    pub fn state(&self) -> State {
        State::of(&self.source.rules)
    }

    /// The state after a metric was observed at step `k`: the rules at work at that step take it into account. Nothing else
    /// is changed by it, and nothing else changes it, so a log of metrics replays to the same values.
    #[must_use]
    pub fn observe(&self, state: &State, k: u64, metric: f64) -> State {
        let mut next = state.clone();
        let t = k as f64;
        let cx = Cx::new(state, t);
        self.piece.observe(t, metric, cx, &mut next);
        self.source.links.iter().for_each(|link| link.piece.observe(t, metric, cx, &mut next));
        next
    }

    /// Whether a state, such as one that was saved, is one of this schedule: whether it has as many rules, and each remembers
    /// as much. In the state of another schedule a rule gives its first factor.
    ///
    /// # Errors
    ///
    /// [`State`](ScheduleError::State) if it is not.
    pub fn check_state(&self, state: &State) -> Result<(), ScheduleError> {
        let expected = || self.source.rules.iter().map(|rule| rule.start.len());
        if expected().eq(state.sizes()) {
            return Ok(());
        }
        let piece = self.source.schedule.to_string();
        Err(ScheduleError::State { piece, expected: expected().collect(), found: state.sizes().collect() })
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.source.rules
    }

    pub(crate) fn levels(&self) -> usize {
        self.source.levels
    }

    pub(crate) fn links(&self) -> &[Link] {
        &self.source.links
    }

    /// Its numbers that can be learned, in the order of the text: of each piece the values, then the length in steps. A
    /// shared one counts once, where it is named; the length of a piece for the [`rest`](crate::rest) of the run is none.
    pub fn knobs(&self) -> Vec<Knob> {
        self.source.knobs.values().copied().collect()
    }

    /// The same schedule with its knobs as another number, such as a dual number that carries a derivative.
    ///
    /// `f` reads each of the [`knobs`](Plan::knobs) once, in that order. A piece for the rest of the run shrinks as the others
    /// grow. Lengths are expected to stay above zero; where one does not, its piece is passed over.
    ///
    /// # Panics
    ///
    /// If a changed knob makes the schedule one that would be refused, such as an exponential to zero.
    ///
    /// ```
    /// use rappel_elem::Dual;
    /// use rappel_schedule::{Clock, linear};
    ///
    /// let plan = linear(0.0, 1.0, 100).bind(&Clock::new())?;
    /// // The derivative in the length, the third knob.
    /// let mut knob = 0;
    /// let dual = plan.lift(|v| {
    ///     knob += 1;
    ///     if knob == 3 { Dual::variable(v) } else { Dual::constant(v) }
    /// });
    /// let y = dual.at(Dual::constant(50.0));
    /// assert_eq!((y.v, y.d), (0.5, -0.005)); // t / n, -t / n^2
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    #[track_caller]
    pub fn lift<L: Scalar>(&self, f: impl FnMut(f64) -> L) -> Plan<L> {
        match self.try_lift(f) {
            Ok(plan) => plan,
            Err(error) => panic!("lift: the knobs make no schedule: {error}"),
        }
    }

    /// [`lift`](Self::lift), or why the changed knobs make no schedule.
    ///
    /// ```
    /// use rappel_schedule::{Clock, exponential};
    ///
    /// let plan = exponential(1.0, 0.1, 100).bind(&Clock::new())?;
    /// assert!(plan.try_lift(|v| v - 0.1).is_err()); // an exponential to zero
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    ///
    /// # Errors
    /// As binding a schedule with these numbers.
    pub fn try_lift<L: Scalar>(&self, mut f: impl FnMut(f64) -> L) -> Result<Plan<L>, ScheduleError> {
        let source = &*self.source;
        let (schedule, clock, registry) = (&source.schedule, &source.clock, &source.registry);
        let lifted: BTreeMap<&[u16], L> =
            source.knobs.iter().map(|(path, knob)| (path.as_slice(), f(knob.value))).collect();
        let whole = crate::bind::bind(schedule, clock, registry, &mut |path, _, _| lifted[path])?;
        let now = |(path, knob): (&Path, &Knob)| (path.clone(), Knob { value: lifted[path.as_slice()].re(), ..*knob });
        let source = Source {
            schedule: schedule.clone(),
            clock: clock.clone(),
            registry: registry.clone(),
            knobs: source.knobs.iter().map(now).collect(),
            rests: rests(whole.rests),
            parts: whole.sources,
            rules: whole.rules,
            links: whole.links,
            levels: whole.levels,
            last: source.last,
        };
        Ok(Plan { piece: whole.piece, extent: whole.extent, source: Arc::new(source) })
    }
}

fn rests(rests: Vec<(Path, f64, Ratio)>) -> BTreeMap<Path, Knob> {
    rests.into_iter().map(|(path, value, exact)| (path, Knob { value, length: Some(exact) })).collect()
}
