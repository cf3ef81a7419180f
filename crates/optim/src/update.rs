//! Rules of both kinds behind one pointer: what the optimizer calls.

use std::marker::PhantomData;

use rappel_autodiff::{Tape, Var};
use rappel_tensor::{Float, Tensor, Workspace};
use smallvec::SmallVec;

use crate::knob::Knob;
use crate::matrix::{MatrixRule, Shapes};
use crate::pass::{BLOCK, Fix, State, Sums, Target, pass};
use crate::rule::{MOST_HYPER, MOST_SLOTS, Slots};
use crate::staged::{MOST_MEMO, MOST_SUMS, Now, Scope, Staged};

/// The slots of `Hyper`, in f64.
pub(crate) type Hyper = [f64; MOST_HYPER];

/// What a rule says of itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Info {
    pub(crate) name: &'static str,
    pub(crate) variant: Option<&'static str>,
    pub(crate) knobs: &'static [Knob],
    pub(crate) state: &'static [&'static str],
    pub(crate) memo: &'static [(&'static str, f64)],
    pub(crate) evaluated: Option<usize>,
    pub(crate) scope: Scope,
    pub(crate) loss: bool,
    /// Whether it has a first pass.
    pub(crate) sums: bool,
}

/// One parameter's part of a step.
pub(crate) struct Job<'a, T: Float> {
    pub(crate) now: Now<'a, f64>,
    pub(crate) h: Hyper,
    pub(crate) fix: Fix<T>,
    pub(crate) g: &'a Tensor<T>,
    pub(crate) slots: &'a mut [Tensor<T>],
    /// Whether the rule's state is kept.
    pub(crate) kept: bool,
    /// Where a rule on whole parameters is evaluated.
    pub(crate) scratch: &'a mut Tape<T>,
}

/// A rule on parameters of one number type.
pub(crate) trait Update<T: Float>: Send + Sync {
    fn info(&self) -> Info;

    fn stateless(&self, constants: &[Option<f64>]) -> bool;

    fn conflict(&self, constants: &[Option<f64>]) -> Option<&'static str>;

    fn decoupled(&self, knobs: &[f64]) -> Option<usize>;

    /// The shapes of the slots of state.
    fn slots(&self, shape: &[usize]) -> Shapes;

    fn hyper(&self, now: &Now<'_, f64>, memo: &[f64]) -> Hyper;

    /// The first pass.
    fn observe(&self, job: Job<'_, T>, p: &Tensor<T>, room: &mut Vec<Sums>) -> Sums;

    fn remember(&self, now: &Now<'_, f64>, sums: &Sums, memo: &mut [f64]);

    /// The learning rate that is made of the given one.
    fn rate(&self, now: &Now<'_, f64>, memo: &[f64]) -> f64;

    /// Completes the numbers; gives what the direction is multiplied with.
    fn scalars(&self, now: &Now<'_, f64>, sums: &Sums, memo: &[f64], h: &mut Hyper) -> f64;

    /// Writes `keep p - by d` over the parameter; into another buffer where somebody else holds its own.
    fn step(&self, job: Job<'_, T>, p: &mut Tensor<T>);

    /// Writes `keep p - by d` into a tensor of its own.
    fn step_into(&self, job: Job<'_, T>, p: &Tensor<T>, new: &mut Tensor<T>);

    /// The whole step on variables: the new parameters, in place of the old ones.
    fn unroll<'t>(&self, step: &mut Unrolling<'_, 't, T>);
}

/// The hyperparameters of the parameters that are in the same groups, as variables.
pub(crate) struct Values<'t, T: Float> {
    pub(crate) lr: Var<'t, T>,
    pub(crate) knobs: SmallVec<[Var<'t, T>; 8]>,
    /// Of the parameter, added to the gradient.
    pub(crate) l2: f64,
    /// Of the parameter, added to the direction.
    pub(crate) decay: f64,
}

/// A step on variables.
pub(crate) struct Unrolling<'a, 't, T: Float> {
    pub(crate) tape: &'t Tape<T>,
    /// Of each combination of groups; the first is of none.
    pub(crate) values: &'a [Values<'t, T>],
    /// Which combination each weight is of.
    pub(crate) of: &'a [usize],
    pub(crate) loss: Var<'t, T>,
    pub(crate) step: u64,
    pub(crate) weights: &'a mut [Var<'t, T>],
    pub(crate) gradients: &'a [Var<'t, T>],
    /// Of each weight its slots.
    pub(crate) slots: &'a mut [Vec<Var<'t, T>>],
    /// The numbers remembered: of each weight, or of the net.
    pub(crate) memos: &'a mut [Vec<Var<'t, T>>],
}

impl<'a, 't, T: Float> Unrolling<'a, 't, T> {
    fn now(&self, cell: usize) -> Now<'a, Var<'t, T>> {
        let values = &self.values[cell];
        Now { lr: values.lr, knobs: &values.knobs, step: self.step, loss: self.loss }
    }

    /// A gradient as the rule sees it.
    fn seen(&self, i: usize) -> Var<'t, T> {
        match self.values[self.of[i]].l2 {
            0.0 => self.gradients[i],
            l2 => self.gradients[i] + self.weights[i] * l2,
        }
    }

    /// Moves a weight.
    fn advance(&mut self, i: usize, rate: Var<'t, T>, d: Var<'t, T>) {
        let w = self.weights[i];
        self.weights[i] = match self.values[self.of[i]].decay {
            0.0 => w - rate * d,
            decay => w - rate * (d + w * decay),
        };
    }
}

/// A rule in stages.
pub(crate) struct InStages<R>(pub(crate) PhantomData<fn() -> R>);

/// The slices of a parameter's state.
fn state<T: Float>(slots: &mut [Tensor<T>], kept: bool) -> State<'_, T> {
    let mut state = State { slots: Default::default(), kept };
    for (to, slot) in state.slots.iter_mut().zip(slots) {
        *to = slot.data_mut();
    }
    state
}

fn rounded<R: Staged, T: Float>(h: &Hyper) -> [T; MOST_HYPER] {
    std::array::from_fn(|i| if i < R::Hyper::<f64>::N { T::of(h[i]) } else { T::ZERO })
}

fn padded<S: Slots<f64>, const N: usize>(slots: &S) -> [f64; N] {
    std::array::from_fn(|i| if i < S::N { slots.get(i) } else { 0.0 })
}

impl<R: Staged, T: Float> Update<T> for InStages<R> {
    fn info(&self) -> Info {
        const {
            assert!(R::Hyper::<f64>::N <= MOST_HYPER, "a rule has more than MOST_HYPER numbers in its `Hyper`");
            assert!(R::State::<f64>::N <= MOST_SLOTS, "a rule has more than MOST_SLOTS slots in its `State`");
            assert!(R::Sums::<f64>::N <= MOST_SUMS, "a rule has more than MOST_SUMS numbers in its `Sums`");
            assert!(R::MEMO.len() <= MOST_MEMO, "a rule has more than MOST_MEMO numbers in its `MEMO`");
            assert!(R::STATE.len() == R::State::<f64>::N, "a rule's `STATE` names each slot of its `State`");
        }
        Info {
            name: R::NAME,
            variant: R::VARIANT,
            knobs: R::KNOBS,
            state: R::STATE,
            memo: R::MEMO,
            evaluated: R::EVALUATED,
            scope: R::SCOPE,
            loss: R::LOSS,
            sums: R::Sums::<f64>::N > 0,
        }
    }

    fn stateless(&self, constants: &[Option<f64>]) -> bool {
        R::stateless(constants)
    }

    fn conflict(&self, constants: &[Option<f64>]) -> Option<&'static str> {
        R::conflict(constants)
    }

    fn decoupled(&self, knobs: &[f64]) -> Option<usize> {
        R::decoupled(knobs)
    }

    fn slots(&self, shape: &[usize]) -> Shapes {
        (0..R::State::<f64>::N).map(|_| shape.into()).collect()
    }

    fn hyper(&self, now: &Now<'_, f64>, memo: &[f64]) -> Hyper {
        padded(&R::hyper(now, memo))
    }

    fn observe(&self, job: Job<'_, T>, p: &Tensor<T>, room: &mut Vec<Sums>) -> Sums {
        room.clear();
        room.resize(p.len().div_ceil(BLOCK), [0.0; MOST_SUMS]);
        let threads = job.g.workspace().map(Workspace::threads);
        let target = Target::Sums { p: p.data(), sums: room };
        pass::<R, T>(threads, rounded::<R, T>(&job.h), job.fix, target, job.g.data(), state(job.slots, job.kept));
        let mut total = [0.0; MOST_SUMS];
        for block in room {
            total.iter_mut().zip(block).for_each(|(total, sum)| *total += *sum);
        }
        total
    }

    fn remember(&self, now: &Now<'_, f64>, sums: &Sums, memo: &mut [f64]) {
        R::remember(now, &R::Sums::gather(|i| sums[i]), memo);
    }

    fn rate(&self, now: &Now<'_, f64>, memo: &[f64]) -> f64 {
        R::rate(now, memo)
    }

    fn scalars(&self, now: &Now<'_, f64>, sums: &Sums, memo: &[f64], h: &mut Hyper) -> f64 {
        let mut hyper = R::Hyper::gather(|i| h[i]);
        let rate = R::scalars(now, &R::Sums::gather(|i| sums[i]), memo, &mut hyper);
        *h = padded(&hyper);
        rate
    }

    fn step(&self, job: Job<'_, T>, p: &mut Tensor<T>) {
        if p.is_unique() {
            let threads = job.g.workspace().map(Workspace::threads);
            let target = Target::InPlace(p.data_mut());
            pass::<R, T>(threads, rounded::<R, T>(&job.h), job.fix, target, job.g.data(), state(job.slots, job.kept));
        } else {
            let mut new = job.g.room();
            self.step_into(job, p, &mut new);
            *p = new;
        }
    }

    fn step_into(&self, job: Job<'_, T>, p: &Tensor<T>, new: &mut Tensor<T>) {
        let threads = job.g.workspace().map(Workspace::threads);
        let target = Target::Into { old: p.data(), new: new.data_mut() };
        pass::<R, T>(threads, rounded::<R, T>(&job.h), job.fix, target, job.g.data(), state(job.slots, job.kept));
    }

    fn unroll<'t>(&self, at: &mut Unrolling<'_, 't, T>) {
        let zero = at.tape.constant(0.0);
        let each = R::SCOPE == Scope::Parameter;
        let (mut hypers, mut all) = (Vec::new(), Vec::new());
        for i in 0..at.weights.len() {
            let h = R::hyper(&at.now(at.of[i]), &at.memos[if each { i } else { 0 }]);
            let mut sums = R::Sums::gather(|_| zero);
            if R::Sums::<f64>::N > 0 {
                let mut s = R::State::gather(|j| at.slots[i][j]);
                let found = R::observe(&h, at.weights[i], at.seen(i), &mut s);
                sums = R::Sums::gather(|j| found.get(j).sum());
                at.slots[i].iter_mut().enumerate().for_each(|(j, slot)| *slot = s.get(j));
            }
            hypers.push(h);
            all.push(sums);
        }
        if !each {
            let total = R::Sums::gather(|j| all.iter().map(|s| s.get(j)).reduce(|a, b| a + b).unwrap_or(zero));
            R::remember(&at.now(0), &total, &mut at.memos[0]);
            all.iter_mut().for_each(|sums| *sums = total);
        }
        for (i, (mut h, sums)) in hypers.into_iter().zip(all).enumerate() {
            let now = at.now(at.of[i]);
            let memo = &mut at.memos[if each { i } else { 0 }];
            if each {
                R::remember(&now, &sums, memo);
            }
            let rate = R::scalars(&now, &sums, memo, &mut h);
            let mut s = R::State::gather(|j| at.slots[i][j]);
            let d = R::direction(&h, at.weights[i], at.seen(i), &mut s);
            at.slots[i].iter_mut().enumerate().for_each(|(j, slot)| *slot = s.get(j));
            at.advance(i, rate, d);
        }
    }
}

/// A rule on whole parameters.
pub(crate) struct OnMatrices<R>(pub(crate) PhantomData<fn() -> R>);

impl<R: MatrixRule> OnMatrices<R> {
    /// The direction with its decay, and the state after it.
    fn evaluate<T: Float>(job: &mut Job<'_, T>, p: &Tensor<T>) -> Tensor<T> {
        if let Some(threads) = job.g.workspace().map(Workspace::threads)
            && threads.count() != job.scratch.threads().count()
        {
            job.scratch.set_threads(threads);
        }
        job.scratch.rewind();
        let tape = &*job.scratch;
        let h = R::Hyper::gather(|i| tape.constant(job.h[i]));
        let w = tape.input(p);
        let mut g = tape.input(job.g);
        if job.fix.scale != T::ONE {
            g = g * job.fix.scale.re();
        }
        if job.fix.l2 != T::ZERO {
            g = g + w * job.fix.l2.re();
        }
        let mut s: SmallVec<[Var<'_, T>; 4]> = job.slots.iter().map(|slot| tape.input(slot)).collect();
        let mut d = R::direction(&h, job.now.step, w, g, &mut s);
        if job.fix.decay != T::ZERO {
            d = d + w * job.fix.decay.re();
        }
        let d = d.value();
        assert!(
            d.shape() == p.shape(),
            "{}: a direction of shape {:?} for a parameter of shape {:?}: they must be equal",
            R::NAME,
            d.shape(),
            p.shape()
        );
        for (slot, s) in job.slots.iter_mut().zip(s) {
            *slot = s.value();
        }
        d
    }
}

impl<R: MatrixRule, T: Float> Update<T> for OnMatrices<R> {
    fn info(&self) -> Info {
        const { assert!(R::Hyper::<f64>::N <= MOST_HYPER, "a rule has more than MOST_HYPER numbers in its `Hyper`") }
        Info {
            name: R::NAME,
            variant: None,
            knobs: R::KNOBS,
            state: R::STATE,
            memo: &[],
            evaluated: None,
            scope: Scope::Parameter,
            loss: false,
            sums: false,
        }
    }

    fn stateless(&self, _: &[Option<f64>]) -> bool {
        R::STATE.is_empty()
    }

    fn conflict(&self, constants: &[Option<f64>]) -> Option<&'static str> {
        R::conflict(constants)
    }

    fn decoupled(&self, knobs: &[f64]) -> Option<usize> {
        R::decoupled(knobs)
    }

    fn slots(&self, shape: &[usize]) -> Shapes {
        let slots = R::slots(shape);
        assert!(
            slots.len() == R::STATE.len(),
            "{}: {} slots, and {} names of state",
            R::NAME,
            slots.len(),
            R::STATE.len()
        );
        slots.into()
    }

    fn hyper(&self, now: &Now<'_, f64>, _: &[f64]) -> Hyper {
        padded(&R::hyper(now.lr, now.knobs, now.step))
    }

    fn observe(&self, _: Job<'_, T>, _: &Tensor<T>, _: &mut Vec<Sums>) -> Sums {
        [0.0; MOST_SUMS]
    }

    fn remember(&self, _: &Now<'_, f64>, _: &Sums, _: &mut [f64]) {}

    fn rate(&self, now: &Now<'_, f64>, _: &[f64]) -> f64 {
        now.lr
    }

    fn scalars(&self, now: &Now<'_, f64>, _: &Sums, _: &[f64], _: &mut Hyper) -> f64 {
        now.lr
    }

    fn step(&self, mut job: Job<'_, T>, p: &mut Tensor<T>) {
        let d = Self::evaluate(&mut job, p);
        // The tape held on to the parameter.
        job.scratch.rewind();
        if p.is_unique() {
            for (p, d) in p.data_mut().iter_mut().zip(d.data()) {
                *p = job.fix.keep * *p - job.fix.by * *d;
            }
        } else {
            let mut new = d.room();
            for ((new, p), d) in new.data_mut().iter_mut().zip(p.data()).zip(d.data()) {
                *new = job.fix.keep * *p - job.fix.by * *d;
            }
            *p = new;
        }
    }

    fn step_into(&self, mut job: Job<'_, T>, p: &Tensor<T>, new: &mut Tensor<T>) {
        let d = Self::evaluate(&mut job, p);
        job.scratch.rewind();
        for ((new, p), d) in new.data_mut().iter_mut().zip(p.data()).zip(d.data()) {
            *new = job.fix.keep * *p - job.fix.by * *d;
        }
    }

    fn unroll<'t>(&self, at: &mut Unrolling<'_, 't, T>) {
        for i in 0..at.weights.len() {
            let now = at.now(at.of[i]);
            let d = R::direction(
                &R::hyper(now.lr, now.knobs, now.step),
                now.step,
                at.weights[i],
                at.seen(i),
                &mut at.slots[i],
            );
            at.advance(i, now.lr, d);
        }
    }
}
