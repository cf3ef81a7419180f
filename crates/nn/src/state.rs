//! Weights in files: the safetensors format, with PyTorch's names and layouts.
//!
//! A file holds every parameter and buffer of a net under its dotted path (`fc1.weight`); a [tied](rappel_autodiff::Param::tie)
//! parameter stands once, under the first of its paths. Values keep their type: f32, f64, and i64 for counts.
//! A [`StateDict`] is the same in memory: between a net and a file for everything that is more than saving and loading.
//!
//! | | |
//! |---|---|
//! | [`save_safetensors`], [`load_safetensors`] | a net to a file and back; all must agree |
//! | [`StateDict::load_into_with`], [`Loading`] | a part of a net, or of a file; with a report of what did not fit |
//! | [`StateDict::renamed`], [`without_prefix`](StateDict::without_prefix) | files of other programs |
//! | [`StateDict::with_floats_as`] | half precision, to be written; it is read without asking |
//! | `StateDict::read_npz`, `write_npz` | NumPy's archives, with the feature `npz` |
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

mod array;
mod dict;
mod error;
mod file;
mod half;
mod kind;
mod loading;
mod net;
#[cfg(feature = "npz")]
mod npy;
#[cfg(feature = "npz")]
mod npz;
mod safetensors;

use std::path::Path;

use rappel_autodiff::Module;

pub use array::{Array, Values};
pub use dict::StateDict;
pub use error::{Difference, Origin, StateError};
pub use kind::Kind;
pub use loading::{LoadReport, Loading};

/// Writes the parameters and buffers of a net to a file.
///
/// The file appears whole or not at all: it is written under another name in the same folder, forced to the disk and renamed, so a
/// program that is killed at any time leaves the old file or the new one. The same net gives the same bytes; values stand in the
/// order of the net's fields, those of eight bytes before those of four.
///
/// # Errors
/// [`StateError`] when the folder does not exist or cannot be written, the path is no file, or two parameters have one name.
pub fn save_safetensors<M: Module + ?Sized>(net: &M, path: impl AsRef<Path>) -> Result<(), StateError> {
    StateDict::of(net).write_safetensors(path)
}

/// Reads the parameters and buffers of a net from a file.
///
/// Names, shapes and number types must all agree, but for half precision, which is widened. Values are replaced; which parameters are
/// trainable stays.
///
/// # Errors
/// [`StateError`] when the file cannot be read, is damaged, or does not fit the net: then all that is missing, unexpected or
/// different is listed. The net has not changed then.
pub fn load_safetensors<M: Module + ?Sized>(net: &mut M, path: impl AsRef<Path>) -> Result<(), StateError> {
    StateDict::read_safetensors(path)?.load_into(net)
}
