//! Parameters and buffers whose number type is known at run time only.

use std::any::Any;

use rappel_tensor::Data;

use crate::param::{Buffer, Param, ParamId};

/// A parameter seen by a visitor.
#[derive(Debug, Clone, Copy)]
pub enum ParamRef<'a> {
    /// Of single precision.
    F32(&'a Param<f32>),
    /// Of double precision.
    F64(&'a Param<f64>),
}

/// A parameter that a visitor may change.
#[derive(Debug)]
pub enum ParamMut<'a> {
    /// Of single precision.
    F32(&'a mut Param<f32>),
    /// Of double precision.
    F64(&'a mut Param<f64>),
}

/// A buffer seen by a visitor.
#[derive(Debug, Clone, Copy)]
pub enum BufferRef<'a> {
    /// Of single precision.
    F32(&'a Buffer<f32>),
    /// Of double precision.
    F64(&'a Buffer<f64>),
    /// Of integers.
    I64(&'a Buffer<i64>),
}

/// A buffer that a visitor may change.
#[derive(Debug)]
pub enum BufferMut<'a> {
    /// Of single precision.
    F32(&'a mut Buffer<f32>),
    /// Of double precision.
    F64(&'a mut Buffer<f64>),
    /// Of integers.
    I64(&'a mut Buffer<i64>),
}

impl<'a> ParamRef<'a> {
    /// Which parameter this is.
    pub fn id(self) -> ParamId {
        match self {
            ParamRef::F32(param) => param.id(),
            ParamRef::F64(param) => param.id(),
        }
    }

    /// Whether a step changes it.
    pub fn trainable(self) -> bool {
        match self {
            ParamRef::F32(param) => param.trainable,
            ParamRef::F64(param) => param.trainable,
        }
    }

    /// The shape of its value.
    pub fn shape(self) -> &'a [usize] {
        match self {
            ParamRef::F32(param) => param.value.shape(),
            ParamRef::F64(param) => param.value.shape(),
        }
    }
}

impl ParamMut<'_> {
    /// Which parameter this is.
    pub fn id(&self) -> ParamId {
        self.by_ref().id()
    }

    /// The same parameter, to be read.
    pub fn by_ref(&self) -> ParamRef<'_> {
        match self {
            ParamMut::F32(param) => ParamRef::F32(param),
            ParamMut::F64(param) => ParamRef::F64(param),
        }
    }

    /// Freezes it or lets it be trained.
    pub fn set_trainable(&mut self, trainable: bool) {
        match self {
            ParamMut::F32(param) => param.trainable = trainable,
            ParamMut::F64(param) => param.trainable = trainable,
        }
    }
}

impl<'a> BufferRef<'a> {
    /// Forgets the number type.
    pub fn wrap<T: Data>(buffer: &'a Buffer<T>) -> Self {
        match (cast(buffer), cast(buffer)) {
            (Some(buffer), _) => BufferRef::F32(buffer),
            (_, Some(buffer)) => BufferRef::F64(buffer),
            _ => BufferRef::I64(cast(buffer).expect("a Buffer is made for f32, f64 and i64 only")),
        }
    }

    /// The buffer, if it holds values of this type.
    pub fn open<T: Data>(self) -> Option<&'a Buffer<T>> {
        match self {
            BufferRef::F32(buffer) => cast(buffer),
            BufferRef::F64(buffer) => cast(buffer),
            BufferRef::I64(buffer) => cast(buffer),
        }
    }

    /// Which buffer this is.
    pub fn id(self) -> ParamId {
        match self {
            BufferRef::F32(buffer) => buffer.id(),
            BufferRef::F64(buffer) => buffer.id(),
            BufferRef::I64(buffer) => buffer.id(),
        }
    }

    /// The shape of its value.
    pub fn shape(self) -> &'a [usize] {
        match self {
            BufferRef::F32(buffer) => buffer.value.shape(),
            BufferRef::F64(buffer) => buffer.value.shape(),
            BufferRef::I64(buffer) => buffer.value.shape(),
        }
    }
}

impl<'a> BufferMut<'a> {
    /// Forgets the number type.
    pub fn wrap<T: Data>(buffer: &'a mut Buffer<T>) -> Self {
        let buffer = match cast_mut(buffer) {
            Ok(buffer) => return BufferMut::F32(buffer),
            Err(buffer) => buffer,
        };
        match cast_mut(buffer) {
            Ok(buffer) => BufferMut::F64(buffer),
            Err(buffer) => BufferMut::I64(cast_mut(buffer).expect("a Buffer is made for f32, f64 and i64 only")),
        }
    }

    /// The buffer, if it holds values of this type.
    pub fn open<T: Data>(self) -> Option<&'a mut Buffer<T>> {
        match self {
            BufferMut::F32(buffer) => cast_mut(buffer).ok(),
            BufferMut::F64(buffer) => cast_mut(buffer).ok(),
            BufferMut::I64(buffer) => cast_mut(buffer).ok(),
        }
    }

    /// Which buffer this is.
    pub fn id(&self) -> ParamId {
        self.by_ref().id()
    }

    /// The same buffer, to be read.
    pub fn by_ref(&self) -> BufferRef<'_> {
        match self {
            BufferMut::F32(buffer) => BufferRef::F32(buffer),
            BufferMut::F64(buffer) => BufferRef::F64(buffer),
            BufferMut::I64(buffer) => BufferRef::I64(buffer),
        }
    }
}

/// The same reference, if the two types are one. Decided while compiling: the types are known where it is called.
pub(crate) fn cast<A: 'static, B: 'static>(a: &A) -> Option<&B> {
    (a as &dyn Any).downcast_ref()
}

/// [`cast`] that gives the reference back when the types differ.
pub(crate) fn cast_mut<A: 'static, B: 'static>(a: &mut A) -> Result<&mut B, &mut A> {
    if (a as &dyn Any).is::<B>() {
        Ok((a as &mut dyn Any).downcast_mut().expect("the type was just checked"))
    } else {
        Err(a)
    }
}
