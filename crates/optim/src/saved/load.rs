//! An optimizer's state, put back.

use std::collections::{BTreeMap, BTreeSet};

use rappel_autodiff::{Leaf, Module, Param, ParamId};
use rappel_tensor::{Float, Tensor};

use super::error::StateError;
use super::numbers::Named;
use super::restored::{Reshaped, Restored};
use super::state::{OptimizerState, SavedKept, SavedParam, SavedTensor, VERSION};
use crate::core::{Core, Engine, places};
use crate::optimizer::Optimizer;
use crate::shadow::{Kept, Shadow};
use crate::staged::Scope;

/// More steps than a schedule can be asked for are no steps.
const MOST_STEPS: u64 = 1 << 53;

impl<R, T: Float> Optimizer<R, T> {
    /// Goes on from a state that was saved, for a net with the same parameters, or with some that are new or gone: what goes on and
    /// what begins anew is reported. The weights are the net's own, and the hyperparameters are the optimizer's.
    ///
    /// Where optimizer and net are as they were when the state was saved, the next steps are those that would have been made, to the
    /// bit; functions of the user that remember something are on their own. Of several nets that are stepped in turn each has a state
    /// of its own, and they are loaded one after the other; the counts of steps are those of the last.
    ///
    /// # Errors
    /// When the state is another rule's or of another number type, is cut or damaged, or the optimizer itself does not fit the net.
    /// Nothing has changed then.
    pub fn load_state<M: Module + ?Sized>(&mut self, net: &M, state: &OptimizerState) -> Result<Restored, StateError> {
        let mut core = self.core.clone();
        let restored = core.load(net, state)?;
        self.core = core;
        Ok(restored)
    }
}

/// A parameter of the net that may go on.
struct Known<'a, T: Float> {
    id: ParamId,
    param: &'a Param<T>,
    saved: &'a SavedParam,
}

impl<T: Float> Core<T> {
    fn load<M: Module + ?Sized>(&mut self, net: &M, state: &OptimizerState) -> Result<Restored, StateError> {
        self.fits(state)?;
        intact(state)?;
        let mut restored = Restored::default();
        self.place(net)?;
        let all = places(net);
        let mut saved: BTreeMap<&str, &SavedParam> = state.params.iter().map(|p| (&*p.path, p)).collect();
        let (mut known, mut ids) = (Vec::new(), BTreeSet::new());
        for (path, p) in &all {
            let Some(param) = T::open(*p) else { continue };
            ids.insert(p.id());
            match saved.remove(&**path) {
                None if p.trainable() => restored.new.push(path.clone()),
                None => {}
                Some(saved) if saved.shape == param.value.shape() => {
                    restored.restored.push(path.clone());
                    known.push(Known { id: p.id(), param, saved });
                }
                Some(saved) => {
                    let (state, net) = (saved.shape.clone(), param.value.shape().to_vec());
                    restored.reshaped.push(Reshaped { path: path.clone(), state, net });
                }
            }
        }
        restored.dropped =
            state.params.iter().map(|p| &p.path).filter(|p| saved.contains_key(&***p)).cloned().collect();
        self.recall_params(&ids, &known, state)?;
        self.recall_kept(&ids, &known, state, &mut restored)?;
        self.recall_schedules(state, &mut restored)?;
        (self.steps, self.updates, self.skipped) = (state.steps, state.updates, state.skipped);
        Ok(restored)
    }

    /// Whether the state is of such an optimizer.
    fn fits(&self, state: &OptimizerState) -> Result<(), StateError> {
        if state.version != VERSION {
            return Err(StateError::Version { found: state.version, known: VERSION });
        }
        if state.rule != self.engine.label() {
            return Err(StateError::Rule { state: state.rule.clone(), optimizer: self.engine.label() });
        }
        if state.number != T::NAME {
            return Err(StateError::NumberType { state: state.number.clone(), optimizer: T::NAME });
        }
        Ok(())
    }

    fn recall_params(
        &mut self,
        ids: &BTreeSet<ParamId>,
        known: &[Known<'_, T>],
        state: &OptimizerState,
    ) -> Result<(), StateError> {
        ids.iter().for_each(|id| self.memory.forget(*id));
        let Engine::Update(update) = &self.engine else { return Ok(()) };
        let info = update.info();
        let memo: Vec<_> = info.memo.iter().map(|m| m.0).collect();
        let (whole, own) = if info.scope == Scope::Net { (&*memo, &[][..]) } else { (&[][..], &*memo) };
        same("the net", state.memo.names(), whole)?;
        self.memory.memo = state.memo.numbers().collect();
        for Known { id, param, saved } in known {
            let place = format!("`{}`", saved.path);
            same(&place, saved.memo.names(), own)?;
            same(&place, saved.slots.iter().map(|slot| &*slot.name), info.state)?;
            let shape = param.value.shape();
            let mut slots = Vec::with_capacity(saved.slots.len());
            if !saved.slots.is_empty() {
                for (slot, required) in saved.slots.iter().zip(update.slots(shape)) {
                    // A slot that begins empty has the shape that its rule has given it.
                    let required = if *required == [0] { &slot.shape[..] } else { &required };
                    slots.push(tensor(slot, &format!("`{}` of {place}", slot.name), required)?);
                }
            }
            self.memory.recall(*id, shape, saved.steps, slots, saved.memo.numbers());
        }
        Ok(())
    }

    fn recall_kept(
        &mut self,
        ids: &BTreeSet<ParamId>,
        known: &[Known<'_, T>],
        state: &OptimizerState,
        restored: &mut Restored,
    ) -> Result<(), StateError> {
        let known: BTreeMap<&str, &Known<'_, T>> = known.iter().map(|known| (&*known.saved.path, known)).collect();
        let label = |name: &str, number: usize| if number > 1 { format!("{name}{number}") } else { name.to_owned() };
        let mut left: Vec<&SavedKept> = state.kept.iter().collect();
        let mut names: Vec<&str> = Vec::new();
        let mut all = Vec::new();
        for (name, present) in self.remembers() {
            names.push(name);
            let number = names.iter().filter(|other| **other == name).count();
            let at = left.iter().position(|kept| kept.name == name && usize::try_from(kept.number) == Ok(number));
            all.push(match at.map(|at| left.remove(at)) {
                Some(saved) => Some(kept(saved, &present, ids, &known)?),
                None => {
                    restored.new_adapters.push(label(name, number));
                    None
                }
            });
        }
        restored.dropped_adapters =
            left.iter().map(|kept| label(&kept.name, usize::try_from(kept.number).unwrap_or(0))).collect();
        let mut all = all.into_iter();
        if let Engine::Search(search) = &mut self.engine
            && let Some(kept) = all.next().flatten()
        {
            search.recall(&kept);
        }
        for ((adapter, _), kept) in self.around.iter_mut().zip(all) {
            if let Some(kept) = kept {
                adapter.recall(&kept);
            }
        }
        Ok(())
    }

    fn recall_schedules(&mut self, state: &OptimizerState, restored: &mut Restored) -> Result<(), StateError> {
        let engine = &self.engine;
        self.knobs.forget_states();
        self.knobs.bind(&|constants| engine.conflict(constants))?;
        for saved in &state.schedules {
            let at = self.knobs.remembered_at(&saved.groups, &saved.name);
            match at.filter(|(.., schedule)| schedule.to_string() == saved.schedule).map(|(cell, ..)| cell) {
                Some(cell) => {
                    let conflict = |constants: &[Option<f64>]| engine.conflict(constants);
                    self.knobs.set_state(cell, &saved.name, saved.state.clone(), &conflict)?;
                }
                None if saved.groups.is_empty() => restored.schedules.push(saved.name.clone()),
                None => restored.schedules.push(format!("{} of {}", saved.name, saved.groups)),
            }
        }
        Ok(())
    }
}

/// What an adapter is to go on from: for the parameters of other nets what it has, for the others what was saved.
fn kept<T: Float>(
    saved: &SavedKept,
    present: &Kept<T>,
    ids: &BTreeSet<ParamId>,
    known: &BTreeMap<&str, &Known<'_, T>>,
) -> Result<Kept<T>, StateError> {
    let mut tensors = Vec::with_capacity(saved.tensors.len());
    for (name, of) in &saved.tensors {
        let mut shadow = others(&present.tensor(name), ids);
        for x in of {
            if let Some(known) = known.get(&*x.name) {
                let place = format!("`{}` of `{}`, {name}", saved.name, x.name);
                shadow.set(known.id, tensor(x, &place, known.param.value.shape())?);
            }
        }
        tensors.push((name.clone(), shadow));
    }
    let mut counts = Vec::with_capacity(saved.counts.len());
    for (name, of) in &saved.counts {
        let mut shadow = others(&present.count(name), ids);
        for x in of {
            if let Some(known) = known.get(&*x.name) {
                let place = format!("`{}` of `{}`, {name}", saved.name, x.name);
                shadow.set(known.id, tensor(x, &place, &[])?);
            }
        }
        counts.push((name.clone(), shadow));
    }
    Ok(Kept { numbers: saved.numbers.0.clone(), tensors, counts })
}

/// What there is for the parameters of other nets.
fn others<T: Float>(present: &Shadow<T>, ids: &BTreeSet<ParamId>) -> Shadow<T> {
    let mut shadow = Shadow::default();
    for (id, x) in present.iter().filter(|(id, _)| !ids.contains(id)) {
        shadow.set(id, x.clone());
    }
    shadow
}

/// Names that are all there are, or none: where a rule's state was of no consequence it is not kept.
fn same<'a>(place: &str, found: impl Iterator<Item = &'a str>, required: &[&str]) -> Result<(), StateError> {
    let found: Vec<String> = found.map(str::to_owned).collect();
    if found.is_empty() || found == required {
        return Ok(());
    }
    let required = required.iter().map(|name| (*name).to_owned()).collect();
    Err(StateError::Names { place: place.into(), found, required })
}

fn tensor<T: Float>(saved: &SavedTensor, place: &str, required: &[usize]) -> Result<Tensor<T>, StateError> {
    if saved.shape != required {
        let (found, required) = (saved.shape.clone(), required.to_vec());
        return Err(StateError::Shape { place: place.into(), found, required });
    }
    saved.values.tensor(required).ok_or_else(|| cut(saved, place))
}

fn cut(saved: &SavedTensor, place: &str) -> StateError {
    StateError::Length { place: place.into(), shape: saved.shape.clone(), found: saved.values.len() }
}

/// Whether the data makes sense, whatever the optimizer is.
fn intact(state: &OptimizerState) -> Result<(), StateError> {
    for (what, value) in [("steps", state.steps), ("updates", state.updates), ("skipped", state.skipped)] {
        counted(what, value)?;
    }
    once("the net", state.memo.names())?;
    once("parameters", state.params.iter().map(|p| &*p.path))?;
    for p in &state.params {
        counted(&format!("the number of steps of `{}`", p.path), p.steps)?;
        once(&format!("`{}`", p.path), p.slots.iter().map(|slot| &*slot.name))?;
        once(&format!("`{}`", p.path), p.memo.names())?;
        p.slots.iter().try_for_each(|slot| whole(slot, &state.number, &p.path))?;
    }
    let labels: Vec<String> = state.kept.iter().map(|kept| format!("{} {}", kept.name, kept.number)).collect();
    once("adapters", labels.iter().map(|label| &**label))?;
    for kept in &state.kept {
        once(&kept.name, Named::names(&kept.numbers))?;
        once(&kept.name, kept.tensors.iter().map(|tensors| &*tensors.0))?;
        for (_, of) in &kept.tensors {
            once(&kept.name, of.iter().map(|x| &*x.name))?;
            of.iter().try_for_each(|x| whole(x, &state.number, &kept.name))?;
        }
        once(&kept.name, kept.counts.iter().map(|counts| &*counts.0))?;
        for (_, of) in &kept.counts {
            once(&kept.name, of.iter().map(|x| &*x.name))?;
            of.iter().try_for_each(|x| whole(x, "f64", &kept.name))?;
        }
    }
    let schedules: Vec<String> = state.schedules.iter().map(|s| format!("{} of {}", s.name, s.groups)).collect();
    once("schedules", schedules.iter().map(|s| &**s))
}

fn counted(what: &str, value: u64) -> Result<(), StateError> {
    if value > MOST_STEPS { Err(StateError::Count { what: what.into(), value }) } else { Ok(()) }
}

fn once<'a>(place: &str, names: impl Iterator<Item = &'a str>) -> Result<(), StateError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(StateError::Twice { what: format!("`{name}` ({place})") });
        }
    }
    Ok(())
}

/// Whether a tensor has as many numbers as its shape, of the type of all.
fn whole(x: &SavedTensor, number: &str, place: &str) -> Result<(), StateError> {
    if super::numbers::count(&x.shape) != Some(x.values.len()) {
        return Err(cut(x, &format!("`{}` of `{place}`", x.name)));
    }
    let found = x.values.number();
    if found != number {
        return Err(StateError::Mixed { place: format!("`{}` of `{place}`", x.name), found, number: number.into() });
    }
    Ok(())
}
