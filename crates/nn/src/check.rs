//! A dry run.

use std::fmt;

use rappel_autodiff::module::Listing;
use rappel_autodiff::{Float, ModuleExt, Shape, Summary, Tape, Tensor, grouped};

use crate::{Layer, Misfit};

/// Tries a net on a shape, and shows what is in it.
pub trait LayerExt<T: Float = f32>: Layer<T> {
    /// Runs the net once in evaluation mode on zeros of the shape, and tells for each layer its output's shape, its parameters, its
    /// multiply-adds and the bytes of what it computes.
    ///
    /// ```
    /// use rappel_nn::autodiff::Rng;
    /// use rappel_nn::{LayerExt, Linear, Misfit, Relu, Sequential};
    ///
    /// let mut rng = Rng::seed(0);
    /// let net: Sequential =
    ///     Sequential::new().push(Linear::new(784, 128, &mut rng)).push(Relu).push(Linear::new(128, 10, &mut rng));
    /// let report = net.check(&[64, 784])?;
    /// assert_eq!(report.output[..], [64, 10]);
    /// assert_eq!(report.summary.multiply_adds, 64 * (784 * 128 + 128 * 10));
    /// println!("{report}");
    ///
    /// let misfit = net.check(&[64, 28, 28]).unwrap_err();
    /// assert_eq!(
    ///     misfit.to_string(),
    ///     "0: Linear(784 -> 128): input of shape [64, 28, 28] does not fit: the last axis must be 784; put a `Flatten` before it"
    /// );
    /// # Ok::<(), Misfit>(())
    /// ```
    ///
    /// # Errors
    /// The [`Misfit`] of the net's first layer that cannot take what it is given, as far as containers reach.
    ///
    /// # Panics
    /// Where a net that calls its layers by hand does: at its own line, with the message of the misfit.
    #[track_caller]
    fn check(&self, shape: &[usize]) -> Result<Report, Misfit> {
        let tape = Tape::default();
        tape.watch(self);
        let y = self.try_forward(tape.input(&Tensor::zeros(shape)))?;
        let Listing { trainable, frozen, .. } = self.listing();
        let named = self.named_parameters().into_iter();
        let unused = named.filter(|(_, param)| !tape.holds(param.id())).map(|(path, _)| path).collect();
        Ok(Report { input: shape.into(), output: y.shape(), summary: tape.summary(), trainable, frozen, unused })
    }
}

impl<T: Float, L: Layer<T> + ?Sized> LayerExt<T> for L {}

/// What a dry run found. Its text is a table of the layers. See [`LayerExt::check`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report {
    /// The shape of the input.
    pub input: Shape,
    /// The shape of the output.
    pub output: Shape,
    /// What the forward pass put on the tape, by operation and [by layer](Summary::layers).
    pub summary: Summary,
    /// Numbers in the parameters that are trained; tied ones count once.
    pub trainable: usize,
    /// Numbers in the parameters that are frozen.
    pub frozen: usize,
    /// Paths of parameters that the forward pass did not use.
    pub unused: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "input {:?}, output {:?}", &self.input[..], &self.output[..])?;
        writeln!(f, "{}", self.summary.layers)?;
        let [trainable, frozen] = [self.trainable, self.frozen].map(|n| grouped(n as u64));
        write!(f, "parameters: {trainable} trainable, {frozen} frozen")?;
        if !self.unused.is_empty() {
            write!(f, "\nnot used by the forward pass: {}", self.unused.join(", "))?;
        }
        Ok(())
    }
}
