//! A problem that begins at a place of one's own.

use rappel_autodiff::{Float, Leaf, ModuleExt, Tape, Var};
use rappel_nn::Layer;
use rappel_optim::Clock;

use crate::{Cursor, LabError, Optimum, Problem, Score};

/// A problem whose net begins at given numbers, whatever the seed; all else is as without.
///
/// ```
/// use rappel_lab::autodiff::Tape;
/// use rappel_lab::problems::{Beale, Started};
/// use rappel_lab::Problem;
///
/// let there = Started::<f64>::new(Box::new(Beale), vec![3.0, 0.5])?;
/// assert_eq!(there.whole(&*there.net(0), &Tape::default()).item(), 0.0);
/// let error = Started::<f64>::new(Box::new(Beale), vec![3.0]).unwrap_err().to_string();
/// assert_eq!(error, "the start of `beale` has 2 numbers, and 1 is given");
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
pub struct Started<T: Float = f32> {
    problem: Box<dyn Problem<T>>,
    start: Vec<f64>,
}

impl<T: Float> Started<T> {
    /// From these numbers: one for each of the net's, parameter by parameter in its order, each row by row.
    ///
    /// # Errors
    /// [`LabError::Start`] when there are more or fewer; [`LabError::Setting`] when one is not finite in the net's number type.
    pub fn new(problem: Box<dyn Problem<T>>, start: Vec<f64>) -> Result<Started<T>, LabError> {
        let takes = problem.net(0).count_parameters();
        if takes != start.len() {
            return Err(LabError::Start { problem: problem.name().into(), takes, given: start.len() });
        }
        if let Some(bad) = start.iter().find(|x| !T::of(**x).re().is_finite()) {
            let why = "a run begins at finite numbers";
            return Err(LabError::Setting { what: "a number of the start", value: format!("{bad:?}"), why });
        }
        Ok(Started { problem, start })
    }
}

impl<T: Float> Problem<T> for Started<T> {
    fn name(&self) -> &str {
        self.problem.name()
    }

    fn net(&self, seed: u64) -> Box<dyn Layer<T>> {
        let (mut net, mut start) = (self.problem.net(seed), self.start.iter());
        net.for_each_param_mut(|path, p| {
            let Some(p) = T::open_mut(p) else { panic!("{path}: a net of {} has other numbers", T::NAME) };
            p.value.data_mut().iter_mut().zip(&mut start).for_each(|(value, x)| *value = T::of(*x));
        });
        net
    }

    fn loss<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>, cursor: &mut Cursor) -> Var<'t, T> {
        self.problem.loss(net, tape, cursor)
    }

    fn whole<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>) -> Var<'t, T> {
        self.problem.whole(net, tape)
    }

    fn held_out(&self, net: &dyn Layer<T>) -> Option<Score> {
        self.problem.held_out(net)
    }

    fn optimum(&self) -> Option<Optimum> {
        self.problem.optimum()
    }

    fn clock(&self, steps: u64) -> Clock {
        self.problem.clock(steps)
    }

    fn steps(&self) -> u64 {
        self.problem.steps()
    }
}

impl<T: Float> std::fmt::Debug for Started<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Started").field("problem", &self.problem.name()).field("start", &self.start).finish()
    }
}
