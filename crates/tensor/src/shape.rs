//! Shapes: sizes per axis, row-major, and what follows from them.

use std::fmt;

use smallvec::SmallVec;

/// Sizes per axis, outermost first; up to four axes are stored inline.
pub type Shape = SmallVec<[usize; 4]>;

/// Shapes or data that do not fit together.
///
/// ```
/// use rappel_tensor::Tensor;
/// let e = Tensor::try_new(vec![1.0_f32; 5], &[2, 3]).unwrap_err();
/// assert_eq!(e.to_string(), "a tensor of shape [2, 3] holds 6 values, 5 were given");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShapeError {
    message: String,
}

impl ShapeError {
    pub(crate) fn new(message: String) -> Self {
        ShapeError { message }
    }
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ShapeError {}

/// The number of values a shape holds; the empty shape is a scalar and holds one.
#[inline]
pub fn count(shape: &[usize]) -> usize {
    shape.iter().product()
}

/// More values than this have more bytes than an address can count, whatever their type and however the pool rounds them up.
const MOST: usize = isize::MAX as usize / 16;

/// [`count`], or `None` when there are more values than can be addressed: axes of size 0 do not hide an overflow of the others, which
/// strides would meet.
pub fn checked_count(shape: &[usize]) -> Option<usize> {
    let rest = shape.iter().filter(|&&n| n != 0).try_fold(1_usize, |n, &k| n.checked_mul(k))?;
    if shape.contains(&0) { Some(0) } else { Some(rest).filter(|&n| n <= MOST) }
}

/// [`checked_count`], or a panic at the caller's line.
#[track_caller]
pub(crate) fn count_or_panic(op: &str, shape: &[usize]) -> usize {
    let Some(n) = checked_count(shape) else {
        panic!("{op}: a tensor of shape {shape:?} has more values than can be counted")
    };
    n
}

/// The shape two operands have together: aligned at the last axis, a size of 1 (or a missing axis) stretches.
///
/// Returns `None` when two sizes differ and neither is 1.
///
/// ```
/// use rappel_tensor::shape::broadcast;
/// assert_eq!(broadcast(&[4, 1, 3], &[2, 1]).unwrap()[..], [4, 2, 3]);
/// assert_eq!(broadcast(&[0], &[1]).unwrap()[..], [0]);
/// assert!(broadcast(&[2], &[3]).is_none());
/// ```
pub fn broadcast(a: &[usize], b: &[usize]) -> Option<Shape> {
    let rank = a.len().max(b.len());
    let size = |s: &[usize], i: usize| if i + s.len() >= rank { s[i + s.len() - rank] } else { 1 };
    (0..rank)
        .map(|i| match (size(a, i), size(b, i)) {
            (x, y) if x == y => Some(x),
            (1, y) => Some(y),
            (x, 1) => Some(x),
            _ => None,
        })
        .collect()
}

/// [`broadcast`], or a panic at the caller's line that names the operation and both shapes.
#[track_caller]
pub fn broadcast_or_panic(op: &str, a: &[usize], b: &[usize]) -> Shape {
    // Not `unwrap_or_else`: a closure would put the panic at this line.
    let Some(shape) = broadcast(a, b) else {
        panic!(
            "{op}: shapes {a:?} and {b:?} do not broadcast: aligned at the last axis, sizes must be equal or 1 \
             (insert an axis of 1 with `reshape`, or `permute`)"
        )
    };
    shape
}

/// Row-major strides of an operand seen under `shape`; stretched axes have stride 0.
pub(crate) fn strides_under(operand: &[usize], shape: &[usize]) -> Shape {
    let mut strides: Shape = smallvec::smallvec![0; shape.len()];
    let mut step = 1;
    for (i, &size) in operand.iter().enumerate().rev() {
        let j = i + shape.len() - operand.len();
        if size != 1 {
            strides[j] = step;
        }
        step *= size;
    }
    strides
}

/// A set of axes, each counted from the front, or from the back when negative.
///
/// `Axes::resolve` turns it into sorted front-counted axes; duplicates and axes that do not exist panic at the caller's line.
#[track_caller]
pub fn resolve_axes(op: &str, axes: &[isize], rank: usize) -> SmallVec<[usize; 4]> {
    let mut out: SmallVec<[usize; 4]> = SmallVec::new();
    for &axis in axes {
        let k = resolve_axis(op, axis, rank);
        assert!(!out.contains(&k), "{op}: axis {axis} is named twice in {axes:?} for rank {rank}");
        out.push(k);
    }
    out.sort_unstable();
    out
}

/// One axis counted from the front; negative axes count from the back.
#[track_caller]
pub fn resolve_axis(op: &str, axis: isize, rank: usize) -> usize {
    let k = if axis < 0 { axis + rank as isize } else { axis };
    assert!(
        (0..rank as isize).contains(&k),
        "{op}: axis {axis} does not exist for rank {rank} (axes run from {} to {})",
        -(rank as isize),
        rank as isize - 1
    );
    k as usize
}

/// The shape after reducing `axes` (sorted): 1 in their place, or without them.
pub fn reduced(shape: &[usize], axes: &[usize], keep: bool) -> Shape {
    let mut out = Shape::new();
    for (i, &n) in shape.iter().enumerate() {
        match (axes.contains(&i), keep) {
            (false, _) => out.push(n),
            (true, true) => out.push(1),
            (true, false) => {}
        }
    }
    out
}
