//! What is in a net, as a table.

use std::collections::BTreeSet;
use std::fmt;

use super::{BufferRef, Module, ModuleExt, ParamRef};
use crate::table::{Table, grouped};

/// What is in a net: every parameter and buffer with its path, number type, shape and count. Made by
/// [`ModuleExt::listing`]; its text is a table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listing {
    /// Path, number type, shape, and what is to be said of it.
    rows: Vec<Row>,
    /// Numbers in the parameters that are trained; tied ones count once.
    pub trainable: usize,
    /// Numbers in the parameters that are frozen.
    pub frozen: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    path: String,
    number: &'static str,
    shape: Vec<usize>,
    note: &'static str,
}

impl Listing {
    pub(super) fn of<M: Module + ?Sized>(net: &M) -> Listing {
        let mut listing = Listing { rows: Vec::new(), trainable: 0, frozen: 0 };
        let mut seen = BTreeSet::new();
        net.for_each_param(|path, param| {
            let number = match param {
                ParamRef::F32(_) => "f32",
                ParamRef::F64(_) => "f64",
            };
            let again = !seen.insert(param.id());
            let note = match (again, param.trainable()) {
                (true, _) => "tied",
                (_, true) => "",
                (_, false) => "frozen",
            };
            if !again {
                let count = if param.trainable() { &mut listing.trainable } else { &mut listing.frozen };
                *count += param.shape().iter().product::<usize>();
            }
            listing.rows.push(Row { path: path.into(), number, shape: param.shape().into(), note });
        });
        net.for_each_buffer(|path, buffer| {
            let number = match buffer {
                BufferRef::F32(_) => "f32",
                BufferRef::F64(_) => "f64",
                BufferRef::I64(_) => "i64",
            };
            listing.rows.push(Row { path: path.into(), number, shape: buffer.shape().into(), note: "buffer" });
        });
        listing
    }
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(2, &["path", "", "shape", "numbers", ""]);
        for Row { path, number, shape, note } in &self.rows {
            let count = grouped(shape.iter().product::<usize>() as u64);
            table.row([path.clone(), (*number).into(), format!("{shape:?}"), count, (*note).into()]);
        }
        writeln!(f, "{table}")?;
        let [trainable, frozen] = [self.trainable, self.frozen].map(|n| grouped(n as u64));
        write!(f, "parameters: {trainable} trainable, {frozen} frozen")
    }
}
