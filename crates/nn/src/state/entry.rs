//! The parameters and buffers of a net, as a file has them.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Write};

use rappel_autodiff::{BufferMut, BufferRef, Data, Module, ModuleExt, ParamId, ParamMut, ParamRef, Tensor};
use safetensors::Dtype;

/// One named tensor.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) id: ParamId,
    pub(super) values: Values,
}

/// A tensor of one of the types that are saved; a handle, not a copy.
pub(super) enum Values {
    F32(Tensor<f32>),
    F64(Tensor<f64>),
    I64(Tensor<i64>),
}

/// Every parameter, then every buffer, in the order of the net's fields; what is tied stands once.
pub(super) fn list<M: Module + ?Sized>(net: &M) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (name, param) in net.named_parameters() {
        let values = match param {
            ParamRef::F32(param) => Values::F32(param.value.clone()),
            ParamRef::F64(param) => Values::F64(param.value.clone()),
        };
        entries.push(Entry { name, id: param.id(), values });
    }
    for (name, buffer) in net.named_buffers() {
        let values = match buffer {
            BufferRef::F32(buffer) => Values::F32(buffer.value.clone()),
            BufferRef::F64(buffer) => Values::F64(buffer.value.clone()),
            BufferRef::I64(buffer) => Values::I64(buffer.value.clone()),
        };
        entries.push(Entry { name, id: buffer.id(), values });
    }
    entries
}

/// The first name that stands twice.
pub(super) fn repeated(entries: &[Entry]) -> Option<&str> {
    let mut seen = BTreeSet::new();
    entries.iter().map(|entry| entry.name.as_str()).find(|&name| !seen.insert(name))
}

/// Sets every place of the parameters and buffers with these ids. The types agree: they were listed from the same net.
pub(super) fn assign<M: Module + ?Sized>(net: &mut M, values: &HashMap<ParamId, Values>) {
    net.for_each_param_mut(|_, param| match (values.get(&param.id()), param) {
        (Some(Values::F32(value)), ParamMut::F32(param)) => param.value = value.clone(),
        (Some(Values::F64(value)), ParamMut::F64(param)) => param.value = value.clone(),
        (_, param) => unreachable!("parameter {:?} was listed with its type", param.id()),
    });
    net.for_each_buffer_mut(|_, buffer| match (values.get(&buffer.id()), buffer) {
        (Some(Values::F32(value)), BufferMut::F32(buffer)) => buffer.value = value.clone(),
        (Some(Values::F64(value)), BufferMut::F64(buffer)) => buffer.value = value.clone(),
        (Some(Values::I64(value)), BufferMut::I64(buffer)) => buffer.value = value.clone(),
        (_, buffer) => unreachable!("buffer {:?} was listed with its type", buffer.id()),
    });
}

impl Values {
    pub(super) fn shape(&self) -> &[usize] {
        match self {
            Values::F32(tensor) => tensor.shape(),
            Values::F64(tensor) => tensor.shape(),
            Values::I64(tensor) => tensor.shape(),
        }
    }

    pub(super) fn dtype(&self) -> Dtype {
        match self {
            Values::F32(_) => Dtype::F32,
            Values::F64(_) => Dtype::F64,
            Values::I64(_) => Dtype::I64,
        }
    }

    /// The number of bytes in a file.
    pub(super) fn size(&self) -> usize {
        self.shape().iter().product::<usize>() * self.dtype().bitsize() / 8
    }

    /// Writes the values as the format has them: row-major, little-endian.
    pub(super) fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        match self {
            Values::F32(tensor) => write(to, tensor, f32::to_le_bytes),
            Values::F64(tensor) => write(to, tensor, f64::to_le_bytes),
            Values::I64(tensor) => write(to, tensor, i64::to_le_bytes),
        }
    }

    /// Values of this one's type and shape from the bytes of a file.
    pub(super) fn like(&self, bytes: &[u8]) -> Values {
        match self {
            Values::F32(_) => Values::F32(tensor(self.shape(), bytes, f32::from_le_bytes)),
            Values::F64(_) => Values::F64(tensor(self.shape(), bytes, f64::from_le_bytes)),
            Values::I64(_) => Values::I64(tensor(self.shape(), bytes, i64::from_le_bytes)),
        }
    }
}

fn write<T: Data, const N: usize>(to: &mut dyn Write, tensor: &Tensor<T>, bytes: fn(T) -> [u8; N]) -> io::Result<()> {
    tensor.data().chunks(1024).try_for_each(|some| {
        let some: Vec<u8> = some.iter().flat_map(|&value| bytes(value)).collect();
        to.write_all(&some)
    })
}

fn tensor<T: Data, const N: usize>(shape: &[usize], bytes: &[u8], value: fn([u8; N]) -> T) -> Tensor<T> {
    let (values, _) = bytes.as_chunks::<N>();
    Tensor::new(values.iter().map(|&bytes| value(bytes)).collect::<Vec<T>>(), shape)
}
