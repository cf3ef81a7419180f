//! MNIST-1D and its nets.

use rappel_autodiff::Float;
use rappel_data::mnist1d;
use rappel_nn::{Linear, Relu, Tanh};

use super::Classes;
use crate::LabError;

impl<T: Float> Classes<T> {
    /// `mnist1d`: MNIST-1D by a 40-50-10 net with tanh, in batches of 50, 80 to an epoch. Held out: the 1,000 test samples.
    ///
    /// The net of the data set's notebook on learning the rate (S. Greydanus and D. Kobak, "Scaling Down Deep Learning with MNIST-1D",
    /// ICML 2024), here from the house's initialisation and with shuffled batches. The loss starts near ln 10 = 2.303; of the lowest
    /// nothing is known. In the 800 steps of a run SGD does best at rates from 0.4 to 1, and Adam near 0.01; half of
    /// the test samples are right then.
    ///
    /// ```
    /// use rappel_lab::problems::Classes;
    /// use rappel_lab::Trial;
    /// use rappel_lab::optim::Sgd;
    ///
    /// let problem = Classes::mnist1d()?;
    /// let mut run = Trial::<f32>::new(&problem, Box::new(Sgd::new(0.6)), 0, 200);
    /// let first = run.step(&problem)?;
    /// assert!((first - 10_f64.ln()).abs() < 0.2);
    /// # Ok::<(), rappel_lab::LabError>(())
    /// ```
    ///
    /// # Errors
    /// [`LabError::Data`] when the embedded data are damaged, which would be a fault of the build.
    pub fn mnist1d() -> Result<Classes<T>, LabError> {
        let (train, test) = mnist1d()?;
        let problem = Classes::new("mnist1d", train, 50, |random| {
            Box::new((Linear::new(40, 50, random), Tanh, Linear::new(50, 10, random)))
        })?;
        Ok(problem.test(test).default_steps(800))
    }

    /// `mnist1d_relu`: MNIST-1D by a 40-100-100-10 net with ReLU, in batches of 100, 40 to an epoch. Held out: the 1,000 test samples.
    ///
    /// The fully connected net of the paper's comparison, where it is 68 % right. It overfits: the training loss can be brought to 0, and is
    /// below 0.03 after the 2,000 steps of a run with SGD at 0.4 to 0.8 or Adam at 0.003 to 0.005, when 61 to 69 % of the test samples are right.
    ///
    /// # Errors
    /// As [`mnist1d`](Self::mnist1d).
    pub fn mnist1d_relu() -> Result<Classes<T>, LabError> {
        let (train, test) = mnist1d()?;
        let problem = Classes::new("mnist1d_relu", train, 100, |random| {
            let (first, second) = (Linear::new(40, 100, random), Linear::new(100, 100, random));
            Box::new((first, Relu, second, Relu, Linear::new(100, 10, random)))
        })?;
        Ok(problem.test(test).default_steps(2_000))
    }
}
