//! Functions of one value, applied to every value: the rows of the elementwise table as loops.

use std::marker::PhantomData;

use rappel_elem::{Consts, Unary};

use crate::number::Float;
use crate::simd::{Kernel, dispatch};

/// `y = f(x)`.
pub(crate) fn map<O: Unary, T: Float>(x: &[T], y: &mut [T], k: Consts) {
    dispatch(Map::<O, T> { x, y, k, row: PhantomData });
}

/// `x = f(x)` in place.
pub(crate) fn map_in_place<O: Unary, T: Float>(x: &mut [T], k: Consts) {
    dispatch(MapInPlace::<O, T> { x, k, row: PhantomData });
}

/// `to = g f'(x)`, or `to += g f'(x)`.
pub(crate) fn chain<O: Unary, T: Float>(to: &mut [T], g: &[T], x: &[T], y: &[T], k: Consts, add: bool) {
    if add {
        dispatch(Chain::<O, T, true> { to, g, x, y, k, row: PhantomData });
    } else {
        dispatch(Chain::<O, T, false> { to, g, x, y, k, row: PhantomData });
    }
}

/// `to += x`.
pub(crate) fn add_assign<T: Float>(to: &mut [T], x: &[T]) {
    dispatch(AddAssign { to, x });
}

/// `to = keep to + by x`.
pub(crate) fn blend<T: Float>(to: &mut [T], keep: T, by: T, x: &[T]) {
    dispatch(Blend { to, keep, by, x });
}

struct Blend<'a, T> {
    to: &'a mut [T],
    keep: T,
    by: T,
    x: &'a [T],
}

impl<T: Float> Kernel for Blend<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (keep, by) = (self.keep, self.by);
        for (to, x) in self.to.iter_mut().zip(self.x) {
            *to = keep * *to + by * *x;
        }
    }
}

struct Map<'a, O, T> {
    x: &'a [T],
    y: &'a mut [T],
    k: Consts,
    row: PhantomData<O>,
}

impl<O: Unary, T: Float> Kernel for Map<'_, O, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (y, x) in self.y.iter_mut().zip(self.x) {
            *y = O::f(*x, self.k);
        }
    }
}

struct MapInPlace<'a, O, T> {
    x: &'a mut [T],
    k: Consts,
    row: PhantomData<O>,
}

impl<O: Unary, T: Float> Kernel for MapInPlace<'_, O, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for x in self.x.iter_mut() {
            *x = O::f(*x, self.k);
        }
    }
}

struct Chain<'a, O, T, const ADD: bool> {
    to: &'a mut [T],
    g: &'a [T],
    x: &'a [T],
    y: &'a [T],
    k: Consts,
    row: PhantomData<O>,
}

impl<O: Unary, T: Float, const ADD: bool> Kernel for Chain<'_, O, T, ADD> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (((to, g), x), y) in self.to.iter_mut().zip(self.g).zip(self.x).zip(self.y) {
            let d = O::chain(*g, *x, *y, self.k);
            *to = if ADD { *to + d } else { d };
        }
    }
}

struct AddAssign<'a, T> {
    to: &'a mut [T],
    x: &'a [T],
}

impl<T: Float> Kernel for AddAssign<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (to, x) in self.to.iter_mut().zip(self.x) {
            *to = *to + *x;
        }
    }
}
