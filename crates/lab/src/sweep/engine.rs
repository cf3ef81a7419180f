//! Runs the members of a sweep.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rappel_autodiff::{Float, Tape};
use rappel_nn::Layer;

use super::crew::{self, Failures};
use super::halving::Rungs;
use super::journal::{Header, Journal, KIND, Kept};
use super::measure::Tail;
use super::member::Seen;
use super::{Measure, Member, Outcome, Run, Sweep};
use crate::{Cursor, LabError, Problem, Trial};

/// How a member is trained.
pub(crate) trait Work<T: Float>: Sync {
    /// What is kept of a run that may go on.
    type Going: Send;

    /// What is swept, unless something is said.
    fn name(&self) -> &str;

    /// How many steps a run makes that says nothing; none without which nothing can be run.
    fn steps(&self) -> Option<u64>;

    /// The loss at the first step of a run with this seed; none where it is not known beforehand.
    fn first_loss(&self, seed: u64) -> Result<Option<f64>, LabError>;

    /// What its scores are called.
    fn measure(&self) -> Measure;

    /// Trains up to the member's steps, from where it is; gives the measure at the start and now.
    fn advance(
        &self,
        member: &mut Member<'_, T>,
        going: &mut Option<Self::Going>,
    ) -> Result<(Option<f64>, f64), LabError>;
}

/// Runs of a problem.
pub(crate) struct OnProblem<'p, T: Float> {
    pub(crate) problem: &'p dyn Problem<T>,
    pub(crate) measure: Measure,
}

impl<T: Float> OnProblem<'_, T> {
    /// The measure of a net; none where the problem has no such measure, or it is read off the losses on the way.
    fn of(&self, net: &dyn Layer<T>) -> Option<f64> {
        match self.measure {
            Measure::Tail => None,
            Measure::Whole => Some(self.problem.whole(net, &Tape::default()).item().re()),
            Measure::HeldOut => self.problem.held_out(net).map(|score| score.loss),
            Measure::Error => self.problem.held_out(net)?.accuracy.map(|accuracy| 1.0 - accuracy),
        }
    }
}

/// A run of a problem that may go on.
pub(crate) struct Going<T: Float> {
    trial: Trial<T>,
    start: Option<f64>,
    seen: Seen,
}

impl<T: Float> Work<T> for OnProblem<'_, T> {
    type Going = Going<T>;

    fn name(&self) -> &str {
        self.problem.name()
    }

    fn steps(&self) -> Option<u64> {
        Some(self.problem.steps())
    }

    fn first_loss(&self, seed: u64) -> Result<Option<f64>, LabError> {
        let net = self.problem.net(seed);
        if !self.measure.is_on_the_way() && self.of(&*net).is_none() {
            let why = "this problem has no such measure: it has no held-out data, or no classes";
            return Err(LabError::Setting { what: "the measure", value: self.measure.name().into(), why });
        }
        let loss = self.problem.loss(&*net, &Tape::training_in(seed), &mut Cursor::new(seed)).item().re();
        match loss.is_finite() {
            true => Ok(Some(loss)),
            false => Err(broken(loss)),
        }
    }

    fn measure(&self) -> Measure {
        self.measure
    }

    fn advance(
        &self,
        member: &mut Member<'_, T>,
        going: &mut Option<Going<T>>,
    ) -> Result<(Option<f64>, f64), LabError> {
        let begin = || {
            let trial = Trial::new(self.problem, member.arm.optimizer(member.rate), member.seed, member.total);
            Going { start: self.of(&*trial.net), trial, seen: Seen::default() }
        };
        let Going { mut trial, start, seen } = going.take().unwrap_or_else(begin);
        member.seen = seen;
        member.train(&trial.net)?;
        let mut tail = Tail::of(member.steps);
        while trial.steps() < member.steps {
            let step = trial.steps();
            let (loss, gradients) = trial.gradients(self.problem);
            if !member.report(loss) {
                return Ok((start.or(member.seen.first), f64::INFINITY));
            }
            tail.take(step, loss);
            trial.apply(&gradients)?;
        }
        let score = match self.measure {
            Measure::Tail => tail.mean(),
            _ => self.of(&*trial.net),
        };
        if member.steps < member.total {
            *going = Some(Going { trial, start, seen: std::mem::take(&mut member.seen) });
        }
        Ok((start.or(member.seen.first), score.unwrap_or(f64::INFINITY)))
    }
}

/// Runs of a closure.
pub(crate) struct Closure<F>(pub(crate) F);

impl<T, E, F> Work<T> for Closure<F>
where
    T: Float,
    E: Into<Box<dyn Error + Send + Sync>>,
    F: Fn(&mut Member<'_, T>) -> Result<f64, E> + Sync,
{
    type Going = ();

    fn name(&self) -> &str {
        "a closure"
    }

    fn steps(&self) -> Option<u64> {
        None
    }

    fn first_loss(&self, _seed: u64) -> Result<Option<f64>, LabError> {
        Ok(None)
    }

    fn measure(&self) -> Measure {
        Measure::Tail
    }

    fn advance(&self, member: &mut Member<'_, T>, _: &mut Option<()>) -> Result<(Option<f64>, f64), LabError> {
        match (self.0)(member) {
            Ok(score) => Ok((member.seen.first, score)),
            Err(error) => Err(match error.into().downcast::<LabError>() {
                Ok(error) => *error,
                Err(error) => LabError::Closure(error),
            }),
        }
    }
}

/// The loss of a run is no number before any rate was at work.
fn broken(loss: f64) -> LabError {
    let advice = "no rate was at work yet: look at the data, the initial weights and the loss itself";
    LabError::Loss { step: 0, loss, when: "before the first update", advice }
}

/// What the threads share.
struct Shared {
    runs: BTreeMap<(usize, u64), Run>,
    journal: Option<Journal>,
    done: usize,
}

/// Runs all members, or those that a journal does not have.
pub(crate) fn run<T: Float, W: Work<T>>(sweep: &Sweep<T>, work: &W) -> Result<Outcome, LabError> {
    sweep.check()?;
    let (rates, seeds) = (sweep.rates.values(), &sweep.seeds);
    let Some(total) = sweep.steps.or(work.steps()).filter(|steps| *steps > 0) else {
        let (what, why) = ("the number of steps", "a run has one at least: `.steps(n)`");
        return Err(LabError::Setting { what, value: sweep.steps.map_or("not given".into(), |s| s.to_string()), why });
    };
    let rungs = Rungs::new(sweep.halving, total, rates.len())?;
    let title = if sweep.about.is_empty() { work.name() } else { &sweep.about };
    let header = Header {
        journal: KIND,
        version: env!("CARGO_PKG_VERSION"),
        numbers: T::NAME,
        problem: title.into(),
        first_loss: work.first_loss(seeds[0])?,
        arms: sweep.arms.iter().map(|arm| (arm.name.clone(), format!("{:?}", arm.optimizer(rates[0])))).collect(),
        rates: rates.into(),
        seeds: seeds.clone(),
        rungs: rungs.steps.clone(),
        halving: sweep.halving,
        measure: work.measure(),
        blow_up: sweep.blow_up,
    };
    // A member's number counts seeds first, then rates, then arms.
    let place =
        |member: usize| (member / seeds.len() / rates.len(), member / seeds.len() % rates.len(), member % seeds.len());
    let members = sweep.arms.len() * rates.len() * seeds.len();
    let fits = |run: &Run| {
        let (arm, rate, seed) = place(run.member);
        let is = run.member < members
            && (run.arm == sweep.arms[arm].name && run.rate == rates[rate] && run.seed == seeds[seed])
            && rungs.steps.contains(&run.steps)
            && run.score.is_none() == run.diverged.is_some();
        if is { Ok(()) } else { Err(format!("run {} is none of this sweep's", run.member)) }
    };
    let (journal, kept) = match &sweep.journal {
        Some(path) => {
            let (journal, kept) = Journal::open(path, &header, fits)?;
            (Some(journal), kept)
        }
        None => (None, Kept::default()),
    };

    let (resumed, net) = (kept.runs.len(), OnceLock::new());
    if let Some(parameters) = kept.runs.values().find_map(|run| run.parameters) {
        net.get_or_init(|| parameters);
    }
    let shared = Mutex::new(Shared { runs: kept.runs, journal, done: 0 });
    let going: Vec<Mutex<Option<W::Going>>> = (0..members).map(|_| Mutex::new(None)).collect();
    let mut alive: Vec<Vec<usize>> = vec![(0..rates.len()).collect(); sweep.arms.len()];
    for (rung, &steps) in rungs.steps.iter().enumerate() {
        let cells = alive.iter().enumerate().flat_map(|(arm, on)| on.iter().map(move |rate| arm * rates.len() + rate));
        let all = cells.flat_map(|cell| (0..seeds.len()).map(move |seed| cell * seeds.len() + seed));
        let jobs: Vec<usize> = {
            let runs = &lock(&shared).runs;
            let open = |member: &usize| {
                latest(runs, *member, steps).is_none_or(|run| run.steps < steps && run.diverged.is_none())
            };
            all.filter(open).collect()
        };
        lock(&shared).done = 0;
        let job = |job: usize, failures: &Failures| -> Result<(), LabError> {
            let (arm, rate, seed) = place(jobs[job]);
            let mut member = Member {
                job,
                arm: &sweep.arms[arm],
                rate: rates[rate],
                seed: seeds[seed],
                steps,
                total,
                blow_up: sweep.blow_up,
                failures,
                net: &net,
                seen: Seen::default(),
            };
            let run = make(work, jobs[job], &mut member, &going[jobs[job]]).map_err(|error| LabError::Member {
                arm: member.arm().into(),
                rate: member.rate,
                seed: member.seed,
                error: Box::new(error),
            })?;
            let Some(run) = run else { return Ok(()) };
            let mut shared = lock(&shared);
            if let Some(journal) = &mut shared.journal {
                journal.append(&run)?;
            }
            shared.done += 1;
            if let Some(watch) = &sweep.watch {
                watch(&run, shared.done, jobs.len());
            }
            shared.runs.insert((run.member, run.steps), run);
            Ok(())
        };
        crew::work(sweep.threads.unwrap_or_else(crew::processors), jobs.len(), job)?;
        if rung + 1 < rungs.steps.len() {
            let runs = &lock(&shared).runs;
            for (arm, on) in alive.iter_mut().enumerate() {
                let cost = |&rate: &usize| {
                    let first = (arm * rates.len() + rate) * seeds.len();
                    let costs =
                        (first..first + seeds.len()).map(|m| latest(runs, m, steps).map_or(f64::INFINITY, Run::cost));
                    (rate, super::curve::median(costs))
                };
                *on = rungs.survivors(&on.iter().map(cost).collect::<Vec<_>>());
            }
        }
    }
    let mut shared = shared.into_inner().expect("no thread is left that could have panicked with it");
    if let Some(journal) = &mut shared.journal {
        journal.sync()?;
    }
    let runs = (0..members).filter_map(|member| latest(&shared.runs, member, total).cloned()).collect();
    Ok(Outcome::new(header, total, sweep.tolerance, runs, resumed, kept.cut))
}

/// Makes one run; `None` when it was told to stop as another had failed.
fn make<T: Float, W: Work<T>>(
    work: &W,
    index: usize,
    member: &mut Member<'_, T>,
    going: &Mutex<Option<W::Going>>,
) -> Result<Option<Run>, LabError> {
    let mut going = going.lock().expect("a member has one run at a time");
    let (start, score) = work.advance(member, &mut going)?;
    if let Some(loss) = member.seen.broken {
        return Err(broken(loss));
    }
    if member.seen.stopped {
        return Ok(None);
    }
    let diverged = member.seen.diverged.or((!score.is_finite()).then_some(member.steps));
    Ok(Some(Run {
        member: index,
        arm: member.arm().into(),
        rate: member.rate,
        seed: member.seed,
        steps: member.steps,
        start: start.filter(|start| start.is_finite()),
        score: diverged.is_none().then_some(score),
        diverged,
        parameters: member.seen.parameters,
    }))
}

/// The longest run of a member, of those up to a length.
fn latest(runs: &BTreeMap<(usize, u64), Run>, member: usize, steps: u64) -> Option<&Run> {
    runs.range((member, 0)..=(member, steps)).next_back().map(|(_, run)| run)
}

fn lock<S>(shared: &Mutex<S>) -> MutexGuard<'_, S> {
    // A caller's function that panics while it watches leaves nothing half done here.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
