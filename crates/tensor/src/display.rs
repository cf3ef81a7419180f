//! How a tensor is printed: nested brackets, long axes shortened in the middle.

use std::fmt;

use crate::number::Data;
use crate::tensor::Tensor;

/// An axis longer than this is shortened to its first and last three entries.
const LONGEST: usize = 8;
const EDGE: usize = 3;

/// Nested brackets, one row per line; a width or precision in the format applies to each value.
///
/// ```
/// use rappel_tensor::Tensor;
/// let x = Tensor::from([[1.0_f32, -2.5], [0.125, 4.0]]);
/// assert_eq!(format!("{x}"), "[[1, -2.5],\n [0.125, 4]]");
/// assert_eq!(format!("{x:6.2}"), "[[  1.00,  -2.50],\n [  0.12,   4.00]]");
/// assert_eq!(format!("{x:?}"), "Tensor<f32>[2, 2] [[1, -2.5],\n [0.125, 4]]");
/// ```
impl<T: Data> fmt::Display for Tensor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        block(f, self.shape(), self.data(), 0)
    }
}

fn block<T: Data>(f: &mut fmt::Formatter<'_>, shape: &[usize], data: &[T], depth: usize) -> fmt::Result {
    let Some((&n, rest)) = shape.split_first() else {
        return fmt::Display::fmt(&data[0], f);
    };
    let step = data.len().checked_div(n).unwrap_or(0);
    f.write_str("[")?;
    let mut i = 0;
    while i < n {
        if i > 0 {
            f.write_str(",")?;
            if rest.is_empty() {
                f.write_str(" ")?;
            } else {
                // An empty line between matrices, as NumPy prints.
                for _ in 0..rest.len() {
                    f.write_str("\n")?;
                }
                write!(f, "{:width$}", "", width = depth + 1)?;
            }
        }
        if n > LONGEST && i == EDGE {
            f.write_str("..")?;
            i = n - EDGE;
            continue;
        }
        block(f, rest, &data[i * step..(i + 1) * step], depth + 1)?;
        i += 1;
    }
    f.write_str("]")
}
