//! A tensor beside each parameter: averages, slow weights, directions of the step before.

use rappel_autodiff::ParamId;
use rappel_tensor::{Float, Tensor};

/// A tensor per parameter, by identity.
#[derive(Debug, Clone)]
pub struct Shadow<T: Float> {
    /// Sorted by id.
    all: Vec<(ParamId, Tensor<T>)>,
}

impl<T: Float> Default for Shadow<T> {
    fn default() -> Self {
        Shadow { all: Vec::new() }
    }
}

impl<T: Float> Shadow<T> {
    /// The tensor of a parameter.
    pub fn get(&self, id: ParamId) -> Option<&Tensor<T>> {
        self.all.binary_search_by_key(&id, |x| x.0).ok().map(|at| &self.all[at].1)
    }

    /// The tensor of a parameter, to be changed.
    pub fn get_mut(&mut self, id: ParamId) -> Option<&mut Tensor<T>> {
        self.all.binary_search_by_key(&id, |x| x.0).ok().map(|at| &mut self.all[at].1)
    }

    /// The tensor of a parameter if it has this shape; else it is made anew.
    pub fn get_or(&mut self, id: ParamId, shape: &[usize], make: impl FnOnce() -> Tensor<T>) -> &mut Tensor<T> {
        let at = match self.all.binary_search_by_key(&id, |x| x.0) {
            Ok(at) if self.all[at].1.shape() == shape => at,
            Ok(at) => {
                self.all[at].1 = make();
                at
            }
            Err(at) => {
                self.all.insert(at, (id, make()));
                at
            }
        };
        &mut self.all[at].1
    }

    /// Sets the tensor of a parameter.
    pub fn set(&mut self, id: ParamId, to: Tensor<T>) {
        match self.all.binary_search_by_key(&id, |x| x.0) {
            Ok(at) => self.all[at].1 = to,
            Err(at) => self.all.insert(at, (id, to)),
        }
    }

    /// All, by id.
    pub fn iter(&self) -> impl Iterator<Item = (ParamId, &Tensor<T>)> {
        self.all.iter().map(|(id, x)| (*id, x))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// What an adapter or a search remembers, for a checkpoint: numbers, tensors and counts, by name.
#[derive(Debug, Clone)]
pub struct Kept<T: Float> {
    /// Numbers by name.
    pub numbers: Vec<(String, f64)>,
    /// Tensors by name and parameter.
    pub tensors: Vec<(String, Shadow<T>)>,
    /// Numbers of each parameter by name, in f64 whatever the parameter's type.
    pub counts: Vec<(String, Shadow<f64>)>,
}

impl<T: Float> Default for Kept<T> {
    fn default() -> Self {
        Kept { numbers: Vec::new(), tensors: Vec::new(), counts: Vec::new() }
    }
}

impl<T: Float> Kept<T> {
    /// With numbers by name.
    #[must_use]
    pub fn with_numbers<const N: usize>(mut self, numbers: [(&str, f64); N]) -> Self {
        self.numbers.extend(numbers.map(|(name, x)| (name.to_owned(), x)));
        self
    }

    /// With tensors of that name.
    #[must_use]
    pub fn with_tensor(mut self, name: &str, tensors: &Shadow<T>) -> Self {
        self.tensors.push((name.to_owned(), tensors.clone()));
        self
    }

    /// With numbers of each parameter of that name.
    #[must_use]
    pub fn with_count(mut self, name: &str, counts: &Shadow<f64>) -> Self {
        self.counts.push((name.to_owned(), counts.clone()));
        self
    }

    /// The number of that name, or 0.
    pub fn number(&self, name: &str) -> f64 {
        self.numbers.iter().find(|n| n.0 == name).map_or(0.0, |n| n.1)
    }

    /// The tensors of that name, or none.
    pub fn tensor(&self, name: &str) -> Shadow<T> {
        self.tensors.iter().find(|n| n.0 == name).map(|n| n.1.clone()).unwrap_or_default()
    }

    /// The numbers of each parameter of that name, or none.
    pub fn count(&self, name: &str) -> Shadow<f64> {
        self.counts.iter().find(|n| n.0 == name).map(|n| n.1.clone()).unwrap_or_default()
    }
}
