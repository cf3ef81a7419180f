//! Hyperparameters as schedules: written, then bound for each combination of groups, then read at each step.

use std::ops::Range;

use rappel_schedule::{Clock, Plan, Registry, Schedule, ScheduleError, State, bind_together};

use crate::error::StepError;
use crate::group::{Change, Group};
use crate::knob::Knob;
use crate::text::groups::Shown;

/// A schedule on the run's clock, and what its adaptive rules remember.
#[derive(Debug, Clone)]
struct Bound {
    plan: Plan,
    state: State,
}

/// One hyperparameter: of the rule, or of an adapter.
#[derive(Debug, Clone)]
pub(crate) struct Quantity {
    /// The rule or adapter it is of.
    pub(crate) owner: &'static str,
    /// The owner, with its number where it is not the first of its name.
    pub(crate) label: String,
    pub(crate) knob: Knob,
    /// Whether it is of the whole net, and no group can change it.
    of_net: bool,
    /// By what schedules follow it and groups change it: the knob's name, and of an adapter's `adapter.knob`.
    pub(crate) name: String,
    pub(crate) written: Schedule,
}

/// A group that a parameter is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Membership {
    pub(crate) group: usize,
    /// How many layers come after the parameter's own, where the group is about layers.
    pub(crate) after: u32,
}

/// The hyperparameters of the parameters that are in the same groups.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    /// Which groups.
    pub(crate) groups: Vec<Membership>,
    pub(crate) frozen: bool,
    written: Vec<Schedule>,
    /// Empty until the first step, which binds them.
    bound: Vec<Bound>,
    pub(crate) applied: Vec<f64>,
    constants: Vec<Option<f64>>,
}

/// The learning rate, the other hyperparameters of a rule, and those of the adapters around it, each a schedule.
#[derive(Debug, Clone)]
pub(crate) struct Knobs {
    quantities: Vec<Quantity>,
    /// How many are the rule's, the learning rate included.
    of_rule: usize,
    clock: Clock,
    registry: Registry,
    pub(crate) groups: Vec<Group>,
    /// The first is of the parameters in no group.
    cells: Vec<Cell>,
    /// Whether what is bound is what is written.
    current: bool,
    /// Empty between steps but for its memory: the values of a step, until all are accepted.
    found: Vec<f64>,
}

impl Knobs {
    pub(crate) fn new(rule: &'static str, knobs: &'static [Knob], lr: Schedule) -> Self {
        let rest = knobs.iter().map(|knob| (*knob, knob.default.into()));
        let all = std::iter::once((Knob::LR, lr)).chain(rest);
        let quantities = all.map(|(knob, written)| Quantity {
            owner: rule,
            label: rule.into(),
            knob,
            of_net: false,
            name: knob.name.into(),
            written,
        });
        let quantities: Vec<_> = quantities.collect();
        let mut knobs = Knobs {
            of_rule: quantities.len(),
            quantities,
            clock: Clock::new(),
            registry: Registry::new(),
            groups: Vec::new(),
            cells: Vec::new(),
            current: false,
            found: Vec::new(),
        };
        knobs.cell(Vec::new()).expect("no group has nothing to refuse");
        knobs
    }

    /// Adds the hyperparameters of an adapter, the so manieth of its name; gives their places.
    pub(crate) fn adopt(
        &mut self,
        adapter: &'static str,
        number: usize,
        knobs: &'static [Knob],
        written: Vec<Schedule>,
        of_net: bool,
    ) -> Range<usize> {
        let from = self.quantities.len();
        let label = if number > 1 { format!("{adapter}{number}") } else { adapter.into() };
        for (knob, written) in knobs.iter().zip(written) {
            let (label, name) = (label.clone(), format!("{label}.{}", knob.name));
            self.quantities.push(Quantity { owner: adapter, label, knob: *knob, of_net, name, written });
        }
        self.forget();
        from..self.quantities.len()
    }

    /// What is written has changed.
    pub(crate) fn forget(&mut self) {
        self.current = false;
    }

    pub(crate) fn quantities(&self) -> &[Quantity] {
        &self.quantities
    }

    pub(crate) fn set_lr(&mut self, schedule: Schedule) {
        self.quantities[0].written = schedule;
        self.forget();
    }

    /// The place of the hyperparameter of that name: the rule's, `adapter.knob`, or the adapter's name where it has only one.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        let mut whole = self.quantities.iter().position(|q| q.name == name);
        if whole.is_none() {
            let mut of = self.quantities.iter().enumerate().skip(self.of_rule).filter(|(_, q)| q.label == name);
            whole = match (of.next(), of.next()) {
                (Some((i, _)), None) => Some(i),
                _ => None,
            };
        }
        whole
    }

    /// Replaces the schedule of the hyperparameter of that name.
    #[track_caller]
    pub(crate) fn set(&mut self, name: &str, schedule: Schedule) {
        let Some(i) = self.place(name) else {
            let names: Vec<_> = self.quantities[1..].iter().map(|q| q.name.as_str()).collect();
            panic!("{} has no hyperparameter `{name}`; it has [{}], and lr", self.rule(), names.join(", "))
        };
        self.quantities[i].written = schedule;
        self.forget();
    }

    fn rule(&self) -> &'static str {
        self.quantities[0].owner
    }

    fn unknown(&self, name: &str) -> StepError {
        let known = self.quantities.iter().map(|q| q.name.clone()).collect();
        StepError::UnknownKnob { rule: self.rule(), name: name.into(), known }
    }

    /// Replaces the schedule of the hyperparameter of that name, the learning rate included; gives back the one before.
    pub(crate) fn replace(&mut self, name: &str, schedule: Schedule) -> Result<Schedule, StepError> {
        let i = self.place(name).ok_or_else(|| self.unknown(name))?;
        self.forget();
        Ok(std::mem::replace(&mut self.quantities[i].written, schedule))
    }

    pub(crate) fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
        self.forget();
    }

    pub(crate) fn set_registry(&mut self, registry: Registry) {
        self.registry = registry;
        self.forget();
    }

    /// The cell of the parameters that are in exactly these groups, made if it is new.
    pub(crate) fn cell(&mut self, groups: Vec<Membership>) -> Result<usize, StepError> {
        if let Some(i) = self.cells.iter().position(|cell| cell.groups == groups) {
            return Ok(i);
        }
        let frozen = self.frozen(&groups);
        let applied = vec![f64::NAN; self.quantities.len()];
        let cell = Cell { groups, frozen, written: Vec::new(), bound: Vec::new(), applied, constants: Vec::new() };
        self.cells.push(cell);
        self.forget();
        Ok(self.cells.len() - 1)
    }

    pub(crate) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The first of the rule's hyperparameters that a group changes.
    pub(crate) fn grouped(&self) -> Option<String> {
        let mut changes = self.groups.iter().flat_map(|group| &group.changes).map(|change| match change {
            Change::Set(name, _) | Change::Scale(name, _) => name,
            Change::NoDecay => "weight_decay",
            Change::Layers(_) => "lr",
        });
        changes.find(|name| self.place(name).is_some_and(|i| i < self.of_rule)).map(str::to_owned)
    }

    /// Groups as text; of one that is about layers, how many come after.
    pub(crate) fn text(&self, groups: &[Membership]) -> String {
        let shown = |of: &Membership| Shown { group: &self.groups[of.group], knobs: self, after: of.after };
        groups.iter().map(|of| shown(of).to_string()).collect::<Vec<_>>().join(" | ")
    }

    /// Whether the parameters that are in exactly these groups stay as they are.
    pub(crate) fn frozen(&self, groups: &[Membership]) -> bool {
        groups.iter().filter_map(|of| self.groups[of.group].frozen).next_back().unwrap_or(false)
    }

    /// The schedules of the parameters that are in exactly these groups.
    pub(crate) fn written(&self, groups: &[Membership]) -> Result<Vec<Schedule>, StepError> {
        let mut written: Vec<_> = self.quantities.iter().map(|q| q.written.clone()).collect();
        let place = |name: &str| {
            let i = self.place(name).ok_or_else(|| self.unknown(name))?;
            if self.quantities[i].of_net {
                let reason = "its hyperparameters are of the whole net; no group can change them";
                return Err(StepError::Conflict { rule: self.quantities[i].owner, reason });
            }
            Ok(i)
        };
        for of in groups {
            for change in &self.groups[of.group].changes {
                match change {
                    Change::Set(name, to) => written[place(name)?] = to.clone(),
                    Change::Scale(name, by) => {
                        let i = place(name)?;
                        written[i] = by.clone() * written[i].clone();
                    }
                    Change::NoDecay => {
                        let decays = self.quantities.iter().enumerate().filter(|(_, q)| q.knob.name == "weight_decay");
                        decays.for_each(|(i, _)| written[i] = 0.0.into());
                    }
                    Change::Layers(layers) if of.after > 0 => {
                        let by = layers.by.powi(i32::try_from(of.after).unwrap_or(i32::MAX));
                        written[0] = by * written[0].clone();
                    }
                    Change::Layers(_) => {}
                }
            }
        }
        Ok(written)
    }

    /// The values of the rule's hyperparameters that never change, without the learning rate.
    pub(crate) fn constants(&self, cell: usize) -> &[Option<f64>] {
        &self.cells[cell].constants[1..self.of_rule]
    }

    /// The learning rate and the rule's other values that the last [`at`](Self::at) found.
    pub(crate) fn values(&self, cell: usize) -> (f64, &[f64]) {
        let applied = &self.cells[cell].applied;
        (applied[0], &applied[1..self.of_rule])
    }

    /// The values of an adapter.
    pub(crate) fn values_at(&self, cell: usize, places: Range<usize>) -> &[f64] {
        &self.cells[cell].applied[places]
    }

    /// Finds the values of all cells at a step, and checks them. After an error nothing has changed.
    pub(crate) fn at(
        &mut self,
        step: u64,
        conflict: &dyn Fn(&[Option<f64>]) -> Option<&'static str>,
    ) -> Result<(), StepError> {
        self.bind(conflict)?;
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        for cell in &self.cells {
            for (quantity, bound) in self.quantities.iter().zip(&cell.bound) {
                let value = bound.plan.try_at_step(step, &bound.state);
                let value = value.map_err(|reason| refused(quantity, reason))?;
                if !quantity.knob.accepts(value) {
                    let (rule, knob, required) = (quantity.owner, quantity.knob.name, quantity.knob.to_string());
                    return Err(StepError::Value { rule, knob, value, step, required });
                }
                found.push(value);
            }
        }
        let applied = self.cells.iter_mut().flat_map(|cell| &mut cell.applied);
        applied.zip(&found).for_each(|(applied, found)| *applied = *found);
        self.found = found;
        Ok(())
    }

    /// Tells every adaptive rule that is at work at a step of a metric.
    pub(crate) fn observe(
        &mut self,
        step: u64,
        metric: f64,
        conflict: &dyn Fn(&[Option<f64>]) -> Option<&'static str>,
    ) -> Result<(), StepError> {
        self.bind(conflict)?;
        for bound in self.cells.iter_mut().flat_map(|cell| &mut cell.bound) {
            bound.state = bound.plan.observe(&bound.state, step, metric);
        }
        Ok(())
    }

    /// Name and state of each hyperparameter of a cell; none before the schedules are bound.
    pub(crate) fn states(&self, cell: usize) -> impl Iterator<Item = (&str, &State)> {
        self.quantities.iter().map(|q| &*q.name).zip(self.cells[cell].bound.iter().map(|bound| &bound.state))
    }

    /// Groups, name, schedule and state of each hyperparameter of each cell; none before the schedules are bound.
    pub(crate) fn remembered(&self) -> impl Iterator<Item = (String, &str, &Schedule, &State)> {
        self.cells.iter().flat_map(|cell| {
            let bound = cell.written.iter().zip(&cell.bound);
            let named = self.quantities.iter().zip(bound);
            named.map(|(q, (written, bound))| (self.text(&cell.groups), &*q.name, written, &bound.state))
        })
    }

    /// The cell of those groups, and what is written there for the hyperparameter of that name.
    pub(crate) fn remembered_at(&self, groups: &str, name: &str) -> Option<(usize, &Schedule)> {
        let cell = self.cells.iter().position(|cell| self.text(&cell.groups) == groups)?;
        Some((cell, self.cells[cell].written.get(self.place(name)?)?))
    }

    /// Lets all adaptive rules begin anew.
    pub(crate) fn forget_states(&mut self) {
        self.cells.iter_mut().for_each(|cell| cell.bound.clear());
        self.forget();
    }

    /// Goes on from a state that was saved.
    pub(crate) fn set_state(
        &mut self,
        cell: usize,
        name: &str,
        state: State,
        conflict: &dyn Fn(&[Option<f64>]) -> Option<&'static str>,
    ) -> Result<(), StepError> {
        self.bind(conflict)?;
        let i = self.place(name).ok_or_else(|| self.unknown(name))?;
        let bound = &mut self.cells[cell].bound[i];
        bound.plan.check_state(&state).map_err(|reason| refused(&self.quantities[i], reason))?;
        bound.state = state;
        Ok(())
    }

    /// Binds what is written, together, as one may follow another. A hyperparameter whose schedule is the one it was, those it
    /// follows included, goes on; another begins anew.
    pub(crate) fn bind(&mut self, conflict: &dyn Fn(&[Option<f64>]) -> Option<&'static str>) -> Result<(), StepError> {
        if self.current {
            return Ok(());
        }
        let mut bound_all = Vec::with_capacity(self.cells.len());
        for cell in &self.cells {
            let written = self.written(&cell.groups)?;
            let named: Vec<(&str, &Schedule)> = self.quantities.iter().map(|q| &*q.name).zip(&written).collect();
            let plans = bind_together(&named, &self.clock, &self.registry);
            let plans = plans.map_err(|(i, reason)| refused(&self.quantities[i], reason))?;
            let constants: Vec<_> = written.iter().map(Schedule::number).collect();
            if let Some(reason) = conflict(&constants[1..self.of_rule]) {
                return Err(StepError::Conflict { rule: self.rule(), reason });
            }
            bound_all.push((written, plans, constants));
        }
        for (of, (written, plans, constants)) in bound_all.into_iter().enumerate() {
            // A combination of groups that is new goes on from what its schedules are where they are in use.
            let known = |i: usize, plan: &Plan| {
                let mut others = self.cells.iter().rev().filter_map(|cell| cell.bound.get(i));
                match self.cells[of].bound.get(i) {
                    Some(own) => (own.plan == *plan).then(|| own.state.clone()),
                    None => others.find(|bound| bound.plan == *plan).map(|bound| bound.state.clone()),
                }
            };
            let bound = plans.into_iter().enumerate().map(|(i, plan)| {
                let state = known(i, &plan).unwrap_or_else(|| plan.state());
                Bound { plan, state }
            });
            let bound = bound.collect();
            let cell = &mut self.cells[of];
            cell.bound = bound;
            cell.applied.resize(written.len(), f64::NAN);
            cell.written = written;
            cell.constants = constants;
        }
        self.current = true;
        Ok(())
    }

    /// The plan of a hyperparameter and the state of its adaptive rules; nothing before the schedules are bound.
    pub(crate) fn bound(&self, cell: usize, i: usize) -> Option<(Plan, State)> {
        self.cells[cell].bound.get(i).map(|bound| (bound.plan.clone(), bound.state.clone()))
    }

    /// Name and value of each hyperparameter of a cell at the last step.
    pub(crate) fn applied(&self, cell: usize) -> impl Iterator<Item = (&str, f64)> + '_ {
        self.quantities.iter().map(|q| &*q.name).zip(self.cells[cell].applied.iter().copied())
    }

    /// Name and schedule of each hyperparameter, outside groups.
    pub(crate) fn schedules(&self) -> impl Iterator<Item = (&str, &Schedule)> {
        self.quantities.iter().map(|q| (&*q.name, &q.written))
    }
}

fn refused(quantity: &Quantity, reason: ScheduleError) -> StepError {
    StepError::Schedule { rule: quantity.owner, knob: quantity.knob.name, reason: reason.into() }
}
