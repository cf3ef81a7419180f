//! Numbers of either type, with all their bits.

use std::any::Any;

use rappel_tensor::{Data, Float, Tensor};

/// The numbers of a tensor.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Values {
    F32(Vec<f32>),
    F64(Vec<f64>),
}

/// Numbers under names.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Named(pub(super) Vec<(String, f64)>);

impl Values {
    pub(super) fn of<T: Float>(tensor: &Tensor<T>) -> Values {
        let all: Box<dyn Any> = Box::new(tensor.data().to_vec());
        match all.downcast::<Vec<f32>>() {
            Ok(all) => Values::F32(*all),
            Err(all) => match all.downcast::<Vec<f64>>() {
                Ok(all) => Values::F64(*all),
                // There are no other number types; the nearest that can be written.
                Err(_) => Values::F64(tensor.data().iter().map(|x| x.re()).collect()),
            },
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Values::F32(all) => all.len(),
            Values::F64(all) => all.len(),
        }
    }

    /// The number type.
    pub(super) fn number(&self) -> &'static str {
        match self {
            Values::F32(_) => f32::NAME,
            Values::F64(_) => f64::NAME,
        }
    }

    /// A tensor, if the numbers are of its type and as many as its shape has.
    pub(super) fn tensor<T: Float>(&self, shape: &[usize]) -> Option<Tensor<T>> {
        let all: Box<dyn Any> = match self {
            Values::F32(all) => Box::new(all.clone()),
            Values::F64(all) => Box::new(all.clone()),
        };
        let all = all.downcast::<Vec<T>>().ok()?;
        (count(shape) == Some(all.len())).then(|| Tensor::new(*all, shape))
    }
}

impl Named {
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a str>, numbers: &[f64]) -> Named {
        Named(names.map(str::to_owned).zip(numbers.iter().copied()).collect())
    }

    pub(super) fn numbers(&self) -> impl Iterator<Item = f64> {
        self.0.iter().map(|named| named.1)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|named| &*named.0)
    }
}

/// How many numbers a shape has, if that can be said.
pub(super) fn count(shape: &[usize]) -> Option<usize> {
    shape.iter().try_fold(1_usize, |n, size| n.checked_mul(*size))
}
