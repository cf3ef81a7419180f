//! Leaves of the tree, and containers of modules.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use rappel_tensor::{Data, Float};

use super::{BufferMut, BufferRef, Module, Visitor, VisitorMut};
use crate::param::{Buffer, Leaf, Param};

impl<T: Float> Module for Param<T> {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        visitor.param(T::wrap(self));
    }

    fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
        visitor.param(T::wrap_mut(self));
    }
}

impl<T: Data> Module for Buffer<T> {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        visitor.buffer(BufferRef::wrap(self));
    }

    fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
        visitor.buffer(BufferMut::wrap(self));
    }
}

/// Elements are called `0`, `1` and so on.
impl<M: Module> Module for [M] {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        for (i, module) in self.iter().enumerate() {
            visitor.enter(Decimal::of(i).as_str());
            module.visit(visitor);
            visitor.leave();
        }
    }

    fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
        for (i, module) in self.iter_mut().enumerate() {
            visitor.enter(Decimal::of(i).as_str());
            module.visit_mut(visitor);
            visitor.leave();
        }
    }
}

/// Entries are called by their keys, which must not be empty or contain a dot.
impl<M: Module> Module for BTreeMap<String, M> {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        for (name, module) in self {
            visitor.enter(name);
            module.visit(visitor);
            visitor.leave();
        }
    }

    fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
        for (name, module) in self {
            visitor.enter(name);
            module.visit_mut(visitor);
            visitor.leave();
        }
    }
}

/// `None` has nothing; `Some` adds no name of its own.
impl<M: Module> Module for Option<M> {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        if let Some(module) = self {
            module.visit(visitor);
        }
    }

    fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
        if let Some(module) = self {
            module.visit_mut(visitor);
        }
    }
}

/// Nothing: a marker of a type has no state.
impl<T: ?Sized> Module for PhantomData<T> {
    fn visit<'a>(&'a self, _: &mut dyn Visitor<'a>) {}

    fn visit_mut(&mut self, _: &mut dyn VisitorMut) {}
}

/// Elements are called `0`, `1` and so on.
impl<M: Module, const N: usize> Module for [M; N] {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        self[..].visit(visitor);
    }

    fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
        self[..].visit_mut(visitor);
    }
}

/// What points to a module is that module: it adds no name.
macro_rules! pointer {
    ($([$($generics:tt)*] $type:ty;)*) => { $(
        impl<$($generics)*> Module for $type {
            fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
                (**self).visit(visitor);
            }

            fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
                (**self).visit_mut(visitor);
            }
        }
    )* };
}
pointer! {
    [M: Module] Vec<M>;
    [M: Module + ?Sized] Box<M>;
    [M: Module + ?Sized] &mut M;
}

/// The parts of a tuple are called `0`, `1` and so on. (Errors about a type that is no module do not list the thirteen.)
macro_rules! tuple {
    ($($module:ident $index:tt)*) => {
        #[diagnostic::do_not_recommend]
        impl<$($module: Module),*> Module for ($($module,)*) {
            fn visit<'a>(&'a self, _visitor: &mut dyn Visitor<'a>) {
                $(
                    _visitor.enter(stringify!($index));
                    self.$index.visit(_visitor);
                    _visitor.leave();
                )*
            }

            fn visit_mut(&mut self, _visitor: &mut dyn VisitorMut) {
                $(
                    _visitor.enter(stringify!($index));
                    self.$index.visit_mut(_visitor);
                    _visitor.leave();
                )*
            }
        }
    };
}
tuple!();
tuple!(A 0);
tuple!(A 0 B 1);
tuple!(A 0 B 1 C 2);
tuple!(A 0 B 1 C 2 D 3);
tuple!(A 0 B 1 C 2 D 3 E 4);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);

/// An index as text, without asking the allocator: an optimizer visits the net in every step.
struct Decimal {
    digits: [u8; 20],
    start: usize,
}

impl Decimal {
    fn of(mut index: usize) -> Self {
        let mut text = Decimal { digits: [b'0'; 20], start: 19 };
        text.digits[19] += (index % 10) as u8;
        while index >= 10 {
            index /= 10;
            text.start -= 1;
            text.digits[text.start] += (index % 10) as u8;
        }
        text
    }

    fn as_str(&self) -> &str {
        str::from_utf8(&self.digits[self.start..]).expect("digits are ASCII")
    }
}
