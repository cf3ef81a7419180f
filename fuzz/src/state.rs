//! Files of weights.

use rappel_nn::StateError;
use rappel_nn::autodiff::Tensor;
use rappel_nn::state::{Kind, StateDict};

use crate::{Bytes, Finding};

/// What the bytes are read as.
#[derive(Debug, Clone, Copy)]
pub enum Format {
    /// The safetensors format.
    Safetensors,
    /// NumPy's archives.
    Npz,
}

/// Pieces of headers, of which some are in the wrong place or claim what is not there.
const PIECES: [&[u8]; 20] = [
    b"\"x\":",
    b"\"dtype\":\"F32\"",
    b"\"dtype\":\"F8_E4M3\"",
    b"\"data_offsets\":[0,18446744073709551615]",
    b"\"shape\":[4294967296,4294967296]",
    b"\"shape\":[0,9223372036854775807]",
    b"\"__metadata__\":{\"format\":\"pt\"},",
    b"{",
    b"}",
    b",",
    b"\x93NUMPY\x01\0",
    b"'descr': '>f8', ",
    b"'descr': '|O', ",
    b"'fortran_order': True, ",
    b"'shape': (4294967296, 4294967296), ",
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x06\x06",
    &[0xff; 8],
];

/// A file made of bytes: a small one that is whole, and damaged in a few places.
pub fn file(format: Format, bytes: &mut Bytes<'_>) -> Vec<u8> {
    let kind = [Kind::F64, Kind::F32, Kind::F16][bytes.below(3)];
    let mut dict = StateDict::new();
    for i in 0..bytes.below(4) {
        dict = match bytes.below(4) {
            0 => dict.with(format!("{i}.count"), Tensor::scalar(i as i64)),
            _ => dict.with(format!("{i}.weight"), bytes.tensor()),
        };
    }
    let dict = dict.with_floats_as(kind);
    let mut file = write(format, &dict).expect("these names and kinds can be written");
    for _ in 0..bytes.below(4) {
        // The header and the end are where things can be said wrongly.
        let place = usize::from(bytes.byte()) | usize::from(bytes.byte() & 3) << 8;
        let at = if bytes.flag() { place } else { file.len().saturating_sub(place / 4) } % file.len().max(1);
        match bytes.below(4) {
            0 => file.truncate(at),
            1 => file.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << bytes.below(8)),
            2 => file.splice(at..at, PIECES[bytes.below(PIECES.len())].iter().copied()).for_each(drop),
            _ => {
                let piece = PIECES[bytes.below(PIECES.len())];
                file.iter_mut().skip(at).zip(piece).for_each(|(byte, &new)| *byte = new);
            }
        }
    }
    file
}

/// Reads a file. If it is one, what was read is written as a file that says the same.
///
/// # Errors
/// What is written says something else, or the error is not one of a damaged file.
pub fn read(format: Format, bytes: &[u8]) -> Result<bool, Finding> {
    let finding = |what: String| Err(Finding { doing: format!("{format:?} {bytes:?}"), what });
    let read = |bytes: &[u8]| match format {
        Format::Safetensors => StateDict::from_safetensors(bytes),
        Format::Npz => StateDict::from_npz(bytes),
    };
    let dict = match read(bytes) {
        Ok(dict) => dict,
        Err(StateError::Damaged { .. } | StateError::Kind { .. }) => return Ok(false),
        Err(other) => return finding(format!("the error is another: {other}")),
    };
    match write(format, &dict).and_then(|bytes| read(&bytes).map(|again| (again, bytes))) {
        Err(error) => finding(format!("what was read cannot be written and read: {error}")),
        // The bytes of it, as NaN is not equal to itself.
        Ok((again, bytes)) if write(format, &again).ok() != Some(bytes) => {
            finding("what is written says something else".into())
        }
        Ok(_) => Ok(true),
    }
}

fn write(format: Format, dict: &StateDict) -> Result<Vec<u8>, StateError> {
    match format {
        Format::Safetensors => dict.to_safetensors(),
        Format::Npz => dict.to_npz(),
    }
}
