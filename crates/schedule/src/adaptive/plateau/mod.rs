//! A factor that falls when a metric stops getting better: one machine, and three conventions of when it is patient.

mod keras;
mod optax;
mod torch;

pub use keras::{KerasPlateau, plateau_keras};
pub use optax::{OptaxPlateau, plateau_optax};
pub use torch::{Plateau, plateau};

use super::settings::{Mode, Threshold, within};

/// When the factor falls.
#[derive(Clone, Copy)]
enum Patience {
    /// With the bad metric after `patience` of them.
    Over(u32),
    /// With bad metric number `patience`.
    Reached(u32),
}

/// What the three have in common. It remembers the factor, the best metric so far, how many bad ones there were since, and
/// how many more are not counted.
struct Watch {
    factor: f64,
    patience: Patience,
    cooldown: u32,
    /// Whether the last metric of a cooldown is counted again.
    last_counts: bool,
}

const FACTOR: usize = 0;
const BEST: usize = 1;
const BAD: usize = 2;
const COOLING: usize = 3;

/// The memory before the first metric, with the worst of all as the best so far.
fn start(mode: Mode) -> Vec<f64> {
    let worst = match mode {
        Mode::Min => f64::INFINITY,
        Mode::Max => f64::NEG_INFINITY,
    };
    vec![1.0, worst, 0.0, 0.0]
}

/// Whether a metric is better than the best so far by more than a threshold. NaN never is.
pub(super) fn better(mode: Mode, how: Threshold, threshold: f64, metric: f64, best: f64) -> bool {
    match (mode, how) {
        (Mode::Min, Threshold::Rel) => metric < best * (1.0 - threshold),
        (Mode::Min, Threshold::Abs) => metric < best - threshold,
        (Mode::Max, Threshold::Rel) => metric > best * (1.0 + threshold),
        (Mode::Max, Threshold::Abs) => metric > best + threshold,
    }
}

impl Watch {
    /// Takes a metric that is `better` than the best so far, or is not; `fall` gives the next factor from the last and what it
    /// would be.
    fn take(&self, memory: &mut [f64], metric: f64, better: bool, fall: impl Fn(f64, f64) -> f64) {
        if better {
            memory[BEST] = metric;
        }
        memory[BAD] = if better { 0.0 } else { memory[BAD] + 1.0 };
        if memory[COOLING] > 0.0 {
            memory[COOLING] -= 1.0;
            if memory[COOLING] > 0.0 || !self.last_counts {
                memory[BAD] = 0.0;
                return;
            }
        }
        let falls = match self.patience {
            Patience::Over(n) => memory[BAD] > f64::from(n),
            Patience::Reached(n) => memory[BAD] == f64::from(n),
        };
        if falls {
            memory[FACTOR] = fall(memory[FACTOR], memory[FACTOR] * self.factor);
            memory[COOLING] = f64::from(self.cooldown);
            memory[BAD] = 0.0;
        }
    }
}

/// What holds of the settings all three have.
fn checked(factor: f64, lowest: f64) -> Result<(), &'static str> {
    within((0.0..1.0).contains(&factor), "`factor` is at least 0 and below 1")?;
    within(lowest >= 0.0 && lowest.is_finite(), "the lowest factor is 0 or above, and finite")
}
