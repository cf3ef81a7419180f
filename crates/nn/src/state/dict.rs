//! Named tensors in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use rappel_autodiff::Module;

use super::array::Array;
use super::error::{Origin, StateError};
use super::kind::Kind;
use super::loading::{LoadReport, Loading};
use super::{file, net, safetensors};

/// Named tensors in the order of a net or a file: what PyTorch calls a state dict.
///
/// It is taken from a net, read from a file, or put together by hand; it is renamed, thinned and converted; and it is written, or
/// loaded into a net. Every change gives a new one that shares the tensors, so none costs a copy of them.
///
/// ```
/// use rappel_nn::autodiff::Rng;
/// use rappel_nn::state::{Loading, StateDict};
/// use rappel_nn::{Linear, Sequential, StateError, Tanh};
///
/// let mut rng = Rng::seed(0);
/// let encoder = Sequential::<f32>::new().push(Linear::new(4, 3, &mut rng)).push(Tanh);
/// let saved = StateDict::of(&encoder);
/// assert_eq!(saved.to_string(), "0.weight  f32[3, 4]\n0.bias    f32[3]\n");
///
/// // The encoder's weights begin a longer net.
/// let mut net = Sequential::<f32>::new().push(Linear::new(4, 3, &mut rng)).push(Tanh).push(Linear::new(3, 1, &mut rng));
/// let report = saved.load_into_with(&mut net, &Loading::strict().allow_missing())?;
/// assert_eq!(report.loaded, ["0.weight", "0.bias"]);
/// assert_eq!(report.missing, ["2.weight", "2.bias"]);
/// # Ok::<(), StateError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StateDict {
    pub(super) entries: Vec<(String, Array)>,
    pub(super) origin: Origin,
}

impl StateDict {
    /// One without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every parameter, then every buffer of a net, frozen ones included, in the order of its fields; a
    /// [tied](rappel_autodiff::Param::tie) parameter stands once, under the first of its paths.
    pub fn of<M: Module + ?Sized>(net: &M) -> Self {
        let entries = net::leaves(net).into_iter().map(|mut leaf| (leaf.paths.swap_remove(0), leaf.values.into()));
        StateDict { entries: entries.collect(), origin: Origin::Memory }
    }

    /// With one more entry, at the end; or in the place of the one that has this name.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, array: impl Into<Array>) -> Self {
        let (name, array) = (name.into(), array.into());
        match self.entries.iter_mut().find(|entry| entry.0 == name) {
            Some(entry) => entry.1 = array,
            None => self.entries.push((name, array)),
        }
        self
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Array)> {
        self.entries.iter().map(|(name, array)| (name.as_str(), array))
    }

    /// The entry of this name.
    pub fn get(&self, name: &str) -> Option<&Array> {
        self.entries.iter().find(|entry| entry.0 == name).map(|entry| &entry.1)
    }

    /// The entries whose name is wanted.
    #[must_use]
    pub fn filtered(&self, mut wanted: impl FnMut(&str) -> bool) -> Self {
        let entries = self.entries.iter().filter(|entry| wanted(&entry.0)).cloned().collect();
        StateDict { entries, origin: self.origin.clone() }
    }

    /// The same entries under other names.
    ///
    /// PyTorch's older weight normalisation called its two tensors `weight_g` and `weight_v`; the newer one has them under
    /// `parametrizations`. Files of either are files of the other, renamed:
    ///
    /// ```
    /// use rappel_nn::autodiff::Tensor;
    /// use rappel_nn::state::StateDict;
    ///
    /// let old = StateDict::new()
    ///     .with("fc.bias", Tensor::from([0.0_f32, 0.0]))
    ///     .with("fc.weight_g", Tensor::from([[1.0_f32], [2.0]]))
    ///     .with("fc.weight_v", Tensor::from([[3.0_f32], [4.0]]));
    /// let new = old.renamed(|name| {
    ///     name.replace("weight_g", "parametrizations.weight.original0").replace("weight_v", "parametrizations.weight.original1")
    /// })?;
    /// assert_eq!(new.get("fc.parametrizations.weight.original0").unwrap().shape(), [2, 1]);
    /// # Ok::<(), rappel_nn::StateError>(())
    /// ```
    ///
    /// # Errors
    /// [`StateError::Name`] when two entries would have one name.
    pub fn renamed(&self, mut name: impl FnMut(&str) -> String) -> Result<Self, StateError> {
        let mut from: BTreeMap<String, &str> = BTreeMap::new();
        let mut entries = Vec::with_capacity(self.len());
        for (old, array) in &self.entries {
            let new = name(old);
            if let Some(other) = from.insert(new.clone(), old) {
                let why = format!("{other:?} and {old:?} would both be called {new:?}; nothing was renamed");
                return Err(StateError::Name { origin: self.origin.clone(), name: new, why });
            }
            entries.push((new, array.clone()));
        }
        Ok(StateDict { entries, origin: self.origin.clone() })
    }

    /// The same entries with this before each name: a net becomes a part of another (`encoder.`).
    #[must_use]
    pub fn with_prefix(&self, prefix: &str) -> Self {
        let entries = self.entries.iter().map(|(name, array)| (format!("{prefix}{name}"), array.clone()));
        StateDict { entries: entries.collect(), origin: self.origin.clone() }
    }

    /// The entries whose names begin with this, without it: a part of a net becomes one of its own. PyTorch's wrappers put
    /// `module.` or `_orig_mod.` before every name.
    ///
    /// ```
    /// use rappel_nn::autodiff::Tensor;
    /// use rappel_nn::state::StateDict;
    ///
    /// let net = StateDict::new().with("encoder.0.weight", Tensor::from([1.0_f32])).with("head.weight", Tensor::from([2.0_f32]));
    /// assert_eq!(net.without_prefix("encoder."), StateDict::new().with("0.weight", Tensor::from([1.0_f32])));
    /// ```
    #[must_use]
    pub fn without_prefix(&self, prefix: &str) -> Self {
        let part = |(name, array): &(String, Array)| Some((name.strip_prefix(prefix)?.to_owned(), array.clone()));
        StateDict { entries: self.entries.iter().filter_map(part).collect(), origin: self.origin.clone() }
    }

    /// The same entries with all floating point numbers of one kind, each rounded once to the nearest (of two equally near ones the
    /// even one; beyond the largest infinite); integers stay. Half precision halves a file:
    ///
    /// ```
    /// use rappel_nn::autodiff::Tensor;
    /// use rappel_nn::state::{Kind, StateDict, Values};
    ///
    /// let dict = StateDict::new().with("weight", Tensor::from([0.1_f32, 1e6]));
    /// let half = dict.with_floats_as(Kind::F16);
    /// assert_eq!(half.get("weight").unwrap().to_string(), "f16[2]");
    /// assert_eq!(*half.get("weight").unwrap().values(), Values::F32(Tensor::from([0.099_975_586, f32::INFINITY])));
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the kind is one of integers.
    #[must_use]
    #[track_caller]
    pub fn with_floats_as(&self, kind: Kind) -> Self {
        assert!(kind.is_float(), "with_floats_as: {kind} is no floating point; expected f64, f32, f16 or bf16");
        let entries = self.entries.iter().map(|(name, array)| (name.clone(), array.with_floats_as(kind)));
        StateDict { entries: entries.collect(), origin: self.origin.clone() }
    }

    /// Gives a net these values. Names, shapes and number types must all agree, as [`Loading::strict`] says.
    ///
    /// # Errors
    /// [`StateError::Mismatch`] with all that is missing, unexpected or different; the net has not changed then.
    pub fn load_into<M: Module + ?Sized>(&self, net: &mut M) -> Result<(), StateError> {
        self.load_into_with(net, &Loading::strict()).map(drop)
    }

    /// Gives a net those of these values that fit, and says what does not, as far as `loading` allows it.
    ///
    /// # Errors
    /// [`StateError::Mismatch`] with everything that is not allowed; the net has not changed then.
    pub fn load_into_with<M: Module + ?Sized>(&self, net: &mut M, loading: &Loading) -> Result<LoadReport, StateError> {
        let (values, report) = loading.fit(self, &net::leaves(net))?;
        net::assign(net, &values);
        Ok(report)
    }

    /// Reads a safetensors file; entries stand in the order of its header.
    ///
    /// # Errors
    /// [`StateError`] when it cannot be read, is damaged, or holds numbers that no net has.
    pub fn read_safetensors(path: impl AsRef<Path>) -> Result<Self, StateError> {
        let path = path.as_ref();
        safetensors::read(&file::read(path)?, Origin::File(path.into()))
    }

    /// Reads the bytes of a safetensors file.
    ///
    /// # Errors
    /// As [`read_safetensors`](Self::read_safetensors).
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self, StateError> {
        safetensors::read(bytes, Origin::Bytes)
    }

    /// Writes a safetensors file, whole or not at all. Numbers of eight bytes stand before those of four, two and one, so that all are
    /// aligned; otherwise the order is kept.
    ///
    /// # Errors
    /// [`StateError`] when the folder does not exist or cannot be written, the path is no file, or a name cannot be.
    pub fn write_safetensors(&self, path: impl AsRef<Path>) -> Result<(), StateError> {
        let path = path.as_ref();
        let (header, order) = safetensors::header(self, &Origin::File(path.into()))?;
        file::replace(path, |to| safetensors::write(&header, &order, to))
    }

    /// The bytes of a safetensors file.
    ///
    /// # Errors
    /// [`StateError::Name`] when a name cannot be in one.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, StateError> {
        let (header, order) = safetensors::header(self, &self.origin)?;
        let mut bytes = Vec::new();
        safetensors::write(&header, &order, &mut bytes).expect("memory takes what is written");
        Ok(bytes)
    }

    /// The first name that stands twice.
    pub(super) fn repeated(&self) -> Option<&str> {
        let mut seen = std::collections::BTreeSet::new();
        self.entries.iter().map(|entry| entry.0.as_str()).find(|&name| !seen.insert(name))
    }
}

/// npz files: one `.npy` array per entry in a zip archive, as `numpy.savez` writes and `numpy.load` reads them.
#[cfg(feature = "npz")]
impl StateDict {
    /// Reads an npz file, also a compressed one; entries stand in its order.
    ///
    /// Arrays may be of any byte order and stand in rows or in columns (Fortran order). Compressed arrays may together be of 256 MiB:
    /// a small file can claim to be a large one.
    ///
    /// # Errors
    /// [`StateError`] when it cannot be read, is damaged, or holds something else than numbers that a net has. An array of Python
    /// objects is refused: reading it would run code from the file.
    pub fn read_npz(path: impl AsRef<Path>) -> Result<Self, StateError> {
        let path = path.as_ref();
        super::npz::read(&file::read(path)?, Origin::File(path.into()))
    }

    /// Reads the bytes of an npz file.
    ///
    /// # Errors
    /// As [`read_npz`](Self::read_npz).
    pub fn from_npz(bytes: &[u8]) -> Result<Self, StateError> {
        super::npz::read(bytes, Origin::Bytes)
    }

    /// Writes an npz file, uncompressed, whole or not at all. The same entries give the same bytes.
    ///
    /// ```python
    /// arrays = numpy.load("net.npz")
    /// net.load_state_dict({name: torch.from_numpy(arrays[name]) for name in arrays})
    /// ```
    ///
    /// # Errors
    /// [`StateError`] when the folder does not exist or cannot be written, the path is no file, a name cannot be, or the numbers are
    /// bf16, which NumPy has not.
    pub fn write_npz(&self, path: impl AsRef<Path>) -> Result<(), StateError> {
        let path = path.as_ref();
        let bytes = super::npz::write(self, &Origin::File(path.into()))?;
        file::replace(path, |to| to.write_all(&bytes))
    }

    /// The bytes of an npz file.
    ///
    /// # Errors
    /// [`StateError`] when a name cannot be in one, or the numbers are bf16.
    pub fn to_npz(&self) -> Result<Vec<u8>, StateError> {
        super::npz::write(self, &self.origin)
    }
}

/// A line per entry: its name, type and shape.
impl fmt::Display for StateDict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.entries.iter().map(|entry| entry.0.chars().count()).max().unwrap_or(0);
        self.entries.iter().try_for_each(|(name, array)| writeln!(f, "{name:width$}  {array}"))
    }
}
