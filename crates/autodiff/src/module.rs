//! What a net is to everything that trains, saves or shows it: a tree of named parameters and buffers.
//!
//! A [`Module`] lets a visitor pass through. The number type is erased on the way ([`ParamRef`], [`ParamMut`]): a module of `f32`
//! and one of `f64` are the same trait, and a layer without parameters needs no number type at all. What users mostly want from
//! the tree, lists and counts by dotted path, is in [`ModuleExt`].

mod containers;
mod erased;
mod ext;
mod glob;
mod listing;
mod path;
mod snapshot;

pub use erased::{BufferMut, BufferRef, ParamMut, ParamRef};
pub(crate) use erased::{cast, cast_mut};
pub use ext::ModuleExt;
pub use glob::fits;
pub use listing::Listing;
pub use path::Path;
pub use snapshot::Snapshot;

/// A tree of parameters and buffers.
///
/// Structs and enums derive it (`#[derive(Module)]`); [`Param`](crate::Param), [`Buffer`](crate::Buffer) and containers of modules
/// have it. It is written by hand where the names are to be others than the fields', in the same order in both functions:
///
/// ```
/// use rappel_autodiff::module::{Module, ModuleExt, Visitor, VisitorMut};
/// use rappel_autodiff::{Param, Tensor};
///
/// /// Weights called `weight_l0`, `weight_l1` and so on.
/// struct Stack {
///     weights: Vec<Param>,
/// }
///
/// impl Module for Stack {
///     fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
///         for (i, weight) in self.weights.iter().enumerate() {
///             visitor.enter(&format!("weight_l{i}"));
///             weight.visit(visitor);
///             visitor.leave();
///         }
///     }
///
///     fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
///         for (i, weight) in self.weights.iter_mut().enumerate() {
///             visitor.enter(&format!("weight_l{i}"));
///             weight.visit_mut(visitor);
///             visitor.leave();
///         }
///     }
/// }
///
/// let stack = Stack { weights: vec![Param::new(Tensor::zeros(&[3])), Param::new(Tensor::zeros(&[2]))] };
/// assert_eq!(stack.named_parameters()[1].0, "weight_l1");
/// ```
///
/// Tensors and plain numbers are not modules: whether they are trained, kept or neither has to be said.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a module",
    label = "neither a `Param`, a `Buffer`, a module, nor a container of these",
    note = "to train it, make it a `Param`; to save it untrained, a `Buffer`",
    note = "to leave it out of both, put `#[module(skip)]` on the field",
    note = "a struct of modules becomes one by `#[derive(Module)]`; a type parameter by the bound `Module`"
)]
pub trait Module {
    /// Shows the visitor every parameter and buffer, children in a fixed order, each child between `enter(name)` and `leave()`.
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>);

    /// [`visit`](Module::visit) with the right to change what is seen: the same names in the same order.
    fn visit_mut(&mut self, visitor: &mut dyn VisitorMut);
}

/// Passes through a module, reading.
pub trait Visitor<'a> {
    /// What follows, up to the matching [`leave`](Visitor::leave), belongs to the child `name`.
    fn enter(&mut self, name: &str) {
        let _ = name;
    }

    /// The child that was entered last ends.
    fn leave(&mut self) {}

    /// A parameter at the current place.
    fn param(&mut self, param: ParamRef<'a>);

    /// A buffer at the current place.
    fn buffer(&mut self, buffer: BufferRef<'a>) {
        let _ = buffer;
    }
}

/// Passes through a module, writing.
pub trait VisitorMut {
    /// What follows, up to the matching [`leave`](VisitorMut::leave), belongs to the child `name`.
    fn enter(&mut self, name: &str) {
        let _ = name;
    }

    /// The child that was entered last ends.
    fn leave(&mut self) {}

    /// A parameter at the current place.
    fn param(&mut self, param: ParamMut<'_>);

    /// A buffer at the current place.
    fn buffer(&mut self, buffer: BufferMut<'_>) {
        let _ = buffer;
    }
}
