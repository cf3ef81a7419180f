//! Schedulers that go down once.

use super::base;
use crate::library::importer::{Meaning, Refused, importers};
use crate::library::lay::{held, stairs};
use crate::{After, Schedule, constant, cosine, exponential_decay, linear, polynomial};

importers! { "torch";
    /// The rate times `gamma` every `step_size` steps.
    StepLR "StepLR" base lr: f64 { step_size: u64; gamma: f64 = 0.1 }

    /// The rate times `gamma` at each milestone, in any order; one that is repeated counts each time.
    MultiStepLR "MultiStepLR" base lr: f64 { milestones: Vec<i64>; gamma: f64 = 0.1 }

    /// The rate times `factor` for `total_iters` steps, then the rate; for 0 steps it keeps the factor, as PyTorch does.
    ///
    /// A factor of 0 is refused: PyTorch divides by it.
    ConstantLR "ConstantLR" base lr: f64 { ; factor: f64 = 1.0 / 3.0, total_iters: u64 = 5 }

    /// A line from one factor of the rate to another; over 0 steps it keeps the first, as PyTorch does.
    ///
    /// `start_factor` is above 0 and at most 1, `end_factor` from 0 to 1.
    LinearLR "LinearLR" base lr: f64 { ; start_factor: f64 = 1.0 / 3.0, end_factor: f64 = 1.0, total_iters: u64 = 5 }

    /// The rate times `gamma` at every step.
    ExponentialLR "ExponentialLR" base lr: f64 { gamma: f64; }

    /// From the rate to 0 by a power of what is left; over 0 steps it stays, as PyTorch does.
    PolynomialLR "PolynomialLR" base lr: f64 { ; total_iters: u64 = 5, power: f64 = 1.0 }

    /// Half a cosine from the rate to `eta_min` at `T_max`, and up again after it.
    CosineAnnealingLR "CosineAnnealingLR" base lr: f64 { T_max: u64; eta_min: f64 = 0.0 }
}

/// `value gamma^(t / every)`, where a factor of 0 is 0 from the first step on that it counts.
fn geometric(value: f64, gamma: f64, every: u64, smooth: bool) -> Result<Schedule, Refused> {
    match gamma {
        0.0 => Ok(held(value, every).then(0.0)),
        _ if gamma < 0.0 => Err("`gamma` is below 0, and the rate would change its sign".into()),
        _ if smooth => Ok(exponential_decay(value, gamma, every)),
        _ => Ok(exponential_decay(value, gamma, every).hold_every(every)),
    }
}

impl Meaning for StepLR {
    fn meaning(&self) -> Result<Schedule, Refused> {
        match self.step_size {
            0 => Err("`step_size` is 0, by which PyTorch divides".into()),
            every => geometric(base(self.lr)?, self.gamma, every, every == 1),
        }
    }
}

impl Meaning for MultiStepLR {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let lr = base(self.lr)?;
        // What lies before step 0 is never reached.
        let mut milestones: Vec<i64> = self.milestones.iter().copied().filter(|m| *m >= 0).collect();
        milestones.sort_unstable();
        let changes = (1..).zip(milestones).map(|(count, at)| (at, lr * self.gamma.powi(count)));
        Ok(stairs(lr, changes))
    }
}

impl Meaning for ConstantLR {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let lr = base(self.lr)?;
        if !(0.0..=1.0).contains(&self.factor) {
            return Err("`factor` is between 0 and 1".into());
        }
        match self.total_iters {
            0 => Ok(constant(lr * self.factor)),
            _ if self.factor == 0.0 => Err("`factor` is 0, by which PyTorch divides at the end".into()),
            n => Ok(held(lr * self.factor, n).then(lr)),
        }
    }
}

impl Meaning for LinearLR {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let lr = base(self.lr)?;
        if !(self.start_factor > 0.0 && self.start_factor <= 1.0) {
            return Err("`start_factor` is above 0 and at most 1".into());
        }
        if !(0.0..=1.0).contains(&self.end_factor) {
            return Err("`end_factor` is between 0 and 1".into());
        }
        match self.total_iters {
            0 => Ok(constant(lr * self.start_factor)),
            n => Ok(linear(lr * self.start_factor, lr * self.end_factor, n)),
        }
    }
}

impl Meaning for ExponentialLR {
    fn meaning(&self) -> Result<Schedule, Refused> {
        geometric(base(self.lr)?, self.gamma, 1, true)
    }
}

impl Meaning for PolynomialLR {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let lr = base(self.lr)?;
        match (self.total_iters, self.power) {
            (0, _) | (_, 0.0) => Ok(constant(lr)),
            (n, 1.0) => Ok(linear(lr, 0.0, n)),
            (n, power) => Ok(polynomial(lr, 0.0, power, n)),
        }
    }
}

impl Meaning for CosineAnnealingLR {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let lr = base(self.lr)?;
        match self.T_max {
            0 => Err("`T_max` is 0, by which PyTorch divides".into()),
            n => Ok(cosine(lr, self.eta_min, n).after(After::Continue)),
        }
    }
}
