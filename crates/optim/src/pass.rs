//! The fused passes: parameter, gradient and state are read once and written once.

use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};

use rappel_tensor::simd::{Kernel, dispatch};
use rappel_tensor::{Float, Threads};
use smallvec::SmallVec;

use crate::rule::{MOST_HYPER, MOST_SLOTS, Slots};
use crate::staged::{MOST_SUMS, Staged};

/// What is summed over some values.
pub(crate) type Sums = [f64; MOST_SUMS];

/// What a pass makes of a parameter p and a direction d: `keep p - by d` is written over the parameter, or beside it when somebody
/// else still holds it or it is the direction that is asked for; or nothing is written, and sums are taken.
pub(crate) enum Target<'a, T> {
    InPlace(&'a mut [T]),
    Into {
        old: &'a [T],
        new: &'a mut [T],
    },
    /// The sums of each block of [`BLOCK`] values.
    Sums {
        p: &'a [T],
        sums: &'a mut [Sums],
    },
}

/// What is done to a gradient before the rule sees it, and to a direction after.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fix<T> {
    /// The gradient times this: a clip by norm.
    pub(crate) scale: T,
    /// Of the parameter, added to the gradient.
    pub(crate) l2: T,
    /// Of the parameter, added to the direction.
    pub(crate) decay: T,
    /// How much of the parameter stays: 1, or 0 where the direction is asked for.
    pub(crate) keep: T,
    /// How much of the direction is taken away: the learning rate, or -1.
    pub(crate) by: T,
}

/// Slices of a parameter's state, one per slot.
pub(crate) struct State<'a, T> {
    pub(crate) slots: [&'a mut [T]; MOST_SLOTS],
    /// False when the rule needs none: the slots are empty then.
    pub(crate) kept: bool,
}

/// Below this many values per thread a second thread does not pay.
const PER_THREAD: usize = 1 << 15;

/// Sums are taken over blocks of so many values, whatever the number of threads, so that they have the same bits on any.
pub(crate) const BLOCK: usize = 1 << 12;

/// What so many values add to the sums is found first and summed after: either loop vectorises, the two in one do not.
const TILE: usize = 1 << 10;

/// How many sums run beside each other, so that they vectorise.
const LANES: usize = 16;

/// Applies a rule to every value of one parameter, on the given threads or on the caller's alone.
pub(crate) fn pass<'a, R: Staged, T: Float>(
    threads: Option<&Threads>,
    h: [T; MOST_HYPER],
    fix: Fix<T>,
    target: Target<'a, T>,
    g: &'a [T],
    state: State<'a, T>,
) {
    let whole = Pass::<R, T> { h, fix, target, g, state, rule: PhantomData };
    let shards = threads.map_or(1, Threads::count).min(g.len() / PER_THREAD);
    let Some(threads) = threads.filter(|_| shards > 1) else {
        dispatch(whole);
        return;
    };
    // Every value is updated alone and every block is summed alone, so where the parameter is cut does not matter to the result.
    let size = g.len().div_ceil(shards).next_multiple_of(BLOCK);
    let mut parts: SmallVec<[Part<'_, R, T>; 8]> = SmallVec::new();
    let mut rest = whole;
    while rest.g.len() > size {
        let (first, others) = rest.split_at(size);
        parts.push(Mutex::new(Some(first)));
        rest = others;
    }
    parts.push(Mutex::new(Some(rest)));
    threads.run(parts.len(), &|i| {
        if let Some(part) = parts[i].lock().unwrap_or_else(PoisonError::into_inner).take() {
            dispatch(part);
        }
    });
}

/// What one thread takes.
type Part<'a, R, T> = Mutex<Option<Pass<'a, R, T>>>;

struct Pass<'a, R: Staged, T: Float> {
    h: [T; MOST_HYPER],
    fix: Fix<T>,
    target: Target<'a, T>,
    g: &'a [T],
    state: State<'a, T>,
    rule: PhantomData<fn() -> R>,
}

impl<'a, R: Staged, T: Float> Pass<'a, R, T> {
    fn split_at(self, at: usize) -> (Self, Self) {
        let (g0, g1) = self.g.split_at(at);
        let (t0, t1) = match self.target {
            Target::InPlace(p) => {
                let (a, b) = p.split_at_mut(at);
                (Target::InPlace(a), Target::InPlace(b))
            }
            Target::Into { old, new } => {
                let ((a, b), (c, d)) = (old.split_at(at), new.split_at_mut(at));
                (Target::Into { old: a, new: c }, Target::Into { old: b, new: d })
            }
            Target::Sums { p, sums } => {
                let ((a, b), (c, d)) = (p.split_at(at), sums.split_at_mut(at / BLOCK));
                (Target::Sums { p: a, sums: c }, Target::Sums { p: b, sums: d })
            }
        };
        let (mut s0, mut s1): ([&mut [T]; MOST_SLOTS], [&mut [T]; MOST_SLOTS]) = Default::default();
        for (i, slot) in self.state.slots.into_iter().enumerate() {
            (s0[i], s1[i]) = slot.split_at_mut(at.min(slot.len()));
        }
        let (h, fix, kept) = (self.h, self.fix, self.state.kept);
        let part = |target, g, slots| Pass { h, fix, target, g, state: State { slots, kept }, rule: PhantomData };
        (part(t0, g0, s0), part(t1, g1, s1))
    }
}

/// The gradient as the rule sees it.
#[inline(always)]
fn seen<T: Float>(fix: &Fix<T>, p: T, g: T) -> T {
    g * fix.scale + fix.l2 * p
}

/// What is written for one value.
#[inline(always)]
fn stepped<R: Staged, T: Float>(h: &R::Hyper<T>, fix: &Fix<T>, p: T, g: T, s: &mut R::State<T>) -> T {
    let d = R::direction(h, p, seen(fix, p, g), s);
    fix.keep * p - fix.by * (d + fix.decay * p)
}

impl<R: Staged, T: Float> Kernel for Pass<'_, R, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (fix, n) = (self.fix, self.g.len());
        let h = &R::Hyper::<T>::gather(|i| self.h[i]);
        let g = &self.g[..n];
        let slots = R::State::<T>::N;
        let mut s: [&mut [T]; MOST_SLOTS] = Default::default();
        let kept = self.state.kept;
        if kept {
            for (to, slot) in s.iter_mut().zip(self.state.slots).take(slots) {
                *to = &mut slot[..n];
            }
        }
        let blank = R::State::<T>::gather(|_| T::ZERO);
        match (self.target, kept) {
            (Target::InPlace(p), true) => {
                let p = &mut p[..n];
                for i in 0..n {
                    let mut state = R::State::<T>::gather(|j| s[j][i]);
                    p[i] = stepped::<R, T>(h, &fix, p[i], g[i], &mut state);
                    for (j, slot) in s.iter_mut().enumerate().take(slots) {
                        slot[i] = state.get(j);
                    }
                }
            }
            (Target::InPlace(p), false) => {
                for (p, g) in p.iter_mut().zip(g) {
                    *p = stepped::<R, T>(h, &fix, *p, *g, &mut { blank });
                }
            }
            (Target::Into { old, new }, true) => {
                let (old, new) = (&old[..n], &mut new[..n]);
                for i in 0..n {
                    let mut state = R::State::<T>::gather(|j| s[j][i]);
                    new[i] = stepped::<R, T>(h, &fix, old[i], g[i], &mut state);
                    for (j, slot) in s.iter_mut().enumerate().take(slots) {
                        slot[i] = state.get(j);
                    }
                }
            }
            (Target::Into { old, new }, false) => {
                for ((new, old), g) in new.iter_mut().zip(old).zip(g) {
                    *new = stepped::<R, T>(h, &fix, *old, *g, &mut { blank });
                }
            }
            (Target::Sums { p, sums }, kept) => {
                let p = &p[..n];
                let mut found = [[T::ZERO; TILE]; MOST_SUMS];
                for (block, sum) in sums.iter_mut().enumerate() {
                    let (mut from, end) = (block * BLOCK, n.min((block + 1) * BLOCK));
                    let mut lanes = [[0.0; LANES]; MOST_SUMS];
                    while from < end {
                        let to = end.min(from + TILE);
                        let (p, g) = (&p[from..to], &g[from..to]);
                        let mut f = found.each_mut().map(|found| &mut found[..to - from]);
                        if kept {
                            let mut s = s.each_mut().map(|s| s.get_mut(from..to).unwrap_or_default());
                            for i in 0..p.len() {
                                let mut state = R::State::<T>::gather(|j| s[j][i]);
                                let sums = R::observe(h, p[i], seen(&fix, p[i], g[i]), &mut state);
                                for (j, f) in f.iter_mut().enumerate().take(R::Sums::<T>::N) {
                                    f[i] = sums.get(j);
                                }
                                for (j, slot) in s.iter_mut().enumerate().take(slots) {
                                    slot[i] = state.get(j);
                                }
                            }
                        } else {
                            for i in 0..p.len() {
                                let sums = R::observe(h, p[i], seen(&fix, p[i], g[i]), &mut { blank });
                                for (j, f) in f.iter_mut().enumerate().take(R::Sums::<T>::N) {
                                    f[i] = sums.get(j);
                                }
                            }
                        }
                        for (lanes, f) in lanes.iter_mut().zip(f).take(R::Sums::<T>::N) {
                            add(lanes, f);
                        }
                        from = to;
                    }
                    *sum = lanes.map(|lanes| lanes.iter().sum());
                }
            }
        }
    }
}

/// Adds every 16th value to the same lane.
#[inline(always)]
fn add<T: Float>(lanes: &mut [f64; LANES], values: &[T]) {
    let (whole, rest) = values.as_chunks::<LANES>();
    for values in whole {
        for (lane, value) in lanes.iter_mut().zip(values) {
            *lane += value.re();
        }
    }
    for (lane, value) in lanes.iter_mut().zip(rest) {
        *lane += value.re();
    }
}
