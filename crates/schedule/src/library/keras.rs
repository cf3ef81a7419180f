//! The schedules of `keras.optimizers.schedules`, with their names, parameters and defaults.
//!
//! Keras computes in its float type, mostly f32; the values here are those of the same formulas in f64.
//!
//! ```
//! use rappel_schedule::{Clock, Schedule, keras};
//!
//! // The boundary belongs to the left.
//! let lr: Schedule = keras::PiecewiseConstantDecay::new(vec![100.0], vec![0.1, 0.01]).into();
//! assert_eq!([100, 101].map(|k| lr.bind(&Clock::new()).unwrap().at_step(k)), [0.1, 0.01]);
//! ```

use super::importer::{Meaning, Refused, Row, choice, importers};
use super::lay::{over, stairs};
use crate::{
    Mode, Ratio, Schedule, constant, cosine, exponential_decay, forever, hold, inverse_power, inverse_time, linear,
    plateau_keras, polynomial, steps,
};

pub(super) const ROWS: &[Row] = &[
    Row::of::<ExponentialDecay>(),
    Row::of::<PiecewiseConstantDecay>(),
    Row::of::<PolynomialDecay>(),
    Row::of::<InverseTimeDecay>(),
    Row::of::<CosineDecay>(),
    Row::of::<CosineDecayRestarts>(),
    Row::of::<ReduceLROnPlateau>(),
];

choice! {
    /// Which metrics are better for a [`ReduceLROnPlateau`].
    PlateauMode {
        /// Smaller ones, as of a loss: the metric is one of `fit`'s losses.
        Auto = "auto",
        /// Smaller ones.
        Min = "min",
        /// Larger ones.
        Max = "max",
    }
}

importers! { "keras";
    /// A factor every `decay_steps`, smooth or in stairs.
    ExponentialDecay "ExponentialDecay" {
        initial_learning_rate: f64, decay_steps: f64, decay_rate: f64; staircase: bool = false,
    }

    /// Values one after the other; the step at a boundary still has the value before it.
    PiecewiseConstantDecay "PiecewiseConstantDecay" { boundaries: Vec<f64>, values: Vec<f64>; }

    /// A power of what is left; with `cycle` again and again from a lower value, each time to the end.
    PolynomialDecay "PolynomialDecay" {
        initial_learning_rate: f64, decay_steps: f64;
        end_learning_rate: f64 = 1e-4, power: f64 = 1.0, cycle: bool = false,
    }

    /// One over time, smooth or in stairs.
    InverseTimeDecay "InverseTimeDecay" {
        initial_learning_rate: f64, decay_steps: f64, decay_rate: f64; staircase: bool = false,
    }

    /// Half a cosine down to `alpha` of the rate, after a warm-up to `warmup_target` if there is one; `decay_steps` does not
    /// count the warm-up.
    CosineDecay "CosineDecay" {
        initial_learning_rate: f64, decay_steps: f64; alpha: f64 = 0.0, warmup_target: Option<f64> = None, warmup_steps: f64 = 0.0,
    }

    /// Half cosines, each `t_mul` times as long as the one before and `m_mul` times as high.
    CosineDecayRestarts "CosineDecayRestarts" {
        initial_learning_rate: f64, first_decay_steps: f64; t_mul: f64 = 2.0, m_mul: f64 = 1.0, alpha: f64 = 0.0,
    }

    /// The rate times a factor that falls when a metric has stopped getting better; `lr` is the optimizer's rate.
    ReduceLROnPlateau "ReduceLROnPlateau" {
        lr: f64;
        factor: f64 = 0.1, patience: u32 = 10, mode: PlateauMode = PlateauMode::Auto, min_delta: f64 = 1e-4, cooldown: u32 = 0,
        min_lr: f64 = 0.0,
    }
}

/// A number of steps, which Keras divides by.
fn length(name: &str, n: f64) -> Result<Ratio, Refused> {
    let n = Ratio::from(n);
    if n.is_positive() { Ok(n) } else { Err(format!("`{name}` is above 0")) }
}

impl Meaning for ExponentialDecay {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let n = length("decay_steps", self.decay_steps)?;
        let smooth = exponential_decay(self.initial_learning_rate, self.decay_rate, steps(n));
        Ok(if self.staircase { smooth.hold_every(steps(n)) } else { smooth })
    }
}

impl Meaning for PiecewiseConstantDecay {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let (boundaries, values) = (&self.boundaries, &self.values);
        if values.len() != boundaries.len() + 1 {
            return Err("there is one value more than there are boundaries".into());
        }
        if boundaries.windows(2).any(|pair| pair[0] > pair[1]) || boundaries.iter().any(|b| b.abs() > 9e15) {
            return Err("the boundaries are in increasing order".into());
        }
        // Boundaries become whole numbers, as the steps are.
        Ok(stairs(values[0], boundaries.iter().zip(&values[1..]).map(|(b, value)| (*b as i64 + 1, *value))))
    }
}

impl Meaning for PolynomialDecay {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let PolynomialDecay { initial_learning_rate: from, end_learning_rate: to, power, .. } = *self;
        let n = length("decay_steps", self.decay_steps)?;
        let draw = |from: f64, to: f64| match power {
            1.0 => linear(from, to, steps(n)),
            power => polynomial(from, to, power, steps(n)),
        };
        if !self.cycle {
            return Ok(if power == 0.0 { constant(from) } else { draw(from, to) });
        }
        if n.denominator() != 1 {
            return Err("cycles begin at whole steps here, so with `cycle` `decay_steps` is a whole number".into());
        }
        // A multiple of `decay_steps` is the end of a cycle, so the next begins a step late, and cycle number k, drawn over
        // k times the steps, has (1 / k)^power of the first one's height.
        let first = hold(from, 1);
        if n == Ratio::from(1) {
            return Ok(first.then(to));
        }
        let cycle = draw(from - to, 0.0).skip(1).then(hold(0.0, 1)).repeat(forever());
        Ok(first.then(to + cycle * inverse_power(1.0, power, steps(n)).hold_every(steps(n))))
    }
}

impl Meaning for InverseTimeDecay {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let n = length("decay_steps", self.decay_steps)?;
        if self.decay_rate == 0.0 {
            return Ok(constant(self.initial_learning_rate));
        }
        if self.decay_rate < 0.0 {
            return Err("`decay_rate` is below 0, and the rate would be divided by 0".into());
        }
        let smooth = inverse_time(self.initial_learning_rate, steps(over(n, self.decay_rate)?));
        Ok(if self.staircase { smooth.hold_every(steps(n)) } else { smooth })
    }
}

impl Meaning for CosineDecay {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let n = length("decay_steps", self.decay_steps)?;
        let from = self.initial_learning_rate;
        let decay = |peak: f64| cosine(peak, peak * self.alpha, steps(n));
        Ok(match self.warmup_target {
            None => decay(from),
            Some(peak) if self.warmup_steps > 0.0 => linear(from, peak, steps(self.warmup_steps)).then(decay(peak)),
            Some(peak) => decay(peak),
        })
    }
}

impl Meaning for CosineDecayRestarts {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let n = length("first_decay_steps", self.first_decay_steps)?;
        let (from, floor) = (self.initial_learning_rate, self.initial_learning_rate * self.alpha);
        let cycles = forever().grow(self.t_mul).decay(self.m_mul);
        let above = cosine(from - floor, 0.0, steps(n)).repeat(cycles);
        Ok(if floor == 0.0 { above } else { floor + above })
    }
}

impl Meaning for ReduceLROnPlateau {
    fn meaning(&self) -> Result<Schedule, Refused> {
        if self.lr <= 0.0 {
            return Err("`lr` is above 0".into());
        }
        let mode = if self.mode == PlateauMode::Max { Mode::Max } else { Mode::Min };
        let rule = plateau_keras()
            .factor(self.factor)
            .patience(self.patience)
            .min_delta(self.min_delta)
            .mode(mode)
            .cooldown(self.cooldown)
            .min_factor(self.min_lr / self.lr);
        Ok(self.lr * rule)
    }
}
