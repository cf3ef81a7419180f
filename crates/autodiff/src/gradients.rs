//! What a backward pass gives.

use rappel_tensor::{Float, Tensor};

use crate::param::{Param, ParamId};
use crate::var::Var;

/// The gradients of one backward pass, owned and addressed by parameter (or by the `tape.var` they belong to).
///
/// A parameter the value does not depend on has none: absence is not zeros.
#[derive(Debug, Clone)]
pub struct Gradients<T: Float = f32> {
    /// Where the tape was, which cannot move while its variables live, and what it held then.
    tape: usize,
    generation: u32,
    /// Sorted by parameter id: a lookup is a binary search, the order says nothing.
    params: Vec<(ParamId, u32, Tensor<T>)>,
    leaves: Vec<(u32, Tensor<T>)>,
}

impl<T: Float> Gradients<T> {
    pub(crate) fn new(of: Var<'_, T>, params: usize) -> Self {
        Gradients {
            tape: std::ptr::from_ref(of.tape).addr(),
            generation: of.generation,
            params: Vec::with_capacity(params),
            leaves: Vec::new(),
        }
    }

    pub(crate) fn push_param(&mut self, id: ParamId, node: u32, g: Tensor<T>) {
        let at = self.params.partition_point(|p| p.0 < id);
        self.params.insert(at, (id, node, g));
    }

    pub(crate) fn push_leaf(&mut self, node: u32, g: Tensor<T>) {
        self.leaves.push((node, g));
    }

    /// The gradient in a parameter.
    pub fn param(&self, p: &Param<T>) -> Option<&Tensor<T>> {
        self.by_id(p.id())
    }

    /// The gradient in the parameter of that id.
    pub fn by_id(&self, id: ParamId) -> Option<&Tensor<T>> {
        self.params.binary_search_by(|p| p.0.cmp(&id)).ok().map(|i| &self.params[i].2)
    }

    /// The gradient in a variable made by `tape.var` or `tape.param`.
    ///
    /// # Panics
    /// At the caller's line, for a variable of another tape or step. A variable computed from others keeps no gradient, and gives
    /// `None`: use [`Var::grad`] for those.
    #[track_caller]
    pub fn wrt(&self, v: Var<'_, T>) -> Option<&Tensor<T>> {
        assert!(
            std::ptr::from_ref(v.tape).addr() == self.tape,
            "wrt: this variable is of another tape than these gradients (or its tape has moved since)"
        );
        assert!(v.generation == self.generation, "wrt: this variable is of another step than these gradients");
        let leaf = self.leaves.iter().find(|l| l.0 == v.id).map(|l| &l.1);
        leaf.or_else(|| self.params.iter().find(|p| p.1 == v.id).map(|p| &p.2))
    }

    /// Ids of the parameters that have a gradient, with it.
    pub fn iter(&self) -> impl Iterator<Item = (ParamId, &Tensor<T>)> {
        self.params.iter().map(|p| (p.0, &p.2))
    }

    /// The number of parameters that have a gradient.
    pub fn len(&self) -> usize {
        self.params.len()
    }

    /// Whether no parameter has a gradient.
    pub fn is_empty(&self) -> bool {
        self.params.is_empty()
    }
}
