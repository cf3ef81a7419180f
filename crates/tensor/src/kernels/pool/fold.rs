//! What is made of the values of a window.

use rappel_elem::Elem;

use super::windows::Window;
use crate::number::Float;

/// What is made of the values of a window, taken one after the other with their places. All its functions are part of loops in
/// vectors: see the rules of [`crate::simd`].
pub(super) trait Fold<T>: Copy {
    type State: Copy;
    type Output: Copy;

    /// The fold over a window.
    fn over(row: Window, column: Window) -> Self;

    /// Before the first value, whose place this is.
    fn start(self, at: usize) -> Self::State;

    /// After a value, and its place.
    fn take(self, state: Self::State, x: T, at: usize) -> Self::State;

    /// Whether taking a value is sure to change nothing.
    #[inline(always)]
    fn ignores(self, _: Self::State, _: T) -> bool {
        false
    }

    /// What becomes of the last state.
    fn end(self, state: Self::State) -> Self::Output;
}

/// The largest value; `-inf` without values.
#[derive(Clone, Copy)]
pub(super) struct Top;

impl<T: Float> Fold<T> for Top {
    type State = T;
    type Output = T;

    #[inline(always)]
    fn over(_: Window, _: Window) -> Self {
        Top
    }

    #[inline(always)]
    fn start(self, _: usize) -> T {
        T::NEG_INFINITY
    }

    #[inline(always)]
    fn take(self, top: T, x: T, _: usize) -> T {
        // In this order the first of equals stays.
        Elem::max(x, top)
    }

    #[inline(always)]
    fn ignores(self, top: T, x: T) -> bool {
        x <= top
    }

    #[inline(always)]
    fn end(self, top: T) -> T {
        top
    }
}

/// The place of a value in a plane. In 32 bits where that will do: twice as many fit a vector.
pub(super) trait Place: Copy {
    /// The place of the largest of no values.
    const NONE: Self;

    fn new(at: usize) -> Self;

    fn index(self) -> usize;
}

macro_rules! place {
    ($($t:ident)*) => { $(
        impl Place for $t {
            const NONE: $t = $t::MAX;

            #[inline(always)]
            fn new(at: usize) -> $t {
                at as $t
            }

            #[inline(always)]
            fn index(self) -> usize {
                self as usize
            }
        }
    )* };
}
place!(u32 usize);

#[inline(always)]
fn nan<T: Float>(x: T) -> bool {
    x.partial_cmp(&x).is_none()
}

/// The place of the largest value: of equals the first, and the first NaN before all others.
#[derive(Clone, Copy)]
pub(super) struct Best<P> {
    none: Option<P>,
}

impl<T: Float, P: Place> Fold<T> for Best<P> {
    type State = (T, P);
    type Output = P;

    #[inline(always)]
    fn over(row: Window, column: Window) -> Self {
        Best { none: (row.count == 0 || column.count == 0).then_some(P::NONE) }
    }

    #[inline(always)]
    fn start(self, at: usize) -> (T, P) {
        (T::NEG_INFINITY, self.none.unwrap_or(P::new(at)))
    }

    #[inline(always)]
    fn take(self, (top, best): (T, P), x: T, at: usize) -> (T, P) {
        // Selected, not branched on: which of some values is largest cannot be foretold.
        let larger = (x > top) | (nan(x) & !nan(top));
        (if larger { x } else { top }, if larger { P::new(at) } else { best })
    }

    #[inline(always)]
    fn ignores(self, (top, _): (T, P), x: T) -> bool {
        Fold::<T>::ignores(Top, top, x)
    }

    #[inline(always)]
    fn end(self, (_, best): (T, P)) -> P {
        best
    }
}

/// The sum, divided.
#[derive(Clone, Copy)]
pub(super) struct Mean<T> {
    pub(super) divisor: T,
}

impl<T: Float> Fold<T> for Mean<T> {
    type State = T;
    type Output = T;

    #[inline(always)]
    fn over(row: Window, column: Window) -> Self {
        Mean { divisor: T::of((row.divisor * column.divisor) as f64) }
    }

    #[inline(always)]
    fn start(self, _: usize) -> T {
        T::ZERO
    }

    #[inline(always)]
    fn take(self, sum: T, x: T, _: usize) -> T {
        sum + x
    }

    #[inline(always)]
    fn end(self, sum: T) -> T {
        sum / self.divisor
    }
}
