//! The safetensors format: eight bytes of length, that many of JSON, then the values.

use std::collections::HashMap;
use std::path::Path;

use rappel_autodiff::ParamId;
use safetensors::tensor::{Metadata, TensorInfo};
use safetensors::{Dtype, SafeTensorError, SafeTensors};

use super::entry::{Entry, Values, repeated};
use super::error::{Difference, StateError};

/// A name the format keeps for itself.
const RESERVED: &str = "__metadata__";

/// What a file begins with, before the values of the entries in their order; this puts them in order.
///
/// Values of eight bytes come first and the JSON is padded to eight, so that all are aligned for readers that map the file.
pub(super) fn header(entries: &mut [Entry], path: &Path) -> Result<Vec<u8>, StateError> {
    let refused = |name: &str, why: String| StateError::Name { path: path.into(), name: name.into(), why };
    if let Some(name) = repeated(entries) {
        let why = format!(
            "two parameters are called {name:?}; a `Module` written by hand must `enter` each child by its own name"
        );
        return Err(refused(name, why));
    }
    if let Some(entry) = entries.iter().find(|entry| entry.name == RESERVED) {
        return Err(refused(
            &entry.name,
            format!("{RESERVED:?} is a name the file format keeps for itself; rename the field"),
        ));
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.values.dtype().bitsize()));
    let mut end = 0;
    let infos = entries.iter().map(|Entry { name, values, .. }| {
        let start = end;
        end += values.size();
        (name.clone(), TensorInfo { dtype: values.dtype(), shape: values.shape().into(), data_offsets: (start, end) })
    });
    // Loaders of the PyTorch world ask for this entry.
    let about = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    let metadata = Metadata::new(Some(about), infos.collect()).expect("the offsets were summed from the sizes");
    let mut json = serde_json::to_vec(&metadata).expect("names and numbers have a JSON form");
    json.resize(json.len().next_multiple_of(8), b' ');
    let mut header = (json.len() as u64).to_le_bytes().to_vec();
    header.append(&mut json);
    Ok(header)
}

/// The values of a file for the entries of a net, if all names, types and shapes agree.
pub(super) fn values(bytes: &[u8], entries: &[Entry], path: &Path) -> Result<HashMap<ParamId, Values>, StateError> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| damaged(&error, bytes.len(), path))?;
    let (mut loaded, mut missing, mut different) = (HashMap::new(), Vec::new(), Vec::new());
    for Entry { name, id, values } in entries {
        match file.tensor(name) {
            Err(_) => missing.push(name.clone()),
            Ok(view) if view.dtype() == values.dtype() && view.shape() == values.shape() => {
                loaded.insert(*id, values.like(view.data()));
            }
            Ok(view) => different.push(Difference {
                name: name.clone(),
                net: form(values.dtype(), values.shape()),
                file: form(view.dtype(), view.shape()),
            }),
        }
    }
    let known = |name: &&str| entries.iter().any(|entry| entry.name == *name);
    let mut unexpected: Vec<String> = file.names().into_iter().filter(|name| !known(name)).map(str::to_owned).collect();
    unexpected.sort_unstable();
    if missing.is_empty() && unexpected.is_empty() && different.is_empty() {
        Ok(loaded)
    } else {
        Err(StateError::Mismatch { path: path.into(), missing, unexpected, different })
    }
}

/// Type and shape: `f32[128, 784]`.
fn form(dtype: Dtype, shape: &[usize]) -> String {
    format!("{}{shape:?}", dtype.to_string().to_lowercase())
}

fn damaged(error: &SafeTensorError, bytes: usize, path: &Path) -> StateError {
    let reason = match error {
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
    };
    StateError::Damaged { path: path.into(), bytes, reason }
}
