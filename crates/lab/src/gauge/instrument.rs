//! What is read at each step, and the reading it makes.

use std::fmt;

use rappel_autodiff::{Float, Gradients, Module};
use rappel_optim::Stepper;

use super::anchor::Anchor;
use super::point::Point;
use super::reading::ALL;
use super::sample::{Part, Sample};
use super::sums::{Sums, slope, sums};
use super::{GroupReading, Line, Noise, Reading};
use crate::LabError;

/// So many values are read of a net that has more, at least.
const STANDARD: usize = 1024;

/// The group of a path.
type Groups = Box<dyn Fn(&str) -> String + Send + Sync>;

/// Reads every step of a run, of any rule: the rate that was applied, the size of the update, the cosine of successive gradients, and
/// where along the update the minimum was.
///
/// The update is the difference of the weights between two evaluations of the loss, so it is right for every rule, rounding
/// included. Where along it the minimum was is known when the loss at its end is: the reading of a step is complete at the next.
///
/// ```
/// use rappel_lab::gauge::Gauge;
/// use rappel_lab::optim::Sgd;
/// use rappel_lab::optim::autodiff::{Param, Tape, Tensor};
///
/// let mut w = Param::new(Tensor::from([4.0]));
/// let (mut sgd, mut gauge, mut tape) = (Sgd::new(0.25), Gauge::new(), Tape::new());
/// for step in 0..3 {
///     tape.reset();
///     let loss = tape.param(&w).square().sum(); // its curvature is 2, so a rate of 0.5 would reach the minimum in one step
///     if let Some(reading) = gauge.step(&mut sgd, &mut w, loss.item(), &loss.backward())? {
///         assert_eq!((reading.step, reading.alpha), (step - 1, Some(-0.5)));
///     }
/// }
/// assert_eq!(gauge.close(&w)?.unwrap().alpha, None); // of the last step, whose end nobody has evaluated
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # In a loop that steps otherwise
///
/// [`before`](Self::before) a step and [`after`](Self::after) it. What is between them is yours:
///
/// ```
/// # use rappel_lab::gauge::Gauge;
/// # use rappel_lab::optim::autodiff::{Param, Tape, Tensor};
/// # let mut w = Param::new(Tensor::from([4.0_f32]));
/// # let mut gauge = Gauge::new();
/// # for _ in 0..3 {
/// # let tape = Tape::new();
/// # let loss = tape.param(&w).square().sum();
/// # let (value, gradients) = (f64::from(loss.item()), loss.backward());
/// gauge.before(&w, value, &gradients)?;
/// w.value.data_mut()[0] *= 0.75; // any step
/// if let Some(reading) = gauge.after(0.1) {
///     println!("{reading}");
/// }
/// # }
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
///
/// # What is read
///
/// Reading every value of a large net at every step would cost more than a gauge may. Beyond a number of values
/// ([`Gauge::values`]) a sample is read, the same at each step and in each run: small tensors whole, large ones in blocks of 16
/// neighbours, one at a random place in each of so many equal stretches; norms and inner products are scaled up, tensor by
/// tensor. Losses are exact. The squares of norms of random numbers are right to the root of 2 over the number of values, as they
/// should; the gradients of a net are less even than that. In a net of sizes 784-128-10 in training, norms are right to 20 %, cosines
/// to 0.15 and alpha, where it is below 1, to 0.25 in nine of ten steps. [`Gauge::exact`] reads all.
///
/// Frozen parameters count nowhere. Tied ones count once.
pub struct Gauge<T: Float = f32> {
    groups: Option<Groups>,
    most: Most,
    sample: Option<Sample>,
    /// The step to come.
    step: u64,
    /// Where the last step began, and where the one to come begins.
    old: Point<T>,
    new: Point<T>,
    anchor: Anchor,
    /// Whether `new` was read and its step not made.
    read: bool,
    /// Whether the step from `old` has a reading that is not complete.
    open: bool,
    reading: Reading,
    /// The last that is complete.
    done: Reading,
    /// Of each group.
    sums: Vec<Sums>,
}

/// How many values are read at most.
#[derive(Debug, Clone, Copy)]
enum Most {
    Standard,
    Values(usize),
    All,
}

impl<T: Float> Default for Gauge<T> {
    fn default() -> Self {
        Gauge::new()
    }
}

impl<T: Float> fmt::Debug for Gauge<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gauge").field("most", &self.most).field("step", &self.step).finish_non_exhaustive()
    }
}

impl<T: Float> Gauge<T> {
    /// A gauge of one net, which is read by sample where it is large, as one group.
    pub fn new() -> Self {
        Gauge {
            groups: None,
            most: Most::Standard,
            sample: None,
            step: 0,
            old: Point::default(),
            new: Point::default(),
            anchor: Anchor::default(),
            read: false,
            open: false,
            reading: Reading::default(),
            done: Reading::default(),
            sums: Vec::new(),
        }
    }

    /// A gauge that reads every value.
    pub fn exact() -> Self {
        Gauge { most: Most::All, ..Gauge::new() }
    }

    /// Reads about so many values of a net that has more, at least 64 of each tensor. At first it is 1,024, or a 96th of the net if
    /// that is more.
    #[must_use]
    pub fn values(mut self, values: usize) -> Self {
        self.most = Most::Values(values);
        self
    }

    /// Reads groups of parameters apart: each path belongs to the group that `name` gives it.
    ///
    /// ```
    /// use rappel_lab::gauge::Gauge;
    ///
    /// let gauge: Gauge = Gauge::new().groups(|path| if path.ends_with("bias") { "biases" } else { "weights" });
    /// assert_eq!(gauge.share(), None); // no net was seen yet
    /// ```
    #[must_use]
    pub fn groups<S: Into<String>>(mut self, name: impl Fn(&str) -> S + Send + Sync + 'static) -> Self {
        self.groups = Some(Box::new(move |path| name(path).into()));
        self
    }

    /// Reads each layer apart: `layers.0` has `layers.0.weight` and `layers.0.bias`. Parameters of the net itself are in `net`.
    #[must_use]
    pub fn by_layer(self) -> Self {
        self.groups(|path| path.rsplit_once('.').map_or(ALL, |(layer, _)| layer).to_owned())
    }

    /// Counts the steps to come from `step`, for a run that is resumed. With [`step`](Self::step), the optimizer's count is used.
    #[must_use]
    pub fn at_step(mut self, step: u64) -> Self {
        self.step = step;
        self
    }

    /// The share of the net's values that is read: 1 when it is exact. `None` before the first step.
    pub fn share(&self) -> Option<f64> {
        self.sample.as_ref().map(Sample::share)
    }

    /// Makes a step with an optimizer, from the loss and gradients at the weights as they are, and gives the reading of the step
    /// before.
    ///
    /// Nothing is given at the first step, and after steps that the optimizer made without the gauge, or took back.
    ///
    /// # Errors
    /// When the net is not the one it was, a gradient does not fit, or the optimizer refuses. Nothing has changed then.
    pub fn step<O: Stepper<T> + ?Sized>(
        &mut self,
        optimizer: &mut O,
        net: &mut dyn Module,
        loss: impl Into<f64>,
        gradients: &Gradients<T>,
    ) -> Result<Option<&Reading>, LabError> {
        self.before(net, loss, gradients)?;
        self.apply(optimizer, net, gradients)
    }

    /// As [`step`](Self::step), from the losses and gradients of micro-batches of one size: the step is made along their mean.
    ///
    /// Their spread says how certain losses and slopes are; alpha weighs them by that ([`Line::fit`]). Two are enough, more are
    /// better.
    ///
    /// # Errors
    /// As [`step`](Self::step); and when there are no micro-batches.
    pub fn step_batches<O: Stepper<T> + ?Sized>(
        &mut self,
        optimizer: &mut O,
        net: &mut dyn Module,
        batches: &[(f64, Gradients<T>)],
    ) -> Result<Option<&Reading>, LabError> {
        self.before_batches(net, batches)?;
        let mut mean = batches[0].1.clone();
        batches[1..].iter().for_each(|(_, g)| mean.axpy(1.0, g));
        mean.scale(1.0 / batches.len() as f64);
        self.apply(optimizer, net, &mean)
    }

    fn apply<O: Stepper<T> + ?Sized>(
        &mut self,
        optimizer: &mut O,
        net: &mut dyn Module,
        gradients: &Gradients<T>,
    ) -> Result<Option<&Reading>, LabError> {
        let step = optimizer.steps();
        optimizer.step(net, gradients)?;
        if self.step != step {
            (self.step, self.open) = (step, false);
        }
        Ok(self.after(optimizer.lr()))
    }

    /// Reads a net before a step, with its loss and gradients there. If no step follows (it was refused, say), the next call takes its
    /// place.
    ///
    /// # Errors
    /// When the net is not the one it was, or a gradient does not fit. Nothing has changed then.
    pub fn before(&mut self, net: &dyn Module, loss: impl Into<f64>, gradients: &Gradients<T>) -> Result<(), LabError> {
        self.read = false;
        let sample = Self::sample(&mut self.sample, self.most, self.groups.as_ref(), net)?;
        self.new.read(sample, net, loss.into(), gradients)?;
        self.read = true;
        Ok(())
    }

    /// As [`before`](Self::before), from the losses and gradients of micro-batches of one size.
    ///
    /// # Errors
    /// As [`before`](Self::before); and when there are no micro-batches.
    pub fn before_batches(&mut self, net: &dyn Module, batches: &[(f64, Gradients<T>)]) -> Result<(), LabError> {
        self.read = false;
        let sample = Self::sample(&mut self.sample, self.most, self.groups.as_ref(), net)?;
        self.new.read_batches(sample, net, batches)?;
        self.read = true;
        Ok(())
    }

    /// Notes that the step was made, at a rate, and gives the reading of the one before.
    ///
    /// # Panics
    /// At the caller's line, without a [`before`](Self::before).
    #[track_caller]
    pub fn after(&mut self, lr: f64) -> Option<&Reading> {
        self.after_groups(lr, |_| lr)
    }

    /// As [`after`](Self::after), where groups had rates of their own: `lr` is that of all, by what name it has one.
    ///
    /// # Panics
    /// As [`after`](Self::after).
    #[track_caller]
    pub fn after_groups(&mut self, lr: f64, of: impl Fn(&str) -> f64) -> Option<&Reading> {
        assert!(self.read, "Gauge::after: there was no `before` of this step");
        let complete = self.open;
        self.measure();
        if complete {
            self.complete(true);
        }
        self.begin(complete, lr, of);
        complete.then_some(&self.done)
    }

    /// Completes the reading of the last step from the weights after it, without alpha: nobody has evaluated the loss there. The
    /// gauge then begins anew, but for its count of steps. `None` where no step is open.
    ///
    /// # Errors
    /// When the net is not the one it was.
    pub fn close(&mut self, net: &dyn Module) -> Result<Option<&Reading>, LabError> {
        self.read = false;
        let sample = Self::sample(&mut self.sample, self.most, self.groups.as_ref(), net)?;
        self.new.read_weights(sample, net)?;
        self.new.gradient.clear();
        self.new.gradient.resize(sample.room, T::ZERO);
        Ok(self.end(false))
    }

    /// As [`close`](Self::close), with the loss and gradients after the last step, and so with alpha.
    ///
    /// Given those of the batch that the step was made from, alpha is free of the noise between batches: a gauge that is closed after
    /// each step reads them so, for a second evaluation.
    ///
    /// # Errors
    /// As [`before`](Self::before).
    pub fn close_at(
        &mut self,
        net: &dyn Module,
        loss: impl Into<f64>,
        gradients: &Gradients<T>,
    ) -> Result<Option<&Reading>, LabError> {
        self.before(net, loss, gradients)?;
        Ok(self.end(true))
    }

    /// Begins anew, but for its count of steps: after weights were set by hand or a run was taken back to an earlier step, what was
    /// is no measure of what comes.
    pub fn forget(&mut self) {
        (self.read, self.open) = (false, false);
    }

    fn end(&mut self, evaluated: bool) -> Option<&Reading> {
        let open = self.open;
        if open {
            self.measure();
            self.complete(evaluated);
        }
        self.forget();
        open.then_some(&self.done)
    }

    /// The sample, made at the first step.
    fn sample<'s>(
        sample: &'s mut Option<Sample>,
        most: Most,
        groups: Option<&Groups>,
        net: &dyn Module,
    ) -> Result<&'s mut Sample, LabError> {
        match sample {
            Some(sample) => Ok(sample),
            None => {
                let most = |total: usize| match most {
                    Most::Standard => Some(STANDARD.max(total / 96)),
                    Most::Values(values) => Some(values),
                    Most::All => None,
                };
                let group = |path: &str| groups.map_or_else(|| ALL.to_owned(), |name| name(path));
                Ok(sample.insert(Sample::new::<T>(net, &group, most)?))
            }
        }
    }

    /// Sums over the step from `old` to `new`; over none, where no step is open.
    fn measure(&mut self) {
        let Some(sample) = &self.sample else { return };
        let (new, old) = (&self.new, if self.open { &self.old } else { &self.new });
        self.sums.clear();
        self.sums.resize(sample.groups.len(), Sums::default());
        for part in &sample.parts {
            let r = || part.range.clone();
            let sums = sums(&old.weights[r()], &new.weights[r()], &old.gradient[r()], &new.gradient[r()]);
            self.sums[part.group].add(part.times, &sums);
        }
    }

    /// Completes the reading of the step from `old` to `new`.
    fn complete(&mut self, evaluated: bool) {
        let Some(sample) = &self.sample else { return };
        let (old, new, reading) = (&self.old, &self.new, &mut self.reading);
        let all = Sums::total(&self.sums);
        reading.groups.iter_mut().zip(&self.sums).for_each(|(group, sums)| group.complete(sums));
        reading.all.complete(&all);
        let along = |g: &[T]| {
            let part = |p: &Part| {
                let r = || p.range.clone();
                p.times * slope(&old.weights[r()], &new.weights[r()], &g[r()])
            };
            sample.parts.iter().map(part).sum::<f64>()
        };
        let noise = old.variances(along).zip(new.variances(along));
        let line = Line {
            loss: [old.loss, new.loss],
            slope: [all.ug_old, all.ug],
            noise: noise.map(|([l0, s0, b0], [l1, s1, b1])| Noise { loss: [l0, l1], slope: [s0, s1], both: [b0, b1] }),
        };
        reading.line = Some(line).filter(|line| evaluated && line.is_finite());
        reading.alpha = reading.line.and_then(|line| line.alpha());
        std::mem::swap(&mut self.reading, &mut self.done);
    }

    /// Begins the reading of the step from `new`; whether it follows on the one that is done.
    fn begin(&mut self, follows: bool, lr: f64, of: impl Fn(&str) -> f64) {
        let Some(sample) = &self.sample else { return };
        let reading = &mut self.reading;
        if reading.all.name.is_empty() {
            let group = |name: &String| GroupReading { name: name.clone(), ..GroupReading::default() };
            reading.all.name = ALL.to_owned();
            reading.groups = sample.groups.iter().filter(|_| sample.groups.len() > 1).map(group).collect();
        }
        (reading.step, reading.loss, reading.alpha, reading.line) = (self.step, self.new.loss, None, None);
        for (i, (group, sums)) in reading.groups.iter_mut().zip(&self.sums).enumerate() {
            let lr = of(&group.name);
            group.begin(sums, lr, follows.then(|| &self.done.groups[i]));
        }
        reading.all.begin(&Sums::total(&self.sums), lr, follows.then_some(&self.done.all));
        if !follows {
            self.anchor.forget();
        }
        reading.pull = self.anchor.pull(sample, &self.new.weights, &self.new.gradient);
        std::mem::swap(&mut self.old, &mut self.new);
        (self.read, self.open) = (false, true);
        self.step += 1;
    }
}
