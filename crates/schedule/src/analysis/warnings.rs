//! What is probably not meant.

use super::Jump;
use crate::text::Number;
use crate::{Plan, ScheduleError};
use std::fmt;

/// Something about a schedule, in a run of some length, that is allowed and probably not meant.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Warning {
    /// The first update does nothing.
    StartsAtZero,
    /// The run stops before the schedule ends.
    CutShort {
        /// The steps of the run.
        run: u64,
        /// The length of the schedule, in steps.
        length: f64,
        /// The value of the last step.
        last: f64,
        /// The value it would end with.
        end: f64,
    },
    /// The schedule ends before the run, and holds its end value.
    Held {
        /// How many steps.
        steps: u64,
        /// The value.
        value: f64,
    },
    /// The last step's value is above 10 % of the highest.
    EndsHigh {
        /// The value of the last step.
        last: f64,
        /// The highest.
        peak: f64,
    },
    /// The value jumps up.
    JumpsUp {
        /// How often.
        times: usize,
        /// When first, in steps.
        time: f64,
        /// The value it was heading for.
        before: f64,
        /// The value from then on.
        after: f64,
    },
    /// Some value may be below zero.
    Negative {
        /// The lowest.
        low: f64,
    },
    /// All values are zero.
    Zero,
    /// The value is the same all the way.
    Constant {
        /// The value.
        value: f64,
    },
    /// The boundaries are too many to look for jumps.
    NotLookedAt {
        /// The most there can be.
        most: usize,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = |v: &f64| Number(*v);
        match self {
            Warning::StartsAtZero => f.write_str(
                "the first step is 0, so the first update does nothing; a `warmup` counts from its first step",
            ),
            Warning::CutShort { run, length, last, end } => write!(
                f,
                "the run stops after {run} of {} steps, at {} and not at the end value {}; bind it over the run, or use `rest`",
                n(length),
                n(last),
                n(end)
            ),
            Warning::Held { steps, value } => {
                write!(
                    f,
                    "the schedule is shorter than the run: its end value {} holds for the last {steps} steps",
                    n(value)
                )
            }
            Warning::EndsHigh { last, peak } => {
                write!(
                    f,
                    "the last step is {}, above 10 % of the highest, {}; most recipes decay further",
                    n(last),
                    n(peak)
                )
            }
            Warning::JumpsUp { times, time, before, after } => {
                write!(f, "at step {} the value jumps up, from {} to {}", n(time), n(before), n(after))?;
                match times - 1 {
                    0 => Ok(()),
                    1 => f.write_str("; and once more"),
                    more => write!(f, "; and {more} times more"),
                }
            }
            Warning::Negative { low } => write!(f, "values go below 0, down to {}", n(low)),
            Warning::Zero => f.write_str("every value is 0"),
            Warning::Constant { value } => write!(f, "the value is {} at every step", n(value)),
            Warning::NotLookedAt { most } => write!(f, "more than {most} boundaries: jumps were not looked for"),
        }
    }
}

impl Plan {
    /// What is probably not meant, in a run of `run` steps, for a learning rate. Nothing of it is an error. A run of no steps
    /// has no warnings.
    ///
    /// ```
    /// use rappel_schedule::{Clock, Warning, cosine, linear};
    ///
    /// let plan = linear(0.0, 1e-3, 100).then(cosine(1e-3, 0.0, 900)).bind(&Clock::new())?;
    /// assert_eq!(plan.warnings(1000), [Warning::StartsAtZero]);
    /// assert!(matches!(plan.warnings(600)[1], Warning::CutShort { length: 1000.0, end: 0.0, .. }));
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn warnings(&self, run: u64) -> Vec<Warning> {
        let Some((low, peak)) = self.range(0..run) else { return Vec::new() };
        if low == peak {
            return vec![if low == 0.0 { Warning::Zero } else { Warning::Constant { value: low } }];
        }
        let mut warnings = Vec::new();
        let last = self.at_step(run - 1);
        if self.at_step(0) == 0.0 {
            warnings.push(Warning::StartsAtZero);
        }
        if low < 0.0 {
            warnings.push(Warning::Negative { low });
        }
        match self.jumps(run - 1) {
            Ok(jumps) => {
                let mut up = jumps.into_iter().filter(|jump| jump.after > jump.before);
                if let Some(Jump { time, before, after }) = up.next() {
                    warnings.push(Warning::JumpsUp { times: 1 + up.count(), time, before, after });
                }
            }
            Err(ScheduleError::TooManyBoundaries { most }) => warnings.push(Warning::NotLookedAt { most }),
            Err(_) => {}
        }
        if let Some(length) = self.length() {
            let (whole, end) = (length.ceil() as u64, self.end());
            if whole > run && last != end {
                warnings.push(Warning::CutShort { run, length, last, end });
            } else if whole < run {
                warnings.push(Warning::Held { steps: run - whole, value: end });
            }
        }
        if last > 0.1 * peak {
            warnings.push(Warning::EndsHigh { last, peak });
        }
        warnings
    }
}
