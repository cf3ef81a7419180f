//! Runs the members of a sweep.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rappel_autodiff::Float;

use super::crew::{self, Failures};
use super::halving::Rungs;
use super::journal::{Header, Journal, KIND, Kept};
use super::member::Seen;
use super::work::{Work, broken};
use super::{Member, Outcome, Run, Sweep};
use crate::LabError;
use crate::quantile::median;

/// Runs all members, or those that a journal does not have.
pub(crate) fn run<T: Float, W: Work<T>>(sweep: &Sweep<T>, work: &W) -> Result<Outcome, LabError> {
    sweep.check()?;
    let Some(total) = sweep.steps.or(work.steps()).filter(|steps| *steps > 0) else {
        let (what, why) = ("the number of steps", "a run has one at least: `.steps(n)`");
        return Err(LabError::Setting { what, value: sweep.steps.map_or("not given".into(), |s| s.to_string()), why });
    };
    let members = Members { arms: sweep.arms.len(), rates: sweep.rates.values().len(), seeds: sweep.seeds.len() };
    let rungs = Rungs::new(sweep.halving, total, members.rates)?;
    let header = header(sweep, work, &rungs)?;
    let (journal, kept) = match &sweep.journal {
        Some(path) => {
            let (journal, kept) = Journal::open(path, &header, |run| fits(run, sweep, members, &rungs))?;
            (Some(journal), kept)
        }
        None => (None, Kept::default()),
    };
    let (resumed, net) = (kept.runs.len(), OnceLock::new());
    if let Some(parameters) = kept.runs.values().find_map(|run| run.parameters) {
        net.get_or_init(|| parameters);
    }
    let going = (0..members.count()).map(|_| Mutex::new(None)).collect();
    let shared = Mutex::new(Shared { runs: kept.runs, journal, done: 0 });
    let engine = Engine { sweep, work, members, total, net, going, shared };
    let mut alive: Vec<Vec<usize>> = vec![(0..members.rates).collect(); members.arms];
    for (rung, &steps) in rungs.steps.iter().enumerate() {
        engine.rung(steps, &alive)?;
        if rung + 1 < rungs.steps.len() {
            let runs = &engine.lock().runs;
            for (arm, on) in alive.iter_mut().enumerate() {
                let cost = |rate: &usize| {
                    let runs = members.of(arm, *rate).map(|m| latest(runs, m, steps).map_or(f64::INFINITY, Run::cost));
                    (*rate, median(runs))
                };
                let better = rungs.survivors(&on.iter().map(cost).collect::<Vec<_>>());
                on.iter().filter(|rate| !better.contains(rate)).for_each(|rate| engine.end(members.of(arm, *rate)));
                *on = better;
            }
        }
    }
    let mut shared = engine.lock();
    if let Some(journal) = &mut shared.journal {
        journal.sync()?;
    }
    let runs = (0..members.count()).filter_map(|member| latest(&shared.runs, member, total).cloned()).collect();
    Ok(Outcome::new(header, total, sweep.tolerance, runs, resumed, kept.cut))
}

/// The members by number: arms, in them rates, in them seeds.
#[derive(Debug, Clone, Copy)]
struct Members {
    arms: usize,
    rates: usize,
    seeds: usize,
}

impl Members {
    fn count(self) -> usize {
        self.arms * self.rates * self.seeds
    }

    /// Those of an arm at a rate.
    fn of(self, arm: usize, rate: usize) -> Range<usize> {
        let first = (arm * self.rates + rate) * self.seeds;
        first..first + self.seeds
    }

    /// Arm, rate and seed of one.
    fn place(self, member: usize) -> (usize, usize, usize) {
        let cell = member / self.seeds;
        (cell / self.rates, cell % self.rates, member % self.seeds)
    }
}

/// What makes this sweep the one it is.
fn header<T: Float, W: Work<T>>(sweep: &Sweep<T>, work: &W, rungs: &Rungs) -> Result<Header, LabError> {
    let rates = sweep.rates.values();
    let title = if sweep.about.is_empty() { work.name() } else { &sweep.about };
    Ok(Header {
        journal: KIND,
        version: env!("CARGO_PKG_VERSION"),
        numbers: T::NAME,
        problem: title.into(),
        first_loss: work.first_loss(sweep.seeds[0])?,
        arms: sweep.arms.iter().map(|arm| (arm.name.clone(), format!("{:?}", arm.optimizer(rates[0])))).collect(),
        rates: rates.into(),
        seeds: sweep.seeds.clone(),
        rungs: rungs.steps.clone(),
        halving: sweep.halving,
        measure: work.measure(),
        blow_up: sweep.blow_up,
    })
}

/// Whether a run of a journal is one of this sweep.
fn fits<T: Float>(run: &Run, sweep: &Sweep<T>, members: Members, rungs: &Rungs) -> Result<(), String> {
    let (arm, rate, seed) = members.place(run.member);
    let is = run.member < members.count()
        && run.arm == sweep.arms[arm].name
        && run.rate == sweep.rates.values()[rate]
        && run.seed == sweep.seeds[seed]
        && rungs.steps.contains(&run.steps)
        && run.score.is_none() == run.diverged.is_some();
    if is { Ok(()) } else { Err(format!("run {} is none of this sweep's", run.member)) }
}

/// The longest run of a member, of those up to a length.
fn latest(runs: &BTreeMap<(usize, u64), Run>, member: usize, steps: u64) -> Option<&Run> {
    runs.range((member, 0)..=(member, steps)).next_back().map(|(_, run)| run)
}

/// What the threads share and change.
struct Shared {
    runs: BTreeMap<(usize, u64), Run>,
    journal: Option<Journal>,
    done: usize,
}

/// A sweep that is running.
struct Engine<'s, T: Float, W: Work<T>> {
    sweep: &'s Sweep<T>,
    work: &'s W,
    members: Members,
    total: u64,
    /// How many parameters the net has.
    net: OnceLock<usize>,
    /// What is kept of each member's run until the next rung.
    going: Vec<Mutex<Option<W::Going>>>,
    shared: Mutex<Shared>,
}

impl<T: Float, W: Work<T>> Engine<'_, T, W> {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        // A caller's function that panics while it watches leaves nothing half done here.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of nets and optimizers of members that do not go on.
    fn end(&self, members: Range<usize>) {
        for going in &self.going[members] {
            *going.lock().expect("a member whose run panicked ends the sweep") = None;
        }
    }

    /// Makes the runs of a rung that are not made yet, of the rates of each arm that are alive.
    fn rung(&self, steps: u64, alive: &[Vec<usize>]) -> Result<(), LabError> {
        let cells = alive.iter().enumerate().flat_map(|(arm, on)| on.iter().map(move |rate| (arm, *rate)));
        let jobs: Vec<usize> = {
            let mut shared = self.lock();
            shared.done = 0;
            let open = |member: &usize| {
                let run = latest(&shared.runs, *member, steps);
                run.is_none_or(|run| run.steps < steps && run.diverged.is_none())
            };
            cells.flat_map(|(arm, rate)| self.members.of(arm, rate)).filter(open).collect()
        };
        let threads = self.sweep.threads.unwrap_or_else(crew::processors);
        crew::work(threads, jobs.len(), |job, failures| {
            let Some(run) = self.make(jobs[job], steps, job, failures)? else { return Ok(()) };
            let mut shared = self.lock();
            if let Some(journal) = &mut shared.journal {
                journal.append(&run)?;
            }
            shared.done += 1;
            if let Some(watch) = &self.sweep.watch {
                watch(&run, shared.done, jobs.len());
            }
            shared.runs.insert((run.member, run.steps), run);
            Ok(())
        })
    }

    /// Makes one run; `None` when it was told to stop as another had failed.
    fn make(&self, index: usize, steps: u64, job: usize, failures: &Failures) -> Result<Option<Run>, LabError> {
        let (arm, rate, seed) = self.members.place(index);
        let mut member = Member {
            job,
            arm: &self.sweep.arms[arm],
            rate: self.sweep.rates.values()[rate],
            seed: self.sweep.seeds[seed],
            steps,
            total: self.total,
            blow_up: self.sweep.blow_up,
            failures,
            net: &self.net,
            seen: Seen::default(),
        };
        let mut going = self.going[index].lock().expect("a member whose run panicked is not run again");
        let found = self.work.advance(&mut member, &mut going);
        let found = match member.seen.broken {
            Some(loss) => Err(broken(loss)),
            None => found,
        };
        let (start, score) = found.map_err(|error| LabError::Member {
            arm: member.arm().into(),
            rate: member.rate,
            seed: member.seed,
            error: Box::new(error),
        })?;
        if member.seen.stopped {
            return Ok(None);
        }
        let diverged = member.seen.diverged.or((!score.is_finite()).then_some(steps));
        Ok(Some(Run {
            member: index,
            arm: member.arm().into(),
            rate: member.rate,
            seed: member.seed,
            steps,
            start: start.filter(|start| start.is_finite()),
            score: diverged.is_none().then_some(score),
            diverged,
            parameters: member.seen.parameters,
        }))
    }
}
