//! What is asked of a module most often: its parameters, by path.

use std::collections::BTreeSet;

use super::{BufferMut, BufferRef, Module, ParamMut, ParamRef, Path, Visitor, VisitorMut};

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
