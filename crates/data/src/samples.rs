//! The samples of a data set, as they are stored.

use rappel_tensor::Tensor;
use rappel_tensor::simd::{Kernel, dispatch};

/// All samples, along the first axis.
///
/// Images stay bytes until a batch is made of them: a quarter of the memory, and less to read per epoch.
#[derive(Clone, Debug)]
pub(crate) enum Samples {
    Values(Tensor<f32>),
    Pixels(Tensor<u8>),
}

impl Samples {
    pub(crate) fn shape(&self) -> &[usize] {
        match self {
            Samples::Values(x) => x.shape(),
            Samples::Pixels(x) => x.shape(),
        }
    }

    /// Copies the given samples of `width` values each into `to`, one after the other.
    pub(crate) fn gather(&self, width: usize, rows: impl Iterator<Item = usize>, to: &mut [f32]) {
        let rows = to.chunks_exact_mut(width).zip(rows);
        match self {
            Samples::Values(x) => {
                let x = x.data();
                rows.for_each(|(to, row)| to.copy_from_slice(&x[row * width..][..width]));
            }
            Samples::Pixels(x) => {
                let x = x.data();
                rows.for_each(|(to, row)| dispatch(Scale { pixels: &x[row * width..][..width], to }));
            }
        }
    }
}

/// Black 0 to white 1. A true division: the product with 1/255 differs in the last bit.
struct Scale<'a> {
    pixels: &'a [u8],
    to: &'a mut [f32],
}

impl Kernel for Scale<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (to, &pixel) in self.to.iter_mut().zip(self.pixels) {
            *to = f32::from(pixel) / 255.0;
        }
    }
}
