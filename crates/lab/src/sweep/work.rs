//! How the members of a sweep are trained.

use std::error::Error;

use rappel_autodiff::{Float, Tape};
use rappel_nn::Layer;

use super::measure::Tail;
use super::member::Seen;
use super::{Measure, Member};
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
            let loss = trial.step(self.problem)?;
            if !member.report(loss) {
                return Ok((start.or(member.seen.first), f64::INFINITY));
            }
            tail.take(step, loss);
        }
        let score = match self.measure {
            Measure::Tail => tail.mean(),
            _ => self.of(&*trial.evaluated()),
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
pub(crate) fn broken(loss: f64) -> LabError {
    let advice = "no rate was at work yet: look at the data, the initial weights and the loss itself";
    LabError::Loss { step: 0, loss, when: "before the first update", advice }
}
