//! Dropout.

use rappel_tensor::{Float, Tensor};

use super::Number;
use crate::array::Array;
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// On a tape in training mode, zeroes each value with probability `p` and divides the others by `1 - p`; in evaluation mode,
    /// nothing.
    ///
    /// Which values are dropped is a function of the tape's seed, the step, the number of draws so far in this step, and the
    /// position: it repeats after [`rewind`](crate::Tape::rewind) and when a run is resumed.
    ///
    /// # Panics
    /// At the caller's line, unless `0 <= p < 1`.
    #[track_caller]
    pub fn dropout(self, p: impl Number) -> Self {
        let p = p.to_f64();
        assert!((0.0..1.0).contains(&p), "dropout: the probability must be at least 0 and below 1, not {p}");
        match self.tape.draw() {
            Some(key) if p > 0.0 => self.apply1(Dropout { key, p }),
            _ => self,
        }
    }
}

/// Dropout by key.
#[derive(Clone, Debug)]
pub(crate) struct Dropout {
    pub(crate) key: u64,
    pub(crate) p: f64,
}

impl Primitive for Dropout {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].dropout(self.key, self.p), None)
    }

    fn add_to<T: Float>(&self, to: &mut Tensor<T>, x: &[&Tensor<T>]) {
        to.add_dropout(x[0], self.key, self.p);
    }

    fn vjp<T: Float, V: Array<T>>(&self, _: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add_op(0, self.clone(), &[&g]);
    }
}
