//! Weights in files: the safetensors format, with PyTorch's names and layouts.
//!
//! A file holds every parameter and buffer of a net under its dotted path (`fc1.weight`); a [tied](rappel_autodiff::Param::tie)
//! parameter stands once, under the first of its paths. Values keep their type: f32, f64, and i64 for counts.
//!
//! ```
//! use rappel_nn::autodiff::Rng;
//! use rappel_nn::{Linear, StateError, load_safetensors, save_safetensors};
//! # let folder = std::env::temp_dir().join(format!("rappel-state-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder).unwrap();
//!
//! let path = folder.join("net.safetensors");
//! let trained: Linear = Linear::new(4, 2, &mut Rng::seed(1));
//! save_safetensors(&trained, &path)?;
//!
//! let mut net: Linear = Linear::new(4, 2, &mut Rng::seed(2));
//! load_safetensors(&mut net, &path)?;
//! assert_eq!(net.weight.value, trained.weight.value);
//!
//! let mut wider: Linear = Linear::without_bias(8, 2, &mut Rng::seed(2));
//! let error = load_safetensors(&mut wider, &path).unwrap_err();
//! assert!(error.to_string().ends_with(
//!     "does not fit the net; nothing was loaded:\n\
//!      \x20 only in the file: bias\n\
//!      \x20 weight: f32[2, 8] in the net, f32[2, 4] in the file"
//! ));
//! # std::fs::remove_dir_all(&folder).unwrap();
//! # Ok::<(), StateError>(())
//! ```
//!
//! ```python
//! from safetensors.torch import load_file
//! net = torch.nn.Linear(4, 2)
//! net.load_state_dict(load_file("net.safetensors"))
//! ```

mod entry;
mod error;
mod file;
mod format;

use std::path::Path;

use rappel_autodiff::Module;

pub use error::{Difference, StateError};

/// Writes the parameters and buffers of a net to a file.
///
/// The file appears whole or not at all: it is written under another name in the same folder, forced to the disk and renamed, so a
/// program that is killed at any time leaves the old file or the new one. The same net gives the same bytes; values stand in the
/// order of the net's fields, those of eight bytes before those of four.
///
/// # Errors
/// [`StateError`] when the folder does not exist or cannot be written, the path is no file, or two parameters have one name.
pub fn save_safetensors<M: Module + ?Sized>(net: &M, path: impl AsRef<Path>) -> Result<(), StateError> {
    let path = path.as_ref();
    let mut entries = entry::list(net);
    let header = format::header(&mut entries, path)?;
    file::replace(path, |to| {
        to.write_all(&header)?;
        entries.iter().try_for_each(|entry| entry.values.write(to))
    })
}

/// Reads the parameters and buffers of a net from a file.
///
/// Names, shapes and number types must all agree. Values are replaced; which parameters are trainable stays.
///
/// # Errors
/// [`StateError`] when the file cannot be read, is damaged, or does not fit the net: then all that is missing, unexpected or
/// different is listed. The net has not changed then.
pub fn load_safetensors<M: Module + ?Sized>(net: &mut M, path: impl AsRef<Path>) -> Result<(), StateError> {
    let path = path.as_ref();
    let bytes = file::read(path)?;
    let loaded = format::values(&bytes, &entry::list(net), path)?;
    entry::assign(net, &loaded);
    Ok(())
}
