//! The schedules of Hugging Face transformers by their names in `get_scheduler`, with their parameters and defaults.
//!
//! `lr` is the base rate, which transformers keeps in the optimizer.
//!
//! ```
//! use rappel_schedule::{Clock, Schedule, transformers};
//!
//! let lr: Schedule = transformers::Linear::new(1e-3, 10, 100).into();
//! assert_eq!(lr.to_string(), "transformers::linear(lr=0.001, num_warmup_steps=10, num_training_steps=100)");
//! assert_eq!([0, 5, 10, 100].map(|k| lr.bind(&Clock::new()).unwrap().at_step(k)), [0.0, 5e-4, 1e-3, 0.0]);
//! ```

use super::importer::{Meaning, Refused, Row, choice, importers};
use super::lay::{over, skipped, times};
use super::torch;
use crate::{
    After, Mode, Ratio, Schedule, Threshold, constant, cosine, greedy, hold, inverse_sqrt, linear, one_minus_sqrt,
    polynomial, steps, warmup,
};

pub(super) const ROWS: &[Row] = &[
    Row::of::<Constant>(),
    Row::of::<ConstantWithWarmup>(),
    Row::of::<Linear>(),
    Row::of::<Cosine>(),
    Row::of::<CosineWithRestarts>(),
    Row::of::<Polynomial>(),
    Row::of::<InverseSqrt>(),
    Row::of::<CosineWithMinLr>(),
    Row::of::<CosineWarmupWithMinLr>(),
    Row::of::<WarmupStableDecay>(),
    Row::of::<ReduceLrOnPlateau>(),
    Row::of::<Greedy>(),
];

choice! {
    /// What is drawn on the way up or down.
    Form {
        /// A line.
        Linear = "linear",
        /// A cosine.
        Cosine = "cosine",
        /// 1 minus a square root.
        OneMinusSqrt = "1-sqrt",
    }
}

importers! { "transformers";
    /// The base rate.
    Constant "constant" { lr: f64; }

    /// A line from 0 to the rate, then the rate.
    ConstantWithWarmup "constant_with_warmup" { lr: f64, num_warmup_steps: u64; }

    /// A line from 0 to the rate, then one to 0.
    Linear "linear" { lr: f64, num_warmup_steps: u64, num_training_steps: u64; }

    /// A line from 0 to the rate, then a cosine, which rises again after the end.
    Cosine "cosine" { lr: f64, num_warmup_steps: u64, num_training_steps: u64; num_cycles: f64 = 0.5 }

    /// A line from 0 to the rate, then half cosines from the rate to 0, and 0 after the end.
    CosineWithRestarts "cosine_with_restarts" {
        lr: f64, num_warmup_steps: u64, num_training_steps: u64; num_cycles: f64 = 1.0,
    }

    /// A line from 0 to the rate, then a power of what is left, to `lr_end`.
    Polynomial "polynomial" {
        lr: f64, num_warmup_steps: u64, num_training_steps: u64; lr_end: f64 = 1e-7, power: f64 = 1.0,
    }

    /// A line from 0 to the rate, then one over the square root of time; the timescale is the warm-up's length, or 10000.
    InverseSqrt "inverse_sqrt" { lr: f64, num_warmup_steps: u64; timescale: Option<u64> = None }

    /// A line from 0 to the rate, then a cosine to `min_lr`, which rises again after the end.
    CosineWithMinLr "cosine_with_min_lr" {
        lr: f64, num_warmup_steps: u64, num_training_steps: u64;
        num_cycles: f64 = 0.5, min_lr: Option<f64> = None, min_lr_rate: Option<f64> = None,
    }

    /// As [`CosineWithMinLr`], a step early, with a warm-up that begins above 0.
    CosineWarmupWithMinLr "cosine_warmup_with_min_lr" {
        lr: f64, num_warmup_steps: u64, num_training_steps: u64;
        num_cycles: f64 = 0.5, min_lr: Option<f64> = None, min_lr_rate: Option<f64> = None,
        warmup_lr_rate: Option<f64> = None,
    }

    /// Up, flat and down.
    WarmupStableDecay "warmup_stable_decay" {
        lr: f64, num_warmup_steps: u64, num_decay_steps: u64;
        num_training_steps: Option<u64> = None, num_stable_steps: Option<u64> = None, warmup_type: Form = Form::Linear,
        decay_type: Form = Form::Cosine, min_lr_ratio: f64 = 0.0, num_cycles: f64 = 0.5,
    }

    /// The rate times a factor that falls when a metric has stopped getting better: PyTorch's.
    ReduceLrOnPlateau "reduce_lr_on_plateau" {
        lr: f64;
        mode: Mode = Mode::Min, factor: f64 = 0.1, patience: u32 = 10, threshold: f64 = 1e-4,
        threshold_mode: Threshold = Threshold::Rel, cooldown: u32 = 0, min_lr: f64 = 0.0, eps: f64 = 1e-8,
    }

    /// The rate times a factor that rises while a metric gets better and falls while it does not.
    Greedy "greedy" {
        lr: f64;
        mode: Mode = Mode::Min, factor: f64 = 0.95, patience: u32 = 10, threshold: f64 = 1e-6,
        threshold_mode: Threshold = Threshold::Abs, cooldown: u32 = 0, warmup: u32 = 0, min_lr: f64 = 1e-3,
        max_lr: f64 = 1.0, eps: f64 = 1e-8, smooth: bool = false, window_size: u32 = 50, reset_start: u32 = 500,
    }
}

/// A line from 0, then `next`.
fn warmed_up(lr: f64, warmup_steps: u64, next: Schedule) -> Schedule {
    if warmup_steps == 0 { next } else { linear(0.0, lr, warmup_steps).then(next) }
}

/// So many cycles of a cosine from `from` to `to` over `n` steps, and further.
fn cycles(from: f64, to: f64, n: u64, cycles: f64) -> Result<Schedule, Refused> {
    let cycles = Ratio::from(cycles.abs());
    match cycles.is_positive() {
        true => Ok(cosine(from, to, steps(over(n, times(cycles, 2)?)?)).after(After::Continue)),
        false => Ok(constant(from)),
    }
}

/// What is left after the warm-up; transformers divides by 1 step if there is none.
fn left(warmup_steps: u64, training_steps: u64) -> u64 {
    training_steps.saturating_sub(warmup_steps).max(1)
}

impl Meaning for Constant {
    fn meaning(&self) -> Result<Schedule, Refused> {
        Ok(constant(self.lr))
    }
}

impl Meaning for ConstantWithWarmup {
    fn meaning(&self) -> Result<Schedule, Refused> {
        Ok(warmed_up(self.lr, self.num_warmup_steps, constant(self.lr)))
    }
}

impl Meaning for Linear {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let (lr, warmup, total) = (self.lr, self.num_warmup_steps, self.num_training_steps);
        let decay = if total > warmup { linear(lr, 0.0, total - warmup) } else { constant(0.0) };
        Ok(warmed_up(lr, warmup, decay))
    }
}

impl Meaning for Cosine {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let n = left(self.num_warmup_steps, self.num_training_steps);
        Ok(warmed_up(self.lr, self.num_warmup_steps, cycles(self.lr, 0.0, n, self.num_cycles)?))
    }
}

impl Meaning for CosineWithRestarts {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let (lr, warmup, total) = (self.lr, self.num_warmup_steps, self.num_training_steps);
        let count = Ratio::from(self.num_cycles);
        if !count.is_finite() || count.numerator() < 0 || self.num_cycles > f64::from(u32::MAX) {
            return Err("`num_cycles` is not below 0".into());
        }
        if total <= warmup {
            return Ok(warmed_up(lr, warmup, constant(0.0)));
        }
        let n = total - warmup;
        let decay = match (count.numerator(), count.denominator()) {
            (0, _) => hold(lr, n).then(0.0),
            (1, 1) => cosine(lr, 0.0, n),
            (whole, 1) => cosine(lr, 0.0, steps(over(n, count)?)).repeat(whole as u32),
            _ => cosine(lr, 0.0, steps(over(n, count)?)).repeat(count.ceil() as u32).take(n).then(0.0),
        };
        Ok(warmed_up(lr, warmup, decay))
    }
}

impl Meaning for Polynomial {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let Polynomial { lr, num_warmup_steps: warmup, num_training_steps: total, lr_end, power } = *self;
        if lr <= lr_end {
            return Err("`lr_end` is below `lr`".into());
        }
        let decay = match total.cmp(&warmup) {
            std::cmp::Ordering::Less => constant(lr_end),
            std::cmp::Ordering::Equal => {
                return Err("no steps are left after the warm-up, by which transformers divides".into());
            }
            std::cmp::Ordering::Greater if power == 0.0 => hold(lr, (total - warmup).saturating_add(1)).then(lr_end),
            std::cmp::Ordering::Greater if power == 1.0 => linear(lr, lr_end, total - warmup),
            std::cmp::Ordering::Greater => polynomial(lr, lr_end, power, total - warmup),
        };
        Ok(warmed_up(lr, warmup, decay))
    }
}

impl Meaning for InverseSqrt {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let default = if self.num_warmup_steps == 0 { 10_000 } else { self.num_warmup_steps };
        match self.timescale.unwrap_or(default) {
            0 => Err("`timescale` is above 0".into()),
            timescale => Ok(warmed_up(self.lr, self.num_warmup_steps, inverse_sqrt(self.lr, timescale))),
        }
    }
}

/// The rate at the bottom.
fn floor(lr: f64, min_lr: Option<f64>, min_lr_rate: Option<f64>) -> Result<f64, Refused> {
    match (min_lr, min_lr_rate) {
        (Some(floor), None) => Ok(floor),
        (None, Some(rate)) => Ok(lr * rate),
        _ => Err("it needs one of `min_lr` and `min_lr_rate`".into()),
    }
}

/// Kept from falling below 0, if it could.
fn not_below_zero(of: Schedule, floor: f64) -> Schedule {
    if floor < 0.0 { of.max(0.0) } else { of }
}

impl Meaning for CosineWithMinLr {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let floor = floor(self.lr, self.min_lr, self.min_lr_rate)?;
        let n = left(self.num_warmup_steps, self.num_training_steps);
        let decay = not_below_zero(cycles(self.lr, floor, n, self.num_cycles)?, floor);
        Ok(warmed_up(self.lr, self.num_warmup_steps, decay))
    }
}

impl Meaning for CosineWarmupWithMinLr {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let (lr, w) = (self.lr, self.num_warmup_steps);
        let floor = floor(lr, self.min_lr, self.min_lr_rate)?;
        let decay = cycles(lr, floor, left(w, self.num_training_steps), self.num_cycles)?;
        let decay = not_below_zero(skipped(decay, 1), floor);
        Ok(match (w, self.warmup_lr_rate) {
            (0, _) => decay,
            (w, None) => warmup(lr, w).then(decay),
            (1, Some(rate)) => hold(lr * rate, 1).then(decay),
            (w, Some(rate)) => linear(lr * rate, lr, w).inclusive().then(decay),
        })
    }
}

impl Meaning for WarmupStableDecay {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let (lr, w, d, r) = (self.lr, self.num_warmup_steps, self.num_decay_steps, self.min_lr_ratio);
        let floor = lr * r;
        let stable = match (self.num_stable_steps, self.num_training_steps) {
            (Some(stable), _) => i128::from(stable),
            (None, Some(total)) => i128::from(total) - i128::from(w) - i128::from(d),
            (None, None) => return Err("it needs one of `num_training_steps` and `num_stable_steps`".into()),
        };
        let mut laid = crate::empty();
        if w > 0 {
            laid = laid.then(match self.warmup_type {
                Form::Linear => linear(floor, lr, w),
                Form::Cosine => cosine(floor, lr, w),
                Form::OneMinusSqrt => polynomial(floor, lr, 0.5, w),
            });
        }
        if stable > 0 {
            laid = laid.then(hold(lr, stable as u64));
        }
        let cut = stable.min(0).unsigned_abs();
        if cut < u128::from(d) {
            let decay = match self.decay_type {
                Form::Linear => linear(lr, floor, d),
                Form::Cosine if self.num_cycles == 0.5 => cosine(lr, floor, d),
                Form::Cosine => cycles(lr, floor, d, self.num_cycles)?.take(d),
                Form::OneMinusSqrt => one_minus_sqrt(lr, floor, d),
            };
            laid = laid.then(skipped(decay, cut as u64));
        }
        Ok(not_below_zero(laid, floor).then(floor))
    }
}

impl Meaning for ReduceLrOnPlateau {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let ReduceLrOnPlateau { mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps, .. } = *self;
        let lr = Some(self.lr);
        torch::ReduceLROnPlateau { lr, mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps }
            .meaning()
    }
}

impl Meaning for Greedy {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let lr = self.lr;
        if lr <= 0.0 {
            return Err("`lr` is above 0".into());
        }
        let rule = greedy()
            .factor(self.factor)
            .patience(self.patience)
            .threshold(self.threshold)
            .threshold_mode(self.threshold_mode)
            .mode(self.mode)
            .cooldown(self.cooldown)
            .warmup(self.warmup)
            .min_factor(self.min_lr / lr)
            .max_factor(self.max_lr / lr)
            .eps(self.eps / lr)
            .window(if self.smooth { self.window_size } else { 1 })
            .reset(self.reset_start);
        Ok(lr * rule)
    }
}
