//! What an optimizer remembers of each parameter.

use rappel_autodiff::ParamId;
use rappel_tensor::{Float, Tensor};
use smallvec::SmallVec;

use crate::knobs::Knobs;
use crate::matrix::Shapes;
use crate::pass::Sums;
use crate::staged::MOST_SUMS;

/// The memory of one parameter.
#[derive(Clone)]
pub(crate) struct Entry<T: Float> {
    pub(crate) id: ParamId,
    /// The pass that stepped it last.
    pass: u64,
    /// The step that saw it last.
    turn: u64,
    /// How many steps its state has seen.
    pub(crate) steps: u64,
    /// The rule's slots of state; none where they are of no consequence.
    pub(crate) slots: SmallVec<[Tensor<T>; 2]>,
    /// The numbers that a rule remembers of a parameter.
    pub(crate) memo: SmallVec<[f64; 2]>,
    /// What the first pass of this step has found.
    pub(crate) sums: Sums,
    /// The shape that slots and memo belong to.
    shape: SmallVec<[usize; 4]>,
    /// Which combination of groups the parameter is of.
    pub(crate) cell: usize,
}

impl<T: Float> Entry<T> {
    fn new(id: ParamId, cell: usize) -> Self {
        Entry {
            id,
            pass: 0,
            turn: 0,
            steps: 0,
            slots: SmallVec::new(),
            memo: SmallVec::new(),
            sums: [0.0; MOST_SUMS],
            shape: SmallVec::new(),
            cell,
        }
    }

    /// Whether what it holds belongs to a parameter of this shape.
    pub(crate) fn is_of(&self, shape: &[usize]) -> bool {
        self.shape[..] == *shape
    }

    /// Makes it hold the slots of a parameter of a shape, and a memo. What is there stays if it fits; a parameter that was given
    /// another shape starts anew.
    pub(crate) fn fit(&mut self, slots: impl FnOnce() -> Shapes, count: usize, shape: &[usize], memo: &[(&str, f64)]) {
        if self.shape[..] != *shape {
            self.steps = 0;
            self.slots.clear();
            self.memo.clear();
            self.shape = shape.into();
        }
        if self.slots.len() != count {
            // State that was of no consequence until now starts as at the start of a run.
            self.steps = 0;
            self.slots = slots().iter().take(count).map(|shape| Tensor::zeros(shape)).collect();
        }
        if self.memo.len() != memo.len() {
            self.memo = memo.iter().map(|m| m.1).collect();
        }
    }
}

/// What a pass over a net has to do with a parameter.
pub(crate) enum Entered<'a, T: Float> {
    /// It is to be stepped, and this is its entry.
    First(&'a mut Entry<T>),
    /// This pass has had it: it is tied.
    Again,
    /// It is of another net, or in a group that is frozen.
    Left,
}

/// The cell of a parameter whose groups are not known.
const NOWHERE: usize = usize::MAX;

/// What an optimizer remembers of a parameter.
#[derive(Debug, Clone, Copy)]
pub struct ParamState<'a, T: Float> {
    /// How many steps the parameter has made; biases are corrected by them.
    pub steps: u64,
    pub(crate) names: &'static [&'static str],
    pub(crate) slots: &'a [Tensor<T>],
    pub(crate) memo_names: &'static [(&'static str, f64)],
    pub(crate) memo: &'a [f64],
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

    /// The numbers that the rule remembers of this parameter, as [`Staged::MEMO`](crate::Staged::MEMO) names them; none where they
    /// are of the whole net.
    pub fn memo(&self) -> impl Iterator<Item = (&'static str, f64)> + use<'a, T> {
        self.memo_names.iter().map(|m| m.0).zip(self.memo.iter().copied())
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
    /// The number of steps begun.
    turn: u64,
    /// The numbers that a rule remembers of the whole net.
    pub(crate) memo: SmallVec<[f64; 8]>,
}

impl<T: Float> Default for Memory<T> {
    fn default() -> Self {
        Memory { entries: Vec::new(), next: 0, pass: 0, turn: 0, memo: SmallVec::new() }
    }
}

impl<T: Float> Memory<T> {
    /// Begins a step.
    pub(crate) fn turn(&mut self) {
        self.turn += 1;
        self.begin();
    }

    /// Marks a parameter as one of the net that is stepped; gives its entry, if there is one.
    pub(crate) fn mark(&mut self, id: ParamId) -> Option<&Entry<T>> {
        let at = self.find(id)?;
        if self.entries[at].cell == NOWHERE {
            return None;
        }
        self.entries[at].turn = self.turn;
        Some(&self.entries[at])
    }

    /// Whether a parameter is of the net that is stepped, and in no group that is frozen.
    pub(crate) fn steps_now(&self, id: ParamId, knobs: &Knobs) -> bool {
        self.get(id)
            .is_some_and(|entry| entry.turn == self.turn && entry.cell != NOWHERE && !knobs.cells()[entry.cell].frozen)
    }

    /// Begins a pass over a net.
    pub(crate) fn begin(&mut self) {
        self.pass += 1;
        self.next = 0;
    }

    /// What this pass has to do with a parameter.
    pub(crate) fn enter(&mut self, id: ParamId, knobs: &Knobs) -> Entered<'_, T> {
        let Some(at) = self.find(id) else { return Entered::Left };
        let entry = &mut self.entries[at];
        if entry.turn != self.turn || entry.cell == NOWHERE || knobs.cells()[entry.cell].frozen {
            return Entered::Left;
        }
        if entry.pass == self.pass {
            return Entered::Again;
        }
        entry.pass = self.pass;
        Entered::First(entry)
    }

    /// Where the entry of a parameter is; mostly after the one that was found last.
    fn find(&mut self, id: ParamId) -> Option<usize> {
        if self.entries.get(self.next).is_none_or(|e| e.id != id) {
            self.next = self.entries.binary_search_by_key(&id, |e| e.id).ok()?;
        }
        self.next += 1;
        Some(self.next - 1)
    }

    /// Makes the entry of a parameter if it is new, and says which combination of groups it is of.
    pub(crate) fn place(&mut self, id: ParamId, cell: usize) {
        match self.entries.binary_search_by_key(&id, |e| e.id) {
            Ok(at) => self.entries[at].cell = cell,
            Err(at) => self.entries.insert(at, Entry::new(id, cell)),
        }
    }

    /// What is remembered of a parameter.
    pub(crate) fn get(&self, id: ParamId) -> Option<&Entry<T>> {
        self.entries.binary_search_by_key(&id, |e| e.id).ok().map(|at| &self.entries[at])
    }

    /// Forgets which groups parameters are of, until they are placed again.
    pub(crate) fn unplace(&mut self) {
        self.entries.iter_mut().for_each(|entry| entry.cell = NOWHERE);
    }

    /// Forgets what is remembered of a parameter, but not its groups.
    pub(crate) fn forget(&mut self, id: ParamId) {
        if let Some(entry) = self.get_mut(id) {
            *entry = Entry::new(id, entry.cell);
        }
    }

    /// Remembers of a parameter of a shape what was saved.
    pub(crate) fn recall(
        &mut self,
        id: ParamId,
        shape: &[usize],
        steps: u64,
        slots: Vec<Tensor<T>>,
        memo: impl Iterator<Item = f64>,
    ) {
        if self.get(id).is_none() {
            self.place(id, NOWHERE);
        }
        if let Some(entry) = self.get_mut(id) {
            (entry.steps, entry.shape) = (steps, shape.into());
            (entry.slots, entry.memo) = (slots.into(), memo.collect());
        }
    }

    fn get_mut(&mut self, id: ParamId) -> Option<&mut Entry<T>> {
        self.entries.binary_search_by_key(&id, |e| e.id).ok().map(|at| &mut self.entries[at])
    }
}
