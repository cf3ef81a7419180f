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

/// [`broadcast`], or a panic at the caller's line that names the operation and both shapes; also when together they have more values than
/// can be counted.
#[track_caller]
pub fn broadcast_or_panic(op: &str, a: &[usize], b: &[usize]) -> Shape {
    // Not `unwrap_or_else`: a closure would put the panic at this line.
    let Some(shape) = broadcast(a, b) else {
        panic!(
            "{op}: shapes {a:?} and {b:?} do not broadcast: aligned at the last axis, sizes must be equal or 1 \
             (insert an axis of 1 with `reshape`, or `permute`)"
        )
    };
    count_or_panic(op, &shape);
    shape
}

/// Row-major strides of a shape.
pub(crate) fn strides(shape: &[usize]) -> Shape {
    let mut out: Shape = smallvec::smallvec![1; shape.len()];
    for i in (1..shape.len()).rev() {
        out[i - 1] = out[i] * shape[i];
    }
    out
}

/// Row-major strides of an operand seen under `shape`; stretched axes have stride 0.
pub(crate) fn strides_under(operand: &[usize], shape: &[usize]) -> SmallVec<[isize; 4]> {
    let mut out: SmallVec<[isize; 4]> = smallvec::smallvec![0; shape.len()];
    let lead = shape.len() - operand.len();
    for (i, (&size, step)) in operand.iter().zip(strides(operand)).enumerate() {
        if size != 1 {
            out[lead + i] = step as isize;
        }
    }
    out
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
    let k = if axis < 0 { axis.saturating_add(rank as isize) } else { axis };
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

/// Several axes seen as one: what a kernel over `[outer, middle, inner]` is given of an array that is reduced over them.
///
/// Neighbouring axes are one already, and so are axes with only sizes of 1 between them; others are moved to the back first.
#[derive(Clone, Debug)]
pub struct Run {
    /// The number of values before the axes, along them, and after them.
    pub dims: [usize; 3],
    moved: Option<Moved>,
}

/// An order of axes, its inverse, and the shape in that order.
#[derive(Clone, Debug)]
struct Moved {
    order: SmallVec<[usize; 4]>,
    back: SmallVec<[usize; 4]>,
    shape: Shape,
}

impl Run {
    /// The axes (sorted, from the front) of a shape. No axes are one of size 1 at the end.
    pub fn new(shape: &[usize], axes: &[usize]) -> Self {
        let middle = axes.iter().map(|&k| shape[k]).product();
        let (&[first, .., last] | &[first @ last]) = axes else {
            return Run { dims: [count(shape), 1, 1], moved: None };
        };
        if (first..last).all(|k| axes.contains(&k) || shape[k] == 1) {
            return Run { dims: [count(&shape[..first]), middle, count(&shape[last + 1..])], moved: None };
        }
        let others = (0..shape.len()).filter(|k| !axes.contains(k));
        let order: SmallVec<[usize; 4]> = others.chain(axes.iter().copied()).collect();
        let mut back = order.clone();
        for (i, &k) in order.iter().enumerate() {
            back[k] = i;
        }
        let moved: Shape = order.iter().map(|&k| shape[k]).collect();
        let outer = count(&moved[..shape.len() - axes.len()]);
        Run { dims: [outer, middle, 1], moved: Some(Moved { order, back, shape: moved }) }
    }

    /// The order that brings the axes together, if they are apart.
    pub fn order(&self) -> Option<&[usize]> {
        self.moved.as_ref().map(|m| &m.order[..])
    }

    /// The order that undoes [`order`](Self::order), and the shape it is applied to.
    pub fn back(&self) -> Option<(&[usize], &[usize])> {
        self.moved.as_ref().map(|m| (&m.back[..], &m.shape[..]))
    }
}

/// A shape without one axis, whose size is 1.
#[track_caller]
pub fn squeezed(shape: &[usize], axis: isize) -> Shape {
    let k = resolve_axis("squeeze", axis, shape.len());
    assert!(shape[k] == 1, "squeeze: axis {axis} of shape {shape:?} has size {}, not 1", shape[k]);
    let mut out: Shape = shape.into();
    out.remove(k);
    out
}

/// A shape with one more axis, of size 1, that is axis `axis` of the result.
#[track_caller]
pub fn unsqueezed(shape: &[usize], axis: isize) -> Shape {
    let k = resolve_axis("unsqueeze", axis, shape.len() + 1);
    let mut out: Shape = shape.into();
    out.insert(k, 1);
    out
}

/// A shape with the axes from `first` to `last`, both included, made one.
#[track_caller]
pub fn flattened(shape: &[usize], first: isize, last: isize) -> Shape {
    let (a, b) = (resolve_axis("flatten", first, shape.len()), resolve_axis("flatten", last, shape.len()));
    assert!(a <= b, "flatten: axis {first} of shape {shape:?} comes after axis {last}");
    let mut out: Shape = shape[..a].into();
    out.push(count(&shape[a..=b]));
    out.extend_from_slice(&shape[b + 1..]);
    out
}

/// A shape with one axis split into several.
#[track_caller]
pub fn unflattened(shape: &[usize], axis: isize, sizes: &[usize]) -> Shape {
    let k = resolve_axis("unflatten", axis, shape.len());
    assert!(
        count_or_panic("unflatten", sizes) == shape[k],
        "unflatten: axis {axis} of shape {shape:?} has size {}, sizes {sizes:?} make {}",
        shape[k],
        count(sizes)
    );
    let mut out: Shape = shape[..k].into();
    out.extend_from_slice(sizes);
    out.extend_from_slice(&shape[k + 1..]);
    count_or_panic("unflatten", &out);
    out
}

/// Repetition in three steps: reshape to the first shape, which has an axis of size 1 for each repetition, stretch to the second,
/// reshape to the third.
#[derive(Clone, Debug)]
pub struct Repetition {
    /// With an axis of size 1 for each repetition.
    pub thin: Shape,
    /// With those axes stretched.
    pub wide: Shape,
    /// The result.
    pub result: Shape,
}

impl Repetition {
    /// The whole, `repeats[i]` times along axis i; more repeats than axes add leading ones.
    #[track_caller]
    pub fn tile(shape: &[usize], repeats: &[usize]) -> Self {
        let Some(lead) = repeats.len().checked_sub(shape.len()) else {
            panic!("repeat: {repeats:?} for shape {shape:?}: give at least one number per axis")
        };
        let size = |i: usize| if i < lead { 1 } else { shape[i - lead] };
        let (mut thin, mut wide) = (Shape::new(), Shape::new());
        for (i, &times) in repeats.iter().enumerate() {
            if times != 1 {
                thin.push(1);
                wide.push(times);
            }
            thin.push(size(i));
            wide.push(size(i));
        }
        count_or_panic("repeat", &wide);
        let result = repeats.iter().enumerate().map(|(i, &times)| times * size(i)).collect();
        Repetition { thin, wide, result }
    }

    /// Each place along an axis `times` times.
    #[track_caller]
    pub fn interleave(shape: &[usize], times: usize, axis: isize) -> Self {
        let k = resolve_axis("repeat_interleave", axis, shape.len());
        let (mut thin, mut wide): (Shape, Shape) = (shape.into(), shape.into());
        thin.insert(k + 1, 1);
        wide.insert(k + 1, times);
        count_or_panic("repeat_interleave", &wide);
        let mut result: Shape = shape.into();
        result[k] *= times;
        Repetition { thin, wide, result }
    }
}
