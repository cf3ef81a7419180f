//! Schedulers of schedulers.

use super::*;
use crate::library::field::Field;
use crate::library::importer::{Importer, Meaning, Refused, importers};
use crate::library::lay::{at_steps, lasting, part};
use crate::text::{Args, Expr, FromExpr, Kind, ParseError, Scope};
use crate::{After, Schedule, constant, cosine, exponential_decay, forever};

macro_rules! schedulers {
    ($($name:ident),*) => {
        /// A scheduler inside another.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Scheduler {
            $(#[doc = concat!("See [`", stringify!($name), "`](super::", stringify!($name), ").")] $name($name),)*
        }

        $(
            impl From<$name> for Scheduler {
                fn from(scheduler: $name) -> Scheduler {
                    Scheduler::$name(scheduler)
                }
            }
        )*

        impl Scheduler {
            fn lr(&self) -> Option<f64> {
                match self { $(Scheduler::$name(scheduler) => scheduler.lr,)* }
            }

            /// What it means for another base rate.
            fn at(&self, lr: f64) -> Result<Schedule, Refused> {
                match self {
                    $(Scheduler::$name(scheduler) => $name { lr: Some(lr), ..scheduler.clone() }.meaning(),)*
                }
            }
        }

        impl FromExpr for Scheduler {
            fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<Scheduler, ParseError> {
                let Kind::Call(call) = expr.kind() else {
                    return Err(scope.error("this is not a scheduler of torch", expr));
                };
                let mut args = Args::new(call, *scope);
                $(
                    if call.name() == $name::NAME {
                        let scheduler = Scheduler::$name($name::read(&mut args)?);
                        args.finish()?;
                        return Ok(scheduler);
                    }
                )*
                Err(args.wrong(format!("`{}` is not a scheduler of torch", call.name())))
            }
        }

        impl Field for Scheduler {
            fn expr(&self) -> Expr {
                Kind::Call(match self { $(Scheduler::$name(scheduler) => scheduler.call(),)* }).into()
            }
        }
    };
}
schedulers!(
    StepLR, MultiStepLR, ConstantLR, LinearLR, ExponentialLR, PolynomialLR, CosineAnnealingLR, CosineAnnealingWarmRestarts,
    CyclicLR, OneCycleLR, SWALR, SequentialLR, ChainedScheduler
);

impl Scheduler {
    /// The steps after which it changes nothing any more, if it is one that a chain takes.
    fn settled(&self) -> Option<u64> {
        match self {
            Scheduler::ConstantLR(ConstantLR { total_iters, .. })
            | Scheduler::LinearLR(LinearLR { total_iters, .. })
            | Scheduler::PolynomialLR(PolynomialLR { total_iters, .. }) => Some(*total_iters),
            Scheduler::MultiStepLR(steps) => Some(steps.milestones.iter().map(|m| (*m).max(0) as u64).max().unwrap_or(0)),
            _ => None,
        }
    }
}

importers! { "torch";
    /// Schedulers one after the other, each from its milestone on and in its own time.
    ///
    /// A [`OneCycleLR`] replaces the optimizer's base rate when it is constructed, and with it that of the schedulers behind
    /// it, and of the first, which is set once more at the end: PyTorch's values are kept.
    SequentialLR "SequentialLR" base lr: f64 { schedulers: Vec<Scheduler>, milestones: Vec<i64>; }

    /// Schedulers at once, each of which changes the rate by a ratio.
    ///
    /// Refused is what PyTorch does not make a product of: a scheduler that sets the rate whatever the others did, and a
    /// cosine to another rate than 0.
    ChainedScheduler "ChainedScheduler" base lr: f64 { schedulers: Vec<Scheduler>; }
}

/// The base rate of the schedulers inside, which may repeat it.
fn shared(lr: Option<f64>, schedulers: &[Scheduler]) -> Result<f64, Refused> {
    let lr = base(lr)?;
    match schedulers.iter().filter_map(Scheduler::lr).find(|own| *own != lr) {
        Some(own) => Err(format!("one of the schedulers has the base rate {own} and the whole has {lr}; in PyTorch both are the optimizer's")),
        None => Ok(lr),
    }
}

impl Meaning for SequentialLR {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let SequentialLR { lr, schedulers, milestones } = self;
        let lr = shared(*lr, schedulers)?;
        if schedulers.len() != milestones.len() + 1 {
            return Err("there is one scheduler more than there are milestones".into());
        }
        if milestones.windows(2).any(|pair| pair[0] > pair[1]) {
            return Err("the milestones are in increasing order".into());
        }
        // The base rate each was constructed with, and the one that stands at the end.
        let mut last = lr;
        let bases: Vec<f64> = schedulers
            .iter()
            .map(|scheduler| {
                if let Scheduler::OneCycleLR(one) = scheduler {
                    last = one.max_lr / one.div_factor;
                }
                last
            })
            .collect();
        let first = milestones.iter().take_while(|m| **m <= 0).count();
        let mut pieces = Vec::new();
        for (i, (scheduler, base)) in schedulers.iter().zip(bases).enumerate() {
            let start = if i == 0 { 0 } else { milestones[i - 1] };
            let resets = matches!(
                scheduler,
                Scheduler::CyclicLR(_) | Scheduler::OneCycleLR(_) | Scheduler::CosineAnnealingWarmRestarts(_)
            );
            pieces.push((start, scheduler.at(if i == first && !resets { last } else { base })?));
        }
        match <[_; 1]>::try_from(pieces) {
            Ok([(_, only)]) => Ok(only),
            Err(pieces) => Ok(at_steps(pieces)),
        }
    }
}

/// A chain's cosine and what is before and behind it.
struct Around<'a> {
    before: &'a [Scheduler],
    length: u64,
    after: &'a [Scheduler],
}

fn product(lr: Option<f64>, schedulers: impl IntoIterator<Item = Schedule>) -> Schedule {
    let mut factors = lr.map(constant).into_iter().chain(schedulers.into_iter().map(part));
    let first = factors.next().unwrap_or_else(|| constant(1.0));
    factors.fold(first, |product, factor| product * factor)
}

impl Around<'_> {
    /// After the cosine has been at zero PyTorch begins it anew from the base rate, each time it has been there: of the others
    /// counts only what they change from then on.
    fn anew(&self, lr: f64) -> Result<Schedule, Refused> {
        let period = 2 * self.length;
        let mut factors = vec![cosine(0.0, 1.0, self.length).after(After::Continue)];
        for (scheduler, before) in
            self.before.iter().map(|s| (s, true)).chain(self.after.iter().map(|s| (s, false)))
        {
            match scheduler {
                Scheduler::ExponentialLR(decay) if decay.gamma > 0.0 => {
                    // The step at which the cosine begins does not count for what comes before it in the chain.
                    let first = if before { 1.0 / decay.gamma } else { 1.0 };
                    factors.push(exponential_decay(first, decay.gamma, 1).take(period).repeat(forever()));
                }
                scheduler if scheduler.settled().is_some_and(|steps| steps <= self.length) => {}
                _ => {
                    return Err("after the cosine has been at 0 PyTorch begins it anew and forgets what the others did, \
                                which has no closed form for others that still change"
                        .into());
                }
            }
        }
        Ok(product(Some(lr), factors))
    }
}

impl Meaning for ChainedScheduler {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let lr = shared(self.lr, &self.schedulers)?;
        if self.schedulers.is_empty() {
            return Err("it needs a scheduler".into());
        }
        if let [only] = &self.schedulers[..] {
            return only.at(lr);
        }
        let mut around = None;
        for (i, scheduler) in self.schedulers.iter().enumerate() {
            match scheduler {
                Scheduler::CosineAnnealingLR(cosine) if cosine.eta_min == 0.0 && around.is_none() => {
                    let (before, after) = (&self.schedulers[..i], &self.schedulers[i + 1..]);
                    around = Some(Around { before, length: cosine.T_max, after });
                }
                Scheduler::CosineAnnealingLR(_) => {
                    return Err("a cosine that does not end at 0, or a second one, makes no product in PyTorch: \
                                `eta_min` is added after the others have multiplied; write the product you mean"
                        .into());
                }
                Scheduler::CyclicLR(_)
                | Scheduler::OneCycleLR(_)
                | Scheduler::CosineAnnealingWarmRestarts(_)
                | Scheduler::SWALR(_)
                | Scheduler::SequentialLR(_)
                | Scheduler::ChainedScheduler(_) => {
                    return Err("one of the schedulers sets the rate whatever the others did, so it is no product; \
                                write the product you mean with `*`"
                        .into());
                }
                _ => {}
            }
        }
        let factors = self.schedulers.iter().map(|s| s.at(1.0)).collect::<Result<Vec<_>, _>>()?;
        let all = product(Some(lr), factors);
        match around {
            Some(around) => Ok(lasting(all, around.length).then(around.anew(lr)?)),
            None => Ok(all),
        }
    }
}
