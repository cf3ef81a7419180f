//! Padding, rolling, and the triangles of matrices.

use smallvec::SmallVec;

use super::index::Rows;
use super::view::View;
use crate::kernels::movement;
use crate::number::Float;
use crate::shape::{Shape, count, count_or_panic, resolve_axis};
use crate::tensor::Tensor;

pub use crate::kernels::movement::Triangle;

/// What is put around a tensor. A number means [`Constant`](Self::Constant).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PadMode {
    /// The same number everywhere.
    Constant(f64),
    /// What lies on the other side of the edge, which itself is not repeated: `c b | a b c | b a`.
    Reflect,
    /// The edge: `a a | a b c | c c`.
    Replicate,
    /// What follows when copies are laid side by side: `b c | a b c | a b`.
    Circular,
}

impl From<f64> for PadMode {
    fn from(value: f64) -> Self {
        PadMode::Constant(value)
    }
}

/// How a shape is padded.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "it is taken apart as soon as it is made")]
pub enum Padding {
    /// What the first view sees, where the second one looks, and the number elsewhere.
    Constant {
        /// What is left when places have been cut off.
        crop: View,
        /// Where that lies in the result.
        place: View,
        /// What is elsewhere.
        value: f64,
    },
    /// Rows of one axis after the other.
    Rows(Vec<Rows>),
}

impl Padding {
    /// The way to pad a shape.
    ///
    /// # Panics
    /// At the caller's line; see [`Tensor::pad`].
    #[track_caller]
    pub fn of(shape: &[usize], widths: &[(isize, isize)], mode: PadMode) -> Self {
        assert!(
            widths.len() == shape.len(),
            "pad: {} pairs of widths for shape {shape:?} of {} axes: give (before, after) for each",
            widths.len(),
            shape.len()
        );
        for (axis, (&n, &(before, after))) in shape.iter().zip(widths).enumerate() {
            let cut = before.min(0).unsigned_abs().saturating_add(after.min(0).unsigned_abs());
            assert!(
                cut <= n,
                "pad: widths ({before}, {after}) cut {cut} places off axis {axis} of shape {shape:?}, whose size is {n}"
            );
        }
        if let PadMode::Constant(value) = mode {
            return Padding::constant(shape, widths, value);
        }
        let (mut rows, mut operand) = (Vec::new(), Shape::from(shape));
        for (axis, &width) in widths.iter().enumerate().filter(|w| *w.1 != (0, 0)) {
            let next = Rows::new("pad", &operand, axis as isize, &around(shape, axis, width, mode));
            operand = next.shape().into();
            rows.push(next);
        }
        Padding::Rows(rows)
    }

    #[track_caller]
    fn constant(shape: &[usize], widths: &[(isize, isize)], value: f64) -> Self {
        let (mut crop, mut wide) = (View::of("pad", shape), Shape::new());
        let mut start = Shape::new();
        for (axis, (&n, &(before, after))) in shape.iter().zip(widths).enumerate() {
            crop = crop.narrow(axis as isize, before.min(0).unsigned_abs()..n - after.min(0).unsigned_abs());
            start.push(before.max(0) as usize);
            wide.push(crop.shape()[axis].saturating_add(start[axis]).saturating_add(after.max(0) as usize));
        }
        let place = View::of("pad", &wide).window(&start, crop.shape());
        Padding::Constant { crop, place, value }
    }
}

/// For each place of a padded axis, the place of the axis itself whose values it has.
#[track_caller]
fn around(shape: &[usize], axis: usize, (before, after): (isize, isize), mode: PadMode) -> Tensor<u32> {
    let n = shape[axis] as isize;
    assert!(
        n > 0 || before.max(after) <= 0,
        "pad: axis {axis} of shape {shape:?} is empty, there is nothing to repeat"
    );
    assert!(n < 1 << 32, "pad: axis {axis} of shape {shape:?} has more places than indices of 32 bits can name");
    if mode == PadMode::Reflect {
        assert!(
            before.max(after) < n,
            "pad: widths ({before}, {after}) reflect past the other end of axis {axis} of shape {shape:?}: they must be below its \
             size {n}"
        );
    }
    let wide = [before.saturating_add(after).saturating_add(n) as usize];
    count_or_panic("pad", &wide);
    Tensor::from_fn(&wide, |i| {
        let i = i as isize - before;
        let from = match mode {
            PadMode::Reflect => (n - 1) - (i.abs() - (n - 1)).abs(),
            PadMode::Replicate => i.clamp(0, n - 1),
            PadMode::Constant(_) | PadMode::Circular => i.rem_euclid(n.max(1)),
        };
        from as u32
    })
}

/// An axis and the places it is turned by, for each axis that moves.
#[track_caller]
pub fn rolls(shape: &[usize], shifts: &[isize], axes: &[isize]) -> SmallVec<[(usize, usize); 4]> {
    assert!(
        shifts.len() == axes.len(),
        "roll: {} shifts for {} axes of shape {shape:?}: give one for each",
        shifts.len(),
        axes.len()
    );
    let mut out = SmallVec::new();
    for (&shift, &axis) in shifts.iter().zip(axes) {
        let axis = resolve_axis("roll", axis, shape.len());
        let shift = shift.rem_euclid(shape[axis].max(1) as isize) as usize;
        if shift != 0 {
            out.push((axis, shift));
        }
    }
    out
}

impl<T: Float> Tensor<T> {
    /// The tensor with places put before and after along each axis; a negative width cuts places off.
    ///
    /// `mode` is a number, or a [`PadMode`]. Corners have what padding one axis after the other gives.
    ///
    /// ```
    /// use rappel_tensor::{PadMode, Tensor};
    /// let x = Tensor::from([1.0_f32, 2.0, 3.0]);
    /// assert_eq!(x.pad(&[(1, 2)], 0.0).data(), [0.0, 1.0, 2.0, 3.0, 0.0, 0.0]);
    /// assert_eq!(x.pad(&[(2, -1)], PadMode::Reflect).data(), [3.0, 2.0, 1.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, unless there is a pair of widths per axis; when a width cuts off more than there is; when a reflection would
    /// not end inside; when there is nothing to repeat; or when the result has more values than can be counted.
    #[track_caller]
    pub fn pad(&self, widths: &[(isize, isize)], mode: impl Into<PadMode>) -> Self {
        match Padding::of(self.shape(), widths, mode.into()) {
            Padding::Constant { crop, place, value } => self.read(&crop).embed_at(&place, T::of(value)),
            Padding::Rows(all) => all.iter().fold(self.clone(), |x, rows| x.take(rows)),
        }
    }

    /// The values turned along axes: what leaves at the end of an axis comes in at its start. A negative shift turns the other way.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// assert_eq!(Tensor::from([1.0_f32, 2.0, 3.0]).roll(&[1], &[0]).data(), [3.0, 1.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or not one shift per axis.
    #[track_caller]
    pub fn roll(&self, shifts: &[isize], axes: &[isize]) -> Self {
        rolls(self.shape(), shifts, axes).iter().fold(self.clone(), |x, &(axis, shift)| x.roll_axis(axis, shift))
    }

    /// [`roll`](Self::roll) of one axis by a shift below its size.
    #[doc(hidden)]
    pub fn roll_axis(&self, axis: usize, shift: usize) -> Self {
        let inner = count(&self.shape()[axis + 1..]);
        Self::make(self.workspace(), self.shape().into(), |to| {
            movement::roll(self.data(), self.shape()[axis], inner, shift, to)
        })
    }

    /// Matrices with zeros above a diagonal, which counts from the main one to the right. It selects: an infinite value that is not kept
    /// does not show.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
    /// assert_eq!(x.tril(0).data(), [1.0, 0.0, 3.0, 4.0]);
    /// assert_eq!(x.triu(1).data(), [0.0, 2.0, 0.0, 0.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when there are no two axes.
    #[track_caller]
    pub fn tril(&self, diagonal: isize) -> Self {
        self.triangle("tril", Triangle::Lower, diagonal)
    }

    /// Matrices with zeros below a diagonal; see [`tril`](Self::tril).
    ///
    /// # Panics
    /// At the caller's line, when there are no two axes.
    #[track_caller]
    pub fn triu(&self, diagonal: isize) -> Self {
        self.triangle("triu", Triangle::Upper, diagonal)
    }

    #[track_caller]
    fn triangle(&self, op: &str, keep: Triangle, diagonal: isize) -> Self {
        let [.., rows, columns] = *self.shape() else {
            panic!("{op}: shape {:?} has no two axes that make matrices", self.shape())
        };
        Self::make(self.workspace(), self.shape().into(), |to| {
            movement::triangle(self.data(), rows, columns, keep, diagonal, to)
        })
    }
}
