//! Learning-rate schedules as a composable expression tree, for any optimizer library.
//!
//! ```
//! use rappel_schedule::{ScheduleError, cosine, percent, rest, warmup};
//!
//! let lr = warmup(1e-3, 500).then(cosine(1e-3, 1e-5, rest())); // written: a tree, nothing computed yet
//! assert_eq!(lr.to_string(), "warmup(0.001, 500) >> cosine(0.001, 1e-05, rest)");
//!
//! let plan = lr.over(10_000)?; //                                bound to a run of 10,000 steps
//! assert_eq!(plan.at_step(0), 1e-3 / 500.0); //                  the first update uses at_step(0)
//! assert_eq!(plan.at_step(500), 1e-3); //                        any step, in any order
//! assert_eq!(plan.at_step(10_000), 1e-5);
//! # Ok::<(), ScheduleError>(())
//! ```
//!
//! A [`Schedule`] is *written*: values, and durations with units ([`Dur`]). A [`Plan`] is *bound* to a [`Clock`]: every
//! duration is a number of steps and every boundary a sum, made exactly. What can be done with a schedule (print, read, check,
//! bind, evaluate, integrate, differentiate, explain, ...) is a fold over its tree, [`Node`], or over that of its plan. A number
//! is a schedule too, wherever one is taken: `warmup(1e-3, 500).then(1e-3)`.
//!
//! # Time
//!
//! Steps count from 0. A piece of length `n` covers the steps `[0, n)` of its own time and reaches its end value at `n`,
//! where the next piece begins; the right piece owns the boundary. After the end of the last piece its end value holds, for
//! ever: a cosine does not rise again.
//!
//! ```text
//! linear(0, 1, 4)               0    .25  .5   .75 | 1 ...      the end value at step 4
//! linear(0, 1, 4).inclusive()   0    .33  .67  1   | 1 ...      the end value at step 3, the last of the piece
//! warmup(1, 4)                  .25  .5   .75  1   | 1 ...      the first step counts
//! ```
//!
//! Boundaries may lie between two steps: a third of 100 steps ends at 33.3, so the next piece begins with step 34 and its
//! first value is that of its local time 2/3. Nothing is rounded, so three thirds of 100 steps end at 100 and not near it. Only
//! where a sequence stands inside of another piece that begins between two steps, as in `hold(1, 100/3) >> 0.5 * (a >> b)`,
//! is its local time a rounded difference, and its boundary may be taken one step late.
//!
//! # Text
//!
//! What a schedule prints is what it is read from, by [`parse`](str::parse): the same expression that builds it, with `>>`
//! for [`then`](Schedule::then). Values come back with the same bits.
//!
//! ```
//! use rappel_schedule::{ParseError, Schedule, linear, cosine, epochs};
//!
//! let lr: Schedule = "
//!     linear(0, 1e-3, 500)                   # a number is a number of steps
//!         >> cosine(from=1e-3, to=0, length=3ep)
//! ".parse()?;
//! assert_eq!(lr, linear(0.0, 1e-3, 500).then(cosine(1e-3, 0.0, epochs(3))));
//! # Ok::<(), ParseError>(())
//! ```
//!
//! | written | is |
//! |---|---|
//! | `0.1`, `1e-3`, `1_000` | a value, or as a length so many steps, exactly |
//! | `3ep`, `1e6sp`, `2e9tok`, `10%`, `100/3`, `1/3ep`, `rest` | a length: epochs, samples, tokens, part of the run, fraction, the rest |
//! | `linear(0, 1, 10)`, `linear(from=0, to=1, length=10)` | a shape; arguments by place or by name |
//! | `a >> b`, `a + b`, `a - b`, `a * b`, `-a` | `>>` binds the loosest, then `+`, then `*`, as in Rust |
//! | `a.take(10)`, `a.repeat(forever, grow=2)` | a method of [`Schedule`] |
//! | `let p = 1e-3 in a` | [`share`]; to the end of the brackets it is in |
//! | `here`, `there`, `@lr`, `empty` | [`here`], [`there`], [`linked`], [`empty`] |
//! | `user::rex(1, length=100)` | [`user`] |
//! | `torch::StepLR(lr=0.1, step_size=30)` | another library's schedule, with the feature `library` |
//!
//! [`names`] lists every name with a line about it. A [`ParseError`] prints the line with the place underlined.
//!
//! With the feature `serde`, a [`Schedule`] is its text in formats that people read and a list of words in others; the words
//! alone, [`Expr`], are a tree in the former. A [`Clock`], a [`State`], a [`Length`] and a [`Ratio`] are data too.
//!
//! # What a plan says without being run
//!
//! Folds over the pieces: the time they take is that of the pieces and not that of the steps, with the exceptions that
//! [`area`](Plan::area) lists.
//!
//! | of a [`Plan`] | is |
//! |---|---|
//! | [`boundaries`](Plan::boundaries), [`jumps`](Plan::jumps) | where pieces begin and end, and where the value jumps |
//! | [`range`](Plan::range) | the lowest and the highest value of some steps |
//! | [`area`](Plan::area), [`step_at_area`](Plan::step_at_area), [`peak_for_area`](Plan::peak_for_area) | the sum over steps, within a bound, and its inverses |
//! | [`annealing_area`](Plan::annealing_area), [`last_iterate`](Plan::last_iterate) | what two papers predict losses by |
//! | [`explain`](Plan::explain) | the parts at work at a step, with their own times and values |
//! | [`warnings`](Plan::warnings) | what is probably not meant, in a run of some length |
//! | [`derivative`](Plan::derivative), [`gradient`](Plan::gradient) | the slope in a knob, or why there is none |
//!
//! # What is observed
//!
//! [`plateau`] and its kin give a factor that follows a metric. What they remember is a [`State`] beside the plan:
//! [`Plan::observe`] makes a new one from a metric, and [`Plan::at_with`] and [`Plan::try_at_step`] take it; [`Plan::at`] is
//! what holds before anything is observed. They stand wherever a schedule does, in several places at once, but not where
//! time is changed.
//!
//! # Other libraries' words
//!
//! With the feature `library` a schedule can be written as the call one would make in another library, in text as
//! `torch::StepLR(lr=0.1, step_size=30)` and in Rust as `torch::StepLR::new(0.1, 30)`, with the values, ends and off-by-ones of
//! that library; `recipe::llama(peak=3e-4)` is a schedule somebody published; and `to_torch` and `to_optax` write a schedule as
//! a program. Parameters that the library does not take are refused with its rule, as [`Named`](ScheduleError::Named).
//!
//! # Where a mistake is reported
//!
//! Constructors return a `Schedule`, never a `Result`: they keep what they are given, and [`Schedule::check`], which needs
//! no clock, or [`Schedule::bind`], which calls it first, say what is wrong. An optimizer that binds at its first step
//! therefore returns a [`ScheduleError`] from that step.
//!
//! | mistake | found by | error |
//! |---|---|---|
//! | a value that is NaN or infinite | `check` | [`Value`](ScheduleError::Value) |
//! | a duration that is negative, zero, NaN or infinite | `check` | [`Duration`](ScheduleError::Duration) |
//! | more than 100 % of the run | `check` | [`OverWhole`](ScheduleError::OverWhole) |
//! | two pieces that last for the rest of the run | `check` | [`TwoRests`](ScheduleError::TwoRests) |
//! | something after a piece that never ends | `check` | [`Unreachable`](ScheduleError::Unreachable) |
//! | [`empty`] alone | `check` | [`Empty`](ScheduleError::Empty) |
//! | a unit the clock does not know | `bind` | [`Clock`](ScheduleError::Clock) |
//! | a clock whose numbers make no sense | `bind` | [`ClockValue`](ScheduleError::ClockValue) |
//! | settings of an adaptive rule that make no sense | `check` | [`Rule`](ScheduleError::Rule) |
//! | an adaptive rule where time is changed | `bind` | [`AdaptiveUnder`](ScheduleError::AdaptiveUnder) |
//! | quantities that follow each other in a circle | [`bind_together`] | [`LinkCycle`](ScheduleError::LinkCycle) |
//! | a state of another schedule | [`Plan::check_state`] | [`State`](ScheduleError::State) |
//! | batch sizes that make no sense | `bind` | [`BatchSchedule`](ScheduleError::BatchSchedule) |
//! | samples, tokens or epochs from an unknown start, while the batch size changes | `bind` | [`UnknownStart`](ScheduleError::UnknownStart) |
//! | nothing left for `rest()` | `bind` | [`NoRest`](ScheduleError::NoRest) |
//! | values that grow beyond what floats can hold | `bind` | [`Unbounded`](ScheduleError::Unbounded) |
//! | more than 2^53 steps | `bind` | [`TooLong`](ScheduleError::TooLong) |
//! | fractions too fine to be added exactly | both | [`TooFine`](ScheduleError::TooFine) |
//!
//! **`steps - 200` underflows** in a run shorter than 200 steps: a debug build panics in the caller's subtraction, a release
//! build wraps around to 1.8e19 steps, which `bind` refuses. [`rest()`](rest) has neither problem: it is what the other
//! pieces leave of the run.
//!
//! # Laws
//!
//! Tested on random trees `a`, `b`, `c` of all nodes, to depth 6. `==` is equality of trees, `=` that of all values, up to
//! their rounding; where a value jumps, also up to the rounding of the time at which it does.
//!
//! | law | where |
//! |---|---|
//! | `(a >> b) >> c == a >> (b >> c)`, `empty >> a == a == a >> empty` | |
//! | `a >> b` is `a` before its end, to the bit, and from there `b` | |
//! | `(a.take(n) >> b).skip(n) = b` | `a` is at least `n` long |
//! | `a.take(n).take(n) = a.take(n)`; `a.take(n) = a` | the second: `n` is the length of `a`, and `a` does not jump at its end |
//! | `a.skip(n).skip(m) = a.skip(n + m)` | |
//! | `(a + b) + c == a + (b + c)`, `a + b = b + a`, `a + 0 = a`; the same for `*` and 1 | |
//! | `min` and `max` are a lattice: `a.min(a.max(b)) = a` | |
//! | `a.clamp(v, w).clamp(v, w) = a.clamp(v, w)`, between `v` and `w` | |
//! | `(a >> b) * v = a * v >> b * v`, `a * v * w = a * (v w)`, `a.scale(v) == a * v`, `a.offset(v) == a + v` | `v`, `w` numbers |
//! | `a + b`, `a * b`, `a.min(b)`, `a.max(b)` have the length of the longer | numbers have none |
//! | `a.stretch(k).stretch(j) = a.stretch(k j)`, `(a >> b).stretch(k) = a.stretch(k) >> b.stretch(k)`, `a.stretch(1) = a` | `k`, `j` exact |
//! | `a.reverse().reverse() == a`, `(a >> b).reverse() = b.reverse() >> a.reverse()` | `a`, `b` end |
//! | `a.repeat(2) = a >> a`, also growing by `k` and decaying by `v`: `a >> a.stretch(k) * v` | |
//! | `a.repeat(forever) = a >> a.repeat(forever)` | |
//! | `a.splice(b) = a >> b.skip(n)` | `n` is the length of `a`, and `b` is longer |
//! | `a >> linear(here, v, n)` does not jump at its seam | |
//! | `a.hold_every(1) = a` at whole steps, to the bit | |
//! | `(a >> b).inclusive() == a >> b.inclusive()`, `inclusive` twice is `inclusive` | |
//! | from its length on, a plan is constant | `a` ends |
//! | values from step `k` on are the same whether or not the steps before were asked for | |
//! | pieces that sum to `n` exactly, in fractions, end at `n` exactly | |
//! | `area(i..j) + area(j..k) = area(i..k)`, and each is the sum of the values, within its error | |
//! | every value of the steps lies in their `range` | |
//! | `fill` gives the values of the steps, to the bit | |
//! | the plan written back, `Schedule::from(plan)`, has its values to the bit | |
#![forbid(unsafe_code)]

mod adaptive;
mod analysis;
mod batches;
mod bind;
mod bounds;
mod check;
mod clock;
mod duration;
mod error;
mod form;
mod interval;
mod library;
mod node;
mod normal;
mod piece;
mod plan;
#[cfg(feature = "plot")]
mod plot;
mod quantities;
mod ratio;
mod registry;
mod schedule;
#[cfg(feature = "serde")]
mod serde;
mod shapes;
mod simplify;
mod text;
mod value;
mod walk;
mod written;

pub use adaptive::{
    Adaptive, Greedy, KerasPlateau, Mode, OptaxPlateau, Plateau, Stable, State, Threshold, adaptive, adaptive_rule,
    greedy, plateau, plateau_keras, plateau_optax, stable,
};
pub use analysis::{Area, BestRate, Explanation, Jump, LastIterate, Line, Warning};
pub use batches::BatchSizes;
pub use clock::Clock;
pub use duration::{Dur, Length, Unit, epochs, fraction, percent, rest, samples, steps, tokens};
pub use error::ScheduleError;
pub use form::{After, Cycles, Fold, Named, Reach, Segment, Shared, forever, share, share_length, times};
#[cfg(feature = "library")]
pub use library::{
    NotExpressible, Recipe, fastai, keras, optax, recipes, timm, to_optax, to_torch, torch, transformers,
};
pub use node::Node;
pub use plan::{Knob, Plan};
#[cfg(feature = "plot")]
pub use plot::{Plot, PlotError};
pub use quantities::bind_together;
pub use ratio::Ratio;
pub use registry::Registry;
pub use schedule::{Schedule, empty, linked, user, user_steps};
pub use shapes::{
    Cosine, CosinePower, Exponential, ExponentialDecay, Harmonic, Hold, InversePower, InverseSqrt, InverseTime,
    KCosine, KPolynomial, Linear, Noise, OneMinusSqrt, Polynomial, Power, Shape, Tanh, Warmup, constant, cosine,
    cosine_knots, cosine_power, exponential, exponential_decay, harmonic, hold, inverse_power, inverse_sqrt,
    inverse_time, k_cosine, k_polynomial, knots, linear, log_knots, noise, one_minus_sqrt, polynomial, power, table,
    tanh, warmup,
};
pub use text::{Arg, Call, Entry, EntryKind, Expr, Infix, Kind, Number, ParseError, did_you_mean, names};
pub use value::{Value, here, there};

/// The program in the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
