//! A table of vectors.

use std::fmt;

use rappel_autodiff::{Float, Param, Tape, Tensor, Var};

use crate::init::Generator;
use crate::layer::enter_module;
use crate::{Misfit, Module};

/// A vector for each of so many things, looked up by index: indices of any shape `[..]` become `[.., dim]`.
///
/// Layout and name are PyTorch's: `weight` of shape `[rows, dim]`. The field may be replaced; the sizes are those of the weight.
///
/// ```
/// use rappel_nn::Embedding;
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
///
/// let words: Embedding = Embedding::new(1000, 16, &mut Rng::seed(0)).padding_idx(0);
/// let tape = Tape::new();
/// let x = words.forward(&tape, &Tensor::from([[5_u32, 7, 0], [9, 0, 0]]));
/// assert_eq!(x.shape()[..], [2, 3, 16]);
/// assert_eq!(x.value().at((1, 2)), Tensor::zeros(&[16]));
/// ```
///
/// The output layer of a language model may use the same weight, transposed: its [tie](Param::tie) is one parameter with it.
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor, Var};
/// use rappel_nn::{Embedding, Layer, Linear, Module, ModuleExt};
///
/// #[derive(Module)]
/// struct Bigrams {
///     words: Embedding,
///     out: Linear,
/// }
///
/// impl Bigrams {
///     fn forward<'t>(&self, tape: &'t Tape, x: &Tensor<u32>) -> Var<'t> {
///         self.out.forward(self.words.forward(tape, x))
///     }
/// }
///
/// let words = Embedding::new(100, 8, &mut Rng::seed(0));
/// let out = Linear { weight: words.weight.tie(), bias: None };
/// let net = Bigrams { words, out };
/// assert_eq!(net.count_parameters(), 100 * 8);
/// let tape = Tape::new();
/// assert_eq!(net.forward(&tape, &Tensor::from([3_u32, 4])).shape()[..], [2, 100]);
/// ```
#[derive(Module, Debug, Clone)]
pub struct Embedding<T: Float = f32> {
    /// `[rows, dim]`.
    pub weight: Param<T>,
    #[module(skip)]
    padding_idx: Option<usize>,
}

impl<T: Float> Embedding<T> {
    /// Random vectors, PyTorch's default: normal values of mean 0 and standard deviation 1.
    pub fn new(rows: usize, dim: usize, rng: &mut impl Generator) -> Self {
        Embedding { weight: Param::new(rng.draw_normal(&[rows, dim], 0.0, 1.0)), padding_idx: None }
    }

    /// The rows of a table `[rows, dim]`, frozen as PyTorch's are; `weight.trainable = true` lets them learn.
    ///
    /// [`padding_idx`](Self::padding_idx) makes that row zeros here too; PyTorch's `from_pretrained` keeps it. To keep it, give the table
    /// again behind it: `table.weight.value = rows`.
    ///
    /// ```
    /// use rappel_nn::Embedding;
    /// use rappel_nn::autodiff::{Tape, Tensor};
    ///
    /// let table = Embedding::from_pretrained(Tensor::from([[1.0, 2.0], [3.0, 4.0]]));
    /// let tape = Tape::new();
    /// assert_eq!(table.forward(&tape, &Tensor::from([1_u32])).value(), Tensor::from([[3.0, 4.0]]));
    /// assert!(!table.weight.trainable);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the table is no matrix.
    #[track_caller]
    pub fn from_pretrained(table: Tensor<T>) -> Self {
        let shape = table.shape();
        assert!(shape.len() == 2, "Embedding::from_pretrained: a table has shape [rows, dim], this one {shape:?}");
        Embedding { weight: Param::frozen(table), padding_idx: None }
    }

    /// The index that stands for nothing: its row becomes zeros, and gets no gradient.
    ///
    /// A table may be loaded in which that row is not zeros. Its vectors are then that row, as in PyTorch, and stay so: they are
    /// constants of the tape.
    ///
    /// # Panics
    /// At the caller's line, when there is no such row.
    #[must_use]
    #[track_caller]
    pub fn padding_idx(mut self, index: usize) -> Self {
        let [rows, dim] = self.sizes();
        assert!(index < rows, "Embedding::padding_idx({index}): there are {rows} rows");
        self.weight.value.data_mut()[index * dim..(index + 1) * dim].fill(T::ZERO);
        Embedding { padding_idx: Some(index), ..self }
    }

    /// The rows at the indices: `[.., dim]`.
    ///
    /// # Panics
    /// At the caller's line, when there is no row at an index.
    #[track_caller]
    pub fn forward<'t>(&self, tape: &'t Tape<T>, indices: &Tensor<u32>) -> Var<'t, T> {
        let module = enter_module(self, || self.to_string(), tape);
        let [rows, _] = self.sizes();
        if let Some(bad) = indices.data().iter().find(|&&index| index as usize >= rows) {
            let why = format!("{self}: index {bad} is out of range: there are {rows} rows, and the first is 0");
            panic!("{}", Misfit::at(&module, why));
        }
        let table = tape.param(&self.weight);
        let vectors = table.embedding(indices, self.padding_idx);
        module.leave(match self.padding_idx {
            Some(padding) => self.with_padding(vectors, &table.value(), indices, padding),
            None => vectors,
        })
    }

    /// The operation has zeros for padding; where the table has another row, that is added as a constant.
    fn with_padding<'t>(
        &self,
        vectors: Var<'t, T>,
        table: &Tensor<T>,
        indices: &Tensor<u32>,
        padding: usize,
    ) -> Var<'t, T> {
        let dim = table.shape()[1];
        let row = &table.data()[padding * dim..(padding + 1) * dim];
        if row.iter().all(|&x| x == T::ZERO) {
            return vectors;
        }
        let at = |i: usize| if indices.data()[i / dim] as usize == padding { row[i % dim] } else { T::ZERO };
        vectors + vectors.tape().input(&Tensor::from_fn(&vectors.shape(), at))
    }

    /// How many vectors there are.
    ///
    /// # Panics
    /// At the caller's line, when the weight was replaced by one that is no matrix.
    #[track_caller]
    pub fn rows(&self) -> usize {
        self.sizes()[0]
    }

    /// The size of a vector.
    ///
    /// # Panics
    /// As [`rows`](Self::rows).
    #[track_caller]
    pub fn dim(&self) -> usize {
        self.sizes()[1]
    }

    #[track_caller]
    fn sizes(&self) -> [usize; 2] {
        match *self.weight.value.shape() {
            [rows, dim] => [rows, dim],
            ref shape => panic!("Embedding: the weight has shape {shape:?}; expected [rows, dim]"),
        }
    }
}

/// Kind and sizes, as messages name the module: `Embedding(1000 x 16, padding 0)`.
impl<T: Float> fmt::Display for Embedding<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.weight.value.shape() {
            [rows, dim] => write!(f, "Embedding({rows} x {dim}")?,
            shape => write!(f, "Embedding(weight {shape:?}")?,
        }
        match self.padding_idx {
            Some(index) => write!(f, ", padding {index})"),
            None => write!(f, ")"),
        }
    }
}
