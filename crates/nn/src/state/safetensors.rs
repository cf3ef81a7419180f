//! The safetensors format: eight bytes of length, that many of JSON, then the values.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::io::{self, Write};

use safetensors::tensor::{Metadata, TensorInfo};
use safetensors::{Dtype, SafeTensorError, SafeTensors};
use serde_core::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::array::{Array, ByteOrder};
use super::dict::StateDict;
use super::error::{Origin, StateError};
use super::kind::Kind;

/// A name the format keeps for itself.
const RESERVED: &str = "__metadata__";

/// What a file begins with, and the arrays in the order of their values.
///
/// Values of eight bytes come first and the JSON is padded to eight, so that all are aligned for readers that map the file.
pub(super) fn header<'a>(dict: &'a StateDict, to: &Origin) -> Result<(Vec<u8>, Vec<&'a Array>), StateError> {
    let refused = |name: &str, why: String| {
        Err(StateError::Name { origin: to.clone(), name: name.into(), why: format!("cannot be written: {why}") })
    };
    if let Some(name) = dict.repeated() {
        return refused(name, twice(name));
    }
    if dict.get(RESERVED).is_some() {
        return refused(RESERVED, format!("{RESERVED:?} is a name the file format keeps for itself; rename the field"));
    }
    let mut entries: Vec<(&str, &Array)> = dict.iter().collect();
    entries.sort_by_key(|(_, array)| Reverse(array.kind().size()));
    let mut end = 0;
    let infos = entries.iter().map(|&(name, array)| {
        let start = end;
        end += array.size();
        let info = TensorInfo { dtype: dtype(array.kind()), shape: array.shape().into(), data_offsets: (start, end) };
        (name.to_owned(), info)
    });
    // Loaders of the PyTorch world ask for this entry.
    let about = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    let metadata = Metadata::new(Some(about), infos.collect()).expect("the offsets were summed from the sizes");
    let mut json = serde_json::to_vec(&metadata).expect("names and numbers have a JSON form");
    json.resize(json.len().next_multiple_of(8), b' ');
    let mut header = (json.len() as u64).to_le_bytes().to_vec();
    header.append(&mut json);
    Ok((header, entries.into_iter().map(|(_, array)| array).collect()))
}

/// Why a name that stands twice is refused.
pub(super) fn twice(name: &str) -> String {
    format!("two parameters are called {name:?}; a `Module` written by hand must `enter` each child by its own name")
}

/// Writes a file.
pub(super) fn write(header: &[u8], arrays: &[&Array], to: &mut dyn Write) -> io::Result<()> {
    to.write_all(header)?;
    arrays.iter().try_for_each(|array| array.write(to))
}

/// The entries of a file, in the order of its header.
pub(super) fn read(bytes: &[u8], origin: Origin) -> Result<StateDict, StateError> {
    let damaged = |reason: String| StateError::Damaged {
        origin: origin.clone(),
        format: "safetensors",
        bytes: bytes.len(),
        reason: if bytes.starts_with(b"PK") {
            "it is a zip archive: an npz file, or one of `torch.save`; in PyTorch, save by `safetensors.torch.save_file`".into()
        } else {
            reason
        },
    };
    let (length, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| damaged(reason(&error)))?;
    let (json, values) = bytes[8..].split_at(length);
    let names = names(json).map_err(damaged)?;
    let mut entries = Vec::with_capacity(names.len());
    for name in names {
        let info = metadata.info(&name).expect("the same header was read twice");
        let unusable = |why: String| StateError::Kind { origin: origin.clone(), name: name.clone(), why };
        let kind = kind(info.dtype)
            .ok_or_else(|| unusable(format!("holds {}, which is not read; convert it to F32", info.dtype)))?;
        let (start, end) = info.data_offsets;
        let array = Array::read(kind, &info.shape, &values[start..end], ByteOrder::Little).map_err(unusable)?;
        entries.push((name, array));
    }
    Ok(StateDict { entries, origin })
}

/// The names in a header, in its order. The format's crate keeps them in no order, and of two entries with one name the last.
fn names(json: &[u8]) -> Result<Vec<String>, String> {
    serde_json::Deserializer::from_slice(json).deserialize_map(Keys).map_err(|error| error.to_string())
}

/// Reads the keys of a map.
struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
        let (mut names, mut seen) = (Vec::new(), BTreeSet::new());
        while let Some((name, IgnoredAny)) = map.next_entry::<String, IgnoredAny>()? {
            if !seen.insert(name.clone()) {
                return Err(serde_core::de::Error::custom(format_args!("two entries are called {name:?}")));
            }
            if name != RESERVED {
                names.push(name);
            }
        }
        Ok(names)
    }
}

fn dtype(kind: Kind) -> Dtype {
    match kind {
        Kind::F64 => Dtype::F64,
        Kind::F32 => Dtype::F32,
        Kind::F16 => Dtype::F16,
        Kind::Bf16 => Dtype::BF16,
        Kind::I64 => Dtype::I64,
        Kind::I32 => Dtype::I32,
        Kind::I16 => Dtype::I16,
        Kind::I8 => Dtype::I8,
        Kind::U64 => Dtype::U64,
        Kind::U32 => Dtype::U32,
        Kind::U16 => Dtype::U16,
        Kind::U8 => Dtype::U8,
        Kind::Bool => Dtype::BOOL,
    }
}

/// None for complex numbers and those of eight bits or less.
fn kind(dtype: Dtype) -> Option<Kind> {
    Some(match dtype {
        Dtype::F64 => Kind::F64,
        Dtype::F32 => Kind::F32,
        Dtype::F16 => Kind::F16,
        Dtype::BF16 => Kind::Bf16,
        Dtype::I64 => Kind::I64,
        Dtype::I32 => Kind::I32,
        Dtype::I16 => Kind::I16,
        Dtype::I8 => Kind::I8,
        Dtype::U64 => Kind::U64,
        Dtype::U32 => Kind::U32,
        Dtype::U16 => Kind::U16,
        Dtype::U8 => Kind::U8,
        Dtype::BOOL => Kind::Bool,
        _ => return None,
    })
}

fn reason(error: &SafeTensorError) -> String {
    match error {
        SafeTensorError::HeaderTooSmall | SafeTensorError::InvalidHeaderLength => {
            "it ends within its header; it is cut short, or another kind of file".into()
        }
        SafeTensorError::HeaderTooLarge => {
            "its first eight bytes state a header of more than 100 MB; it is another kind of file".into()
        }
        SafeTensorError::MetadataIncompleteBuffer => {
            "it does not end where its header says; it is cut short, or something was appended".into()
        }
        other => other.to_string(),
    }
}
