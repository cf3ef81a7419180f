//! MNIST and its net.

use rappel_autodiff::Float;
use rappel_nn::{Linear, Relu};

use super::Classes;
use crate::LabError;

impl<T: Float> Classes<T> {
    /// `mnist`: MNIST by a 784-128-10 net with ReLU, in batches of 64, 937 to an epoch. Held out: the 10,000 test images.
    ///
    /// [`Problem::whole`](crate::Problem::whole) is of the first 2,000 training images in the published order, so that curvature is
    /// measured in milliseconds. The loss starts near ln 10 = 2.303. An epoch of SGD at 0.1 brings the net to 92 % on the test images.
    ///
    /// Unpacking the images takes about a quarter of a second.
    ///
    /// # Errors
    /// [`LabError::Data`] when the embedded data are damaged, which would be a fault of the build.
    pub fn mnist() -> Result<Classes<T>, LabError> {
        let (train, test) = rappel_mnist::load()?;
        let first = train.take(2_000);
        let problem = Classes::new("mnist", train, 64, |random| {
            Box::new((Linear::new(784, 128, random), Relu, Linear::new(128, 10, random)))
        })?;
        Ok(problem.test(test).whole_of(first).default_steps(937))
    }
}
