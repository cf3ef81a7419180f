//! A backward pass with settings: a seed, hooks, whether the tape is kept.

use std::fmt;

use rappel_tensor::{Float, Tensor};

use crate::gradients::Gradients;
use crate::var::Var;

/// Sees a cotangent, and gives another in its place or none.
type Hook<'h, T> = Box<dyn FnMut(&Tensor<T>) -> Option<Tensor<T>> + 'h>;

/// A backward pass with settings. [`Var::backward`] is the one without any.
///
/// ```
/// use rappel_autodiff::{Backward, Tape, Tensor};
///
/// let tape = Tape::new();
/// let x = tape.var(&Tensor::from([1.0, 2.0]));
/// let h = x * 3.0;
/// let mut seen = None;
/// let gradients = Backward::new()
///     .hook(h, |g| {
///         seen = Some(g.clone());
///         Some(g.clamp(-1.0, 1.0))
///     })
///     .run(h.square().sum());
/// assert_eq!(seen.unwrap().data(), [6.0, 12.0]);
/// assert_eq!(gradients.wrt(x).unwrap().data(), [3.0, 3.0]);
/// ```
#[must_use = "settings alone compute nothing: `run` does"]
pub struct Backward<'h, 't, T: Float = f32> {
    hooks: Vec<(Var<'t, T>, Hook<'h, T>)>,
    seed: Option<Tensor<T>>,
    retain: bool,
}

impl<T: Float> Default for Backward<'_, '_, T> {
    fn default() -> Self {
        Backward { hooks: Vec::new(), seed: None, retain: false }
    }
}

impl<'h, 't, T: Float> Backward<'h, 't, T> {
    /// A pass without settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls `f` with the whole cotangent of a variable before it is passed on (and before a leaf's becomes its gradient). What `f`
    /// gives takes its place; none leaves it.
    ///
    /// Hooks run from the variable that was recorded last to the first; those of one variable in the order they were given, each on
    /// what the one before left. A variable that the value does not depend on, or upstream of which nothing wants a gradient, has no
    /// cotangent, and its hooks do not run. A hook may read and record on the tape.
    pub fn hook(mut self, v: Var<'t, T>, f: impl FnMut(&Tensor<T>) -> Option<Tensor<T>> + 'h) -> Self {
        self.hooks.push((v, Box::new(f)));
        self
    }

    /// Starts from this cotangent of the value, as [`Var::backward_with`] does.
    pub fn seed(mut self, seed: &Tensor<T>) -> Self {
        self.seed = Some(seed.clone());
        self
    }

    /// Leaves the tape as it was, as [`Var::backward_retain`] does.
    pub fn retain(mut self) -> Self {
        self.retain = true;
        self
    }

    /// The gradient of a value in every parameter and `var` it depends on.
    ///
    /// # Panics
    /// At the caller's line, as [`Var::backward`] and [`Var::backward_with`] do, when a hook is on a variable of another tape, and when
    /// one gives another shape than it got.
    #[track_caller]
    pub fn run(self, of: Var<'t, T>) -> Gradients<T> {
        for (v, _) in &self.hooks {
            of.check_same("hook", *v);
        }
        let mut ahead: Vec<_> = self.hooks.into_iter().map(|(v, f)| (v.id as usize, f)).collect();
        // Taken from the back: stable by id, and of one variable the first that was given is last.
        ahead.reverse();
        ahead.sort_by_key(|h| h.0);
        let g = of.pass(self.seed.as_ref(), &mut Hooks { ahead }).with_updates_of(of.tape);
        if !self.retain {
            of.spend();
        }
        g
    }
}

impl<T: Float> fmt::Debug for Backward<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hooks: Vec<_> = self.hooks.iter().map(|h| h.0).collect();
        f.debug_struct("Backward")
            .field("hooks", &hooks)
            .field("seed", &self.seed)
            .field("retain", &self.retain)
            .finish()
    }
}

/// The hooks that a scan has not come to, by node; the next is last.
pub(crate) struct Hooks<'h, T: Float> {
    ahead: Vec<(usize, Hook<'h, T>)>,
}

impl<T: Float> Hooks<'_, T> {
    pub(crate) fn none() -> Self {
        Hooks { ahead: Vec::new() }
    }

    /// How far down the scan may go before the next hook runs.
    pub(crate) fn border(&self) -> usize {
        self.ahead.last().map_or(0, |h| h.0 + 1)
    }

    /// Runs the hooks of a node on its cotangent.
    #[track_caller]
    pub(crate) fn run(&mut self, id: usize, cotangent: &mut Option<Tensor<T>>) {
        while let Some((of, mut f)) = self.ahead.pop_if(|h| h.0 >= id) {
            let Some(g) = cotangent.as_mut().filter(|_| of == id) else { continue };
            if let Some(new) = f(g) {
                assert!(
                    new.shape() == g.shape(),
                    "hook: a cotangent of shape {:?} in the place of one of shape {:?}: they must be equal",
                    new.shape(),
                    g.shape()
                );
                *g = new;
            }
        }
    }
}
