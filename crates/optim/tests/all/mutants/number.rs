//! A number whose n-th operation is wrong.

use std::cell::Cell;
use std::ops::{Add, Div, Mul, Neg, Sub};

use rappel_elem::{Dual, Elem};

/// Which operation is made wrong, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mutation {
    /// The place among the operations of a stage.
    pub(super) place: u32,
    /// One of [`WAYS`].
    pub(super) way: u8,
}

/// In how many ways an operation is made wrong.
pub(super) const WAYS: u8 = 2;

thread_local! {
    static COUNT: Cell<u32> = const { Cell::new(0) };
    static WRONG: Cell<Option<Mutation>> = const { Cell::new(None) };
    /// The name of the operation that was made wrong.
    static NAME: Cell<&'static str> = const { Cell::new("") };
}

/// Runs a stage with one of its operations wrong, or none; gives how many it has.
pub(super) fn stage<V>(wrong: Option<Mutation>, run: impl FnOnce() -> V) -> (V, u32) {
    COUNT.set(0);
    WRONG.set(wrong);
    let value = run();
    WRONG.set(None);
    (value, COUNT.get())
}

/// The operation that was made wrong last.
pub(super) fn name() -> &'static str {
    NAME.get()
}

/// Counts an operation; says how it is to be wrong, if it is.
fn wrong(name: &'static str) -> Option<u8> {
    let place = COUNT.get();
    COUNT.set(place + 1);
    let way = WRONG.get().filter(|wrong| wrong.place == place)?.way;
    NAME.set(name);
    Some(way)
}

/// A number with its derivative that computes as it should, but for one operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mutant(pub(super) Dual<f64>);

impl Mutant {
    /// A number that does not move.
    pub(super) fn of(x: f64) -> Self {
        Mutant(Dual::constant(x))
    }
}

macro_rules! operators {
    ($($op:ident $method:ident $sign:tt $wrong:tt;)*) => { $(
        impl $op for Mutant {
            type Output = Mutant;

            /// The opposite operation, or the left operand.
            fn $method(self, o: Mutant) -> Mutant {
                match wrong(stringify!($method)) {
                    None => Mutant(self.0 $sign o.0),
                    Some(0) => Mutant(self.0 $wrong o.0),
                    Some(_) => self,
                }
            }
        }
    )* };
}
operators! { Add add + -; Sub sub - +; Mul mul * /; Div div / *; }

impl Neg for Mutant {
    type Output = Mutant;

    fn neg(self) -> Mutant {
        match wrong("neg") {
            None => Mutant(-self.0),
            Some(0) => self,
            Some(_) => Mutant::of(0.0),
        }
    }
}

/// A function, the number itself, or 0.
macro_rules! functions {
    ($($method:ident)*) => { $(
        fn $method(self) -> Mutant {
            match wrong(stringify!($method)) {
                None => Mutant(Elem::$method(self.0)),
                Some(0) => self,
                Some(_) => Mutant::of(0.0),
            }
        }
    )* };
}

/// A function of two, or either of them.
macro_rules! of_two {
    ($($method:ident)*) => { $(
        fn $method(self, o: Mutant) -> Mutant {
            match wrong(stringify!($method)) {
                None => Mutant(Elem::$method(self.0, o.0)),
                Some(0) => self,
                Some(_) => o,
            }
        }
    )* };
}

impl Elem for Mutant {
    type Mask = bool;

    /// Another constant.
    fn lit(self, c: f64) -> Mutant {
        match wrong("lit") {
            None => Mutant::of(c),
            Some(0) => Mutant::of(c + 1.0),
            Some(_) => Mutant::of(c - 1.0),
        }
    }

    functions! {
        exp expm1 exp2 ln ln_1p log2 sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh erf erfc sigmoid abs floor ceil
        trunc round_ties_even
    }

    of_two! { hypot atan2 fmod powf min max }

    fn powi(self, n: i32) -> Mutant {
        match wrong("powi") {
            None => Mutant(Elem::powi(self.0, n)),
            Some(0) => self,
            Some(_) => Mutant(Elem::powi(self.0, n + 1)),
        }
    }

    /// The contrary, or always.
    fn below(self, o: Mutant) -> bool {
        match wrong("below") {
            None => self.0.v < o.0.v,
            Some(0) => self.0.v >= o.0.v,
            Some(_) => true,
        }
    }

    /// Always one of the two.
    fn pick(m: bool, a: Mutant, b: Mutant) -> Mutant {
        match wrong("pick") {
            None => {
                if m {
                    a
                } else {
                    b
                }
            }
            Some(0) => a,
            Some(_) => b,
        }
    }
}
