//! The data set that is embedded.

use std::io::{Error, ErrorKind, Read};

use flate2::read::ZlibDecoder;
use rappel_tensor::Tensor;

use crate::{DataError, Dataset};

/// `data/make_mnist1d.py` made it and describes its layout.
static PACKED: &[u8] = include_bytes!("../data/mnist1d.zz");

/// Samples to train on, and to test on.
const SAMPLES: [usize; 2] = [4000, 1000];

/// Values per sample.
const WIDTH: usize = 40;

/// All values.
const VALUES: usize = (SAMPLES[0] + SAMPLES[1]) * WIDTH;

/// All of MNIST-1D, embedded: 4,000 training and 1,000 test signals of 40 values with their digits, in the published order.
///
/// A signal is a digit's pattern drawn as a line, shifted, scaled, sheared and with noise; values are around 0 with a standard
/// deviation near 1, and reach from -5.5 to 4.6. It tells linear models (32 % right), fully connected nets (68 %) and
/// convolutions (94 %) well apart, and trains in seconds. It adds 0.7 MB to a program that calls this, and nothing to others.
///
/// By Sam Greydanus and Dmitry Kobak, "Scaling Down Deep Learning with MNIST-1D", ICML 2024
/// (<https://github.com/greydanus/mnist1d>), under Apache-2.0; the file `LICENSE-MNIST1D` of this crate says what to pass on. The
/// values are the published ones in single precision.
///
/// # Errors
/// [`DataError::Unpack`] when the embedded bytes are damaged, which would be a fault of the build.
///
/// ```
/// # fn main() -> Result<(), rappel_data::DataError> {
/// let (train, test) = rappel_data::mnist1d()?;
/// assert_eq!((train.len(), test.len(), train.classes(), train.sample_shape()), (4000, 1000, 10, &[40][..]));
/// assert_eq!(train.take(8).all().y.data(), [2, 6, 4, 5, 6, 6, 6, 0]);
/// # Ok(())
/// # }
/// ```
pub fn mnist1d() -> Result<(Dataset, Dataset), DataError> {
    let length = 4 * VALUES + SAMPLES[0] + SAMPLES[1];
    let mut bytes = Vec::with_capacity(length);
    ZlibDecoder::new(PACKED).read_to_end(&mut bytes).map_err(damaged)?;
    if bytes.len() != length {
        return Err(damaged(ErrorKind::UnexpectedEof.into()));
    }
    let (planes, labels) = bytes.split_at(4 * VALUES);
    let value = |i: usize| f32::from_le_bytes([0, 1, 2, 3].map(|plane| planes[plane * VALUES + i]));
    let part = |first: usize, samples: usize| {
        let x = Tensor::from_fn(&[samples, WIDTH], |i| value(first * WIDTH + i));
        Dataset::new(x, Tensor::from_fn(&[samples], |i| u32::from(labels[first + i])), 10)
    };
    Ok((part(0, SAMPLES[0])?, part(SAMPLES[0], SAMPLES[1])?))
}

fn damaged(source: Error) -> DataError {
    DataError::Unpack { path: "embedded MNIST-1D".into(), format: "zlib", expected: "805000 bytes".into(), source }
}
