//! Schedules compared and improved without a run, and from one.
//!
//! The last iterate of gradient descent on a convex problem ends no further above the minimum than a bound says, and that bound is a
//! formula in nothing but the rates: [`LastIterate`](rappel_schedule::LastIterate). It ranks schedules as practice does, so it is
//! worth descending.
//!
//! | | |
//! |---|---|
//! | [`Descent`] | descends the bound in every rate of a run: which shape is best? |
//! | [`Tuning`] | descends it in the knobs of a schedule: how long should *this* warm-up be? |
//! | [`transfer`] | the factor for a tuned base rate when the schedule or the number of steps changes |
//! | [`predicted`] | the bound after each step, at the best base rate |
//! | [`Refinement`] | the schedule that the gradient norms of a finished run ask for |
//! | [`outline`] | a curve of rates as a short schedule |
//! | [`chebyshev`] | the rates for a quadratic whose curvatures are known |

mod chebyshev;
mod descent;
mod median;
mod norms;
mod outline;
mod prediction;
mod refinement;
mod tuning;

pub use chebyshev::chebyshev;
pub use descent::{Descended, Descent};
pub use norms::Norms;
pub use outline::outline;
pub use prediction::{predicted, transfer};
pub use refinement::{Measure, Refinement};
pub use tuning::{Tuned, Tuning};
