//! What the numbers in a file are.

use std::fmt;

/// The kind of the numbers of an array in a file.
///
/// In memory there are three: f16 and bf16 are widened to f32 on reading, which is exact, and every kind of integer and truth value to
/// i64. The kind is kept, so that what was read is written as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// IEEE double precision, 8 bytes.
    F64,
    /// IEEE single precision, 4 bytes.
    F32,
    /// IEEE half precision, 2 bytes: 11 significant bits, from 6e-8 to 65504.
    F16,
    /// "Brain" half precision, 2 bytes: 8 significant bits, the range of f32.
    Bf16,
    /// Signed, 8 bytes.
    I64,
    /// Signed, 4 bytes.
    I32,
    /// Signed, 2 bytes.
    I16,
    /// Signed, 1 byte.
    I8,
    /// Unsigned, 8 bytes; only values that an i64 has.
    U64,
    /// Unsigned, 4 bytes.
    U32,
    /// Unsigned, 2 bytes.
    U16,
    /// Unsigned, 1 byte.
    U8,
    /// Truth values, 1 byte each.
    Bool,
}

impl Kind {
    /// The bytes of one number.
    pub fn size(self) -> usize {
        match self {
            Kind::F64 | Kind::I64 | Kind::U64 => 8,
            Kind::F32 | Kind::I32 | Kind::U32 => 4,
            Kind::F16 | Kind::Bf16 | Kind::I16 | Kind::U16 => 2,
            Kind::I8 | Kind::U8 | Kind::Bool => 1,
        }
    }

    /// Whether the numbers are floating point.
    pub fn is_float(self) -> bool {
        matches!(self, Kind::F64 | Kind::F32 | Kind::F16 | Kind::Bf16)
    }

    /// Whether the numbers are floating point of two bytes.
    pub fn is_half(self) -> bool {
        matches!(self, Kind::F16 | Kind::Bf16)
    }

    /// `f32`, `bf16`, `bool`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::F64 => "f64",
            Kind::F32 => "f32",
            Kind::F16 => "f16",
            Kind::Bf16 => "bf16",
            Kind::I64 => "i64",
            Kind::I32 => "i32",
            Kind::I16 => "i16",
            Kind::I8 => "i8",
            Kind::U64 => "u64",
            Kind::U32 => "u32",
            Kind::U16 => "u16",
            Kind::U8 => "u8",
            Kind::Bool => "bool",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
