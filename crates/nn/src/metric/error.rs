//! How far predictions are from their targets.

use rappel_autodiff::{Float, Tensor};

use super::inputs;
use super::sum::ExactSum;

macro_rules! mean_error {
    ($(#[$doc:meta])* $name:ident, $error:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name {
            sum: ExactSum,
            count: u64,
        }

        impl $name {
            /// Without numbers.
            pub fn new() -> Self {
                Self::default()
            }

            /// Adds predictions and targets of one shape; every number counts alike.
            ///
            /// # Panics
            /// At the caller's line, when the shapes differ.
            #[track_caller]
            pub fn update<T: Float>(&mut self, predictions: &Tensor<T>, targets: &Tensor<T>) {
                let add: fn(&mut ExactSum, f64, f64) = $error;
                for (prediction, target) in inputs::numbers(concat!(stringify!($name), "::update"), predictions, targets) {
                    add(&mut self.sum, prediction, target);
                }
                self.count += targets.len() as u64;
            }

            /// Adds what another has added.
            pub fn merge(&mut self, other: &Self) {
                self.sum.merge(&other.sum);
                self.count += other.count;
            }

            /// The mean; none without numbers.
            pub fn value(&self) -> Option<f64> {
                self.sum.mean(self.count)
            }
        }
    };
}

mean_error! {
    /// The mean of `|prediction - target|`, in the targets' unit.
    ///
    /// ```
    /// use rappel_nn::autodiff::Tensor;
    /// use rappel_nn::metric::MeanAbsoluteError;
    ///
    /// let mut error = MeanAbsoluteError::new();
    /// error.update(&Tensor::from([2.0_f32, 5.0]), &Tensor::from([1.0, 7.0]));
    /// assert_eq!(error.value(), Some(1.5));
    /// ```
    MeanAbsoluteError,
    |sum, prediction, target| sum.add((prediction - target).abs())
}

mean_error! {
    /// The mean of `(prediction - target)^2`, in the square of the targets' unit; its root is in their unit.
    ///
    /// ```
    /// use rappel_nn::autodiff::Tensor;
    /// use rappel_nn::metric::MeanSquaredError;
    ///
    /// let mut error = MeanSquaredError::new();
    /// error.update(&Tensor::from([2.0_f32, 4.0]), &Tensor::from([1.0, 11.0]));
    /// assert_eq!((error.value(), error.root()), (Some(25.0), Some(5.0)));
    /// ```
    MeanSquaredError,
    |sum, prediction, target| sum.add_product(prediction - target, prediction - target)
}

impl MeanSquaredError {
    /// The root of the mean; none without numbers.
    pub fn root(&self) -> Option<f64> {
        self.value().map(f64::sqrt)
    }
}

mean_error! {
    /// The mean of `|prediction - target| / |target|`, as a share: 0.1 is 10 %. A target of 0 is taken as 2.2e-16, as in scikit-learn, so
    /// it makes the mean useless.
    ///
    /// ```
    /// use rappel_nn::autodiff::Tensor;
    /// use rappel_nn::metric::MeanAbsolutePercentageError;
    ///
    /// let mut error = MeanAbsolutePercentageError::new();
    /// error.update(&Tensor::from([3.0_f32, 5.0]), &Tensor::from([2.0, 5.0]));
    /// assert_eq!(error.value(), Some(0.25));
    /// ```
    MeanAbsolutePercentageError,
    |sum, prediction, target| sum.add((prediction - target).abs() / target.abs().max(f64::EPSILON))
}
