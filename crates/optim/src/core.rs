//! What steps a net: a rule, the schedules of its hyperparameters, the adapters around it, and what they remember.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rappel_autodiff::{Gradients, Leaf, Module, ModuleExt, ParamId, ParamRef, Tape};
use rappel_schedule::Schedule;
use rappel_tensor::{Float, Tensor};
use smallvec::SmallVec;

use crate::adapter::{Adapter, Flow, Stage};
use crate::around::Around;
use crate::error::StepError;
use crate::evaluate::{Evaluate, Only};
use crate::group::Group;
use crate::incoming::{Incoming, Room};
use crate::knob::Knob;
use crate::knobs::{Knobs, Membership};
use crate::report::{Outcome, Report};
use crate::search::Search;
use crate::select::Select;
use crate::staged::{MOST_MEMO, MOST_SUMS, Now, Scope};
use crate::state::Memory;
use crate::step::{Fits, InCell, Observes, Shared, Steps, Ties};
use crate::stepped::Stepped;
use crate::update::Update;

/// A rule of any kind.
pub(crate) enum Engine<T: Float> {
    Update(Arc<dyn Update<T>>),
    Search(Box<dyn Search<T>>),
}

impl<T: Float> Clone for Engine<T> {
    fn clone(&self) -> Self {
        match self {
            Engine::Update(update) => Engine::Update(update.clone()),
            Engine::Search(search) => Engine::Search(search.boxed()),
        }
    }
}

impl<T: Float> Engine<T> {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Engine::Update(update) => update.info().name,
            Engine::Search(search) => search.name(),
        }
    }

    /// The flag that chooses the rule in text among those of its name.
    pub(crate) fn variant(&self) -> Option<&'static str> {
        match self {
            Engine::Update(update) => update.info().variant,
            Engine::Search(_) => None,
        }
    }

    /// The name, with the flag that chooses it among those of its name.
    pub(crate) fn label(&self) -> String {
        match self.variant() {
            Some(flag) => format!("{}({flag}=true)", self.name()),
            None => self.name().into(),
        }
    }

    /// Whether it evaluates the loss again.
    pub(crate) fn searches(&self) -> bool {
        matches!(self, Engine::Search(_))
    }

    pub(crate) fn knobs(&self) -> &'static [Knob] {
        match self {
            Engine::Update(update) => update.info().knobs,
            Engine::Search(search) => search.knobs(),
        }
    }

    pub(crate) fn conflict(&self, constants: &[Option<f64>]) -> Option<&'static str> {
        match self {
            Engine::Update(update) => update.conflict(constants),
            Engine::Search(search) => search.conflict(constants),
        }
    }
}

/// An optimizer, its rule's type forgotten.
pub(crate) struct Core<T: Float> {
    pub(crate) engine: Engine<T>,
    pub(crate) knobs: Knobs,
    pub(crate) around: Around<T>,
    pub(crate) memory: Memory<T>,
    /// What the next step's schedules are read at.
    pub(crate) steps: u64,
    /// How often the weights were moved.
    pub(crate) updates: u64,
    pub(crate) skipped: u64,
    pub(crate) allow_unused: bool,
    /// What of the groups' selections has found a parameter.
    pub(crate) found: Vec<bool>,
    /// Empty between steps, kept for their memory.
    ties: Ties<T>,
    room: Room,
    scratch: Mutex<Tape<T>>,
}

impl<T: Float> Clone for Core<T> {
    fn clone(&self) -> Self {
        Core {
            engine: self.engine.clone(),
            knobs: self.knobs.clone(),
            around: self.around.clone(),
            memory: self.memory.clone(),
            steps: self.steps,
            updates: self.updates,
            skipped: self.skipped,
            allow_unused: self.allow_unused,
            found: self.found.clone(),
            ties: Ties::default(),
            room: Room::default(),
            scratch: Mutex::default(),
        }
    }
}

impl<T: Float> Core<T> {
    pub(crate) fn new(engine: Engine<T>, lr: Schedule) -> Self {
        let knobs = Knobs::new(engine.name(), engine.knobs(), lr);
        Core {
            engine,
            knobs,
            around: Around::default(),
            memory: Memory::default(),
            steps: 0,
            updates: 0,
            skipped: 0,
            allow_unused: false,
            found: Vec::new(),
            ties: Ties::default(),
            room: Room::default(),
            scratch: Mutex::default(),
        }
    }

    /// Changes the groups; parameters are looked at anew at the next step.
    pub(crate) fn regroup(&mut self, change: impl FnOnce(&mut Vec<Group>)) {
        change(&mut self.knobs.groups);
        self.knobs.forget();
        self.memory.unplace();
        self.found.clear();
    }

    pub(crate) fn observe(&mut self, metric: f64) -> Result<(), StepError> {
        let engine = &self.engine;
        self.knobs.observe(self.steps.saturating_sub(1), metric, &|constants| engine.conflict(constants))
    }

    /// Binds the schedules and reads them at the step to come.
    pub(crate) fn values(&mut self) -> Result<(), StepError> {
        let engine = &self.engine;
        self.knobs.at(self.steps, &|constants| engine.conflict(constants))
    }

    /// Checks the net against the gradients, and finds the groups of parameters that are new.
    fn fit(&mut self, net: &dyn Module, gradients: &Gradients<T>) -> Result<(), StepError> {
        for again in [false, true] {
            self.memory.turn();
            let (memory, knobs, allow_unused) = (&mut self.memory, &self.knobs, self.allow_unused);
            let mut fits = Fits { gradients, memory, knobs, allow_unused, known: true, ok: true };
            net.visit(&mut fits);
            if !fits.known && !again {
                self.place(net)?;
                continue;
            }
            if !fits.ok {
                return Err(self.why(net, gradients));
            }
            break;
        }
        Ok(())
    }

    /// The parameters of a net, each with its groups, and which of what the groups search has been found.
    pub(crate) fn members<'n, M: Module + ?Sized>(
        &self,
        net: &'n M,
    ) -> Result<(Vec<Member<'n>>, Vec<bool>), StepError> {
        let all = places(net);
        let groups = &self.knobs.groups;
        let refs: Vec<_> = all.iter().map(|(path, p)| (&**path, *p)).collect();
        let after: Vec<_> = groups.iter().map(|group| group.layers().map(|layers| layers.after(&refs))).collect();
        let searched: Vec<&Select> = groups.iter().flat_map(Group::searched).collect();
        let mut found = self.found.clone();
        found.resize(searched.len(), false);
        let mut members = Vec::new();
        for (i, (path, p)) in all.iter().enumerate() {
            for (found, select) in found.iter_mut().zip(&searched) {
                *found = *found || select.takes(path, *p);
            }
            let of = groups.iter().enumerate().filter(|(_, group)| group.select.takes(path, *p));
            let of =
                of.map(|(group, _)| Membership { group, after: after[group].as_ref().map_or(0, |after| after[i]) });
            members.push(Member { path: path.clone(), param: *p, groups: of.collect() });
        }
        if let Some(at) = found.iter().position(|found| !found) {
            let paths = members.into_iter().map(|member| member.path).collect();
            return Err(StepError::NoMatch { select: searched[at].to_string(), paths });
        }
        Ok((members, found))
    }

    /// Finds the groups of each parameter.
    pub(crate) fn place<M: Module + ?Sized>(&mut self, net: &M) -> Result<(), StepError> {
        let (members, found) = self.members(net)?;
        for member in members.into_iter().filter(|member| member.param.trainable()) {
            let cell = self.knobs.cell(member.groups)?;
            self.memory.place(member.param.id(), cell);
        }
        self.found = found;
        Ok(())
    }

    /// Moves the weights along gradients.
    pub(crate) fn step(&mut self, net: &mut dyn Module, given: &Gradients<T>) -> Result<Report, StepError> {
        if let Engine::Search(search) = &self.engine {
            return Err(StepError::Reevaluates { name: search.name() });
        }
        if let Some(name) = self.around.reevaluates() {
            return Err(StepError::Reevaluates { name });
        }
        self.step_by(net, given)
    }

    /// Moves the weights along gradients, and the buffers as the layers have asked.
    fn step_by(&mut self, net: &mut dyn Module, given: &Gradients<T>) -> Result<Report, StepError> {
        let report = self.apply(net, given)?;
        if report.outcome != Outcome::Skipped {
            given.apply_updates(net);
        }
        Ok(report)
    }

    /// Moves the weights by a rule that may ask for the loss again.
    pub(crate) fn step_with(&mut self, at: &mut dyn Evaluate<T>) -> Result<Report, StepError> {
        self.values()?;
        let mut report = match &self.engine {
            Engine::Update(_) => {
                let mut gradients = at.gradients();
                // What further evaluations collect is of weights that only tried something.
                let updates = gradients.set_updates(Vec::new());
                if self.around.reevaluates().is_some() {
                    self.fit(at.net(), &gradients)?;
                    self.values()?;
                    gradients.retain(|id| self.memory.steps_now(id, &self.knobs));
                    gradients = self.around.evaluate(&self.knobs, gradients, at);
                }
                gradients.set_updates(updates);
                self.step_by(at.net(), &gradients)?
            }
            Engine::Search(_) => self.search(at)?,
        };
        report.evaluations = at.evaluations();
        Ok(report)
    }

    /// Moves the weights by a search.
    fn search(&mut self, at: &mut dyn Evaluate<T>) -> Result<Report, StepError> {
        let rule = self.engine.name();
        if let Some((adapter, _)) = self.around.iter().find(|(a, _)| a.stage() != Stage::Weights || a.advances()) {
            let reason = "it does not go around a rule that evaluates the loss again; averages and Lookahead do";
            return Err(StepError::Conflict { rule: adapter.name(), reason });
        }
        if let Some(knob) = self.knobs.grouped() {
            return Err(StepError::Together { rule, knob });
        }
        let mut given = at.gradients();
        let updates = given.set_updates(Vec::new());
        self.fit(at.net(), &given)?;
        self.values()?;
        self.begin(at.net());
        let Engine::Search(search) = &mut self.engine else { unreachable!("it was one") };
        let (lr, knobs) = self.knobs.values(0);
        let now = Now { lr, knobs, step: self.updates, loss: 0.0 };
        let takes = |id| self.memory.steps_now(id, &self.knobs);
        let loss = search.search(&now, &mut Only { at: &mut *at, first: Some(given), takes: &takes })?;
        self.steps += 1;
        self.updates += 1;
        self.weights(at.net(), |adapter, after| adapter.weights(after));
        rappel_autodiff::Update::apply(&updates, at.net());
        Ok(Report { loss: Some(loss), ..Report::default() })
    }

    /// Name and value of the numbers that are remembered of the whole net.
    pub(crate) fn memo(&self) -> Vec<(&'static str, f64)> {
        match &self.engine {
            Engine::Update(update) => {
                update.info().memo.iter().map(|m| m.0).zip(self.memory.memo.iter().copied()).collect()
            }
            Engine::Search(search) => search.memo(),
        }
    }

    fn apply(&mut self, net: &mut dyn Module, given: &Gradients<T>) -> Result<Report, StepError> {
        let Engine::Update(update) = &self.engine else {
            return Err(StepError::Reevaluates { name: self.engine.name() });
        };
        let update = update.clone();
        let info = update.info();
        if info.loss && given.loss().is_none() {
            return Err(StepError::NoLoss { rule: info.name });
        }
        self.fit(net, given)?;
        self.values()?;

        let mut report = Report { loss: given.loss(), ..Report::default() };
        let mut incoming = Incoming {
            net: &*net,
            given,
            own: None,
            factor: 1.0,
            norm: None,
            knobs: &self.knobs,
            memory: &self.memory,
            places: 0..0,
            steps: self.steps,
            room: &mut self.room,
            report: &mut report,
        };
        let flow = self.around.gradient(&mut incoming)?;
        let (own, factor) = (incoming.own, incoming.factor);
        match flow {
            Flow::Go => {}
            Flow::Hold => {
                report.outcome = Outcome::Accumulated;
                return Ok(report);
            }
            Flow::Skip { time } => {
                self.skipped += 1;
                self.steps += u64::from(time);
                report.outcome = Outcome::Skipped;
                return Ok(report);
            }
        }
        let gradients = own.as_ref().unwrap_or(given);
        self.begin(net);

        let cells = self.knobs.cells().len();
        let apart = self.around.apart();
        let (knobs, around) = (&self.knobs, &self.around);
        let (now, bare) = (&mut self.room.cells, &mut self.room.bare);
        now.clear();
        bare.clear();
        now.extend((0..cells).map(|cell| {
            let (l2, mut decay) = around.decay(knobs, cell);
            if apart {
                let mut own = SmallVec::from_slice(knobs.values(cell).1);
                if let Some(i) = update.decoupled(&own) {
                    decay += std::mem::take(&mut own[i]);
                }
                bare.push(own);
            }
            InCell { keep: !update.stateless(knobs.constants(cell)), l2, decay }
        }));
        let loss = gradients.loss().unwrap_or(0.0);
        let scratch = self.scratch.get_mut().unwrap_or_else(PoisonError::into_inner);
        // A copy, so that a rule that panics leaves what it was.
        let mut memo = self.memory.memo.clone();
        if info.scope == Scope::Net && memo.is_empty() {
            memo.extend(info.memo.iter().map(|m| m.1));
        }
        let before = SmallVec::<[f64; MOST_MEMO]>::from_slice(&memo);
        let (cells_now, bare) = (&self.room.cells, &self.room.bare);
        let share = |net_memo| Shared {
            update: &*update,
            info,
            gradients,
            knobs: &self.knobs,
            cells: cells_now,
            factor,
            loss,
            net_before: &before,
            net_memo,
            bare,
            net_sums: [0.0; MOST_SUMS],
        };
        let mut net_sums = [0.0; MOST_SUMS];
        if info.sums {
            self.memory.begin();
            let shared = share(&before);
            let (memory, room, total) = (&mut self.memory, &mut self.room.blocks, net_sums);
            let mut observes = Observes { shared: &shared, memory, room, scratch, total };
            net.visit(&mut observes);
            net_sums = observes.total;
        }
        if info.scope == Scope::Net {
            let (lr, knobs) = self.knobs.values(0);
            update.remember(&Now { lr, knobs, step: self.updates, loss }, &net_sums, &mut memo);
            for cell in (0..cells).filter(|cell| !self.knobs.cells()[*cell].frozen) {
                let (lr, knobs) = self.knobs.values(cell);
                let value = update.rate(&Now { lr, knobs, step: self.updates, loss }, &memo);
                if !Knob::LR.accepts(value) {
                    let (rule, required) = (info.name, Knob::LR.to_string());
                    return Err(StepError::Value { rule, knob: Knob::LR.name, value, step: self.steps, required });
                }
            }
        }
        self.memory.begin();
        let mut shared = share(&memo);
        shared.net_sums = net_sums;
        let (memory, ties, around) = (&mut self.memory, &mut self.ties, &mut self.around);
        let derived = &mut self.room.derived;
        derived.clear();
        net.visit_mut(&mut Steps { shared: &shared, derived, memory, scratch, around, apart, ties });
        self.memory.memo = memo;
        self.ties.hand_on(net);
        self.steps += 1;
        self.updates += 1;
        self.weights(net, |adapter, after| adapter.weights(after));
        Ok(report)
    }

    /// The value to evaluate a parameter with: of the last adapter that has one, or of the rule.
    pub(crate) fn evaluated(&self, id: ParamId, value: &Tensor<T>) -> Option<Tensor<T>> {
        let own = || {
            let Engine::Update(update) = &self.engine else { return None };
            let entry = self.memory.get(id).filter(|entry| entry.steps > 0)?;
            update.info().evaluated.and_then(|slot| entry.slots.get(slot).cloned())
        };
        self.around.evaluated(id, value).or_else(own)
    }

    /// Shows the net before a step.
    fn begin(&mut self, net: &mut dyn Module) {
        self.weights(net, |adapter, before| {
            if adapter.begins() {
                adapter.begin(before);
            }
        });
    }

    /// Shows the net to the adapters of the weights stage.
    fn weights(&mut self, net: &mut dyn Module, mut f: impl FnMut(&mut dyn Adapter<T>, &mut Stepped<'_, T>)) {
        for (adapter, places) in self.around.iter_mut().filter(|(a, _)| a.stage() == Stage::Weights) {
            let (memory, ties, knobs) = (&mut self.memory, &mut self.ties, &self.knobs);
            f(adapter, &mut Stepped { net: &mut *net, knobs, memory, ties, places, steps: self.updates });
        }
    }

    /// The first reason not to step, with paths.
    fn why(&self, net: &dyn Module, gradients: &Gradients<T>) -> StepError {
        let mut missing = Vec::new();
        for (path, p) in places(net) {
            if !p.trainable() {
                continue;
            }
            let Some(param) = T::open(p) else {
                let parameter = if T::NAME == "f32" { "f64" } else { "f32" };
                return StepError::NumberType { path, parameter, gradients: T::NAME };
            };
            let frozen = self.memory.get(p.id()).is_some_and(|entry| self.knobs.cells()[entry.cell].frozen);
            match gradients.param(param) {
                None if self.allow_unused || frozen => {}
                None => missing.push(path),
                Some(g) if g.shape() != param.value.shape() => {
                    return StepError::Shape {
                        path,
                        gradient: g.shape().to_vec(),
                        parameter: param.value.shape().to_vec(),
                    };
                }
                Some(_) => {}
            }
        }
        StepError::NoGradient { paths: missing }
    }
}

/// A parameter of a net, and the groups it is of.
pub(crate) struct Member<'n> {
    pub(crate) path: String,
    pub(crate) param: ParamRef<'n>,
    pub(crate) groups: Vec<Membership>,
}

/// The parameters of a net, a tied one by the first of its places that is trained, or else the first.
pub(crate) fn places<M: Module + ?Sized>(net: &M) -> Vec<(String, ParamRef<'_>)> {
    let mut all: Vec<(String, ParamRef<'_>)> = Vec::new();
    let mut seen = BTreeMap::new();
    net.for_each_param(|path, p| match seen.entry(p.id()) {
        Entry::Vacant(new) => {
            new.insert(all.len());
            all.push((path.to_owned(), p));
        }
        Entry::Occupied(at) if p.trainable() && !all[*at.get()].1.trainable() => all[*at.get()] = (path.to_owned(), p),
        Entry::Occupied(_) => {}
    });
    all
}

impl<T: Float> fmt::Debug for Core<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut s = f.debug_struct(self.engine.name());
        for (name, schedule) in self.knobs.schedules() {
            s.field(name, &format_args!("{schedule}"));
        }
        s.field("steps", &self.steps).finish()
    }
}
