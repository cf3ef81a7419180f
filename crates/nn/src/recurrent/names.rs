//! PyTorch's names of the weights in a stack of cells.

use std::io::Write;

use rappel_autodiff::module::{BufferMut, BufferRef, ParamMut, ParamRef, Visitor, VisitorMut};

/// Passes on what it is shown, with the cell's place behind each name: `weight_ih` becomes `weight_ih_l1_reverse`.
pub(super) struct Placed<V> {
    pub(super) visitor: V,
    pub(super) layer: usize,
    pub(super) reverse: bool,
}

impl<V> Placed<V> {
    fn name(&self, name: &str) -> Name {
        let reverse = if self.reverse { "_reverse" } else { "" };
        let mut text = Name { bytes: [0; 48], len: 0 };
        let mut rest = &mut text.bytes[..];
        write!(rest, "{name}_l{}{reverse}", self.layer).expect("a cell's names are at most 9 letters");
        text.len = 48 - rest.len();
        text
    }
}

/// A name, written without asking the allocator: an optimizer visits the net in every step.
struct Name {
    bytes: [u8; 48],
    len: usize,
}

impl Name {
    fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..self.len]).expect("it was written as text")
    }
}

impl<'a> Visitor<'a> for Placed<&mut (dyn Visitor<'a> + '_)> {
    fn enter(&mut self, name: &str) {
        self.visitor.enter(self.name(name).as_str());
    }

    fn leave(&mut self) {
        self.visitor.leave();
    }

    fn param(&mut self, param: ParamRef<'a>) {
        self.visitor.param(param);
    }

    fn buffer(&mut self, buffer: BufferRef<'a>) {
        self.visitor.buffer(buffer);
    }
}

impl VisitorMut for Placed<&mut (dyn VisitorMut + '_)> {
    fn enter(&mut self, name: &str) {
        self.visitor.enter(self.name(name).as_str());
    }

    fn leave(&mut self) {
        self.visitor.leave();
    }

    fn param(&mut self, param: ParamMut<'_>) {
        self.visitor.param(param);
    }

    fn buffer(&mut self, buffer: BufferMut<'_>) {
        self.visitor.buffer(buffer);
    }
}
