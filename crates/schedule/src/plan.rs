//! A schedule bound to a clock.

use crate::{Node, Span};
use rappel_elem::Scalar;

/// A schedule bound to a clock: a pure function of the step.
///
/// Made by [`Schedule::over`](crate::Schedule::over) or [`Schedule::bind`](crate::Schedule::bind). It keeps no position:
/// any step can be asked for, in any order, from any thread, without allocating. `K` is the number its knobs are read as;
/// [`lift`](Plan::lift) changes it.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, linear};
///
/// let plan = linear(0.0, 1.0, 10).then(0.5).bind(&Clock::new())?;
/// assert_eq!(plan.at_step(9), 0.9);
/// assert_eq!(plan.at_step(10), 0.5); // the right piece owns the boundary
/// assert_eq!(plan.at(9.999), 0.9999); // between steps too
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Plan<K = f64>(Node<K, Span<K>>);

impl<K: Scalar> Plan<K> {
    pub(crate) fn of(node: Node<K, Span<K>>) -> Plan<K> {
        Plan(node)
    }

    /// The tree.
    pub fn node(&self) -> &Node<K, Span<K>> {
        &self.0
    }

    /// The value at time `t`, in steps from the start of the run.
    ///
    /// Before 0 it is the start value, from the end on the end value. At NaN the value is NaN where the schedule depends on
    /// time. Its derivative in a knob or in time, where `K` carries one, is that of the piece that owns `t`: at a boundary
    /// the right-hand one, and none in the position of a boundary where the value jumps.
    #[inline]
    pub fn at(&self, t: K) -> K {
        self.0.at(t)
    }

    /// The value that holds after the end.
    pub fn end(&self) -> K {
        self.0.end()
    }

    /// The length in steps, perhaps with a fraction; `None` if it never ends.
    pub fn length(&self) -> Option<K> {
        self.0.length()
    }

    /// The same schedule with its knobs as another number, such as a dual number that carries a derivative.
    ///
    /// `f` reads each knob once, in the order of the text: piece by piece, the values of a piece before its length in steps.
    /// The length of a piece for the [`rest`](crate::rest) of the run is no knob: it shrinks as the others grow. Lengths are
    /// expected to stay above zero; where one does not, its piece is passed over.
    ///
    /// ```
    /// use rappel_elem::Dual;
    /// use rappel_schedule::{Clock, linear};
    ///
    /// let plan = linear(0.0, 1.0, 100).bind(&Clock::new())?;
    /// // The derivative in the length, the third knob.
    /// let mut knob = 0;
    /// let dual = plan.lift(|v| {
    ///     knob += 1;
    ///     if knob == 3 { Dual::variable(v) } else { Dual::constant(v) }
    /// });
    /// let y = dual.at(Dual::constant(50.0));
    /// assert_eq!((y.v, y.d), (0.5, -0.005)); // t / n, -t / n^2
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn lift<L: Scalar>(&self, mut f: impl FnMut(K) -> L) -> Plan<L> {
        Plan(self.0.lift(&mut f))
    }
}

impl Plan {
    /// The value at step `k`, which update number `k` (from 0) uses. Steps are exact up to 2^53, beyond every end.
    #[inline]
    pub fn at_step(&self, k: u64) -> f64 {
        self.at(k as f64)
    }

    /// The number of steps before the end: the length, rounded up. `None` if it never ends.
    pub fn steps(&self) -> Option<u64> {
        self.length().map(|n| n.ceil() as u64)
    }

    /// Writes the values of the steps `from`, `from + 1`, ... into `out`: for each the value [`at_step`](Plan::at_step)
    /// gives.
    ///
    /// ```
    /// use rappel_schedule::{Clock, linear};
    ///
    /// let mut rates = [0.0; 4];
    /// linear(0.0, 1.0, 4).bind(&Clock::new())?.fill(&mut rates, 2);
    /// assert_eq!(rates, [0.5, 0.75, 1.0, 1.0]);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn fill(&self, out: &mut [f64], from: u64) {
        for (k, out) in (from..).zip(out) {
            *out = self.at_step(k);
        }
    }
}
