//! The values of a net at one moment, to go back to.

use rappel_tensor::Tensor;

use super::{BufferMut, BufferRef, Module, ModuleExt, ParamMut, ParamRef};
use crate::param::ParamId;

/// A tensor of any number type a net may hold.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    F32(Tensor<f32>),
    F64(Tensor<f64>),
    I64(Tensor<i64>),
}

/// The values of a net at one moment: parameters and buffers, by identity.
///
/// It shares the tensors with the net, so it costs no copy; a step that would overwrite them writes beside them instead.
///
/// ```
/// use rappel_autodiff::module::Snapshot;
/// use rappel_autodiff::{Param, Tensor};
///
/// let mut w = Param::new(Tensor::from([1.0, 2.0]));
/// let before = Snapshot::of(&w);
/// w.value = Tensor::from([7.0, 7.0]);
/// assert_ne!(Snapshot::of(&w), before);
/// assert!(before.restore(&mut w));
/// assert_eq!(w.value.data(), [1.0, 2.0]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    params: Vec<(ParamId, Value)>,
    buffers: Vec<(ParamId, Value)>,
}

impl Snapshot {
    /// The values of a net as they are now, frozen parameters and buffers included.
    pub fn of<M: Module + ?Sized>(net: &M) -> Snapshot {
        let (mut params, mut buffers) = (Vec::new(), Vec::new());
        net.for_each_param(|_, p| {
            let value = match p {
                ParamRef::F32(p) => Value::F32(p.value.clone()),
                ParamRef::F64(p) => Value::F64(p.value.clone()),
            };
            params.push((p.id(), value));
        });
        net.for_each_buffer(|_, b| {
            let value = match b {
                BufferRef::F32(b) => Value::F32(b.value.clone()),
                BufferRef::F64(b) => Value::F64(b.value.clone()),
                BufferRef::I64(b) => Value::I64(b.value.clone()),
            };
            buffers.push((b.id(), value));
        });
        Snapshot { params, buffers }
    }

    /// The number of parameters, each place of a tied one counted.
    pub fn len(&self) -> usize {
        self.params.len()
    }

    /// Whether the net had no parameters.
    pub fn is_empty(&self) -> bool {
        self.params.is_empty()
    }

    /// Gives the net these values back: exact, bit for bit. Says whether the net is still the one it was, with the same parameters
    /// and buffers in the same order; if it is not, nothing has changed.
    #[must_use]
    pub fn restore<M: Module + ?Sized>(&self, net: &mut M) -> bool {
        if !self.fits(net) {
            return false;
        }
        let mut at = self.params.iter();
        net.for_each_param_mut(|_, p| {
            if let Some((_, value)) = at.next() {
                match (p, value) {
                    (ParamMut::F32(p), Value::F32(value)) => p.value = value.clone(),
                    (ParamMut::F64(p), Value::F64(value)) => p.value = value.clone(),
                    _ => unreachable!("an identity keeps its number type"),
                }
            }
        });
        let mut at = self.buffers.iter();
        net.for_each_buffer_mut(|_, b| {
            if let Some((_, value)) = at.next() {
                match (b, value) {
                    (BufferMut::F32(b), Value::F32(value)) => b.value = value.clone(),
                    (BufferMut::F64(b), Value::F64(value)) => b.value = value.clone(),
                    (BufferMut::I64(b), Value::I64(value)) => b.value = value.clone(),
                    _ => unreachable!("an identity keeps its number type"),
                }
            }
        });
        true
    }

    /// Whether a net has the same parameters and buffers, by identity, in the same order.
    pub fn fits<M: Module + ?Sized>(&self, net: &M) -> bool {
        let (mut params, mut buffers) = (Vec::new(), Vec::new());
        net.for_each_param(|_, p| params.push(p.id()));
        net.for_each_buffer(|_, b| buffers.push(b.id()));
        params.iter().eq(self.params.iter().map(|p| &p.0)) && buffers.iter().eq(self.buffers.iter().map(|b| &b.0))
    }
}
