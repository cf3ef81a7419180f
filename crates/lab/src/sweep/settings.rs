//! A sweep before it is run.

use std::error::Error;
use std::path::PathBuf;

use rappel_autodiff::Float;
use rappel_optim::Stepper;
use rappel_schedule::Schedule;

use super::arm::Arm;
use super::engine;
use super::work::{Closure, OnProblem};
use super::{Measure, Member, Outcome, Rates, Run};
use crate::{LabError, Problem};

/// Called after each run, with how many are done, of how many.
pub(crate) type Watch = dyn Fn(&Run, usize, usize) + Send + Sync;

/// Rates times seeds times arms: one run each, and what they say together.
///
/// An arm is a rule with the shape of its learning rate. The runs of a seed begin with the same weights and see the same batches, whatever
/// their arm and rate. Each run is made by one thread on a tape of its own, as many at a time as there are processors; which thread made
/// it, in which order, and whether the sweep was killed in between and gone on with ([`journal`](Self::journal)), changes no bit of the
/// outcome.
///
/// ```
/// use rappel_lab::optim::{Adam, Sgd};
/// use rappel_lab::problems::Quadratic;
/// use rappel_lab::sweep::{Rates, Sweep};
///
/// let outcome = Sweep::<f64>::new_in(Rates::log(1e-3, 1.0, 7)?)
///     .arm("sgd", |lr| Box::new(Sgd::new(lr)))
///     .shaped("adam, decayed", "cosine(1, 0, 100%)".parse()?, |lr| Box::new(Adam::new(lr)))
///     .steps(100)
///     .run(&Quadratic::new(&[1.0, 10.0]))?;
/// let best = outcome.arms[0].best.as_ref().expect("some rate works");
/// assert_eq!(best.rate, 0.1); // 2 / 10 is the edge of stability
/// println!("{outcome}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Sweep<T: Float = f32> {
    pub(crate) rates: Rates,
    pub(crate) seeds: Vec<u64>,
    pub(crate) arms: Vec<Arm<T>>,
    pub(crate) steps: Option<u64>,
    pub(crate) threads: Option<usize>,
    pub(crate) journal: Option<PathBuf>,
    pub(crate) halving: Option<u32>,
    pub(crate) measure: Measure,
    pub(crate) tolerance: f64,
    pub(crate) blow_up: f64,
    pub(crate) about: String,
    pub(crate) watch: Option<Box<Watch>>,
}

impl Sweep<f32> {
    /// A sweep over these rates in `f32`; seed 0, no arms yet.
    pub fn new(rates: Rates) -> Sweep<f32> {
        Sweep::new_in(rates)
    }
}

impl<T: Float> Sweep<T> {
    /// [`Sweep::new`] for any number type: `Sweep::<f64>::new_in(rates)`.
    pub fn new_in(rates: Rates) -> Sweep<T> {
        Sweep {
            rates,
            seeds: vec![0],
            arms: Vec::new(),
            steps: None,
            threads: None,
            journal: None,
            halving: None,
            measure: Measure::default(),
            tolerance: 0.1,
            blow_up: 1e3,
            about: String::new(),
            watch: None,
        }
    }

    /// The seeds: `0..3`. One at least, each once.
    #[must_use]
    pub fn seeds(mut self, seeds: impl IntoIterator<Item = u64>) -> Self {
        self.seeds = seeds.into_iter().collect();
        self
    }

    /// One more arm: a name, and how its optimizer is made from the learning rate, which is the rate as a constant schedule.
    #[must_use]
    pub fn arm(self, name: &str, make: impl Fn(Schedule) -> Box<dyn Stepper<T>> + Send + Sync + 'static) -> Self {
        self.with(Arm::new(name, None, make))
    }

    /// One more arm whose learning rate has a shape, such as `warmup(1, 5%) >> cosine(1, 0, rest)`, that is multiplied by the rate.
    #[must_use]
    pub fn shaped(
        self,
        name: &str,
        shape: Schedule,
        make: impl Fn(Schedule) -> Box<dyn Stepper<T>> + Send + Sync + 'static,
    ) -> Self {
        self.with(Arm::new(name, Some(shape), make))
    }

    fn with(mut self, arm: Arm<T>) -> Self {
        self.arms.push(arm);
        self
    }

    /// How many steps a run makes: 1 at least; of a named problem its own number, if nothing is said.
    #[must_use]
    pub fn steps(mut self, steps: u64) -> Self {
        self.steps = Some(steps);
        self
    }

    /// How many runs are made at a time: 1 at least; as many as there are processors, if nothing is said.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Writes each run to a file when it is done, and takes from there the runs that are done already.
    ///
    /// A line of JSON with the settings, then one per run. A sweep that was killed at any moment is gone on with by starting it again: a
    /// last line that was cut is removed, reported in [`Outcome::cut`], and its run made again. The journal of other settings, and one
    /// that another process is writing, are refused. What a closure computes is not among the settings: say in [`about`](Self::about)
    /// what changes there.
    #[must_use]
    pub fn journal(mut self, path: impl Into<PathBuf>) -> Self {
        self.journal = Some(path.into());
        self
    }

    /// Successive halving (Jamieson and Talwalkar 2016): of each arm's rates, one in `eta` (rounded up) goes on to a run `eta` times as long,
    /// until those that are left make the whole run. `eta` is 2 or more.
    ///
    /// A rate is ranked by the median of its seeds. A short run is the beginning of the whole one: schedules are stretched over the whole.
    /// Best rates take a fraction of the steps; the basin's width and the sensitivity need all rates, so they are not known then.
    #[must_use]
    pub fn halving(mut self, eta: u32) -> Self {
        self.halving = Some(eta);
        self
    }

    /// What runs are judged by; [`Measure::Tail`], if nothing is said. A closure's score is its own.
    #[must_use]
    pub fn measure(mut self, measure: Measure) -> Self {
        self.measure = measure;
        self
    }

    /// How far above the best a score may be to count for the width of the basin: this share of the way from the best back to the start.
    /// Above 0 and below 1; 0.1, if nothing is said.
    #[must_use]
    pub fn tolerance(mut self, share: f64) -> Self {
        self.tolerance = share;
        self
    }

    /// By which factor a loss is above its first when the run is given up as diverged: above 1; 1000, if nothing is said. A catapult, which
    /// rises before it settles in a flatter place, stays well below.
    #[must_use]
    pub fn blow_up(mut self, factor: f64) -> Self {
        self.blow_up = factor;
        self
    }

    /// What is swept, in words: the title of the outcome, and part of what the journal compares. The problem's name, if nothing is said.
    #[must_use]
    pub fn about(mut self, text: &str) -> Self {
        self.about = text.into();
        self
    }

    /// Calls a function after each run: with the run, and how many are done of how many at its length.
    #[must_use]
    pub fn watch(mut self, watch: impl Fn(&Run, usize, usize) + Send + Sync + 'static) -> Self {
        self.watch = Some(Box::new(watch));
        self
    }

    /// Runs it on a problem.
    ///
    /// # Errors
    /// When a setting has no meaning, the loss is no number at the first step, an optimizer refuses (of several runs that fail, the first is
    /// reported), and when the journal cannot be used.
    pub fn run(&self, problem: &dyn Problem<T>) -> Result<Outcome, LabError> {
        engine::run(self, &OnProblem { problem, measure: self.measure })
    }

    /// Runs it on a loop of one's own, which gives the score of a run: less is better, and what is not finite is a run that diverged.
    ///
    /// ```
    /// use rappel_lab::LabError;
    /// use rappel_lab::autodiff::{Rng, Tensor};
    /// use rappel_lab::optim::Sgd;
    /// use rappel_lab::sweep::{Rates, Sweep};
    /// use rappel_nn::{Layer, Linear, Tanh};
    ///
    /// let x = Tensor::from_fn(&[20, 1], |i| i as f32 / 10.0 - 1.0);
    /// let y = x.map(|x| x * x);
    /// let outcome = Sweep::new(Rates::log(0.01, 1.0, 5)?)
    ///     .seeds(0..3)
    ///     .arm("sgd", |lr| Box::new(Sgd::new(lr)))
    ///     .steps(50)
    ///     .run_with(|member| {
    ///         let mut rng = Rng::seed(member.seed());
    ///         let mut net = (Linear::new(1, 8, &mut rng), Tanh, Linear::new(8, 1, &mut rng));
    ///         member.descend(&mut net, |net, tape, _| net.forward(tape.input(&x)).mse(tape.input(&y)))
    ///     })?;
    /// assert_eq!(outcome.runs.len(), 5 * 3);
    /// # Ok::<(), LabError>(())
    /// ```
    ///
    /// # Errors
    /// As [`run`](Self::run), and when the closure fails.
    pub fn run_with<E: Into<Box<dyn Error + Send + Sync>>>(
        &self,
        run: impl Fn(&mut Member<'_, T>) -> Result<f64, E> + Sync,
    ) -> Result<Outcome, LabError> {
        engine::run(self, &Closure(run))
    }

    /// What is wrong with the settings that are the same for problems and closures.
    pub(crate) fn check(&self) -> Result<(), LabError> {
        let setting = |what, value: String, why| Err(LabError::Setting { what, value, why });
        if self.arms.is_empty() {
            return setting("the number of arms", "0".into(), "a sweep has one arm at least: `.arm(name, |lr| ..)`");
        }
        if let Some(twice) = (1..self.arms.len()).find(|&i| self.arms[..i].iter().any(|a| a.name == self.arms[i].name))
        {
            return setting("an arm", format!("`{}`", self.arms[twice].name), "each arm has a name of its own");
        }
        if self.seeds.is_empty() {
            return setting("the number of seeds", "0".into(), "a sweep has one seed at least");
        }
        if let Some(twice) = (1..self.seeds.len()).find(|&i| self.seeds[..i].contains(&self.seeds[i])) {
            return setting("a seed", self.seeds[twice].to_string(), "each seed is given once");
        }
        if self.threads == Some(0) {
            return setting("the number of threads", "0".into(), "one at least makes the runs");
        }
        if !(self.tolerance > 0.0 && self.tolerance < 1.0) {
            return setting("the tolerance", self.tolerance.to_string(), "a share of the way, above 0 and below 1");
        }
        if self.blow_up.is_nan() || self.blow_up <= 1.0 {
            let why = "a factor above 1; infinity lets all go on that is finite";
            return setting("the factor of a loss that blew up", self.blow_up.to_string(), why);
        }
        Ok(())
    }
}

impl<T: Float> std::fmt::Debug for Sweep<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sweep")
            .field("rates", &self.rates)
            .field("seeds", &self.seeds)
            .field("arms", &self.arms)
            .field("steps", &self.steps)
            .field("halving", &self.halving)
            .finish_non_exhaustive()
    }
}
