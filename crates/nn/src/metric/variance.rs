//! How much of what varies is predicted.

use rappel_autodiff::{Float, Tensor};

use super::inputs;
use super::sum::ExactSum;

/// Sums of a number and of its square.
#[derive(Debug, Clone, PartialEq, Default)]
struct Moments {
    sum: ExactSum,
    squares: ExactSum,
}

impl Moments {
    fn add(&mut self, x: f64) {
        self.sum.add(x);
        self.squares.add_product(x, x);
    }

    fn merge(&mut self, other: &Moments) {
        self.sum.merge(&other.sum);
        self.squares.merge(&other.squares);
    }

    /// The variance times the square of the count.
    fn spread(&self, count: u64) -> f64 {
        ExactSum::spread(count, &self.sum, &self.squares)
    }
}

/// The errors and the targets.
#[derive(Debug, Clone, PartialEq, Default)]
struct Both {
    error: Moments,
    target: Moments,
    count: u64,
}

impl Both {
    #[track_caller]
    fn update<T: Float>(&mut self, op: &str, predictions: &Tensor<T>, targets: &Tensor<T>) {
        for (prediction, target) in inputs::numbers(op, predictions, targets) {
            self.error.add(target - prediction);
            self.target.add(target);
            self.count += 1;
        }
    }

    fn merge(&mut self, other: &Both) {
        self.error.merge(&other.error);
        self.target.merge(&other.target);
        self.count += other.count;
    }

    /// One minus what an error has of the spread of the targets; none if they do not vary.
    fn share(&self, error: f64) -> Option<f64> {
        let spread = self.target.spread(self.count);
        (spread != 0.0).then(|| 1.0 - error / spread)
    }
}

macro_rules! share {
    ($(#[$doc:meta])* $name:ident, $error:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name {
            sums: Both,
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
                self.sums.update(concat!(stringify!($name), "::update"), predictions, targets);
            }

            /// Adds what another has added.
            pub fn merge(&mut self, other: &Self) {
                self.sums.merge(&other.sums);
            }

            /// The share; none if the targets do not vary, so without two different ones.
            pub fn value(&self) -> Option<f64> {
                let error: fn(&Both) -> f64 = $error;
                self.sums.share(error(&self.sums))
            }
        }
    };
}

share! {
    /// The coefficient of determination: `1 - sum (target - prediction)^2 / sum (target - mean target)^2`; 1 is perfect, 0 is as good as
    /// the mean of the targets, and less is worse.
    ///
    /// It is exact also where the targets vary little about a large mean.
    ///
    /// ```
    /// use rappel_nn::autodiff::Tensor;
    /// use rappel_nn::metric::R2;
    ///
    /// let mut r2 = R2::new();
    /// r2.update(&Tensor::from([1.0_f32, 2.0, 4.0]), &Tensor::from([1.0, 2.0, 3.0]));
    /// assert_eq!(r2.value(), Some(0.5));
    /// ```
    R2,
    |sums| sums.count as f64 * sums.error.squares.value()
}

share! {
    /// The explained variance: `1 - Var(target - prediction) / Var(target)`. As [`R2`], but an error that is the same everywhere does not
    /// count.
    ///
    /// ```
    /// use rappel_nn::autodiff::Tensor;
    /// use rappel_nn::metric::ExplainedVariance;
    ///
    /// let mut explained = ExplainedVariance::new();
    /// explained.update(&Tensor::from([11.0_f32, 12.0, 13.0]), &Tensor::from([1.0, 2.0, 3.0]));
    /// assert_eq!(explained.value(), Some(1.0));
    /// ```
    ExplainedVariance,
    |sums| sums.error.spread(sums.count)
}
