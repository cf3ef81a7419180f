//! An optimizer's state, taken.

use std::collections::BTreeMap;

use rappel_autodiff::{Leaf, Module, ParamId};
use rappel_schedule::State;
use rappel_tensor::{Float, Tensor};

use super::numbers::{Named, Values};
use super::state::{OptimizerState, SavedKept, SavedParam, SavedSchedule, SavedTensor, VERSION};
use crate::core::{Engine, places};
use crate::optimizer::Optimizer;
use crate::shadow::{Kept, Shadow};
use crate::staged::Scope;

impl<R, T: Float> Optimizer<R, T> {
    /// What the optimizer remembers of a net, as data by the paths of its parameters.
    ///
    /// ```
    /// use rappel_optim::Adam;
    /// use rappel_optim::autodiff::{Param, Tape, Tensor};
    ///
    /// let step = |adam: &mut Adam, net: &mut Vec<Param>| {
    ///     let tape = Tape::new();
    ///     adam.step(net, &tape.param(&net[0]).square().sum().backward())
    /// };
    /// let (mut net, mut adam) = (vec![Param::new(Tensor::from([1.0, -2.0]))], Adam::new(0.1));
    /// step(&mut adam, &mut net)?;
    /// let state = adam.save_state(&net);
    ///
    /// let mut later = vec![Param::new(net[0].value.clone())];
    /// let mut again = Adam::new(0.1);
    /// assert_eq!(again.load_state(&later, &state)?.to_string(), "1 parameter restored");
    /// step(&mut adam, &mut net)?;
    /// step(&mut again, &mut later)?;
    /// assert_eq!(net[0].value, later[0].value);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn save_state<M: Module + ?Sized>(&self, net: &M) -> OptimizerState {
        let core = &self.core;
        let params = places(net).into_iter().filter_map(|(path, p)| Some((path, T::open(p)?)));
        let params: Vec<_> = params.map(|(path, p)| (path, p.id(), p.value.shape().to_vec())).collect();
        let paths: BTreeMap<ParamId, &str> = params.iter().map(|(path, id, _)| (*id, &**path)).collect();
        let (mut memo, mut own, mut slots) = (Named::default(), &[][..], &[][..]);
        if let Engine::Update(update) = &core.engine {
            let info = update.info();
            match info.scope {
                Scope::Net => memo = Named::of(info.memo.iter().map(|m| m.0), &core.memory.memo),
                Scope::Parameter => own = info.memo,
            }
            slots = info.state;
        }
        let saved = params.iter().map(|(path, id, shape)| {
            let entry = core.memory.get(*id).filter(|entry| entry.is_of(shape));
            SavedParam {
                path: path.clone(),
                shape: shape.clone(),
                steps: entry.map_or(0, |entry| entry.steps),
                memo: entry.map_or_else(Named::default, |e| Named::of(own.iter().map(|m| m.0), &e.memo)),
                slots: entry.map_or_else(Vec::new, |e| {
                    slots.iter().zip(&e.slots).map(|(name, slot)| tensor(name, slot)).collect()
                }),
            }
        });
        let mut kept: Vec<SavedKept> = Vec::new();
        for (name, what) in core.remembers() {
            let number = 1 + kept.iter().filter(|other| other.name == name).count();
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            let (tensors, counts) = (by_path(&what.tensors, &paths), by_path(&what.counts, &paths));
            let numbers = Named(what.numbers.clone());
            kept.push(SavedKept { name: name.into(), number, numbers, tensors, counts });
        }
        let schedules = core.knobs.remembered().filter(|(.., state)| **state != State::default());
        let schedules = schedules.map(|(groups, name, schedule, state)| SavedSchedule {
            groups,
            name: name.into(),
            schedule: schedule.to_string(),
            state: state.clone(),
        });
        OptimizerState {
            version: VERSION,
            text: self.to_string(),
            rule: core.engine.label(),
            number: T::NAME.into(),
            steps: core.steps,
            updates: core.updates,
            skipped: core.skipped,
            memo,
            schedules: schedules.collect(),
            params: saved.collect(),
            kept,
        }
    }
}

/// Tensors by name and path; those of parameters of other nets are left out.
fn by_path<T: Float, P: std::ops::Deref<Target = str>>(
    all: &[(String, Shadow<T>)],
    paths: &BTreeMap<ParamId, P>,
) -> Vec<(String, Vec<SavedTensor>)> {
    let of = |shadow: &Shadow<T>| shadow.iter().filter_map(|(id, x)| Some(tensor(paths.get(&id)?, x))).collect();
    all.iter().map(|(name, shadow)| (name.clone(), of(shadow))).collect()
}

fn tensor<T: Float>(name: &str, x: &Tensor<T>) -> SavedTensor {
    SavedTensor { name: name.into(), shape: x.shape().to_vec(), values: Values::of(x) }
}

impl<T: Float> crate::core::Core<T> {
    /// What a search and the adapters remember, each with its name.
    pub(super) fn remembers(&self) -> Vec<(&'static str, Kept<T>)> {
        let search = match &self.engine {
            Engine::Search(search) => Some((search.name(), search.kept())),
            Engine::Update(_) => None,
        };
        search.into_iter().chain(self.around.iter().map(|(adapter, _)| (adapter.name(), adapter.kept()))).collect()
    }
}
