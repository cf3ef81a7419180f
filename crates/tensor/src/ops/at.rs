//! The index that [`Tensor::at`] takes.

use std::fmt;
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use smallvec::SmallVec;

use super::index::Rows;
use super::view::View;
use crate::number::Data;
use crate::tensor::Tensor;

/// A new axis of size 1, as part of an index: `x.at((.., NewAxis))`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewAxis;

/// As many whole axes as the rest of an index leaves over: `x.at((Ellipsis, 0))` picks along the last axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ellipsis;

/// A range of places along an axis, with a step. Bounds that are negative count from the back.
///
/// Ranges of integers become one by themselves; [`By::by`] gives one a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    start: Option<isize>,
    end: Option<isize>,
    inclusive: bool,
    step: isize,
}

impl Span {
    /// The first place, how many there are, and the step between them.
    #[track_caller]
    pub(crate) fn resolve(self, op: &str, axis: usize, shape: &[usize]) -> (usize, usize, isize) {
        let n = shape[axis];
        let place = |i: isize| if i < 0 { i.saturating_add_unsigned(n) } else { i };
        let start = place(self.start.unwrap_or(0));
        let end = match self.end {
            Some(end) => place(end).saturating_add(isize::from(self.inclusive)),
            None => n as isize,
        };
        assert!(self.step != 0, "{op}: the step of range {self} along axis {axis} is 0");
        assert!(
            start >= 0 && end >= 0 && start.max(end).unsigned_abs() <= n,
            "{op}: range {self} leaves axis {axis} of shape {shape:?}, whose size is {n}"
        );
        assert!(start <= end, "{op}: range {self} along axis {axis} of shape {shape:?} ends before it starts");
        let (start, len) = (start as usize, (end - start) as usize);
        let size = len.div_ceil(self.step.unsigned_abs());
        let first = if self.step < 0 { start + len.saturating_sub(1) } else { start };
        (first, size, self.step)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(start) = self.start {
            write!(f, "{start}")?;
        }
        f.write_str(if self.inclusive { "..=" } else { ".." })?;
        if let Some(end) = self.end {
            write!(f, "{end}")?;
        }
        if self.step == 1 { Ok(()) } else { write!(f, " by {}", self.step) }
    }
}

/// An integer that names a place along an axis.
pub trait Place: Copy + sealed::Place {}

/// One part of an index: what it does with one axis.
///
/// An integer, a range, [`NewAxis`], [`Ellipsis`] or a `Tensor<u32>`; see [`Tensor::at`].
pub trait Part: sealed::Part {}

/// An index: a [`Part`], or a tuple of up to six.
pub trait Index: sealed::Index {}

/// Ranges with a step.
pub trait By: Into<Span> {
    /// Every `step`th place of the range: from its first on, or with a negative step from its last backwards.
    ///
    /// ```
    /// use rappel_tensor::{By, Tensor};
    /// let x = Tensor::<f32>::arange(0.0, 8.0, 1.0);
    /// assert_eq!(x.at((..).by(3)).data(), [0.0, 3.0, 6.0]);
    /// assert_eq!(x.at((2..7).by(-2)).data(), [6.0, 4.0, 2.0]);
    /// ```
    fn by(self, step: isize) -> Span {
        let span = self.into();
        Span { step, ..span }
    }
}

impl<R: Into<Span>> By for R {}

/// What a part of an index means.
#[derive(Clone, Debug)]
pub enum Pick {
    At(isize),
    Span(Span),
    NewAxis,
    Ellipsis,
    List(Tensor<u32>),
}

type Picks = SmallVec<[Pick; 6]>;

mod sealed {
    pub trait Place {
        fn place(self) -> isize;
    }

    pub trait Part {
        fn pick(self) -> super::Pick;
    }

    pub trait Index {
        fn picks(self) -> super::Picks;
    }
}

macro_rules! places {
    ($($t:ident)*) => { $(
        impl Place for $t {}

        impl sealed::Place for $t {
            fn place(self) -> isize {
                isize::try_from(self).unwrap_or(isize::MAX)
            }
        }

        impl Part for $t {}

        impl sealed::Part for $t {
            fn pick(self) -> Pick {
                Pick::At(sealed::Place::place(self))
            }
        }
    )* };
}
places! { i32 u32 i64 u64 isize usize }

macro_rules! spans {
    ($($range:ident $r:ident: $start:expr, $end:expr, $inclusive:literal;)*) => { $(
        impl<I: Place> From<$range<I>> for Span {
            fn from($r: $range<I>) -> Self {
                Span { start: $start, end: $end, inclusive: $inclusive, step: 1 }
            }
        }

        impl<I: Place> Part for $range<I> {}

        impl<I: Place> sealed::Part for $range<I> {
            fn pick(self) -> Pick {
                Pick::Span(self.into())
            }
        }
    )* };
}
spans! {
    Range r: Some(r.start.place()), Some(r.end.place()), false;
    RangeFrom r: Some(r.start.place()), None, false;
    RangeTo r: None, Some(r.end.place()), false;
    RangeInclusive r: Some(r.start().place()), Some(r.end().place()), true;
    RangeToInclusive r: None, Some(r.end.place()), true;
}

impl From<RangeFull> for Span {
    fn from(_: RangeFull) -> Self {
        Span { start: None, end: None, inclusive: false, step: 1 }
    }
}

macro_rules! parts {
    ($($t:ty, $p:ident: $pick:expr;)*) => { $(
        impl Part for $t {}

        impl sealed::Part for $t {
            fn pick(self) -> Pick {
                let $p = self;
                $pick
            }
        }
    )* };
}
parts! {
    RangeFull, p: Pick::Span(p.into());
    Span, p: Pick::Span(p);
    NewAxis, _p: Pick::NewAxis;
    Ellipsis, _p: Pick::Ellipsis;
    Tensor<u32>, p: Pick::List(p);
    &Tensor<u32>, p: Pick::List(p.clone());
}

impl<P: Part> Index for P {}

impl<P: Part> sealed::Index for P {
    fn picks(self) -> Picks {
        SmallVec::from_iter([self.pick()])
    }
}

macro_rules! tuples {
    ($(($($p:ident)*))*) => { $(
        impl<$($p: Part),*> Index for ($($p,)*) {}

        impl<$($p: Part),*> sealed::Index for ($($p,)*) {
            #[allow(non_snake_case, reason = "a variable per type parameter")]
            fn picks(self) -> Picks {
                let ($($p,)*) = self;
                SmallVec::from_iter([$($p.pick()),*])
            }
        }
    )* };
}
tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) }

/// What an index sees of an operand of some shape: a view, and rows of that by a list.
#[derive(Clone, Debug)]
pub struct Selection {
    /// What integers, ranges and new axes see.
    pub view: View,
    /// What a list of indices takes of that.
    pub rows: Option<Rows>,
}

impl Selection {
    /// The meaning of an index for an operand of the given shape.
    ///
    /// # Panics
    /// At the caller's line; see [`Tensor::at`].
    #[track_caller]
    pub fn of(shape: &[usize], index: impl Index) -> Self {
        let picks = sealed::Index::picks(index);
        let named = picks.iter().filter(|p| !matches!(p, Pick::NewAxis | Pick::Ellipsis)).count();
        let fillers = picks.iter().filter(|p| matches!(p, Pick::Ellipsis)).count();
        let rank = shape.len();
        assert!(named <= rank, "at: an index of {named} axes for shape {shape:?} of {rank} axes");
        assert!(fillers <= 1, "at: more than one `Ellipsis` in an index of shape {shape:?}: one can be left over");
        let (mut view, mut axis, mut list) = (View::of("at", shape), 0, None);
        for pick in picks {
            match pick {
                Pick::At(i) => {
                    view = view.pick(axis, i);
                    continue;
                }
                Pick::Span(span) => view = view.narrow(axis, span),
                Pick::NewAxis => view = view.new_axis(axis),
                Pick::Ellipsis => {
                    axis += (rank - named) as isize;
                    continue;
                }
                Pick::List(indices) => {
                    assert!(
                        list.is_none(),
                        "at: two lists of indices for shape {shape:?}: give one, and take from the result with another \
                         (or pair them with `gather`)"
                    );
                    list = Some((axis, indices));
                }
            }
            axis += 1;
        }
        let mut seen = Selection { view, rows: None };
        if let Some((axis, indices)) = list {
            seen.rows = Some(Rows::new("at", seen.view.shape(), axis, &indices));
        }
        seen
    }
}

impl<T: Data> Tensor<T> {
    /// The part of the tensor at an index: one part per axis, in a tuple when there are several; axes that are left out at the end
    /// are whole.
    ///
    /// | part | its axis |
    /// |---|---|
    /// | `3`, `-1` | goes; negative places count from the back |
    /// | `2..5`, `1..`, `..-1`, `..=4`, `..` | keeps that range; negative bounds count from the back |
    /// | `(2..9).by(3)`, `(..).by(-1)` | keeps every third place, or all backwards: see [`By::by`] |
    /// | `Tensor<u32>`, `&Tensor<u32>` | keeps those places in that order; the list's axes take its place. One list per index |
    /// | [`NewAxis`] | is new, of size 1 |
    /// | [`Ellipsis`] | as many whole axes as the other parts leave over |
    ///
    /// `x[index]` is not possible: `std::ops::Index` must return a reference to something that is already there.
    ///
    /// ```
    /// use rappel_tensor::{By, Ellipsis, NewAxis, Tensor};
    /// let x = Tensor::<f32>::arange(0.0, 24.0, 1.0).reshape(&[2, 3, 4]);
    /// assert_eq!(x.at((1, .., 2..4)).data(), [14.0, 15.0, 18.0, 19.0, 22.0, 23.0]);
    /// assert_eq!(x.at(-1).shape(), [3, 4]);
    /// assert_eq!(x.at((Ellipsis, 0)).data(), [0.0, 4.0, 8.0, 12.0, 16.0, 20.0]);
    /// assert_eq!(x.at((0, 0, (..).by(-2))).data(), [3.0, 1.0]);
    /// assert_eq!(x.at((.., NewAxis, Tensor::from([2_u32, 0]), 1)).shape(), [2, 1, 2]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when there are more parts than axes, a place or range leaves its axis, a range runs backwards, a step is 0,
    /// or there is more than one list or [`Ellipsis`].
    #[track_caller]
    pub fn at(&self, index: impl Index) -> Self {
        let Selection { view, rows } = Selection::of(self.shape(), index);
        let seen = self.read(&view);
        match rows {
            Some(rows) => seen.take(&rows),
            None => seen,
        }
    }
}
