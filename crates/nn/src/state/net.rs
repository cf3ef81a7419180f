//! The parameters and buffers of a net, and their places in it.

use std::collections::BTreeMap;

use rappel_autodiff::{BufferMut, BufferRef, Module, ModuleExt, ParamId, ParamMut, ParamRef};

use super::array::Values;

/// A parameter or a buffer.
pub(super) struct Leaf {
    /// Every path that leads to it; a tied parameter has several.
    pub(super) paths: Vec<String>,
    pub(super) id: ParamId,
    pub(super) values: Values,
}

/// Every parameter, then every buffer, in the order of the net's fields; what is tied stands once.
pub(super) fn leaves<M: Module + ?Sized>(net: &M) -> Vec<Leaf> {
    let (mut leaves, mut known) = (Vec::new(), BTreeMap::new());
    let mut meet = |path: &str, id: ParamId, values: Values| {
        let at = *known.entry(id).or_insert(leaves.len());
        match leaves.get_mut(at) {
            None => leaves.push(Leaf { paths: vec![path.to_owned()], id, values }),
            Some(leaf) => leaf.paths.push(path.to_owned()),
        }
    };
    net.for_each_param(|path, param| match param {
        ParamRef::F32(p) => meet(path, p.id(), Values::F32(p.value.clone())),
        ParamRef::F64(p) => meet(path, p.id(), Values::F64(p.value.clone())),
    });
    net.for_each_buffer(|path, buffer| match buffer {
        BufferRef::F32(b) => meet(path, b.id(), Values::F32(b.value.clone())),
        BufferRef::F64(b) => meet(path, b.id(), Values::F64(b.value.clone())),
        BufferRef::I64(b) => meet(path, b.id(), Values::I64(b.value.clone())),
    });
    leaves
}

/// Sets every place of the parameters and buffers with these ids; the others stay. The types agree: they were listed from the same net.
pub(super) fn assign<M: Module + ?Sized>(net: &mut M, values: &BTreeMap<ParamId, Values>) {
    net.for_each_param_mut(|_, param| match (values.get(&param.id()), param) {
        (None, _) => {}
        (Some(Values::F32(value)), ParamMut::F32(param)) => param.value = value.clone(),
        (Some(Values::F64(value)), ParamMut::F64(param)) => param.value = value.clone(),
        (_, param) => unreachable!("parameter {:?} was listed with its type", param.id()),
    });
    net.for_each_buffer_mut(|_, buffer| match (values.get(&buffer.id()), buffer) {
        (None, _) => {}
        (Some(Values::F32(value)), BufferMut::F32(buffer)) => buffer.value = value.clone(),
        (Some(Values::F64(value)), BufferMut::F64(buffer)) => buffer.value = value.clone(),
        (Some(Values::I64(value)), BufferMut::I64(buffer)) => buffer.value = value.clone(),
        (_, buffer) => unreachable!("buffer {:?} was listed with its type", buffer.id()),
    });
}
