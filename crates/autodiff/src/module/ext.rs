//! What is asked of a module most often: its parameters, by path.

use std::collections::BTreeSet;

use super::{
    BufferMut, BufferRef, Listing, Module, ParamMut, ParamRef, Path, Snapshot, Visitor, VisitorMut, fits, snapshot,
};

/// Lists, counts and loops over the tree of any [`Module`].
///
/// Paths are names joined by dots (`layers.0.weight`), in the order of the fields. The loops pass every *place*; a parameter
/// that is [tied](crate::Param::tie) has several and is passed at each. The lists and the count have it once, as
/// PyTorch's have.
pub trait ModuleExt: Module {
    /// Every parameter with its path; a tied one under the first of its paths.
    fn named_parameters(&self) -> Vec<(String, ParamRef<'_>)> {
        let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
        self.for_each_param(|path, param| {
            if seen.insert(param.id()) {
                all.push((path.to_owned(), param));
            }
        });
        all
    }

    /// Every buffer with its path.
    fn named_buffers(&self) -> Vec<(String, BufferRef<'_>)> {
        let mut all = Vec::new();
        self.for_each_buffer(|path, buffer| all.push((path.to_owned(), buffer)));
        all
    }

    /// How many numbers the parameters hold, frozen ones included, tied ones counted once.
    fn count_parameters(&self) -> usize {
        self.named_parameters().iter().map(|(_, param)| param.shape().iter().product::<usize>()).sum()
    }

    /// Freezes all parameters (`false`) or lets all be trained (`true`).
    ///
    /// ```
    /// use rappel_autodiff::module::ModuleExt;
    /// use rappel_autodiff::{Param, Tensor};
    ///
    /// let param = || Param::<f32>::new(Tensor::zeros(&[2]));
    /// let (mut body, head) = (vec![param(), param()], param());
    /// body.set_trainable(false);
    /// let net = (body, head);
    /// let trained: Vec<_> = net.named_parameters().into_iter().filter(|(_, p)| p.trainable()).map(|(path, _)| path).collect();
    /// assert_eq!(trained, ["1"]);
    /// ```
    fn set_trainable(&mut self, trainable: bool) {
        self.for_each_param_mut(|_, mut param| param.set_trainable(trainable));
    }

    /// Freezes the parameters whose path fits a [pattern](super::fits), such as `encoder.*` or `*.bias`: no gradient is computed for
    /// them, and no step changes them. One that is [tied](crate::Param::tie) is frozen at all of its places.
    ///
    /// ```
    /// use rappel_autodiff::module::ModuleExt;
    /// use rappel_autodiff::{Param, Tensor};
    ///
    /// let param = || Param::<f32>::new(Tensor::zeros(&[2]));
    /// let mut net = (vec![param(), param()], param());
    /// net.freeze("0.*");
    /// net.unfreeze("0.1");
    /// assert_eq!(net.named_parameters().iter().map(|(_, p)| p.trainable()).collect::<Vec<_>>(), [false, true, true]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when no parameter fits: the message lists their paths.
    #[track_caller]
    fn freeze(&mut self, pattern: &str) {
        assert!(set_where(self, pattern, false), "freeze: no parameter fits `{pattern}`; there are: {}", paths(self));
    }

    /// Lets the parameters be trained whose path fits a pattern; see [`freeze`](Self::freeze).
    ///
    /// # Panics
    /// At the caller's line, when no parameter fits.
    #[track_caller]
    fn unfreeze(&mut self, pattern: &str) {
        assert!(set_where(self, pattern, true), "unfreeze: no parameter fits `{pattern}`; there are: {}", paths(self));
    }

    /// The values of all parameters and buffers at this moment, to go back to by [`restore`](Self::restore). It costs no copy.
    fn snapshot(&self) -> Snapshot {
        Snapshot::of(self)
    }

    /// Goes back to the values of a snapshot, bit for bit.
    ///
    /// # Panics
    /// At the caller's line, when it is one of another net, or layers were added or replaced since; nothing has changed then. See
    /// [`Snapshot::restore`], which says so instead.
    #[track_caller]
    fn restore(&mut self, snapshot: &Snapshot) {
        assert!(
            snapshot.restore(self),
            "restore: this snapshot is of another net, or the net's layers have changed since"
        );
    }

    /// Whether another net has parameters and buffers of the same paths, in the same order, with the same values, bit for bit; boxed
    /// layers too. Which are frozen makes no difference.
    ///
    /// ```
    /// use rappel_autodiff::module::ModuleExt;
    /// use rappel_autodiff::{Param, Tensor};
    ///
    /// let online = vec![Param::<f32>::new(Tensor::from([1.0, 2.0]))];
    /// let mut target = vec![Param::<f32>::new(Tensor::zeros(&[2]))];
    /// assert!(!target.same_state(&online));
    /// target.copy_state(&online);
    /// assert!(target.same_state(&online));
    /// ```
    fn same_state<M: Module + ?Sized>(&self, other: &M) -> bool {
        snapshot::entries(self).same(&snapshot::entries(other))
    }

    /// Takes the values of another net that has the same parameters and buffers, by path and order: a teacher's, an online net's, a
    /// shard's. The tensors are shared until either is written.
    ///
    /// # Panics
    /// At the caller's line, at the first path, number type or shape that differs; nothing has changed then.
    #[track_caller]
    fn copy_state<M: Module + ?Sized>(&mut self, other: &M) {
        let (own, from) = (snapshot::entries(self), snapshot::entries(other));
        if let Some(why) = own.misfit(&from) {
            panic!("copy_state: {why}");
        }
        from.write(self);
    }

    /// A table of all parameters and buffers: path, number type, shape, count. Its `Display` is what to print.
    ///
    /// ```
    /// use rappel_autodiff::module::ModuleExt;
    /// use rappel_autodiff::{Param, Tensor};
    ///
    /// let net = vec![Param::<f32>::new(Tensor::zeros(&[10, 784])), Param::frozen(Tensor::zeros(&[10]))];
    /// let text = "\
    /// path           shape  numbers
    /// 0     f32  [10, 784]    7,840
    /// 1     f32       [10]       10  frozen
    /// parameters: 7,840 trainable, 10 frozen";
    /// assert_eq!(net.listing().to_string(), text);
    /// ```
    fn listing(&self) -> Listing {
        Listing::of(self)
    }

    /// Calls `f` with the path and the parameter at every place.
    fn for_each_param<'a>(&'a self, f: impl FnMut(&str, ParamRef<'a>)) {
        self.visit(&mut Walk { path: Path::default(), param: f, buffer: |_: &str, _: BufferRef<'a>| {} });
    }

    /// Calls `f` with the path and the parameter, to be changed, at every place.
    fn for_each_param_mut(&mut self, f: impl FnMut(&str, ParamMut<'_>)) {
        self.visit_mut(&mut Walk { path: Path::default(), param: f, buffer: |_: &str, _: BufferMut<'_>| {} });
    }

    /// Calls `f` with the path and the buffer at every place.
    fn for_each_buffer<'a>(&'a self, f: impl FnMut(&str, BufferRef<'a>)) {
        self.visit(&mut Walk { path: Path::default(), param: |_: &str, _: ParamRef<'a>| {}, buffer: f });
    }

    /// Calls `f` with the path and the buffer, to be changed, at every place.
    fn for_each_buffer_mut(&mut self, f: impl FnMut(&str, BufferMut<'_>)) {
        self.visit_mut(&mut Walk { path: Path::default(), param: |_: &str, _: ParamMut<'_>| {}, buffer: f });
    }
}

impl<M: Module + ?Sized> ModuleExt for M {}

/// Whether any parameter fits the pattern; those that do are set, at every place they are tied to.
fn set_where<M: Module + ?Sized>(net: &mut M, pattern: &str, trainable: bool) -> bool {
    let mut fitting = BTreeSet::new();
    net.for_each_param(|path, param| {
        if fits(pattern, path) {
            fitting.insert(param.id());
        }
    });
    net.for_each_param_mut(|_, mut param| {
        if fitting.contains(&param.id()) {
            param.set_trainable(trainable);
        }
    });
    !fitting.is_empty()
}

fn paths<M: Module + ?Sized>(net: &M) -> String {
    let all: Vec<_> = net.named_parameters().into_iter().map(|(path, _)| path).collect();
    all.join(", ")
}

/// Keeps the path and hands each leaf to one of two functions.
struct Walk<P, B> {
    path: Path,
    param: P,
    buffer: B,
}

impl<'a, P: FnMut(&str, ParamRef<'a>), B: FnMut(&str, BufferRef<'a>)> Visitor<'a> for Walk<P, B> {
    fn enter(&mut self, name: &str) {
        self.path.enter(name);
    }

    fn leave(&mut self) {
        self.path.leave();
    }

    fn param(&mut self, param: ParamRef<'a>) {
        (self.param)(self.path.as_str(), param);
    }

    fn buffer(&mut self, buffer: BufferRef<'a>) {
        (self.buffer)(self.path.as_str(), buffer);
    }
}

impl<P: FnMut(&str, ParamMut<'_>), B: FnMut(&str, BufferMut<'_>)> VisitorMut for Walk<P, B> {
    fn enter(&mut self, name: &str) {
        self.path.enter(name);
    }

    fn leave(&mut self) {
        self.path.leave();
    }

    fn param(&mut self, param: ParamMut<'_>) {
        (self.param)(self.path.as_str(), param);
    }

    fn buffer(&mut self, buffer: BufferMut<'_>) {
        (self.buffer)(self.path.as_str(), buffer);
    }
}
