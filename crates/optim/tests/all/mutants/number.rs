//! A number whose n-th operation is wrong.

use std::cell::Cell;
use std::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Sub};
use std::panic::Location;

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

/// The operation that was made wrong: its name and where it is written.
pub(super) type Site = (&'static str, &'static Location<'static>);

thread_local! {
    static COUNT: Cell<u32> = const { Cell::new(0) };
    static WRONG: Cell<Option<Mutation>> = const { Cell::new(None) };
    static SITE: Cell<Option<Site>> = const { Cell::new(None) };
}

/// Runs a stage with one of its operations wrong, or none; gives how many it has.
pub(super) fn stage<V>(wrong: Option<Mutation>, run: impl FnOnce() -> V) -> (V, u32) {
    COUNT.set(0);
    WRONG.set(wrong);
    let value = run();
    WRONG.set(None);
    (value, COUNT.get())
}

/// The operation that was made wrong last; none if there was none in its place.
pub(super) fn site() -> Option<Site> {
    SITE.take()
}

/// Counts an operation; says how it is to be wrong, if it is.
#[track_caller]
fn wrong(name: &'static str) -> Option<u8> {
    let place = COUNT.get();
    COUNT.set(place + 1);
    let way = WRONG.get().filter(|wrong| wrong.place == place)?.way;
    SITE.set(Some((name, Location::caller())));
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
            #[track_caller]
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

    /// The number itself, or 0.
    #[track_caller]
    fn neg(self) -> Mutant {
        match wrong("neg") {
            None => Mutant(-self.0),
            Some(0) => self,
            Some(_) => Mutant::of(0.0),
        }
    }
}

/// The answer of a comparison.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer(bool);

macro_rules! answers {
    ($($op:ident $method:ident $sign:tt;)*) => { $(
        impl $op for Answer {
            type Output = Answer;

            /// One of the two.
            #[track_caller]
            fn $method(self, o: Answer) -> Answer {
                match wrong(stringify!($method)) {
                    None => Answer(self.0 $sign o.0),
                    Some(0) => self,
                    Some(_) => o,
                }
            }
        }
    )* };
}
answers! { BitAnd bitand &; BitOr bitor |; }

impl Not for Answer {
    type Output = Answer;

    /// The answer itself, or always.
    #[track_caller]
    fn not(self) -> Answer {
        match wrong("not") {
            None => Answer(!self.0),
            Some(0) => self,
            Some(_) => Answer(true),
        }
    }
}

/// A function, the number itself, or 0.
macro_rules! functions {
    ($($method:ident)*) => { $(
        #[track_caller]
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
        #[track_caller]
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
    type Mask = Answer;

    /// Another constant: 1 more or 1 less; 1 or -1 for infinity.
    #[track_caller]
    fn lit(self, c: f64) -> Mutant {
        let by = match wrong("lit") {
            None => return Mutant::of(c),
            Some(0) => 1.0,
            Some(_) => -1.0,
        };
        Mutant::of(if c.is_finite() { c + by } else { by })
    }

    functions! {
        exp expm1 exp2 ln ln_1p log2 sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh erf erfc sigmoid abs floor ceil
        trunc round_ties_even
    }

    of_two! { hypot atan2 fmod powf min max }

    /// The number itself, or another power.
    #[track_caller]
    fn powi(self, n: i32) -> Mutant {
        match wrong("powi") {
            None => Mutant(Elem::powi(self.0, n)),
            Some(0) => self,
            Some(_) => Mutant(Elem::powi(self.0, n + 1)),
        }
    }

    /// The contrary, or always.
    #[track_caller]
    fn below(self, o: Mutant) -> Answer {
        let below = self.0.v < o.0.v;
        Answer(match wrong("below") {
            None => below,
            Some(0) => !below,
            Some(_) => true,
        })
    }

    /// Always one of the two. On the tape the slope of what is not picked is multiplied by 0, and so it is here: an infinite one shows.
    #[track_caller]
    fn pick(m: Answer, a: Mutant, b: Mutant) -> Mutant {
        let first = match wrong("pick") {
            None => m.0,
            Some(way) => way == 0,
        };
        let (taken, left) = if first { (a.0, b.0) } else { (b.0, a.0) };
        Mutant(Dual { v: taken.v, d: taken.d + 0.0 * left.d })
    }
}
