//! Where the value jumps.

use crate::{Plan, ScheduleError};

/// Differences below this part of the value are rounding.
const ROUNDING: f64 = 1e-12;
/// The same where a boundary between steps is itself rounded, and looked at from a little further away.
const BESIDE: f64 = 1e-9;

/// A time at which the value jumps.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Jump {
    /// When, in steps; perhaps between two.
    pub time: f64,
    /// The value it was heading for.
    pub before: f64,
    /// The value from then on.
    pub after: f64,
}

impl Plan {
    /// Every jump from time 0, without it, to `horizon`, in steps: where the value just before is not the value there. In order.
    ///
    /// A difference of less than 1e-12 of the larger value is rounding and no jump (1e-9 at boundaries that are rounded
    /// themselves). Functions of one's own are looked at only where they begin and end.
    ///
    /// # Errors
    ///
    /// [`TooManyBoundaries`](ScheduleError::TooManyBoundaries) if there are more than a million boundaries.
    ///
    /// ```
    /// use rappel_schedule::{Clock, hold, linear};
    ///
    /// let plan = hold(1.0, 30).then(hold(0.1, 30)).then(linear(0.1, 0.0, 10)).bind(&Clock::new())?;
    /// let jumps = plan.jumps(1000)?;
    /// assert_eq!(jumps.len(), 1);
    /// assert_eq!((jumps[0].time, jumps[0].before, jumps[0].after), (30.0, 1.0, 0.1));
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn jumps(&self, horizon: u64) -> Result<Vec<Jump>, ScheduleError> {
        let boundaries = self.boundaries(horizon)?;
        Ok(boundaries.into_iter().filter(|time| *time > 0.0).filter_map(|time| self.jump(time)).collect())
    }

    fn jump(&self, time: f64) -> Option<Jump> {
        let (before, after) = (self.before(time), self.at(time));
        if (after - before).abs() > ROUNDING * before.abs().max(after.abs()) {
            return Some(Jump { time, before, after });
        }
        // A boundary that is rounded is passed a few floats off, where the value has moved on a little: by how much is told by
        // what it does from step to step.
        let beside = 16.0 * f64::EPSILON * time;
        let (before, after) = (self.before(time - beside), self.at(time + beside));
        let around = [before, after, self.at(time - 1.0), self.at(time + 1.0)];
        let size = around.into_iter().fold(0.0, |most: f64, v| most.max(v.abs()));
        let jumps = (after - before).abs() > size * BESIDE.max(4.0 * beside);
        jumps.then_some(Jump { time, before, after })
    }
}
