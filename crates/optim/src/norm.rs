//! The sum of the squares of a tensor.

use rappel_tensor::simd::{Kernel, dispatch};
use rappel_tensor::{Float, Tensor};

/// How many sums run beside each other, so that they vectorise.
const LANES: usize = 16;

/// The sum of the squares of a tensor's values, each squared in f64, where no `f32` is too large or too small for it.
///
/// One number of lanes, one order: the same bits on any number of threads.
pub(crate) fn square<T: Float>(x: &Tensor<T>) -> f64 {
    dispatch(Squares { x: x.data() })
}

struct Squares<'a, T> {
    x: &'a [T],
}

impl<T: Float> Kernel for Squares<'_, T> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let mut lanes = [0.0; LANES];
        let (whole, rest) = self.x.as_chunks::<LANES>();
        for chunk in whole {
            for (lane, x) in lanes.iter_mut().zip(chunk) {
                *lane += x.re() * x.re();
            }
        }
        for (lane, x) in lanes.iter_mut().zip(rest) {
            *lane += x.re() * x.re();
        }
        lanes.iter().sum()
    }
}
