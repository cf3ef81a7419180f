//! The arrays that references are written on.

use rappel_autodiff::{Float, Tensor};

/// An array of `f64` with the plainest possible operations: what a reference of the op table computes with.
///
/// It shares no code with the kernels it judges: every operation here is a loop over indices.
///
/// ```
/// use rappel_testkit::Plain;
///
/// let x = Plain::from_fn(&[2, 3], |i| (10 * i[0] + i[1]) as f64);
/// assert_eq!(x.reduce(&[1], false, |row| row.iter().sum()).data(), [3.0, 33.0]);
/// assert_eq!(x.zip(&Plain::new(&[2, 1], vec![1.0, 2.0]), |a, b| a * b).at(&[1, 2]), 24.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Plain {
    shape: Vec<usize>,
    data: Vec<f64>,
}

/// Every index of a shape, the last axis running fastest.
fn indices(shape: &[usize]) -> Vec<Vec<usize>> {
    let mut all = vec![vec![]];
    for &size in shape {
        all = all.iter().flat_map(|head| (0..size).map(move |i| [&head[..], &[i]].concat())).collect();
    }
    all
}

impl Plain {
    /// An array from its values in row-major order.
    ///
    /// # Panics
    /// When their number is not the product of the shape.
    pub fn new(shape: &[usize], data: Vec<f64>) -> Self {
        assert_eq!(
            data.len(),
            shape.iter().product::<usize>(),
            "a reference gave the wrong number of values for {shape:?}"
        );
        Plain { shape: shape.to_vec(), data }
    }

    /// An array from a function of the index.
    pub fn from_fn(shape: &[usize], mut f: impl FnMut(&[usize]) -> f64) -> Self {
        Plain::new(shape, indices(shape).iter().map(|i| f(i)).collect())
    }

    /// One value, without axes.
    pub fn scalar(x: f64) -> Self {
        Plain::new(&[], vec![x])
    }

    /// Sizes per axis.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The values in row-major order.
    pub fn data(&self) -> &[f64] {
        &self.data
    }

    /// The value at an index.
    ///
    /// # Panics
    /// When the index has another rank or is out of range.
    pub fn at(&self, index: &[usize]) -> f64 {
        assert_eq!(index.len(), self.shape.len(), "an index {index:?} into shape {:?}", self.shape);
        let mut flat = 0;
        for (&i, &size) in index.iter().zip(&self.shape) {
            assert!(i < size, "an index {index:?} into shape {:?}", self.shape);
            flat = flat * size + i;
        }
        self.data[flat]
    }

    /// A function of every value.
    pub fn map(&self, f: impl Fn(f64) -> f64) -> Self {
        Plain::new(&self.shape, self.data.iter().map(|&x| f(x)).collect())
    }

    /// A function of two arrays, under broadcasting.
    ///
    /// # Panics
    /// When the shapes do not broadcast.
    pub fn zip(&self, other: &Plain, f: impl Fn(f64, f64) -> f64) -> Self {
        let rank = self.shape.len().max(other.shape.len());
        let size = |x: &Plain, k: usize| (k + x.shape.len()).checked_sub(rank).map_or(1, |k| x.shape[k]);
        let shape: Vec<usize> = (0..rank)
            .map(|k| match (size(self, k), size(other, k)) {
                (1, n) | (n, 1) => n,
                (n, m) => {
                    assert_eq!(n, m, "shapes {:?} and {:?} do not broadcast", self.shape, other.shape);
                    n
                }
            })
            .collect();
        Plain::from_fn(&shape, |i| f(self.stretched(i), other.stretched(i)))
    }

    /// The value at an index of a shape that this array broadcasts to.
    pub fn stretched(&self, index: &[usize]) -> f64 {
        let tail = &index[index.len() - self.shape.len()..];
        let own: Vec<usize> = tail.iter().zip(&self.shape).map(|(&i, &size)| if size == 1 { 0 } else { i }).collect();
        self.at(&own)
    }

    /// A number from the values along the given axes, which go, or stay with size 1 when `keep`. Axes count from the front, or
    /// from the back when negative.
    pub fn reduce(&self, axes: &[isize], keep: bool, f: impl Fn(&[f64]) -> f64) -> Self {
        let rank = self.shape.len();
        let gone: Vec<bool> = (0..rank).map(|k| axes.iter().any(|&a| front(a, rank) == k)).collect();
        let kept: Vec<usize> = (0..rank).map(|k| if gone[k] { 1 } else { self.shape[k] }).collect();
        let everywhere = indices(&self.shape);
        let reduced = |cell: &Vec<usize>| {
            let run = everywhere.iter().filter(|i| (0..rank).all(|k| gone[k] || i[k] == cell[k]));
            f(&run.map(|i| self.at(i)).collect::<Vec<_>>())
        };
        let data = indices(&kept).iter().map(reduced).collect();
        let shape: Vec<usize> = (0..rank).filter(|&k| keep || !gone[k]).map(|k| kept[k]).collect();
        Plain::new(&shape, data)
    }

    /// Every run of values along an axis replaced by as many others.
    pub fn along(&self, axis: isize, f: impl Fn(&[f64]) -> Vec<f64>) -> Self {
        let axis = front(axis, self.shape.len());
        Plain::from_fn(&self.shape, |index| {
            let run = (0..self.shape[axis]).map(|j| {
                let mut i = index.to_vec();
                i[axis] = j;
                self.at(&i)
            });
            f(&run.collect::<Vec<_>>())[index[axis]]
        })
    }

    /// The same values under another shape.
    ///
    /// # Panics
    /// When the counts differ.
    pub fn reshape(&self, shape: &[usize]) -> Self {
        Plain::new(shape, self.data.clone())
    }
}

/// An axis counted from the front.
pub(crate) fn front(axis: isize, rank: usize) -> usize {
    if axis < 0 { (axis + rank as isize) as usize } else { axis as usize }
}

impl<T: Float> From<&Tensor<T>> for Plain {
    fn from(x: &Tensor<T>) -> Self {
        Plain::new(x.shape(), x.data().iter().map(|v| v.re()).collect())
    }
}
