//! One named tensor of a state dict.

use std::fmt;
use std::io::{self, Write};

use rappel_autodiff::{Data, Tensor};

use super::half::{BF16, F16};
use super::kind::Kind;

/// The numbers of an array, as they are in memory.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Those of f32, f16 and bf16.
    F32(Tensor<f32>),
    /// Those of f64.
    F64(Tensor<f64>),
    /// Those of the integers, and truth values as 0 and 1.
    I64(Tensor<i64>),
}

/// A tensor of a state dict, and the kind its numbers have in a file.
///
/// It is made from a tensor, which it shares: no values are copied.
///
/// ```
/// use rappel_nn::autodiff::Tensor;
/// use rappel_nn::state::{Array, Kind, Values};
///
/// let array = Array::from(Tensor::from([1.5_f32, -2.0]));
/// assert_eq!((array.kind(), array.shape()), (Kind::F32, &[2][..]));
/// assert_eq!(array.to_string(), "f32[2]");
/// assert_eq!(*array.values(), Values::F32(Tensor::from([1.5, -2.0])));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// One whose numbers are among `values`.
    kind: Kind,
    values: Values,
}

impl Array {
    /// The kind of the numbers in a file.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Sizes per axis; empty for a scalar.
    pub fn shape(&self) -> &[usize] {
        self.values.shape()
    }

    /// The numbers.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// The same numbers as floating point of this kind, each rounded to the nearest; integers stay.
    pub(super) fn with_floats_as(&self, kind: Kind) -> Array {
        let values = match (&self.values, kind) {
            (Values::I64(_), _) => return self.clone(),
            (Values::F64(_), Kind::F64) => self.values.clone(),
            (Values::F32(x), Kind::F64) => Values::F64(x.cast()),
            (Values::F64(x), Kind::F32) => Values::F32(x.cast()),
            (Values::F32(_), Kind::F32) => self.values.clone(),
            (Values::F64(x), Kind::F16) => Values::F32(map(x, |x| F16.decode(F16.encode(x)))),
            (Values::F32(x), Kind::F16) => Values::F32(map(x, |x| F16.decode(F16.encode(x.into())))),
            (Values::F64(x), Kind::Bf16) => Values::F32(map(x, |x| BF16.decode(BF16.encode(x)))),
            (Values::F32(x), Kind::Bf16) => Values::F32(map(x, |x| BF16.decode(BF16.encode(x.into())))),
            (_, other) => unreachable!("{other} was refused before"),
        };
        Array { kind, values }
    }

    /// The number of bytes in a file.
    pub(super) fn size(&self) -> usize {
        self.shape().iter().product::<usize>() * self.kind.size()
    }

    /// Writes the numbers as files have them: row-major, little-endian.
    pub(super) fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        match (&self.values, self.kind) {
            (Values::F32(x), Kind::F16) => write(to, x, |x| F16.encode(x.into()).to_le_bytes()),
            (Values::F32(x), Kind::Bf16) => write(to, x, |x| BF16.encode(x.into()).to_le_bytes()),
            (Values::F32(x), _) => write(to, x, f32::to_le_bytes),
            (Values::F64(x), _) => write(to, x, f64::to_le_bytes),
            // Each was widened from its kind, so its lower bytes are what it was.
            (Values::I64(x), kind) => match kind.size() {
                8 => write(to, x, i64::to_le_bytes),
                4 => write(to, x, |x| (x as i32).to_le_bytes()),
                2 => write(to, x, |x| (x as i16).to_le_bytes()),
                _ => write(to, x, |x| (x as i8).to_le_bytes()),
            },
        }
    }

    /// The array of the bytes of a file; they are as many as kind and shape say.
    ///
    /// # Errors
    /// In words, when an unsigned integer is too large, or the shape has more values than can be counted.
    pub(super) fn read(kind: Kind, shape: &[usize], bytes: &[u8], order: ByteOrder) -> Result<Array, String> {
        let from = Source { shape, bytes, order };
        let values = match kind {
            Kind::F64 => Values::F64(from.tensor(f64::from_le_bytes)?),
            Kind::F32 => Values::F32(from.tensor(f32::from_le_bytes)?),
            Kind::F16 => Values::F32(from.tensor(|x| F16.decode(u16::from_le_bytes(x)))?),
            Kind::Bf16 => Values::F32(from.tensor(|x| BF16.decode(u16::from_le_bytes(x)))?),
            Kind::I64 => Values::I64(from.tensor(i64::from_le_bytes)?),
            Kind::I32 => Values::I64(from.tensor(|x| i32::from_le_bytes(x).into())?),
            Kind::I16 => Values::I64(from.tensor(|x| i16::from_le_bytes(x).into())?),
            Kind::I8 => Values::I64(from.tensor(|x| i8::from_le_bytes(x).into())?),
            Kind::U64 => {
                let bits: Tensor<i64> = from.tensor(i64::from_le_bytes)?;
                if let Some(&large) = bits.data().iter().find(|&&x| x < 0) {
                    return Err(format!("holds {}, which is more than an i64 has", large as u64));
                }
                Values::I64(bits)
            }
            Kind::U32 => Values::I64(from.tensor(|x| u32::from_le_bytes(x).into())?),
            Kind::U16 => Values::I64(from.tensor(|x| u16::from_le_bytes(x).into())?),
            Kind::U8 => Values::I64(from.tensor(|x| u8::from_le_bytes(x).into())?),
            Kind::Bool => Values::I64(from.tensor(|x: [u8; 1]| (x != [0]).into())?),
        };
        Ok(Array { kind, values })
    }
}

/// Which byte of a number stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Little,
    Big,
}

/// Type and shape: `f32[128, 784]`.
impl fmt::Display for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:?}", self.kind, self.shape())
    }
}

impl Values {
    /// Sizes per axis; empty for a scalar.
    pub fn shape(&self) -> &[usize] {
        match self {
            Values::F32(tensor) => tensor.shape(),
            Values::F64(tensor) => tensor.shape(),
            Values::I64(tensor) => tensor.shape(),
        }
    }

    /// The kind of the same name.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Values::F32(_) => Kind::F32,
            Values::F64(_) => Kind::F64,
            Values::I64(_) => Kind::I64,
        }
    }

    /// Whether two have the same type, shape and bits.
    pub(super) fn same_bits(&self, other: &Values) -> bool {
        self.shape() == other.shape()
            && match (self, other) {
                (Values::F32(a), Values::F32(b)) => {
                    a.data().iter().map(|x| x.to_bits()).eq(b.data().iter().map(|x| x.to_bits()))
                }
                (Values::F64(a), Values::F64(b)) => {
                    a.data().iter().map(|x| x.to_bits()).eq(b.data().iter().map(|x| x.to_bits()))
                }
                (Values::I64(a), Values::I64(b)) => a.data() == b.data(),
                _ => false,
            }
    }
}

impl From<Values> for Array {
    fn from(values: Values) -> Self {
        Array { kind: values.kind(), values }
    }
}

macro_rules! from {
    ($($t:ty => $variant:ident),*) => { $(
        impl From<Tensor<$t>> for Values {
            fn from(tensor: Tensor<$t>) -> Self {
                Values::$variant(tensor)
            }
        }

        impl From<Tensor<$t>> for Array {
            fn from(tensor: Tensor<$t>) -> Self {
                Values::$variant(tensor).into()
            }
        }
    )* };
}
from!(f32 => F32, f64 => F64, i64 => I64);

fn map<T: Data, U: Data>(tensor: &Tensor<T>, f: impl Fn(T) -> U) -> Tensor<U> {
    Tensor::new(tensor.data().iter().map(|&x| f(x)).collect::<Vec<U>>(), tensor.shape())
}

fn write<T: Data, const N: usize>(
    to: &mut dyn Write,
    tensor: &Tensor<T>,
    bytes: impl Fn(T) -> [u8; N],
) -> io::Result<()> {
    tensor.data().chunks(1024).try_for_each(|some| {
        let some: Vec<u8> = some.iter().flat_map(|&value| bytes(value)).collect();
        to.write_all(&some)
    })
}

/// The bytes of an array in a file.
struct Source<'a> {
    shape: &'a [usize],
    bytes: &'a [u8],
    order: ByteOrder,
}

impl Source<'_> {
    /// The tensor of these bytes; `value` takes them in little-endian order.
    fn tensor<T: Data, const N: usize>(&self, value: impl Fn([u8; N]) -> T) -> Result<Tensor<T>, String> {
        let (numbers, _) = self.bytes.as_chunks::<N>();
        let values: Vec<T> = numbers
            .iter()
            .map(|&bytes| {
                let mut bytes = bytes;
                if self.order == ByteOrder::Big {
                    bytes.reverse();
                }
                value(bytes)
            })
            .collect();
        Tensor::try_new(values, self.shape).map_err(|error| error.to_string())
    }
}
