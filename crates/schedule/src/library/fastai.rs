//! The schedules of `fastai.callback.schedule`, with their names, parameters and defaults.
//!
//! fastai draws over positions from 0 to 1; here `n_steps` says how many steps that is. In fastai the last position is
//! `1 - 1 / n_steps`, so end values are approached and not reached. `combine_scheds` and what is made with it compute in f32
//! there and in f64 here, with the seams where fastai's f32 puts them.
//!
//! ```
//! use rappel_schedule::{Clock, Schedule, fastai};
//!
//! let fit = fastai::FitOneCycle::new(100, 1e-3);
//! let (lr, momentum) = (Schedule::from(fit.clone()), fit.momentum());
//! assert_eq!(momentum.to_string(), "fastai::fit_one_cycle_momentum(n_steps=100, lr_max=0.001)");
//! assert_eq!([0, 25].map(|k| lr.bind(&Clock::new()).unwrap().at_step(k)), [4e-5, 1e-3]);
//! assert_eq!([0, 25].map(|k| momentum.bind(&Clock::new()).unwrap().at_step(k)), [0.95, 0.85]);
//! ```

use super::field::Field;
use super::importer::{Importer, Meaning, Momentum, Refused, Row, importers};
use super::lay::{exact, lasting, over, skipped, times};
use crate::text::{Args, Expr, FromExpr, Kind, ParseError, Scope};
use crate::{After, Mode, Ratio, Schedule, Threshold, cosine, exponential, here, hold, linear, plateau, power, steps};

pub(super) const ROWS: &[Row] = &[
    Row::of::<SchedLin>(),
    Row::of::<SchedCos>(),
    Row::of::<SchedNo>(),
    Row::of::<SchedExp>(),
    Row::of::<SchedPoly>(),
    Row::of::<CombineScheds>(),
    Row::of::<CombinedCos>(),
    Row::of::<FitOneCycle>(),
    Row::momentum::<FitOneCycle>(),
    Row::of::<FitFlatCos>(),
    Row::of::<FitSgdr>(),
    Row::of::<FineTune>(),
    Row::of::<LRFinder>(),
    Row::of::<ReduceLROnPlateau>(),
];

importers! { "fastai";
    /// A line.
    SchedLin "SchedLin" base n_steps: u64 { start: f64, end: f64; }

    /// Half a cosine.
    SchedCos "SchedCos" base n_steps: u64 { start: f64, end: f64; }

    /// The start value, whatever the end.
    SchedNo "SchedNo" base n_steps: u64 { start: f64, end: f64; }

    /// A constant ratio.
    SchedExp "SchedExp" base n_steps: u64 { start: f64, end: f64; }

    /// A power of the way gone.
    SchedPoly "SchedPoly" base n_steps: u64 { start: f64, end: f64, power: f64; }

    /// Schedules one after the other, each over its part of the way; the parts sum to 1 exactly, in floats, as fastai asks.
    CombineScheds "combine_scheds" base n_steps: u64 { pcts: Vec<f64>, scheds: Vec<Sched>; }

    /// Half cosines from `start` to `middle` and from there to `end`.
    CombinedCos "combined_cos" base n_steps: u64 { pct: f64, start: f64, middle: f64, end: f64; }

    /// The rate of one cycle: up and further down, by half cosines.
    FitOneCycle "fit_one_cycle" base n_steps: u64 {
        lr_max: f64; div: f64 = 25.0, div_final: f64 = 1e5, pct_start: f64 = 0.25, moms: Vec<f64> = vec![0.95, 0.85, 0.95],
    }

    /// Flat, then half a cosine down.
    FitFlatCos "fit_flat_cos" base n_steps: u64 { lr: f64; div_final: f64 = 1e5, pct_start: f64 = 0.75 }

    /// Half cosines down to 0, each `cycle_mult` times as long as the one before.
    FitSgdr "fit_sgdr" base n_steps: u64 { n_cycles: u64, cycle_len: u64, lr_max: f64; cycle_mult: u64 = 2 }

    /// The rate of the last layers: one cycle with the others frozen, then one at half the rate; `lr_mult` is what the rate of
    /// the first layers is divided by.
    FineTune "fine_tune" base n_steps: u64 {
        epochs: u64; base_lr: f64 = 2e-3, freeze_epochs: u64 = 1, lr_mult: f64 = 100.0, pct_start: f64 = 0.3, div: f64 = 5.0,
    }

    /// The sweep of rates of `lr_find`, over at least 6 steps.
    LRFinder "LRFinder" { ; start_lr: f64 = 1e-7, end_lr: f64 = 10.0, num_it: u64 = 100 }

    /// The rate over a divisor that grows when a metric has stopped getting better: smaller, if its name is of a loss or an error.
    ReduceLROnPlateau "ReduceLROnPlateau" {
        lr: f64;
        monitor: String = "valid_loss".into(), min_delta: f64 = 0.0, patience: u32 = 1, factor: f64 = 10.0, min_lr: f64 = 0.0,
    }
}

/// The number of steps, which nothing around it gave.
fn all(n_steps: Option<u64>) -> Result<Ratio, Refused> {
    match n_steps {
        Some(n) if n > 0 => Ok(n.into()),
        _ => Err("`n_steps`, the number of steps from position 0 to position 1, is missing or 0".into()),
    }
}

/// What can be drawn over a part of the way.
trait Draw {
    fn draw(&self, length: Ratio) -> Schedule;
}

macro_rules! scheds {
    ($($name:ident($self:ident, $length:ident) => $draw:expr;)*) => {
        /// A schedule inside another.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Sched {
            $(#[doc = concat!("See [`", stringify!($name), "`].")] $name($name),)*
        }

        $(
            impl Draw for $name {
                fn draw(&$self, $length: Ratio) -> Schedule {
                    let $length = steps($length);
                    $draw
                }
            }

            impl Meaning for $name {
                fn meaning(&self) -> Result<Schedule, Refused> {
                    Ok(self.draw(all(self.n_steps)?).after(After::Continue))
                }
            }

            impl From<$name> for Sched {
                fn from(sched: $name) -> Sched {
                    Sched::$name(sched)
                }
            }
        )*

        impl Sched {
            fn n_steps(&self) -> Option<u64> {
                match self { $(Sched::$name(sched) => sched.n_steps,)* }
            }
        }

        impl Draw for Sched {
            fn draw(&self, length: Ratio) -> Schedule {
                match self { $(Sched::$name(sched) => sched.draw(length),)* }
            }
        }

        impl FromExpr for Sched {
            fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<Sched, ParseError> {
                let Kind::Call(call) = expr.kind() else {
                    return Err(scope.error("this is not a schedule of fastai", expr));
                };
                let mut args = Args::new(call, *scope);
                $(
                    if call.name() == $name::NAME {
                        let sched = Sched::$name($name::read(&mut args)?);
                        args.finish()?;
                        return Ok(sched);
                    }
                )*
                Err(args.wrong(format!("`{}` is not a schedule of fastai that can be combined", call.name())))
            }
        }

        impl Field for Sched {
            fn expr(&self) -> Expr {
                Kind::Call(match self { $(Sched::$name(sched) => sched.call(),)* }).into()
            }
        }
    };
}
scheds! {
    SchedLin(self, length) => linear(self.start, self.end, length);
    SchedCos(self, length) => cosine(self.start, self.end, length);
    SchedNo(self, length) => hold(self.start, length);
    SchedExp(self, length) => exponential(self.start, self.end, length);
    SchedPoly(self, length) => match self.power {
        1.0 => linear(self.start, self.end, length),
        p => power(self.start, self.end, p, length),
    };
}

/// Schedules over parts of the way: exactly, and as the floats that fastai makes of the parts. A part of 0 leaves its out.
fn combined(n: Ratio, parts: &[(Ratio, f64)], draw: &dyn Fn(usize, Ratio) -> Schedule) -> Result<Schedule, Refused> {
    let mut laid = crate::empty();
    let (mut before, mut limit, mut late) = (Ratio::from(0), 0.0, false);
    for (i, (part, float)) in parts.iter().enumerate() {
        let length = times(*part, n)?;
        if length.numerator() < 0 {
            return Err("a part of the way is below 0".into());
        }
        if length.numerator() == 0 {
            continue;
        }
        let piece = draw(i, length);
        let piece = if i + 1 == parts.len() { piece.after(After::Continue) } else { piece };
        laid = laid.then(skipped(piece, u64::from(late)));
        // In f32 the seam may be a little past the step that is at it, which then still is the end of the piece before.
        before = exact(before.plus(length))?;
        limit += f64::from(*float as f32);
        let position = before.numerator() as f64 / n.numerator() as f64;
        late = before.denominator() == 1 && i + 1 < parts.len() && (position as f32) < limit as f32;
        if late {
            laid = laid.then(hold(here(), 1));
        }
    }
    Ok(laid)
}

/// Two parts, of which the second is the rest.
fn two(n: Ratio, pct: f64, draw: &dyn Fn(usize, Ratio) -> Schedule) -> Result<Schedule, Refused> {
    if !(0.0..=1.0).contains(&pct) {
        return Err("the first part of the way is from 0 to 1".into());
    }
    let first = Ratio::from(pct);
    combined(n, &[(first, pct), (exact(Ratio::from(1).minus(first))?, 1.0 - pct)], draw)
}

fn two_cosines(n: Ratio, pct: f64, values: [f64; 3]) -> Result<Schedule, Refused> {
    two(n, pct, &|i, length| cosine(values[i], values[i + 1], steps(length)))
}

impl Meaning for CombineScheds {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let n = all(self.n_steps)?;
        if self.pcts.len() != self.scheds.len() {
            return Err("there are as many parts as schedules".into());
        }
        if self.pcts.iter().sum::<f64>() != 1.0 {
            return Err("the sum of the parts is 1, exactly and in floats".into());
        }
        if self.scheds.iter().any(|sched| sched.n_steps().is_some_and(|own| Ratio::from(own) != n)) {
            return Err("the number of steps is that of the whole; leave `n_steps` out inside".into());
        }
        let parts: Vec<(Ratio, f64)> = self.pcts.iter().map(|pct| (Ratio::from(*pct), *pct)).collect();
        combined(n, &parts, &|i, length| self.scheds[i].draw(length))
    }
}

impl Meaning for CombinedCos {
    fn meaning(&self) -> Result<Schedule, Refused> {
        two_cosines(all(self.n_steps)?, self.pct, [self.start, self.middle, self.end])
    }
}

impl FitOneCycle {
    /// The momentum, which falls where the rate rises: `fastai::fit_one_cycle_momentum(..)` in text.
    pub fn momentum(&self) -> Schedule {
        self.second()
    }
}

impl Meaning for FitOneCycle {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let (lr, n) = (self.lr_max, all(self.n_steps)?);
        two_cosines(n, self.pct_start, [lr / self.div, lr, lr / self.div_final])
    }
}

impl Momentum for FitOneCycle {
    const MOMENTUM: &'static str = "fastai::fit_one_cycle_momentum";

    fn momentum_meaning(&self) -> Result<Schedule, Refused> {
        match self.moms[..] {
            [start, middle, end] => two_cosines(all(self.n_steps)?, self.pct_start, [start, middle, end]),
            _ => Err("`moms` is a list of three momenta".into()),
        }
    }
}

impl Meaning for FitFlatCos {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let (lr, end) = (self.lr, self.lr / self.div_final);
        two(all(self.n_steps)?, self.pct_start, &|i, length| match i {
            0 => hold(lr, steps(length)),
            _ => cosine(lr, end, steps(length)),
        })
    }
}

impl Meaning for FitSgdr {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let (n, too_many) = (all(self.n_steps)?, "the epochs of the cycles cannot be counted");
        if self.n_cycles == 0 || self.cycle_len == 0 || self.cycle_mult < 2 || self.n_cycles > 64 {
            return Err(
                "`n_cycles` and `cycle_len` are from 1, and `cycle_mult` from 2, as fastai divides by it less 1".into(),
            );
        }
        let mut lengths = vec![self.cycle_len];
        for _ in 1..self.n_cycles {
            let last = lengths[lengths.len() - 1];
            lengths.push(last.checked_mul(self.cycle_mult).filter(|n| *n < 1 << 48).ok_or(too_many)?);
        }
        let epochs: u64 = lengths.iter().sum();
        let part = |length: &u64| Ok((over(*length, epochs)?, *length as f64 / epochs as f64));
        let parts = lengths.iter().map(part).collect::<Result<Vec<_>, Refused>>()?;
        combined(n, &parts, &|_, length| cosine(self.lr_max, 0.0, steps(length)))
    }
}

impl Meaning for FineTune {
    fn meaning(&self) -> Result<Schedule, Refused> {
        all(self.n_steps)?;
        let n = self.n_steps.unwrap_or(0);
        let epochs = self.epochs.saturating_add(self.freeze_epochs);
        let frozen = n.checked_div(epochs).unwrap_or(0) * self.freeze_epochs;
        if frozen >= n {
            return Err("there are steps with all layers free, so `epochs` is above 0".into());
        }
        let cycle = FitOneCycle::new(n - frozen, self.base_lr / 2.0);
        let free = FitOneCycle { div: self.div, pct_start: self.pct_start, ..cycle }.meaning()?;
        if frozen == 0 {
            return Ok(free);
        }
        let first = FitOneCycle { pct_start: 0.99, ..FitOneCycle::new(frozen, self.base_lr) }.meaning()?;
        Ok(lasting(first, frozen).then(free))
    }
}

impl Meaning for LRFinder {
    fn meaning(&self) -> Result<Schedule, Refused> {
        Ok(exponential(self.start_lr, self.end_lr, self.num_it.max(6)))
    }
}

impl Meaning for ReduceLROnPlateau {
    fn meaning(&self) -> Result<Schedule, Refused> {
        if self.lr <= 0.0 || self.factor <= 1.0 {
            return Err("`lr` is above 0 and `factor`, by which it is divided, above 1".into());
        }
        let smaller = self.monitor.contains("loss") || self.monitor.contains("error");
        // It fires with bad metric number `patience`, where PyTorch waits for one more.
        let rule = plateau()
            .factor(1.0 / self.factor)
            .patience(self.patience.saturating_sub(1))
            .threshold(self.min_delta)
            .threshold_mode(Threshold::Abs)
            .mode(if smaller { Mode::Min } else { Mode::Max })
            .min_factor(self.min_lr / self.lr);
        Ok(self.lr * rule)
    }
}
