//! The values of a net at one moment, to go back to, to compare with and to hand on.

use rappel_tensor::{Data, Tensor};

use super::{BufferMut, BufferRef, Module, ModuleExt, ParamMut, ParamRef};
use crate::param::ParamId;

/// A tensor of any number type a net may hold.
#[derive(Debug, Clone)]
enum Value {
    F32(Tensor<f32>),
    F64(Tensor<f64>),
    I64(Tensor<i64>),
}

impl Value {
    fn of_param(p: ParamRef<'_>) -> Value {
        match p {
            ParamRef::F32(p) => Value::F32(p.value.clone()),
            ParamRef::F64(p) => Value::F64(p.value.clone()),
        }
    }

    fn of_buffer(b: BufferRef<'_>) -> Value {
        match b {
            BufferRef::F32(b) => Value::F32(b.value.clone()),
            BufferRef::F64(b) => Value::F64(b.value.clone()),
            BufferRef::I64(b) => Value::I64(b.value.clone()),
        }
    }

    fn to_param(&self, p: ParamMut<'_>) {
        match (p, self) {
            (ParamMut::F32(p), Value::F32(value)) => p.value = value.clone(),
            (ParamMut::F64(p), Value::F64(value)) => p.value = value.clone(),
            _ => unreachable!("the number types were compared"),
        }
    }

    fn to_buffer(&self, b: BufferMut<'_>) {
        match (b, self) {
            (BufferMut::F32(b), Value::F32(value)) => b.value = value.clone(),
            (BufferMut::F64(b), Value::F64(value)) => b.value = value.clone(),
            (BufferMut::I64(b), Value::I64(value)) => b.value = value.clone(),
            _ => unreachable!("the number types were compared"),
        }
    }

    /// Number type and shape.
    fn form(&self) -> (&'static str, &[usize]) {
        match self {
            Value::F32(x) => ("f32", x.shape()),
            Value::F64(x) => ("f64", x.shape()),
            Value::I64(x) => ("i64", x.shape()),
        }
    }
}

/// The same shape and the same bits: NaN is itself, and 0 is not -0.
impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        fn bits<T: Data, B: PartialEq>(a: &Tensor<T>, b: &Tensor<T>, of: fn(T) -> B) -> bool {
            a.shape() == b.shape() && a.data().iter().zip(b.data()).all(|(&a, &b)| of(a) == of(b))
        }
        match (self, other) {
            (Value::F32(a), Value::F32(b)) => bits(a, b, f32::to_bits),
            (Value::F64(a), Value::F64(b)) => bits(a, b, f64::to_bits),
            (Value::I64(a), Value::I64(b)) => bits(a, b, |n| n),
            _ => false,
        }
    }
}

/// The values of a net at one moment: parameters and buffers, by identity.
///
/// It shares the tensors with the net, so it costs no copy; a step that would overwrite them writes beside them instead. Two are equal
/// when all values are, bit for bit.
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
        net.for_each_param(|_, p| params.push((p.id(), Value::of_param(p))));
        net.for_each_buffer(|_, b| buffers.push((b.id(), Value::of_buffer(b))));
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
        let fits = self.fits(net);
        if fits {
            let (params, buffers) = (self.params.iter().map(|p| &p.1), self.buffers.iter().map(|b| &b.1));
            write(net, params, buffers);
        }
        fits
    }

    /// Whether a net has the same parameters and buffers, by identity, in the same order.
    pub fn fits<M: Module + ?Sized>(&self, net: &M) -> bool {
        let (mut params, mut buffers) = (Vec::new(), Vec::new());
        net.for_each_param(|_, p| params.push(p.id()));
        net.for_each_buffer(|_, b| buffers.push(b.id()));
        params.iter().eq(self.params.iter().map(|p| &p.0)) && buffers.iter().eq(self.buffers.iter().map(|b| &b.0))
    }
}

/// The values of a net by path, whatever its identity.
pub(super) struct Entries {
    params: Vec<(String, Value)>,
    buffers: Vec<(String, Value)>,
}

/// The values of a net by path, at every place.
pub(super) fn entries<M: Module + ?Sized>(net: &M) -> Entries {
    let (mut params, mut buffers) = (Vec::new(), Vec::new());
    net.for_each_param(|path, p| params.push((path.to_owned(), Value::of_param(p))));
    net.for_each_buffer(|path, b| buffers.push((path.to_owned(), Value::of_buffer(b))));
    Entries { params, buffers }
}

impl Entries {
    fn all(&self) -> impl Iterator<Item = &(String, Value)> {
        self.params.iter().chain(&self.buffers)
    }

    /// Whether both have the same paths with the same bits.
    pub(super) fn same(&self, other: &Entries) -> bool {
        self.misfit(other).is_none() && self.all().zip(other.all()).all(|(a, b)| a.1 == b.1)
    }

    /// The first path, number type or shape that differs.
    pub(super) fn misfit(&self, other: &Entries) -> Option<String> {
        for (what, own, from) in [("parameter", &self.params, &other.params), ("buffer", &self.buffers, &other.buffers)]
        {
            for i in 0..own.len().max(from.len()) {
                let why = match (own.get(i), from.get(i)) {
                    (Some((path, a)), Some((other, b))) if path == other && a.form() == b.form() => continue,
                    (Some((path, a)), Some((other, b))) if path == other => {
                        let ((a, a_shape), (b, b_shape)) = (a.form(), b.form());
                        format!("`{path}` is {a}{a_shape:?} here and {b}{b_shape:?} in the other net")
                    }
                    (Some((path, _)), Some((other, _))) => {
                        format!("{what} {i} is called `{path}` here and `{other}` in the other net")
                    }
                    (Some((path, _)), None) => format!("{what} `{path}` is not in the other net"),
                    (None, Some((path, _))) => format!("{what} `{path}` is in the other net only"),
                    (None, None) => continue,
                };
                return Some(why);
            }
        }
        None
    }

    /// Writes the values into a net that fits.
    pub(super) fn write<M: Module + ?Sized>(&self, net: &mut M) {
        write(net, self.params.iter().map(|p| &p.1), self.buffers.iter().map(|b| &b.1));
    }
}

/// Writes values at the places of a net, in their order.
fn write<'v, M: Module + ?Sized>(
    net: &mut M,
    mut params: impl Iterator<Item = &'v Value>,
    mut buffers: impl Iterator<Item = &'v Value>,
) {
    net.for_each_param_mut(|_, p| {
        if let Some(value) = params.next() {
            value.to_param(p);
        }
    });
    net.for_each_buffer_mut(|_, b| {
        if let Some(value) = buffers.next() {
            value.to_buffer(b);
        }
    });
}
