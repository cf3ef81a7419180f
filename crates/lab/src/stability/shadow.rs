//! The trainable parameters of a net, to be stepped in its place.

use rappel_autodiff::{Float, Gradients, Leaf, Module, ModuleExt, Param, Tensor, Visitor, VisitorMut};

use crate::LabError;

/// The trainable parameters of a net under their paths: with their identities, and values that may be changed without the net's
/// changing.
///
/// An optimizer steps it as it would step the net, so what a step would do can be seen without doing it.
#[derive(Debug)]
pub(super) struct Shadow<T: Float>(Vec<(String, Param<T>)>);

impl<T: Float> Shadow<T> {
    /// Of a net as it is now.
    pub(super) fn of<M: Module + ?Sized>(net: &M) -> Result<Shadow<T>, LabError> {
        let all = net.named_parameters().into_iter();
        let trained = all.filter_map(|(path, p)| Some((path, T::open(p)?))).filter(|(_, p)| p.trainable);
        let shadow = Shadow(trained.map(|(path, p)| (path, p.tie())).collect());
        if shadow.size() == 0 {
            return Err(LabError::Setting {
                what: "the number of trainable values",
                value: format!("0 of type {}", T::NAME),
                why: "curvature is measured in trainable parameters of the number type of the loss",
            });
        }
        Ok(shadow)
    }

    /// Path and parameter, in the order of the net.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Param<T>)> {
        self.0.iter().map(|(path, p)| (path.as_str(), p))
    }

    /// The number of values.
    pub(super) fn size(&self) -> usize {
        self.0.iter().map(|(_, p)| p.value.len()).sum()
    }

    /// What a direction has for these parameters; zeros where it has nothing.
    pub(super) fn restrict(&self, direction: &Gradients<T>) -> Gradients<T> {
        let part = |p: &Param<T>| direction.param(p).cloned().unwrap_or_else(|| Tensor::zeros(p.value.shape()));
        Gradients::from_fn(self, |_, p| part(p))
    }

    /// Whether a direction has a part of the right shape for each parameter, and no other.
    pub(super) fn fits(&self, direction: &Gradients<T>) -> bool {
        let has = |p: &Param<T>| direction.param(p).is_some_and(|d| d.shape() == p.value.shape());
        direction.len() == self.0.len() && self.0.iter().all(|(_, p)| has(p))
    }

    /// The values, in the order of the net.
    pub(super) fn values(&self) -> impl Iterator<Item = &Tensor<T>> {
        self.0.iter().map(|(_, p)| &p.value)
    }
}

impl<T: Float> Module for Shadow<T> {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        for (path, p) in &self.0 {
            names(path).for_each(|name| visitor.enter(name));
            p.visit(visitor);
            names(path).for_each(|_| visitor.leave());
        }
    }

    fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
        for (path, p) in &mut self.0 {
            names(path).for_each(|name| visitor.enter(name));
            p.visit_mut(visitor);
            names(path).for_each(|_| visitor.leave());
        }
    }
}

/// The names on a path; none for a net that is one parameter.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('.').filter(|name| !name.is_empty())
}
