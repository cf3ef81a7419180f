//! What an optimizer remembers of each parameter.

use rappel_autodiff::ParamId;
use rappel_tensor::{Float, Tensor};
use smallvec::SmallVec;

/// The memory of one parameter.
#[derive(Clone)]
pub(crate) struct Entry<T: Float> {
    id: ParamId,
    /// The pass that stepped it last.
    pass: u64,
    /// How many steps its state has seen.
    pub(crate) steps: u64,
    /// The rule's slots of state; none where they are of no consequence.
    pub(crate) slots: SmallVec<[Tensor<T>; 2]>,
}

impl<T: Float> Entry<T> {
    /// Makes it hold so many slots of a shape. What is there stays if it fits; a parameter that was given another shape starts anew.
    pub(crate) fn fit(&mut self, slots: usize, shape: &[usize]) {
        if self.slots.first().is_some_and(|s| s.shape() != shape) {
            self.slots.clear();
            self.steps = 0;
        }
        if self.slots.len() != slots {
            self.slots = (0..slots).map(|_| Tensor::zeros(shape)).collect();
        }
    }
}

/// What an optimizer remembers of a parameter.
#[derive(Debug, Clone, Copy)]
pub struct ParamState<'a, T: Float> {
    /// How many steps the parameter has made; biases are corrected by them.
    pub steps: u64,
    pub(crate) names: &'static [&'static str],
    pub(crate) slots: &'a [Tensor<T>],
}

impl<'a, T: Float> ParamState<'a, T> {
    /// The slots by name, as [`Rule::STATE`](crate::Rule::STATE) has them; none where they are of no consequence.
    pub fn slots(&self) -> impl Iterator<Item = (&'static str, &'a Tensor<T>)> + use<'a, T> {
        self.names.iter().copied().zip(self.slots)
    }

    /// The slot of that name.
    pub fn slot(&self, name: &str) -> Option<&'a Tensor<T>> {
        self.slots().find(|slot| slot.0 == name).map(|slot| slot.1)
    }
}

/// The memory of all parameters.
#[derive(Clone)]
pub(crate) struct Memory<T: Float> {
    /// Sorted by id.
    entries: Vec<Entry<T>>,
    /// Where the next parameter's entry is, if parameters come in the order of their ids, as they mostly do.
    next: usize,
    /// The number of passes begun.
    pass: u64,
}

impl<T: Float> Default for Memory<T> {
    fn default() -> Self {
        Memory { entries: Vec::new(), next: 0, pass: 0 }
    }
}

impl<T: Float> Memory<T> {
    /// Begins a pass over a net.
    pub(crate) fn begin(&mut self) {
        self.pass += 1;
        self.next = 0;
    }

    /// The entry of a parameter, made if it is new; nothing where this pass has had it, which is then tied.
    pub(crate) fn enter(&mut self, id: ParamId) -> Option<&mut Entry<T>> {
        if self.entries.get(self.next).is_none_or(|e| e.id != id) {
            self.next = self.entries.binary_search_by_key(&id, |e| e.id).unwrap_or_else(|at| {
                self.entries.insert(at, Entry { id, pass: 0, steps: 0, slots: SmallVec::new() });
                at
            });
        }
        let entry = &mut self.entries[self.next];
        self.next += 1;
        if entry.pass == self.pass {
            return None;
        }
        entry.pass = self.pass;
        Some(entry)
    }

    /// What is remembered of a parameter.
    pub(crate) fn get(&self, id: ParamId) -> Option<&Entry<T>> {
        self.entries.binary_search_by_key(&id, |e| e.id).ok().map(|at| &self.entries[at])
    }
}
