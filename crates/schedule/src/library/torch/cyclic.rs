//! Schedulers that go up and down.

use super::base;
use crate::library::importer::{Meaning, Momentum, Refused, choice, importers};
use crate::library::lay::{lasting, minus, skipped, times};
use crate::{After, Ratio, Schedule, constant, cosine, exponential_decay, forever, linear, steps};

choice! {
    /// How the amplitude of a [`CyclicLR`] changes.
    CyclicMode {
        /// Not at all.
        Triangular = "triangular",
        /// Half of it each cycle.
        Triangular2 = "triangular2",
        /// `gamma` of it each step.
        ExpRange = "exp_range",
    }
}

choice! {
    /// What is drawn between two values.
    AnnealStrategy {
        /// Half a cosine.
        Cos = "cos",
        /// A line.
        Linear = "linear",
    }
}

importers! { "torch";
    /// Half cosines from the rate to `eta_min`, each `T_mult` times as long as the one before.
    ///
    /// Where a cycle begins is exact, also where PyTorch's logarithm of floats is not.
    CosineAnnealingWarmRestarts "CosineAnnealingWarmRestarts" base lr: f64 { T_0: u64; T_mult: u64 = 1, eta_min: f64 = 0.0 }

    /// Up and down between two rates, again and again; the optimizer's own rate is replaced.
    CyclicLR "CyclicLR" base lr: f64 {
        base_lr: f64, max_lr: f64;
        step_size_up: f64 = 2000.0, step_size_down: Option<f64> = None, mode: CyclicMode = CyclicMode::Triangular,
        gamma: f64 = 1.0, cycle_momentum: bool = true, base_momentum: f64 = 0.8, max_momentum: f64 = 0.9,
    }

    /// One way up and one down, and further down; the optimizer's own rate is replaced.
    ///
    /// The last value is that of step `total_steps - 1`. PyTorch allows one step more, which overshoots, and then raises an
    /// error, which here is [`After::Error`].
    OneCycleLR "OneCycleLR" base lr: f64 {
        max_lr: f64;
        total_steps: Option<u64> = None, epochs: Option<u64> = None, steps_per_epoch: Option<u64> = None,
        pct_start: f64 = 0.3, anneal_strategy: AnnealStrategy = AnnealStrategy::Cos, cycle_momentum: bool = true,
        base_momentum: f64 = 0.85, max_momentum: f64 = 0.95, div_factor: f64 = 25.0, final_div_factor: f64 = 1e4,
        three_phase: bool = false,
    }

    /// From the rate to that of weight averaging, which then holds.
    SWALR "SWALR" base lr: f64 { swa_lr: f64; anneal_epochs: u64 = 10, anneal_strategy: AnnealStrategy = AnnealStrategy::Cos }
}

impl AnnealStrategy {
    fn draw(self, from: f64, to: f64, length: Ratio) -> Schedule {
        match self {
            AnnealStrategy::Cos => cosine(from, to, steps(length)),
            AnnealStrategy::Linear => linear(from, to, steps(length)),
        }
    }
}

impl Meaning for CosineAnnealingWarmRestarts {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let lr = base(self.lr)?;
        if self.T_0 == 0 || self.T_mult == 0 {
            return Err("`T_0` and `T_mult` are whole numbers from 1".into());
        }
        Ok(cosine(lr, self.eta_min, self.T_0).repeat(forever().grow(self.T_mult)))
    }
}

impl CyclicLR {
    /// The momentum, which falls where the rate rises: `torch::CyclicLR_momentum(..)` in text.
    pub fn momentum(&self) -> Schedule {
        self.second()
    }

    /// Between `low` and `high`, beginning at `low`.
    fn between(&self, low: f64, high: f64) -> Result<Schedule, Refused> {
        let (up, down) =
            (Ratio::from(self.step_size_up), Ratio::from(self.step_size_down.unwrap_or(self.step_size_up)));
        if !(up.is_positive() && down.is_positive()) {
            return Err("`step_size_up` and `step_size_down` are above 0".into());
        }
        let triangle = |low: f64, high: f64| linear(low, high, steps(up)).then(linear(high, low, steps(down)));
        let amplitude = high - low;
        Ok(match self.mode {
            CyclicMode::ExpRange if self.gamma != 1.0 => {
                low + triangle(0.0, amplitude).repeat(forever()) * exponential_decay(1.0, self.gamma, 1)
            }
            CyclicMode::Triangular2 => low + triangle(0.0, amplitude).repeat(forever().decay(0.5)),
            _ => triangle(low, high).repeat(forever()),
        })
    }
}

impl Meaning for CyclicLR {
    fn meaning(&self) -> Result<Schedule, Refused> {
        self.between(self.base_lr, self.max_lr)
    }
}

impl Momentum for CyclicLR {
    const MOMENTUM: &'static str = "torch::CyclicLR_momentum";

    fn momentum_meaning(&self) -> Result<Schedule, Refused> {
        match self.cycle_momentum {
            true => self.between(self.max_momentum, self.base_momentum),
            false => Err("with `cycle_momentum=false` the momentum is the optimizer's own".into()),
        }
    }
}

impl OneCycleLR {
    /// The momentum, which falls where the rate rises: `torch::OneCycleLR_momentum(..)` in text.
    pub fn momentum(&self) -> Schedule {
        self.second()
    }

    /// Through these values: start, peak, start again in three phases, end.
    fn phases(&self, low: f64, peak: f64, end: f64) -> Result<Schedule, Refused> {
        let total = match (self.total_steps, self.epochs, self.steps_per_epoch) {
            (Some(total), _, _) => Some(total),
            (None, Some(epochs), Some(steps)) => epochs.checked_mul(steps),
            _ => return Err("it needs `total_steps`, or `epochs` and `steps_per_epoch`".into()),
        };
        let total = total.filter(|total| (1..1 << 53).contains(total)).ok_or("the number of steps is above 0")?;
        if !(0.0..=1.0).contains(&self.pct_start) {
            return Err("`pct_start` is between 0 and 1".into());
        }
        // The phases end one step early.
        let up = minus(times(self.pct_start, total)?, 1)?;
        let mut ends = vec![(up, low, peak)];
        if self.three_phase {
            ends.push((times(up, 2)?, peak, low));
        }
        ends.push((minus(total, 1)?, if self.three_phase { low } else { peak }, end));

        let mut begin = Ratio::from(0);
        let mut laid = crate::empty();
        let mut run = total + 1;
        let last = ends.len() - 1;
        for (i, (end, from, to)) in ends.into_iter().enumerate() {
            let over = end.numerator() < 0 && i < last;
            let length = minus(end, begin)?;
            if !over {
                match length.is_positive() {
                    true => {
                        let piece = self.anneal_strategy.draw(from, to, length);
                        let piece = if i == last { piece.after(After::Continue) } else { piece };
                        laid = laid.then(skipped(piece, minus(0, begin)?));
                    }
                    // Nothing is left for the way down: at the step beyond the cycle, unless that is the end of the phase before,
                    // PyTorch divides by zero or leaves the way.
                    false if i == last && i > 0 && end.is_positive() => {
                        run = if minus(begin, total)?.numerator() < 0 { total } else { run };
                    }
                    false => return Err("a phase has no steps, by which PyTorch divides".into()),
                }
            }
            begin = end;
        }
        Ok(lasting(laid, run).after(After::Error))
    }
}

impl Meaning for OneCycleLR {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let low = self.max_lr / self.div_factor;
        self.phases(low, self.max_lr, low / self.final_div_factor)
    }
}

impl Momentum for OneCycleLR {
    const MOMENTUM: &'static str = "torch::OneCycleLR_momentum";

    fn momentum_meaning(&self) -> Result<Schedule, Refused> {
        match self.cycle_momentum {
            true => self.phases(self.max_momentum, self.base_momentum, self.max_momentum),
            false => Err("with `cycle_momentum=false` the momentum is the optimizer's own".into()),
        }
    }
}

impl Meaning for SWALR {
    fn meaning(&self) -> Result<Schedule, Refused> {
        match self.anneal_epochs {
            0 => Ok(constant(self.swa_lr)),
            n => Ok(self.anneal_strategy.draw(base(self.lr)?, self.swa_lr, n.into())),
        }
    }
}
