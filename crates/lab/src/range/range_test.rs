//! The walk through a range.

use std::sync::Arc;

use rappel_autodiff::module::ModuleExt;
use rappel_autodiff::{Float, Module, ParamId, Tape, Threads, Var};
use rappel_optim::Stepper;

use super::parts::{Group, Parts};
use super::restore::Loan;
use super::watch::Watch;
use super::{Curve, End, RangeRun, Spacing};
use crate::{Cursor, LabError, Problem, Trial};

/// A range test: training goes on for some steps while the learning rate, or another hyperparameter, grows from step to step, and
/// the losses are noted. Then everything is as it was.
///
/// The idea is Smith's ("Cyclical learning rates for training neural networks", WACV 2017). Nothing of the caller's changes: the
/// optimizer is copied with its state, the net gets its parameters and buffers back bit for bit (by an error or a panic in the
/// closure too), and the walk has a tape of its own, so that the caller's steps and random masks go on as if it had not been.
/// What the closure itself changes (a data iterator, say) is the closure's; it is told the step, from which a batch can follow.
///
/// ```
/// use rappel_lab::autodiff::{Param, Tensor};
/// use rappel_lab::optim::Sgd;
/// use rappel_lab::range::RangeTest;
///
/// let mut w = Param::new(Tensor::<f64>::from([3.0, -2.0]));
/// let sgd = Sgd::new(0.1);
/// let run = RangeTest::new(1e-4, 10.0)?.run(&mut w, &sgd, |w, tape, _step| tape.param(w).square().mean())?;
/// let suggestion = run.judge()?.suggestion?;
/// assert!(suggestion.rate > 0.01 && suggestion.rate < 1.0); // gradient descent on this loss is stable below 2
/// assert_eq!(w.value.data(), [3.0, -2.0]);
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
#[derive(Debug, Clone)]
pub struct RangeTest {
    knob: String,
    spacing: Spacing,
    from: f64,
    to: f64,
    steps: u64,
    stop: f64,
    seed: u64,
    threads: Threads,
    group: Option<Group>,
}

impl RangeTest {
    /// A walk of the learning rate in equal ratios, in 100 steps: the first is made with `from`, the last with `to`.
    ///
    /// # Errors
    /// [`LabError::Range`] when an end is not above 0 or no number, or they are equal or reversed.
    pub fn new(from: f64, to: f64) -> Result<RangeTest, LabError> {
        Self::spaced(Spacing::Log, from, to)
    }

    /// A walk in equal differences; it may begin at 0 or below.
    ///
    /// # Errors
    /// [`LabError::Range`] when an end is no number, or they are equal or reversed.
    pub fn linear(from: f64, to: f64) -> Result<RangeTest, LabError> {
        Self::spaced(Spacing::Linear, from, to)
    }

    /// A walk in equal ratios of the distance from 1, for momentum and the betas: .9, .99, .999.
    ///
    /// ```
    /// use rappel_lab::range::RangeTest;
    ///
    /// let walk = RangeTest::near_one(0.5, 0.999)?.of("momentum");
    /// # drop(walk);
    /// assert!(RangeTest::near_one(0.5, 1.0).is_err());
    /// # Ok::<(), rappel_lab::LabError>(())
    /// ```
    ///
    /// # Errors
    /// [`LabError::Range`] when an end is 1 or more or no number, or they are equal or reversed.
    pub fn near_one(from: f64, to: f64) -> Result<RangeTest, LabError> {
        Self::spaced(Spacing::NearOne, from, to)
    }

    /// A walk with the values spread as said.
    ///
    /// # Errors
    /// [`LabError::Range`] as the others.
    pub fn spaced(spacing: Spacing, from: f64, to: f64) -> Result<RangeTest, LabError> {
        let what = match spacing {
            Spacing::Log => "rates",
            Spacing::Linear | Spacing::NearOne => "values",
        };
        spacing.check(what, from, to)?;
        let (knob, threads) = ("lr".into(), Threads::serial());
        Ok(RangeTest { knob, spacing, from, to, steps: 100, stop: 4.0, seed: 0, threads, group: None })
    }

    /// Walks another hyperparameter of the optimizer's instead of `lr`; the learning rate follows its own schedule then.
    #[must_use]
    pub fn of(mut self, knob: &str) -> RangeTest {
        self.knob = knob.into();
        self
    }

    /// In so many steps, 2 or more.
    #[must_use]
    pub fn steps(mut self, steps: u64) -> RangeTest {
        self.steps = steps;
        self
    }

    /// Stops when the averaged loss lies further above its best than `factor - 1` times the best's magnitude: where losses are
    /// positive, when it is `factor` times its best. 4 at first; infinity never stops. The average is fastai's, of 0.98.
    #[must_use]
    pub fn stop_at(mut self, factor: f64) -> RangeTest {
        self.stop = factor;
        self
    }

    /// The seed of the walk's tape, by which layers such as dropout draw. 0 at first.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> RangeTest {
        self.seed = seed;
        self
    }

    /// Computes on the given threads; the losses have the same bits on any number of them.
    #[must_use]
    pub fn threads(mut self, threads: &Threads) -> RangeTest {
        self.threads = threads.clone();
        self
    }

    /// Walks the hyperparameter of some parameters only, chosen by their paths; the others follow the optimizer's own schedules.
    ///
    /// ```
    /// use rappel_lab::range::RangeTest;
    ///
    /// let walk = RangeTest::new(1e-5, 1.0)?.group(|path| path.starts_with("0."));
    /// # drop(walk);
    /// # Ok::<(), rappel_lab::LabError>(())
    /// ```
    #[must_use]
    pub fn group(mut self, chosen: impl Fn(&str) -> bool + Send + Sync + 'static) -> RangeTest {
        self.group = Some(Group(Arc::new(chosen)));
        self
    }

    /// Walks through the range with the caller's net and a copy of the optimizer. The closure gives the loss of a step, counted
    /// from 0; it puts the net on the tape it is given, which trains.
    ///
    /// A boxed optimizer is passed as `&*optimizer`.
    ///
    /// # Errors
    /// [`LabError::Setting`] for settings without meaning and a group without parameters, [`LabError::Loss`] when the first loss is
    /// no number, [`LabError::Parameters`] when the net or the closure's gradients have other parameters than at first, and
    /// [`LabError::Step`] when the optimizer refuses. The net has its values back then, unless it is itself what has other parameters.
    ///
    /// # Panics
    /// When the loss has more or fewer elements than one. The net has its values back then, too.
    pub fn run<M, T, F>(&self, net: &mut M, optimizer: &dyn Stepper<T>, mut loss: F) -> Result<RangeRun, LabError>
    where
        M: Module + ?Sized,
        T: Float,
        F: for<'t> FnMut(&M, &'t Tape<T>, u64) -> Var<'t, T>,
    {
        self.check()?;
        let mut parts = Parts::of(optimizer, net, self.group.as_ref())?;
        let loan = Loan::of(net);
        let mut ids: Vec<ParamId> = loan.net.named_parameters().iter().map(|(_, p)| p.id()).collect();
        ids.sort();
        let mut tape = Tape::training_in(self.seed);
        tape.set_threads(&self.threads);
        let mut watch = Watch::new(self.stop);
        let (mut rates, mut losses) = (Vec::new(), Vec::new());
        let mut end = End::Reached;
        for step in 0..self.steps {
            let rate = self.spacing.at(self.from, self.to, step as f64 / (self.steps - 1) as f64);
            tape.at_step(optimizer.steps() + step);
            let value = loss(&*loan.net, &tape, step);
            let here = value.item().re();
            loan.check()?;
            if !here.is_finite() {
                if step == 0 {
                    let advice = "look at the net and its first batch: no rate has been applied yet";
                    return Err(LabError::Loss {
                        step,
                        loss: here,
                        when: "before the range test has made a step",
                        advice,
                    });
                }
                end = End::NotFinite { step, rate, loss: here };
                break;
            }
            rates.push(rate);
            losses.push(here);
            if let Some((average, best)) = watch.rose(here) {
                end = End::Rose { step, rate, loss: average, best };
                break;
            }
            let gradients = value.backward();
            if gradients.iter().any(|(id, _)| ids.binary_search(&id).is_err()) {
                return Err(loan.changed(gradients.len()));
            }
            parts.step(&mut *loan.net, gradients, &self.knob, rate)?;
        }
        Ok(RangeRun { curve: Curve::spaced(self.spacing, rates, losses)?, end })
    }

    /// Walks through the range with a run of a problem, from where it is; it goes on afterwards as if that had not been.
    ///
    /// ```
    /// use rappel_lab::optim::Sgd;
    /// use rappel_lab::problems::Quadratic;
    /// use rappel_lab::range::RangeTest;
    /// use rappel_lab::{Problem, Trial};
    ///
    /// let valley: &dyn Problem<f64> = &Quadratic::new(&[1.0, 25.0]);
    /// let mut run = Trial::new(valley, Box::new(Sgd::new(0.05)), 0, 100);
    /// let range = RangeTest::new(1e-5, 1.0)?.trial(&mut run, valley)?;
    /// assert!(range.judge()?.suggestion?.rate < 2.0 / 25.0);
    /// assert_eq!(run.steps(), 0);
    /// # Ok::<(), rappel_lab::LabError>(())
    /// ```
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn trial<T: Float>(&self, run: &mut Trial<T>, problem: &dyn Problem<T>) -> Result<RangeRun, LabError> {
        let first = run.steps();
        let mut cursor = Cursor::new(run.seed());
        let walk = self.clone().seed(run.seed());
        walk.run(&mut *run.net, &*run.optimizer, |net, tape, step| {
            cursor.seek(first + step);
            problem.loss(net, tape, &mut cursor)
        })
    }

    fn check(&self) -> Result<(), LabError> {
        if self.steps < 2 {
            let why = "a walk from one end to the other has 2 at least";
            return Err(LabError::Setting { what: "steps", value: self.steps.to_string(), why });
        }
        if self.stop.is_nan() || self.stop <= 1.0 {
            let why = "the loss may rise before the walk stops: above 1";
            return Err(LabError::Setting { what: "stop_at", value: self.stop.to_string(), why });
        }
        Ok(())
    }
}
