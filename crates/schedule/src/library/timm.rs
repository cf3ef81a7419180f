//! The schedulers of `timm.scheduler`, with their names, parameters and defaults.
//!
//! `lr` is the base rate, which timm keeps in the optimizer. A step is what timm's `step` or `step_update` is called with: an
//! epoch with `t_in_epochs`, else an update; [`stretch`](Schedule::stretch) makes updates of epochs. timm's noise comes from
//! its own generator and is refused: multiply by `1 + noise(..)`.
//!
//! ```
//! use rappel_schedule::{Clock, Schedule, timm};
//!
//! let lr: Schedule =
//!     timm::CosineLRScheduler { warmup_t: 5, warmup_prefix: true, ..timm::CosineLRScheduler::new(0.1, 20) }.into();
//! assert_eq!(lr.to_string(), "timm::CosineLRScheduler(lr=0.1, t_initial=20, warmup_t=5, warmup_prefix=true)");
//! assert_eq!([0, 5, 25].map(|k| lr.bind(&Clock::new()).unwrap().at_step(k)), [0.0, 0.1, 0.0]);
//! ```

use super::field::Field;
use super::importer::{Meaning, Refused, Row, choice, importers};
use super::lay::{exact, minus, skipped, stairs};
use super::torch;
use crate::text::{Expr, FromExpr, ParseError, Scope};
use crate::{
    Mode, Ratio, Schedule, Value, constant, cosine, exponential, exponential_decay, here, hold, inverse_power,
    inverse_sqrt, k_cosine, k_polynomial, linear, one_minus_sqrt, polynomial, power, steps, tanh, there,
};

pub(super) const ROWS: &[Row] = &[
    Row::of::<CosineLRScheduler>(),
    Row::of::<TanhLRScheduler>(),
    Row::of::<PolyLRScheduler>(),
    Row::of::<StepLRScheduler>(),
    Row::of::<MultiStepLRScheduler>(),
    Row::of::<WSDLRScheduler>(),
    Row::of::<PlateauLRScheduler>(),
];

/// What timm's noise would be: there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoNoise {}

impl FromExpr for NoNoise {
    fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<NoNoise, ParseError> {
        let message =
            "timm's noise comes from its own generator and is not imported; multiply by `1 + noise(..)` instead";
        Err(scope.error(message, expr))
    }
}

impl Field for NoNoise {
    fn expr(&self) -> Expr {
        match *self {}
    }
}

choice! {
    /// What a [`WSDLRScheduler`] does before the decay.
    StableFn {
        /// Nothing.
        Constant = "constant",
        /// One over the square root of time.
        Rsqrt = "rsqrt",
        /// A negative power of time.
        Power = "power",
    }
}

choice! {
    /// How a [`WSDLRScheduler`] decays.
    DecayFn {
        /// A line.
        Linear = "linear",
        /// 1 minus a square root.
        OneMinusSqrt = "1-sqrt",
        /// Half a cosine.
        Cosine = "cosine",
        /// 1 minus a power.
        Power = "power",
        /// An exponential, moved down so that it reaches the end.
        Exp = "exp",
    }
}

importers! { "timm";
    /// Half cosines, each perhaps longer and lower than the one before, then `lr_min`.
    CosineLRScheduler "CosineLRScheduler" {
        lr: f64, t_initial: u64;
        lr_min: f64 = 0.0, cycle_mul: f64 = 1.0, cycle_decay: f64 = 1.0, cycle_limit: u64 = 1, warmup_t: u64 = 0,
        warmup_lr_init: f64 = 0.0, warmup_prefix: bool = false, t_in_epochs: bool = true,
        noise_range_t: Option<NoNoise> = None, k_decay: f64 = 1.0,
    }

    /// Parts of a hyperbolic tangent from `lb` to `ub`, each perhaps longer and lower than the one before, then `lr_min`.
    TanhLRScheduler "TanhLRScheduler" {
        lr: f64, t_initial: u64;
        lb: f64 = -7.0, ub: f64 = 3.0, lr_min: f64 = 0.0, cycle_mul: f64 = 1.0, cycle_decay: f64 = 1.0, cycle_limit: u64 = 1,
        warmup_t: u64 = 0, warmup_lr_init: f64 = 0.0, warmup_prefix: bool = false, t_in_epochs: bool = true,
        noise_range_t: Option<NoNoise> = None,
    }

    /// Powers of what is left, each perhaps longer and lower than the one before, then `lr_min`.
    PolyLRScheduler "PolyLRScheduler" {
        lr: f64, t_initial: u64;
        power: f64 = 0.5, lr_min: f64 = 0.0, cycle_mul: f64 = 1.0, cycle_decay: f64 = 1.0, cycle_limit: u64 = 1,
        warmup_t: u64 = 0, warmup_lr_init: f64 = 0.0, warmup_prefix: bool = false, t_in_epochs: bool = true,
        noise_range_t: Option<NoNoise> = None, k_decay: f64 = 1.0,
    }

    /// The rate times `decay_rate` every `decay_t`.
    StepLRScheduler "StepLRScheduler" {
        lr: f64, decay_t: f64;
        decay_rate: f64 = 1.0, warmup_t: u64 = 0, warmup_lr_init: f64 = 0.0, warmup_prefix: bool = true,
        t_in_epochs: bool = true, noise_range_t: Option<NoNoise> = None,
    }

    /// The rate times `decay_rate` one step before each of the times in `decay_t`, as timm counts.
    MultiStepLRScheduler "MultiStepLRScheduler" {
        lr: f64, decay_t: Vec<i64>;
        decay_rate: f64 = 1.0, warmup_t: u64 = 0, warmup_lr_init: f64 = 0.0, warmup_prefix: bool = true,
        t_in_epochs: bool = true, noise_range_t: Option<NoNoise> = None,
    }

    /// Up, about stable and down; the warm-up is always a prefix.
    WSDLRScheduler "WSDLRScheduler" {
        lr: f64, t_initial: u64, decay_t: u64;
        lr_min: f64 = 0.0, stable_fn: StableFn = StableFn::Constant, stable_timescale: Option<f64> = None,
        stable_power: f64 = 0.5, decay_fn: DecayFn = DecayFn::OneMinusSqrt, decay_power: f64 = 0.5, decay_ratio: f64 = 0.1,
        warmup_t: u64 = 0, warmup_lr_init: f64 = 0.0, t_in_epochs: bool = true, noise_range_t: Option<NoNoise> = None,
    }

    /// After a warm-up the rate times a factor that falls when a metric has stopped getting better, by default larger.
    PlateauLRScheduler "PlateauLRScheduler" {
        lr: f64;
        decay_rate: f64 = 0.1, patience_t: u32 = 10, threshold: f64 = 1e-4, cooldown_t: u32 = 0, warmup_t: u64 = 0,
        warmup_lr_init: f64 = 0.0, lr_min: f64 = 0.0, mode: Mode = Mode::Max, noise_range_t: Option<NoNoise> = None,
    }
}

/// A warm-up, as a prefix or over the first steps.
struct Up {
    t: u64,
    from: f64,
    to: Value,
    prefix: bool,
}

impl Up {
    fn before(self, of: Schedule) -> Schedule {
        match self.t {
            0 => of,
            t if self.prefix => linear(self.from, self.to, t).then(of),
            t => linear(self.from, self.to, t).splice(of),
        }
    }
}

/// Periods of a shape.
struct Cycles {
    lr: f64,
    lr_min: f64,
    t_initial: u64,
    mul: f64,
    decay: f64,
    limit: u64,
}

/// Most periods that are laid out one by one.
const MOST_CYCLES: u64 = 4096;

impl Cycles {
    /// Whether timm's logarithm of floats is still in the period before at the step where period `i` begins.
    fn late(&self, i: u64, start: Ratio) -> bool {
        let (t, whole) = (start.numerator() as f64, start.denominator() == 1);
        whole && ((1.0 - t / self.t_initial as f64 * (1.0 - self.mul)).ln() / self.mul.ln()).floor() < i as f64
    }

    /// `draw` from a value to another; `exactly` says whether it ends with the latter.
    fn draw(&self, exactly: bool, draw: impl Fn(f64, f64, Ratio) -> Schedule) -> Result<Schedule, Refused> {
        let Cycles { lr, lr_min, t_initial, mul, decay, limit } = *self;
        if t_initial == 0 || lr_min < 0.0 {
            return Err("`t_initial` is above 0 and `lr_min` not below 0".into());
        }
        let grow = Ratio::from(mul);
        if !grow.is_positive() || limit > u64::from(u32::MAX) {
            return Err("`cycle_mul` is above 0, and there are at most 2^32 cycles".into());
        }
        if limit == 0 {
            return Ok(constant(lr_min));
        }
        // Where each period begins, and whether it does so a step late.
        let mut starts = vec![(Ratio::from(0), false)];
        if mul != 1.0 {
            let mut length = Ratio::from(t_initial);
            for i in 1..=limit.min(MOST_CYCLES) {
                let Some(start) = starts[starts.len() - 1].0.plus(length).filter(|s| s.numerator() < 1 << 53) else {
                    break;
                };
                starts.push((start, self.late(i, start)));
                let Some(longer) = length.times(grow) else { break };
                length = longer;
            }
        }
        let end = if exactly { crate::empty() } else { constant(lr_min) };
        if starts.iter().any(|(_, late)| *late) && starts.len() as u64 == limit + 1 {
            return self.one_by_one(&starts, draw).map(|laid| laid.then(end));
        }
        let first = |from: f64, to: f64| draw(from, to, t_initial.into());
        let cycles = crate::times(limit as u32).grow(grow);
        let all = match limit {
            1 => first(lr, lr_min),
            _ if lr_min == 0.0 || decay == 1.0 => first(lr, lr_min).repeat(cycles.decay(decay)),
            _ => first(0.0, lr_min).repeat(cycles) + first(lr, 0.0).repeat(cycles.decay(decay)),
        };
        Ok(all.then(end))
    }

    fn one_by_one(
        &self,
        starts: &[(Ratio, bool)],
        draw: impl Fn(f64, f64, Ratio) -> Schedule,
    ) -> Result<Schedule, Refused> {
        let mut laid = crate::empty();
        for (i, pair) in starts.windows(2).enumerate() {
            let [(start, late), (next, next_late)] = [pair[0], pair[1]];
            let piece = draw(self.lr * self.decay.powi(i as i32), self.lr_min, minus(next, start)?);
            laid = laid.then(skipped(piece, u64::from(late)));
            if next_late {
                laid = laid.then(hold(here(), 1));
            }
        }
        Ok(laid)
    }
}

impl Meaning for CosineLRScheduler {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let CosineLRScheduler { lr, lr_min, t_initial, cycle_mul: mul, cycle_decay: decay, cycle_limit: limit, .. } =
            *self;
        let k = self.k_decay;
        let cycles = Cycles { lr, lr_min, t_initial, mul, decay, limit }.draw(true, |from, to, n| match k {
            1.0 => cosine(from, to, steps(n)),
            k => k_cosine(from, to, k, steps(n)),
        })?;
        let up = Up { t: self.warmup_t, from: self.warmup_lr_init, to: lr.into(), prefix: self.warmup_prefix };
        Ok(up.before(cycles))
    }
}

impl Meaning for TanhLRScheduler {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let TanhLRScheduler { lr, lr_min, t_initial, cycle_mul: mul, cycle_decay: decay, cycle_limit: limit, .. } =
            *self;
        let (lb, ub) = (self.lb, self.ub);
        if lb >= ub {
            return Err("`lb` is below `ub`".into());
        }
        let cycles = Cycles { lr, lr_min, t_initial, mul, decay, limit };
        let cycles = cycles.draw(false, |from, to, n| tanh(from, to, lb, ub, steps(n)))?;
        // Without a prefix the warm-up leads to the value that the tangent has there.
        let to = if self.warmup_prefix { lr.into() } else { there() };
        Ok(Up { t: self.warmup_t, from: self.warmup_lr_init, to, prefix: self.warmup_prefix }.before(cycles))
    }
}

impl Meaning for PolyLRScheduler {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let PolyLRScheduler { lr, lr_min, t_initial, cycle_mul: mul, cycle_decay: decay, cycle_limit: limit, .. } =
            *self;
        let (p, k) = (self.power, self.k_decay);
        let cycles = Cycles { lr, lr_min, t_initial, mul, decay, limit }.draw(true, |from, to, n| match (p, k) {
            (1.0, 1.0) => linear(from, to, steps(n)),
            (p, 1.0) => polynomial(from, to, p, steps(n)),
            (p, k) => k_polynomial(from, to, p, k, steps(n)),
        })?;
        let up = Up { t: self.warmup_t, from: self.warmup_lr_init, to: lr.into(), prefix: self.warmup_prefix };
        Ok(up.before(cycles))
    }
}

/// The fraction that a float is, if it is more than the decimal it is written as: then Python's `t // n` is in the stair before
/// at every multiple.
fn stair(n: f64) -> Result<Ratio, Refused> {
    let written = Ratio::from(n);
    if !written.is_positive() || !(1e-6..9e15).contains(&n) {
        return Err("`decay_t` is above 0".into());
    }
    // A float of this size is a whole number of 2^-72nds.
    let bits = (n.to_bits() & ((1 << 52) - 1)) | 1 << 52;
    let shift = (n.to_bits() >> 52) as i32 - 1075;
    let exactly = match shift {
        0.. => Ratio::of(i128::from(bits) << shift, 1),
        _ => Ratio::of(bits.into(), 1_i128 << -shift),
    };
    let exactly = exact(exactly)?;
    Ok(if exactly.exceeds(written) == Some(true) { exactly } else { written })
}

impl Meaning for StepLRScheduler {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let (lr, every) = (self.lr, stair(self.decay_t)?);
        let steps_down = match self.decay_rate {
            1.0 => constant(lr),
            0.0 => hold(lr, steps(every)).then(0.0),
            rate if rate < 0.0 => return Err("`decay_rate` is below 0, and the rate would change its sign".into()),
            rate => exponential_decay(lr, rate, steps(every)).hold_every(steps(every)),
        };
        let up = Up { t: self.warmup_t, from: self.warmup_lr_init, to: lr.into(), prefix: self.warmup_prefix };
        Ok(up.before(steps_down))
    }
}

impl Meaning for MultiStepLRScheduler {
    fn meaning(&self) -> Result<Schedule, Refused> {
        if self.decay_t.windows(2).any(|pair| pair[0] > pair[1]) {
            return Err("`decay_t` is in increasing order".into());
        }
        let changes =
            (1..).zip(&self.decay_t).map(|(count, t)| (t.saturating_sub(1), self.lr * self.decay_rate.powi(count)));
        let up = Up { t: self.warmup_t, from: self.warmup_lr_init, to: self.lr.into(), prefix: self.warmup_prefix };
        Ok(up.before(stairs(self.lr, changes)))
    }
}

impl WSDLRScheduler {
    /// From `from` to `to` over the decay.
    fn decay(&self, from: f64, to: f64) -> Schedule {
        let n = self.decay_t;
        match self.decay_fn {
            DecayFn::Linear => linear(from, to, n),
            DecayFn::OneMinusSqrt => one_minus_sqrt(from, to, n),
            DecayFn::Cosine => cosine(from, to, n),
            DecayFn::Power => power(from, to, self.decay_power, n),
            DecayFn::Exp if from == to => hold(from, n),
            DecayFn::Exp => {
                let ratio = self.decay_ratio;
                let high = (from - to) / (1.0 - ratio);
                exponential(high, high * ratio, n) + (to - high * ratio)
            }
        }
    }
}

impl Meaning for WSDLRScheduler {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let WSDLRScheduler { lr, lr_min, t_initial, decay_t, .. } = *self;
        if decay_t == 0 || decay_t > t_initial {
            return Err("`decay_t` is above 0 and at most `t_initial`".into());
        }
        if lr_min < 0.0 {
            return Err("`lr_min` is not below 0".into());
        }
        if !(self.decay_ratio > 0.0 && self.decay_ratio < 1.0) {
            return Err("`decay_ratio` is between 0 and 1".into());
        }
        if !(self.decay_power > 0.0 && self.stable_power > 0.0) {
            return Err("`decay_power` and `stable_power` are above 0".into());
        }
        let stable = t_initial - decay_t;
        let timescale = Ratio::from(self.stable_timescale.unwrap_or(self.warmup_t as f64));
        if self.stable_fn != StableFn::Constant && !timescale.is_positive() {
            return Err("`stable_timescale`, by default the length of the warm-up, is above 0".into());
        }
        let before = |decay: Schedule, value: f64| match stable {
            0 => decay,
            n => hold(value, n).then(decay),
        };
        // A stable part that falls goes on falling under the decay.
        let falling = match self.stable_fn {
            StableFn::Constant => None,
            StableFn::Rsqrt => Some(inverse_sqrt(lr, steps(timescale))),
            StableFn::Power => Some(inverse_power(lr, self.stable_power, steps(timescale))),
        };
        let main = match falling {
            None => before(self.decay(lr.max(lr_min), lr_min), lr.max(lr_min)),
            Some(falling) if lr_min == 0.0 => falling * before(self.decay(1.0, 0.0), 1.0),
            Some(falling) => lr_min + (falling.max(lr_min) - lr_min) * before(self.decay(1.0, 0.0), 1.0),
        };
        Ok(Up { t: self.warmup_t, from: self.warmup_lr_init, to: lr.into(), prefix: true }.before(main))
    }
}

impl Meaning for PlateauLRScheduler {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let rule = torch::ReduceLROnPlateau {
            mode: self.mode,
            factor: self.decay_rate,
            patience: self.patience_t,
            threshold: self.threshold,
            cooldown: self.cooldown_t,
            min_lr: self.lr_min,
            ..torch::ReduceLROnPlateau::new(self.lr)
        };
        // Metrics of the warm-up are not looked at.
        let up = Up { t: self.warmup_t, from: self.warmup_lr_init, to: self.lr.into(), prefix: true };
        Ok(up.before(rule.meaning()?))
    }
}
