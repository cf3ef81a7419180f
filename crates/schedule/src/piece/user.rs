//! A function from the registry.

use crate::registry::Function;
use rappel_elem::Scalar;
use std::fmt;
use std::sync::Arc;

/// The most values a user's function can have: its derivatives are kept without allocating.
pub(crate) const MOST_VALUES: usize = 31;

/// A user's function and the values it is called with.
#[derive(Clone)]
pub(crate) struct User<K> {
    pub(crate) name: Arc<str>,
    pub(crate) function: Function,
    pub(crate) values: Box<[K]>,
    /// The values' real parts, which the function takes.
    pub(crate) numbers: Box<[f64]>,
    pub(crate) length: Option<K>,
}

impl<K: Scalar> User<K> {
    pub(crate) fn at(&self, t: K) -> K {
        let z = match self.length {
            Some(n) if t.re() >= n.re() => t.lit(1.0),
            _ if t.re() < 0.0 => t.lit(0.0),
            Some(n) => t / n,
            None => t,
        };
        let value = t.lit((self.function.value)(z.re(), &self.numbers));
        let Some(slopes) = &self.function.slopes else { return value };
        let mut by = [0.0; MOST_VALUES + 1];
        let by = &mut by[..=self.numbers.len()];
        slopes(z.re(), &self.numbers, by);
        // Each argument's deviation from its own number is zero and carries its derivative.
        let arguments = std::iter::once(z).chain(self.values.iter().copied());
        arguments.zip(by).fold(value, |sum, (x, by)| sum + (x - x.lit(x.re())) * x.lit(*by))
    }
}

/// Equal if the same function is called with the same values; a name may mean another in another registry.
impl<K: PartialEq> PartialEq for User<K> {
    fn eq(&self, o: &Self) -> bool {
        Arc::ptr_eq(&self.function.value, &o.function.value) && self.values == o.values && self.length == o.length
    }
}

impl<K: fmt::Debug> fmt::Debug for User<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("name", &self.name)
            .field("values", &self.values)
            .field("length", &self.length)
            .finish()
    }
}
