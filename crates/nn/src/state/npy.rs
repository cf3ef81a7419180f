//! One array in NumPy's format: a magic word, a version, a header that is the text of a Python dict, then the values.
//!
//! As `numpy.lib.format` documents it: versions 1.0 (length of two bytes), 2.0 and 3.0 (of four).

use std::io::{self, Write};

use super::array::{Array, ByteOrder};
use super::kind::Kind;

const MAGIC: &[u8] = b"\x93NUMPY";

/// What is written before the values: version 1.0, padded to a multiple of 64 bytes.
///
/// # Errors
/// In words, for bf16.
pub(super) fn header(array: &Array) -> Result<Vec<u8>, String> {
    let code = match array.kind() {
        Kind::F64 => "<f8",
        Kind::F32 => "<f4",
        Kind::F16 => "<f2",
        Kind::Bf16 => return Err("NumPy has no bf16; convert by `with_floats_as` to f16 or f32".into()),
        Kind::I64 => "<i8",
        Kind::I32 => "<i4",
        Kind::I16 => "<i2",
        Kind::I8 => "|i1",
        Kind::U64 => "<u8",
        Kind::U32 => "<u4",
        Kind::U16 => "<u2",
        Kind::U8 => "|u1",
        Kind::Bool => "|b1",
    };
    let shape: String = array.shape().iter().map(|size| format!("{size}, ")).collect();
    // A tuple of one needs its comma, one of more may not end in a blank.
    let shape = if array.shape().len() == 1 { shape.trim_end() } else { shape.trim_end_matches(", ") };
    let mut text = format!("{{'descr': '{code}', 'fortran_order': False, 'shape': ({shape}), }}");
    let before = MAGIC.len() + 4;
    let whole = (before + text.len() + 1).next_multiple_of(64);
    text.extend(std::iter::repeat_n(' ', whole - before - text.len() - 1));
    text.push('\n');
    let length = u16::try_from(text.len()).map_err(|_| "it has more axes than NumPy can write".to_owned())?;
    Ok([MAGIC, &[1, 0], &length.to_le_bytes(), text.as_bytes()].concat())
}

/// Writes an array after its header.
pub(super) fn write(header: &[u8], array: &Array, to: &mut dyn Write) -> io::Result<()> {
    to.write_all(header)?;
    array.write(to)
}

/// Why the bytes are not an array of a net.
pub(super) enum Refusal {
    /// They are not a whole array.
    Damaged(String),
    /// They are, of something else than a net's numbers.
    Kind(String),
}

/// The array of these bytes.
pub(super) fn read(bytes: &[u8]) -> Result<Array, Refusal> {
    let damaged = |why: &str| Refusal::Damaged(why.to_owned());
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| damaged("it does not begin as an array does"))?;
    let cut = || damaged("it ends within its header");
    let (version, rest) = rest.split_at_checked(2).ok_or_else(cut)?;
    let (length, rest) = match version {
        [1, _] => rest.split_first_chunk().map(|(n, rest)| (u16::from_le_bytes(*n) as usize, rest)).ok_or_else(cut)?,
        [2 | 3, _] => {
            rest.split_first_chunk().map(|(n, rest)| (u32::from_le_bytes(*n) as usize, rest)).ok_or_else(cut)?
        }
        _ => return Err(Refusal::Damaged(format!("its version is {}.{}; expected 1 to 3", version[0], version[1]))),
    };
    let (header, values) = rest.split_at_checked(length).ok_or_else(cut)?;
    let text = str::from_utf8(header).map_err(|_| damaged("its header is no text"))?;
    let Header { code, columns, shape } = Text { rest: text }.header()?;
    let (kind, order) = kind(&code)?;
    let size = shape.iter().try_fold(kind.size(), |size, &n| size.checked_mul(n));
    if size != Some(values.len()) {
        let why = format!("it has {} bytes of values, which is not {kind}{shape:?}", values.len());
        return Err(Refusal::Damaged(why));
    }
    let turned;
    let values = if columns && shape.len() > 1 {
        turned = in_rows(values, &shape, kind.size());
        &turned
    } else {
        values
    };
    Array::read(kind, &shape, values, order).map_err(Refusal::Kind)
}

/// The values of an array that stands in columns, the first index running fastest, in rows.
fn in_rows(bytes: &[u8], shape: &[usize], size: usize) -> Vec<u8> {
    let mut rows = Vec::with_capacity(bytes.len());
    let steps: Vec<usize> = shape.iter().scan(size, |step, &n| Some(std::mem::replace(step, *step * n))).collect();
    let (mut index, mut from) = (vec![0; shape.len()], 0);
    while rows.len() < bytes.len() {
        rows.extend_from_slice(&bytes[from..from + size]);
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            from += steps[axis];
            if index[axis] < shape[axis] {
                break;
            }
            from -= steps[axis] * shape[axis];
            index[axis] = 0;
        }
    }
    rows
}

/// The kind that a type code says: byte order, letter, size.
fn kind(code: &str) -> Result<(Kind, ByteOrder), Refusal> {
    let unusable =
        |what: &str| Err(Refusal::Kind(format!("holds {what} ({code:?}); expected numbers of up to 8 bytes")));
    let (order, plain) = match code.as_bytes().first() {
        Some(b'<' | b'|' | b'=') => (ByteOrder::Little, &code[1..]),
        Some(b'>') => (ByteOrder::Big, &code[1..]),
        _ => (ByteOrder::Little, code),
    };
    let kind = match plain {
        "f8" => Kind::F64,
        "f4" => Kind::F32,
        "f2" => Kind::F16,
        "i8" => Kind::I64,
        "i4" => Kind::I32,
        "i2" => Kind::I16,
        "i1" => Kind::I8,
        "u8" => Kind::U64,
        "u4" => Kind::U32,
        "u2" => Kind::U16,
        "u1" => Kind::U8,
        "b1" | "?" => Kind::Bool,
        _ if plain.starts_with('O') => return unusable("Python objects, whose reading would run code from the file"),
        _ if plain.starts_with('c') => return unusable("complex numbers"),
        _ if plain.starts_with(['U', 'S', 'a']) => return unusable("text"),
        "V2" => return unusable("numbers of two bytes without a name, as bfloat16 from JAX; save it as float32"),
        _ => return unusable("something else than numbers of a net"),
    };
    Ok((kind, order))
}

/// What the header says.
struct Header {
    code: String,
    columns: bool,
    shape: Vec<usize>,
}

/// A header that is being read.
struct Text<'a> {
    rest: &'a str,
}

impl<'a> Text<'a> {
    /// The three entries, in any order.
    fn header(&mut self) -> Result<Header, Refusal> {
        let (mut code, mut columns, mut shape) = (None, None, None);
        self.expect('{')?;
        while !self.take('}') {
            let key = self.string()?;
            self.expect(':')?;
            let again = match key {
                "descr" => {
                    if self.rest.trim_start().starts_with(['[', '(']) {
                        return Err(Refusal::Kind("holds records; save each of their fields as an array".into()));
                    }
                    code.replace(self.string()?.to_owned()).is_some()
                }
                "fortran_order" => columns.replace(self.truth()?).is_some(),
                "shape" => shape.replace(self.sizes()?).is_some(),
                other => return Err(self.wrong(&format!("an entry {other:?}"))),
            };
            if again {
                return Err(self.wrong(&format!("two entries {key:?}")));
            }
            if !self.take(',') {
                self.expect('}')?;
                break;
            }
        }
        match (code, columns, shape) {
            (Some(code), Some(columns), Some(shape)) if self.rest.trim().is_empty() => {
                Ok(Header { code, columns, shape })
            }
            (Some(_), Some(_), Some(_)) => Err(self.wrong("something after its end")),
            _ => Err(self.wrong("no 'descr', 'fortran_order' or 'shape'")),
        }
    }

    fn wrong(&self, what: &str) -> Refusal {
        Refusal::Damaged(format!("its header has {what}"))
    }

    fn take(&mut self, sign: char) -> bool {
        match self.rest.trim_start().strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, sign: char) -> Result<(), Refusal> {
        if self.take(sign) { Ok(()) } else { Err(self.wrong(&format!("no {sign:?} where one must be"))) }
    }

    /// A string in single or double quotes. What is read here has no escapes in it.
    fn string(&mut self) -> Result<&'a str, Refusal> {
        let quote = if self.take('"') { '"' } else { '\'' };
        if quote == '\'' {
            self.expect(quote)?;
        }
        let (string, rest) = self.rest.split_once(quote).ok_or_else(|| self.wrong("a string without an end"))?;
        self.rest = rest;
        Ok(string)
    }

    fn truth(&mut self) -> Result<bool, Refusal> {
        let text = self.rest.trim_start();
        for (word, value) in [("True", true), ("False", false)] {
            if let Some(rest) = text.strip_prefix(word) {
                self.rest = rest;
                return Ok(value);
            }
        }
        Err(self.wrong("neither True nor False for 'fortran_order'"))
    }

    /// A tuple of sizes. Python 2 wrote an `L` after long ones.
    fn sizes(&mut self) -> Result<Vec<usize>, Refusal> {
        let mut sizes = Vec::new();
        self.expect('(')?;
        while !self.take(')') {
            let text = self.rest.trim_start();
            let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            sizes.push(text[..digits].parse().map_err(|_| self.wrong("a shape that is none"))?);
            self.rest = &text[digits..];
            self.take('L');
            if !self.take(',') {
                self.expect(')')?;
                break;
            }
        }
        Ok(sizes)
    }
}
