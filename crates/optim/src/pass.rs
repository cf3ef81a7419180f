//! The fused pass: parameter, gradient and state are read once and written once.

use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};

use rappel_tensor::simd::{Kernel, dispatch};
use rappel_tensor::{Float, Threads};
use smallvec::SmallVec;

use crate::rule::{MOST_HYPER, MOST_SLOTS, Rule, Slots, update};

/// Where the new parameter goes: over the old one, or beside it when somebody else still holds the old one.
pub(crate) enum Target<'a, T> {
    InPlace(&'a mut [T]),
    Into { old: &'a [T], new: &'a mut [T] },
}

/// Slices of a parameter's state, one per slot.
pub(crate) struct State<'a, T> {
    pub(crate) slots: [&'a mut [T]; MOST_SLOTS],
    /// False when the rule needs none: the slots are empty then.
    pub(crate) kept: bool,
}

/// Below this many values per thread a second thread does not pay.
const PER_THREAD: usize = 1 << 15;

/// Applies a rule to every value of one parameter, on the given threads or on the caller's alone.
pub(crate) fn pass<'a, R: Rule, T: Float>(
    threads: Option<&Threads>,
    h: [T; MOST_HYPER],
    lr: T,
    target: Target<'a, T>,
    g: &'a [T],
    state: State<'a, T>,
) {
    let whole = Pass::<R, T> { h, lr, target, g, state, rule: PhantomData };
    let shards = threads.map_or(1, Threads::count).min(g.len() / PER_THREAD);
    let Some(threads) = threads.filter(|_| shards > 1) else {
        dispatch(whole);
        return;
    };
    // Every value is updated alone, so where the parameter is cut does not matter to the result.
    let size = g.len().div_ceil(shards);
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

struct Pass<'a, R: Rule, T: Float> {
    h: [T; MOST_HYPER],
    lr: T,
    target: Target<'a, T>,
    g: &'a [T],
    state: State<'a, T>,
    rule: PhantomData<fn() -> R>,
}

impl<'a, R: Rule, T: Float> Pass<'a, R, T> {
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
        };
        let (mut s0, mut s1): ([&mut [T]; MOST_SLOTS], [&mut [T]; MOST_SLOTS]) = Default::default();
        for (i, slot) in self.state.slots.into_iter().enumerate() {
            (s0[i], s1[i]) = slot.split_at_mut(at.min(slot.len()));
        }
        let (h, lr, kept) = (self.h, self.lr, self.state.kept);
        let part = |target, g, slots| Pass { h, lr, target, g, state: State { slots, kept }, rule: PhantomData };
        (part(t0, g0, s0), part(t1, g1, s1))
    }
}

impl<R: Rule, T: Float> Kernel for Pass<'_, R, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (lr, n) = (self.lr, self.g.len());
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
                    p[i] = update::<R, T>(h, lr, p[i], g[i], &mut state);
                    for (j, slot) in s.iter_mut().enumerate().take(slots) {
                        slot[i] = state.get(j);
                    }
                }
            }
            (Target::InPlace(p), false) => {
                for (p, g) in p.iter_mut().zip(g) {
                    *p = update::<R, T>(h, lr, *p, *g, &mut { blank });
                }
            }
            (Target::Into { old, new }, true) => {
                let (old, new) = (&old[..n], &mut new[..n]);
                for i in 0..n {
                    let mut state = R::State::<T>::gather(|j| s[j][i]);
                    new[i] = update::<R, T>(h, lr, old[i], g[i], &mut state);
                    for (j, slot) in s.iter_mut().enumerate().take(slots) {
                        slot[i] = state.get(j);
                    }
                }
            }
            (Target::Into { old, new }, false) => {
                for ((new, old), g) in new.iter_mut().zip(old).zip(g) {
                    *new = update::<R, T>(h, lr, *old, *g, &mut { blank });
                }
            }
        }
    }
}
