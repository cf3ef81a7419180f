//! Schedulers of schedulers.

use super::*;
use crate::library::field::Field;
use crate::library::importer::{Importer, Meaning, Refused, importers};
use crate::library::lay::{at_steps, lasting, part};
use crate::text::{Args, Expr, FromExpr, Kind, ParseError, Scope};
use crate::{After, Schedule, constant, cosine, exponential_decay, forever};

macro_rules! schedulers {
    ($($name:ident),*) => {
        /// A scheduler inside another. None of the two that have some themselves: inside another, PyTorch's are a step ahead or
        /// fail at a milestone.
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
                let name = call.name();
                Err(args.wrong(match name {
                    "torch::SequentialLR" | "torch::ChainedScheduler" => format!(
                        "PyTorch's own `{name}` inside another is a step ahead, or fails at its milestone; write it flat, or \
                         with `>>` and `*`"
                    ),
                    "torch::ReduceLROnPlateau" => format!(
                        "PyTorch takes no `{name}` inside another; a schedule times `plateau(..)` does the same"
                    ),
                    _ => format!("`{name}` is not a scheduler of torch that can be inside another"),
                }))
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
    StepLR,
    MultiStepLR,
    ConstantLR,
    LinearLR,
    ExponentialLR,
    PolynomialLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    CyclicLR,
    OneCycleLR,
    SWALR
);

impl Scheduler {
    /// The steps after which it changes nothing any more, if it is one that a chain takes.
    fn settled(&self) -> Option<u64> {
        match self {
            Scheduler::ConstantLR(ConstantLR { total_iters, .. })
            | Scheduler::LinearLR(LinearLR { total_iters, .. })
            | Scheduler::PolynomialLR(PolynomialLR { total_iters, .. }) => Some(*total_iters),
            Scheduler::MultiStepLR(steps) => {
                Some(steps.milestones.iter().map(|m| (*m).max(0) as u64).max().unwrap_or(0))
            }
            _ => None,
        }
    }
}

importers! { "torch";
    /// Schedulers one after the other, each from its milestone on and in its own time.
    ///
    /// PyTorch's values are kept where they depend on the order of construction: a [`OneCycleLR`] replaces the base rate of the
    /// schedulers behind it, and of the first one, which is set once more at the end; so does a [`CyclicLR`] that comes first;
    /// and a [`SWALR`] starts from the value before it.
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
        Some(own) => Err(format!(
            "one of the schedulers has the base rate {own} and the whole has {lr}; in PyTorch both are the optimizer's"
        )),
        None => Ok(lr),
    }
}

/// The value of the step before `start`.
fn before(pieces: &[(i64, Schedule)], start: i64) -> Result<f64, Refused> {
    let step = start - 1;
    let (begin, piece) = pieces.iter().rev().find(|(begin, _)| *begin <= step).ok_or("nothing comes before it")?;
    let step = step.saturating_sub(*begin).unsigned_abs();
    let plan = piece.over(step.saturating_add(1)).map_err(|error| error.to_string())?;
    Ok(plan.at_step(step))
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
        let bases: Vec<f64> = (0..)
            .zip(schedulers)
            .map(|(i, scheduler)| {
                match scheduler {
                    Scheduler::OneCycleLR(one) => last = one.max_lr / one.div_factor,
                    Scheduler::CyclicLR(cyclic) if i == 0 => last = cyclic.base_lr,
                    _ => {}
                }
                last
            })
            .collect();
        let first = milestones.iter().take_while(|m| **m <= 0).count();
        let mut pieces: Vec<(i64, Schedule)> = Vec::new();
        for (i, (scheduler, base)) in schedulers.iter().zip(bases).enumerate() {
            let start = if i == 0 { 0 } else { milestones[i - 1] };
            let base = match scheduler {
                Scheduler::SWALR(_) if i > 0 && start > 0 => before(&pieces, start)?,
                Scheduler::CyclicLR(_) | Scheduler::OneCycleLR(_) | Scheduler::CosineAnnealingWarmRestarts(_) => base,
                _ if i == first => last,
                _ => base,
            };
            pieces.push((start, scheduler.at(base)?));
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
        let period = self.length.saturating_mul(2);
        let mut factors = vec![cosine(0.0, 1.0, self.length).after(After::Continue)];
        for (scheduler, before) in self.before.iter().map(|s| (s, true)).chain(self.after.iter().map(|s| (s, false))) {
            match scheduler {
                Scheduler::ExponentialLR(decay) if decay.gamma > 0.0 => {
                    // The step at which the cosine begins does not count for what comes before it in the chain.
                    let first = if before { 1.0 / decay.gamma } else { 1.0 };
                    factors.push(exponential_decay(first, decay.gamma, 1).take(period).repeat(forever()));
                }
                scheduler if scheduler.settled().is_some_and(|steps| steps <= self.length) => {}
                _ => {
                    return Err(
                        "after the cosine has been at 0 PyTorch begins it anew and forgets what the others did, \
                                which has no closed form for others that still change"
                            .into(),
                    );
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
                | Scheduler::SWALR(_) => {
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
