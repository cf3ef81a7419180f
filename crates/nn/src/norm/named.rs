//! One parameter of a module, by its name, and all others.

use rappel_autodiff::{
    BufferMut, BufferRef, Float, Leaf, Module, Param, ParamMut, ParamRef, Tensor, Visitor, VisitorMut,
};

/// What a visitor is shown of a module.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Shown {
    /// The module's own parameter of the name, without the name.
    It,
    /// All else.
    Rest,
}

/// Passes a part of a module on to another visitor.
pub(super) struct Named<'v, V: ?Sized> {
    to: &'v mut V,
    name: &'v str,
    shown: Shown,
    depth: usize,
    /// Whether what is visited is below the name.
    here: bool,
}

impl<'v, V: ?Sized> Named<'v, V> {
    pub(super) fn new(name: &'v str, shown: Shown, to: &'v mut V) -> Self {
        Named { to, name, shown, depth: 0, here: false }
    }

    /// Whether the names are passed on that are entered and left now.
    fn enters(&mut self, name: &str) -> bool {
        self.here |= self.depth == 0 && name == self.name;
        self.depth += 1;
        !self.here && self.shown == Shown::Rest
    }

    fn leaves(&mut self) -> bool {
        self.depth -= 1;
        let passes = !self.here && self.shown == Shown::Rest;
        self.here &= self.depth > 0;
        passes
    }

    /// Whether a parameter or buffer is passed on.
    fn passes(&self) -> bool {
        self.here == (self.shown == Shown::It)
    }
}

impl<'a> Visitor<'a> for Named<'_, dyn Visitor<'a> + '_> {
    fn enter(&mut self, name: &str) {
        if self.enters(name) {
            self.to.enter(name);
        }
    }

    fn leave(&mut self) {
        if self.leaves() {
            self.to.leave();
        }
    }

    fn param(&mut self, param: ParamRef<'a>) {
        if self.passes() {
            self.to.param(param);
        }
    }

    fn buffer(&mut self, buffer: BufferRef<'a>) {
        if self.passes() {
            self.to.buffer(buffer);
        }
    }
}

impl VisitorMut for Named<'_, dyn VisitorMut + '_> {
    fn enter(&mut self, name: &str) {
        if self.enters(name) {
            self.to.enter(name);
        }
    }

    fn leave(&mut self) {
        if self.leaves() {
            self.to.leave();
        }
    }

    fn param(&mut self, param: ParamMut<'_>) {
        if self.passes() {
            self.to.param(param);
        }
    }

    fn buffer(&mut self, buffer: BufferMut<'_>) {
        if self.passes() {
            self.to.buffer(buffer);
        }
    }
}

/// The parameter of a name, if its numbers are of this type.
pub(super) fn find<'a, T: Float>(name: &str, module: &'a (impl Module + ?Sized)) -> Option<&'a Param<T>> {
    struct Find<'a, T: Float>(Option<&'a Param<T>>);

    impl<'a, T: Float> Visitor<'a> for Find<'a, T> {
        fn param(&mut self, param: ParamRef<'a>) {
            self.0 = T::open(param);
        }
    }

    let mut find = Find(None);
    module.visit(&mut Named::new(name, Shown::It, &mut find as &mut dyn Visitor<'a>));
    find.0
}

/// Gives the parameter of a name a value.
pub(super) fn set<T: Float>(name: &str, module: &mut (impl Module + ?Sized), value: Tensor<T>) {
    struct Set<T: Float>(Tensor<T>);

    impl<T: Float> VisitorMut for Set<T> {
        fn param(&mut self, param: ParamMut<'_>) {
            if let Some(param) = T::open_mut(param) {
                param.value = self.0.clone();
            }
        }
    }

    module.visit_mut(&mut Named::new(name, Shown::It, &mut Set(value) as &mut dyn VisitorMut));
}
