//! The schedules of optax, with their names, parameters and defaults.
//!
//! In text they keep optax's names, `optax::linear_schedule`; in Rust they are [`LinearSchedule`] and so on. What optax
//! leaves constant, after a line in its log, is constant here too.
//!
//! ```
//! use rappel_schedule::{Clock, Schedule, optax};
//!
//! let lr: Schedule = optax::WarmupCosineDecaySchedule::new(0.0, 1e-3, 500, 10_000).into();
//! let text = "optax::warmup_cosine_decay_schedule(init_value=0, peak_value=0.001, warmup_steps=500, decay_steps=10000)";
//! assert_eq!(lr.to_string(), text);
//! assert_eq!(lr.bind(&Clock::new())?.at_step(500), 1e-3);
//! # Ok::<(), rappel_schedule::ScheduleError>(())
//! ```

pub use super::field::Boundaries;

use super::field::Field;
use super::importer::{Importer, Meaning, Refused, Row, choice, importers};
use super::lay::{at_steps, held, skipped, stairs};
use crate::text::{Expr, FromExpr, Kind, Map, ParseError, Scope};
use crate::{Schedule, constant, cosine, cosine_power, exponential_decay, linear, plateau_optax, polynomial};

pub(super) const ROWS: &[Row] = &[
    Row::of::<ConstantSchedule>(),
    Row::of::<LinearSchedule>(),
    Row::of::<PolynomialSchedule>(),
    Row::of::<PiecewiseConstantSchedule>(),
    Row::of::<PiecewiseInterpolateSchedule>(),
    Row::of::<ExponentialDecay>(),
    Row::of::<CosineDecaySchedule>(),
    Row::of::<LinearOnecycleSchedule>(),
    Row::of::<CosineOnecycleSchedule>(),
    Row::of::<WarmupConstantSchedule>(),
    Row::of::<WarmupCosineDecaySchedule>(),
    Row::of::<WarmupExponentialDecaySchedule>(),
    Row::of::<SgdrSchedule>(),
    Row::of::<JoinSchedules>(),
    Row::of::<ReduceOnPlateau>(),
];

choice! {
    /// What is drawn between two knots.
    InterpolateType {
        /// A line.
        Linear = "linear",
        /// Half a cosine.
        Cosine = "cosine",
    }
}

importers! { "optax";
    /// One value.
    ConstantSchedule "constant_schedule" { value: f64; }

    /// A line over `transition_steps`, from step `transition_begin` on.
    LinearSchedule "linear_schedule" {
        init_value: f64, end_value: f64, transition_steps: i64; transition_begin: i64 = 0,
    }

    /// A power of what is left, over `transition_steps` from step `transition_begin` on.
    PolynomialSchedule "polynomial_schedule" {
        init_value: f64, end_value: f64, power: f64, transition_steps: i64; transition_begin: i64 = 0,
    }

    /// The value times each factor from its boundary on.
    PiecewiseConstantSchedule "piecewise_constant_schedule" {
        init_value: f64; boundaries_and_scales: Boundaries = Boundaries::default(),
    }

    /// Through the values that [`PiecewiseConstantSchedule`] jumps to, by lines or half cosines.
    PiecewiseInterpolateSchedule "piecewise_interpolate_schedule" {
        interpolate_type: InterpolateType, init_value: f64; boundaries_and_scales: Boundaries = Boundaries::default(),
    }

    /// A factor every `transition_steps`, smooth or in stairs, kept on one side of `end_value`.
    ExponentialDecay "exponential_decay" {
        init_value: f64, transition_steps: i64, decay_rate: f64;
        transition_begin: i64 = 0, staircase: bool = false, end_value: Option<f64> = None,
    }

    /// Half a cosine, to a power, down to `alpha` of the value.
    CosineDecaySchedule "cosine_decay_schedule" {
        init_value: f64, decay_steps: i64; alpha: f64 = 0.0, exponent: f64 = 1.0,
    }

    /// Up, down and further down by lines, which change at whole steps.
    LinearOnecycleSchedule "linear_onecycle_schedule" {
        transition_steps: i64, peak_value: f64;
        pct_start: f64 = 0.3, pct_final: f64 = 0.85, div_factor: f64 = 25.0, final_div_factor: f64 = 1e4,
    }

    /// Up and down by half cosines, which change at a whole step.
    CosineOnecycleSchedule "cosine_onecycle_schedule" {
        transition_steps: i64, peak_value: f64; pct_start: f64 = 0.3, div_factor: f64 = 25.0, final_div_factor: f64 = 1e4,
    }

    /// A line up, then constant.
    WarmupConstantSchedule "warmup_constant_schedule" { init_value: f64, peak_value: f64, warmup_steps: i64; }

    /// A line up, then half a cosine down; `decay_steps` counts both.
    WarmupCosineDecaySchedule "warmup_cosine_decay_schedule" {
        init_value: f64, peak_value: f64, warmup_steps: i64, decay_steps: i64; end_value: f64 = 0.0, exponent: f64 = 1.0,
    }

    /// A line up, then an exponential decay.
    WarmupExponentialDecaySchedule "warmup_exponential_decay_schedule" {
        init_value: f64, peak_value: f64, warmup_steps: i64, transition_steps: i64, decay_rate: f64;
        transition_begin: i64 = 0, staircase: bool = false, end_value: Option<f64> = None,
    }

    /// Cycles of [`WarmupCosineDecaySchedule`], one after the other.
    SgdrSchedule "sgdr_schedule" { cosine_kwargs: Vec<WarmupCosineDecaySchedule>; }

    /// Schedules one after the other, each from its boundary on and in its own time. A boundary or a schedule too many is
    /// ignored, as optax does.
    JoinSchedules "join_schedules" { schedules: Vec<Schedule>, boundaries: Vec<i64>; }

    /// The rate times a scale that falls when a metric has stopped getting smaller; `lr` is the rate it stands behind.
    ReduceOnPlateau "reduce_on_plateau" {
        lr: f64;
        factor: f64 = 0.1, patience: u32 = 10, rtol: f64 = 1e-4, atol: f64 = 0.0, cooldown: u32 = 0,
        accumulation_size: u32 = 1, min_scale: f64 = 0.0,
    }
}

impl Meaning for ConstantSchedule {
    fn meaning(&self) -> Result<Schedule, Refused> {
        Ok(constant(self.value))
    }
}

impl Meaning for LinearSchedule {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let LinearSchedule { init_value, end_value, transition_steps, transition_begin } = *self;
        PolynomialSchedule { init_value, end_value, power: 1.0, transition_steps, transition_begin }.meaning()
    }
}

impl Meaning for PolynomialSchedule {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let PolynomialSchedule { init_value: from, end_value: to, power, transition_steps: n, transition_begin: begin } =
            *self;
        let piece = match power {
            _ if n <= 0 => return Ok(constant(from)),
            1.0 => linear(from, to, n),
            // What is left to the power of 0 is 1, at the end too.
            0.0 => return Ok(constant(from)),
            power => polynomial(from, to, power, n),
        };
        Ok(held(from, begin).then(piece))
    }
}

/// The boundaries in order, of those at one step the last, as in a dictionary.
fn sorted(boundaries: &Boundaries) -> Result<Vec<(i64, f64)>, Refused> {
    if boundaries.0.iter().any(|(_, scale)| *scale < 0.0) {
        return Err("the factors are not below 0".into());
    }
    let mut sorted: Vec<(i64, f64)> = Vec::new();
    for (at, scale) in &boundaries.0 {
        match sorted.iter_mut().find(|(step, _)| step == at) {
            Some(entry) => entry.1 = *scale,
            None => sorted.push((*at, *scale)),
        }
    }
    sorted.sort_by_key(|(at, _)| *at);
    Ok(sorted)
}

/// The values that the factors lead to.
fn products(init: f64, boundaries: &Boundaries) -> Result<Vec<(i64, f64)>, Refused> {
    let mut value = init;
    Ok(sorted(boundaries)?
        .into_iter()
        .map(|(at, scale)| {
            value *= scale;
            (at, value)
        })
        .collect())
}

impl Meaning for PiecewiseConstantSchedule {
    fn meaning(&self) -> Result<Schedule, Refused> {
        Ok(stairs(self.init_value, products(self.init_value, &self.boundaries_and_scales)?))
    }
}

impl Meaning for PiecewiseInterpolateSchedule {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let knots = products(self.init_value, &self.boundaries_and_scales)?;
        if knots.first().is_some_and(|(at, _)| *at < 0) {
            return Err("a boundary is before step 0".into());
        }
        let mut from = (0, self.init_value);
        let mut laid = crate::empty();
        for to in knots {
            let length = to.0 - from.0;
            if length > 0 {
                laid = laid.then(match self.interpolate_type {
                    InterpolateType::Linear => linear(from.1, to.1, length),
                    InterpolateType::Cosine => cosine(from.1, to.1, length),
                });
            }
            from = to;
        }
        Ok(if laid == crate::empty() { constant(from.1) } else { laid })
    }
}

impl Meaning for ExponentialDecay {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let (init, n, rate) = (self.init_value, self.transition_steps, self.decay_rate);
        if n <= 0 || rate == 0.0 {
            return Ok(constant(init));
        }
        let smooth = exponential_decay(init, rate, n);
        let decay = if self.staircase { smooth.hold_every(n) } else { smooth };
        let all = held(init, self.transition_begin).then(decay);
        Ok(match self.end_value {
            Some(end) if rate < 1.0 => all.max(end),
            Some(end) => all.min(end),
            None => all,
        })
    }
}

impl Meaning for CosineDecaySchedule {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let (from, n) = (self.init_value, self.decay_steps);
        if n <= 0 {
            return Err("`decay_steps` is above 0".into());
        }
        let to = from * self.alpha;
        Ok(match self.exponent {
            1.0 => cosine(from, to, n),
            0.0 => constant(from),
            exponent => cosine_power(from, to, exponent, n),
        })
    }
}

/// A whole step from a part of the steps, cut as Python's `int` does.
fn part_of(part: f64, steps: i64) -> i64 {
    (part * steps as f64) as i64
}

impl Meaning for LinearOnecycleSchedule {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let n = self.transition_steps;
        if n <= 0 {
            return Err("`transition_steps` is above 0".into());
        }
        let knots = vec![
            (part_of(self.pct_start, n), self.div_factor),
            (part_of(self.pct_final, n), 1.0 / self.div_factor),
            (n, 1.0 / self.final_div_factor),
        ];
        PiecewiseInterpolateSchedule {
            interpolate_type: InterpolateType::Linear,
            init_value: self.peak_value / self.div_factor,
            boundaries_and_scales: Boundaries(knots),
        }
        .meaning()
    }
}

impl Meaning for CosineOnecycleSchedule {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let n = self.transition_steps;
        if n <= 0 {
            return Err("`transition_steps` is above 0".into());
        }
        let knots =
            vec![(part_of(self.pct_start, n), self.div_factor), (n, 1.0 / (self.div_factor * self.final_div_factor))];
        PiecewiseInterpolateSchedule {
            interpolate_type: InterpolateType::Cosine,
            init_value: self.peak_value / self.div_factor,
            boundaries_and_scales: Boundaries(knots),
        }
        .meaning()
    }
}

impl Meaning for WarmupConstantSchedule {
    fn meaning(&self) -> Result<Schedule, Refused> {
        LinearSchedule::new(self.init_value, self.peak_value, self.warmup_steps).meaning()
    }
}

/// A line up to the boundary at `warmup_steps`, and from there `next`; before step 0 time is cut off.
fn warmed_up(init: f64, peak: f64, warmup_steps: i64, next: Schedule) -> Schedule {
    match warmup_steps {
        n if n > 0 => linear(init, peak, n).then(next),
        n => skipped(next, n.unsigned_abs()),
    }
}

impl Meaning for WarmupCosineDecaySchedule {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let alpha = if self.peak_value == 0.0 { 0.0 } else { self.end_value / self.peak_value };
        let decay_steps = self.decay_steps.saturating_sub(self.warmup_steps);
        if decay_steps <= 0 {
            return Err("`decay_steps`, which counts the warm-up too, is above `warmup_steps`".into());
        }
        let decay = CosineDecaySchedule { init_value: self.peak_value, decay_steps, alpha, exponent: self.exponent };
        Ok(warmed_up(self.init_value, self.peak_value, self.warmup_steps, decay.meaning()?))
    }
}

impl Meaning for WarmupExponentialDecaySchedule {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let decay = ExponentialDecay {
            init_value: self.peak_value,
            transition_steps: self.transition_steps,
            decay_rate: self.decay_rate,
            transition_begin: self.transition_begin,
            staircase: self.staircase,
            end_value: self.end_value,
        };
        Ok(warmed_up(self.init_value, self.peak_value, self.warmup_steps, decay.meaning()?))
    }
}

/// The keyword arguments of one cycle, as a map from their names.
impl FromExpr for WarmupCosineDecaySchedule {
    fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<WarmupCosineDecaySchedule, ParseError> {
        let Map(entries) = Map::<String, f64>::from_expr(expr, scope)?;
        let mut cycle = WarmupCosineDecaySchedule::new(0.0, 0.0, 0, 0);
        let mut given = [false; 4];
        for (name, value) in entries {
            let whole = |value: f64| match value.fract() == 0.0 && value.abs() < 9e15 {
                true => Ok(value as i64),
                false => Err(scope.error(format!("`{name}` is a whole number"), expr)),
            };
            match &*name {
                "init_value" => (cycle.init_value, given[0]) = (value, true),
                "peak_value" => (cycle.peak_value, given[1]) = (value, true),
                "warmup_steps" => (cycle.warmup_steps, given[2]) = (whole(value)?, true),
                "decay_steps" => (cycle.decay_steps, given[3]) = (whole(value)?, true),
                "end_value" => cycle.end_value = value,
                "exponent" => cycle.exponent = value,
                _ => {
                    let all = WarmupCosineDecaySchedule::signature();
                    return Err(scope.error(format!("there is no `{name}` in {all}"), expr));
                }
            }
        }
        let missing = ["init_value", "peak_value", "warmup_steps", "decay_steps"].into_iter().zip(given);
        match missing.filter(|(_, given)| !given).map(|(name, _)| name).next() {
            Some(name) => Err(scope.error(format!("the cycle needs `{name}`"), expr)),
            None => Ok(cycle),
        }
    }
}

impl Field for WarmupCosineDecaySchedule {
    fn expr(&self) -> Expr {
        let text = |name: &str| Expr::from(Kind::Text(name.into()));
        let args = self.call().args().iter().filter_map(|arg| Some((text(arg.name()?), arg.value().clone()))).collect();
        Kind::Map(args).into()
    }
}

impl Meaning for SgdrSchedule {
    fn meaning(&self) -> Result<Schedule, Refused> {
        if self.cosine_kwargs.is_empty() {
            return Err("it needs a cycle".into());
        }
        let mut start = 0_i64;
        let mut pieces = Vec::new();
        for cycle in &self.cosine_kwargs {
            pieces.push((start, cycle.meaning()?));
            start = start.saturating_add(cycle.decay_steps);
        }
        Ok(at_steps(pieces))
    }
}

impl Meaning for JoinSchedules {
    fn meaning(&self) -> Result<Schedule, Refused> {
        match self.schedules.is_empty() {
            true => Err("it needs a schedule".into()),
            false => Ok(at_steps([0].iter().chain(&self.boundaries).copied().zip(self.schedules.iter().cloned()))),
        }
    }
}

impl Meaning for ReduceOnPlateau {
    fn meaning(&self) -> Result<Schedule, Refused> {
        if self.rtol == 0.0 && self.atol == 0.0 {
            return Err("`rtol` and `atol` are not both 0".into());
        }
        let rule = plateau_optax()
            .factor(self.factor)
            .patience(self.patience)
            .rtol(self.rtol)
            .atol(self.atol)
            .cooldown(self.cooldown)
            .accumulation_size(self.accumulation_size)
            .min_scale(self.min_scale);
        Ok(self.lr * rule)
    }
}
