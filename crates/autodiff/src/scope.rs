//! What runs on a tape right now: which layer, and for which line of the user's.

use std::cell::{Cell, RefCell};
use std::panic::Location;

use rappel_tensor::Float;

use crate::module::Module;
use crate::tape::Tape;
use crate::var::Var;
use crate::watch::{Now, Place, Watch};

/// The line that nodes are recorded for, where that is not their caller's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    at: &'static Location<'static>,
    /// Whether it is the line of an operation whose backward rule is being recorded.
    rule: bool,
}

/// The part of a tape that knows what runs on it.
#[derive(Debug, Default)]
pub(crate) struct Running {
    line: Cell<Option<Line>>,
    /// Where the container was called that calls layers now.
    called: Cell<Option<&'static Location<'static>>>,
    watched: Cell<bool>,
    pub(crate) watch: RefCell<Watch>,
}

impl Running {
    /// The line to record for.
    #[track_caller]
    #[inline]
    pub(crate) fn line(&self) -> &'static Location<'static> {
        match self.line.get() {
            Some(line) => line.at,
            None => Location::caller(),
        }
    }

    /// Whether a backward rule is being recorded.
    pub(crate) fn rule(&self) -> bool {
        self.line.get().is_some_and(|line| line.rule)
    }
}

/// A layer that runs: what is recorded while this lives is recorded for it. Made by [`Tape::enter`].
#[must_use = "the layer runs as long as its scope lives"]
#[derive(Debug)]
pub struct Scope<'t, T: Float = f32> {
    tape: &'t Tape<T>,
    /// Where the layer was called.
    at: &'static Location<'static>,
    /// The visit, on a watched tape.
    visit: Option<u32>,
    line_before: Option<Line>,
    called_before: Option<&'static Location<'static>>,
    /// Where recording was, on a watched tape.
    now_before: Option<Now>,
}

/// The output of a layer that ran on a watched tape. See [`Tape::activations`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Activation<'t, T: Float = f32> {
    /// The layer.
    pub place: Place,
    /// Its output; a gradient may be taken in it.
    pub output: Var<'t, T>,
}

impl<T: Float> Tape<T> {
    /// Tells the tape the paths of a net's parameters, for as long as the tape lives: messages then say `layers.2: Linear(16 -> 1)`,
    /// and the outputs of layers can be [captured](Self::activations) by path.
    ///
    /// The layers of `rappel-nn` say when they run. Their path is found by their parameters, or given by the container they are in; a
    /// layer of one's own says so with [`enter`](Self::enter). A net that is made anew, or cloned, is watched again: its parameters
    /// are others. Watching costs some 0.1 us per layer and call; a tape that watches nothing asks one flag.
    pub fn watch<M: Module + ?Sized>(&self, net: &M) {
        self.running.watched.set(true);
        self.running.watch.borrow_mut().learn(net);
    }

    /// Says that a layer begins, so that what it records is known to be its own; `kind` gives its kind and sizes, and is asked on a
    /// watched tape only.
    ///
    /// ```
    /// use rappel_autodiff::{Module, Param, Tape, Tensor, Var};
    ///
    /// #[derive(Module)]
    /// struct Gain {
    ///     gain: Param,
    /// }
    ///
    /// impl Gain {
    ///     fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
    ///         let layer = x.tape().enter(self, || "Gain".into());
    ///         layer.leave(x * x.tape().param(&self.gain))
    ///     }
    /// }
    ///
    /// let net = [3.0, 5.0].map(|g| Gain { gain: Param::new(Tensor::scalar(g)) });
    /// let tape = Tape::new();
    /// tape.watch(&net);
    /// let y = net[1].forward(net[0].forward(tape.constant(2.0)));
    /// assert_eq!(y.item(), 30.0);
    /// assert_eq!(tape.activation("0").unwrap().item(), 6.0);
    /// ```
    #[track_caller]
    pub fn enter<M: Module + ?Sized>(&self, layer: &M, kind: impl FnOnce() -> String) -> Scope<'_, T> {
        let scope = self.scope(Location::caller());
        scope.visit(layer, kind, true)
    }

    /// [`enter`](Self::enter) for the layers of a library whose sources are in the folder `sources`. A layer that was called through a
    /// pointer finds itself there instead of its caller; its line is then that of the container's caller.
    #[doc(hidden)]
    #[track_caller]
    pub fn enter_library<M: Module + ?Sized>(
        &self,
        layer: &M,
        kind: impl FnOnce() -> String,
        sources: &str,
    ) -> Scope<'_, T> {
        let at = Location::caller();
        let scope = self.call(sources);
        // A container's own child is called through a pointer, or at the container's line.
        let direct = scope.called_before.is_some() && (at != scope.at || scope.called_before == Some(at));
        scope.visit(layer, kind, direct)
    }

    /// The scope of a call that is passed on: the line of the container's caller.
    #[doc(hidden)]
    #[track_caller]
    pub fn call(&self, sources: &str) -> Scope<'_, T> {
        let at = Location::caller();
        let behind_pointer = self.running.called.get().filter(|_| at.file().starts_with(sources));
        self.scope(behind_pointer.unwrap_or(at))
    }

    /// A scope that changes nothing yet, and puts back what is now.
    pub(crate) fn scope(&self, at: &'static Location<'static>) -> Scope<'_, T> {
        let running = &self.running;
        let now_before = running.watched.get().then(|| running.watch.borrow().now);
        let (line_before, called_before) = (running.line.get(), running.called.get());
        Scope { tape: self, at, visit: None, line_before, called_before, now_before }
    }

    /// While it lives, nodes are recorded for a line.
    pub(crate) fn on_line(&self, at: &'static Location<'static>) -> Scope<'_, T> {
        let scope = self.scope(at);
        self.running.line.set(Some(Line { at, rule: false }));
        scope
    }

    /// While it lives, nodes are recorded for the line and the layer of a node whose backward rule runs.
    pub(crate) fn in_rule_of(&self, node: u32) -> Scope<'_, T> {
        let at = self.nodes.borrow()[node as usize].at;
        let scope = self.scope(at);
        self.running.line.set(Some(Line { at, rule: true }));
        if scope.now_before.is_some() {
            let mut watch = self.running.watch.borrow_mut();
            let visit = watch.visit_of(node);
            watch.go(self.len(), Now { visit, named_by_container: None });
        }
        scope
    }

    /// The outputs of the layers that ran since the tape was cleared, in the order in which they began: a container stands before
    /// what is in it. Empty unless the tape [watches](Self::watch).
    pub fn activations(&self) -> Vec<Activation<'_, T>> {
        let watch = self.running.watch.borrow();
        let done = watch.visits.iter().filter_map(|visit| Some((&visit.place, visit.output?)));
        done.map(|(place, id)| Activation { place: place.clone(), output: self.handle(id) }).collect()
    }

    /// The output of the layer at a path; of its last run, if it ran more than once. None if it did not run, or its output was not
    /// [given](Scope::leave).
    pub fn activation(&self, path: &str) -> Option<Var<'_, T>> {
        let watch = self.running.watch.borrow();
        let visit = watch.visits.iter().rev().find(|visit| visit.named && visit.place.path == path)?;
        visit.output.map(|id| self.handle(id))
    }
}

impl<'t, T: Float> Scope<'t, T> {
    /// Finds the layer's place, on a watched tape. A `direct` layer is the child its container has just named, if that has not run yet.
    fn visit<M: Module + ?Sized>(mut self, layer: &M, kind: impl FnOnce() -> String, direct: bool) -> Self {
        if self.now_before.is_some() {
            let mut watch = self.tape.running.watch.borrow_mut();
            let found = watch.locate(layer);
            let named = watch.now.named_by_container;
            let child = named.filter(|&child| match &found {
                Some(path) => *path == watch.visits[child as usize].place.path,
                None => direct,
            });
            self.visit = Some(match child {
                Some(child) => {
                    watch.now.named_by_container = None;
                    child
                }
                None => {
                    let named = found.is_some();
                    let path = found.unwrap_or_else(|| watch.here().to_owned());
                    watch.begin(self.tape.len(), Place { path, layer: kind() }, named)
                }
            });
        }
        self
    }

    /// The scope of a child that a container is about to call: `name` is the child's name in the container's tree.
    ///
    /// Layers that are called through a pointer (`Box<dyn Layer>`) cannot know the line of their caller; in a child's scope they
    /// record for the container's.
    pub fn child(&self, name: impl std::fmt::Display, kind: impl FnOnce() -> String) -> Scope<'t, T> {
        let mut scope = self.tape.scope(self.at);
        self.tape.running.called.set(Some(self.at));
        if scope.now_before.is_some() {
            let mut watch = self.tape.running.watch.borrow_mut();
            let path = match watch.here() {
                "" => name.to_string(),
                here => format!("{here}.{name}"),
            };
            let visit = watch.begin(self.tape.len(), Place { path, layer: kind() }, true);
            watch.now.named_by_container = Some(visit);
            scope.visit = Some(visit);
        }
        scope
    }

    /// From here on, what is recorded is recorded for the line where the layer was called: for layers that contain no code of the
    /// user's.
    #[doc(hidden)]
    pub fn for_caller(self) -> Self {
        if self.called_before.is_some() {
            self.tape.running.line.set(Some(Line { at: self.at, rule: false }));
        }
        self
    }

    /// From here on, layers called through pointers record for the line where this was called.
    #[doc(hidden)]
    pub fn passing_on(self) -> Self {
        self.tape.running.called.set(Some(self.at));
        self
    }

    /// The layer's path, on a watched tape.
    pub fn path(&self) -> Option<String> {
        let visit = self.visit?;
        Some(self.tape.running.watch.borrow().visits[visit as usize].place.path.clone())
    }

    /// Ends the layer: `y` is its output, and is given back.
    pub fn leave(self, y: Var<'t, T>) -> Var<'t, T> {
        if let Some(visit) = self.visit {
            self.tape.running.watch.borrow_mut().visits[visit as usize].output = Some(y.id);
        }
        y
    }
}

impl<T: Float> Drop for Scope<'_, T> {
    fn drop(&mut self) {
        let running = &self.tape.running;
        running.line.set(self.line_before);
        running.called.set(self.called_before);
        if let Some(now) = self.now_before {
            // In a panic somebody up the stack may hold either.
            if let (Ok(nodes), Ok(mut watch)) = (self.tape.nodes.try_borrow(), running.watch.try_borrow_mut()) {
                watch.go(nodes.len(), now);
            }
        }
    }
}
