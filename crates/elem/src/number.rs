//! `f32` and `f64` as elements.

use crate::{Elem, Scalar, math};

/// What the two number types share, word for word.
macro_rules! common {
    () => {
        type Mask = bool;

        #[inline(always)]
        fn sqrt(self) -> Self {
            self.sqrt()
        }
        #[inline(always)]
        fn abs(self) -> Self {
            self.abs()
        }
        #[inline(always)]
        fn floor(self) -> Self {
            self.floor()
        }
        #[inline(always)]
        fn ceil(self) -> Self {
            self.ceil()
        }
        #[inline(always)]
        fn trunc(self) -> Self {
            self.trunc()
        }
        #[inline(always)]
        fn round_ties_even(self) -> Self {
            self.round_ties_even()
        }
        #[inline(always)]
        fn fmod(self, o: Self) -> Self {
            self % o
        }
        // `|`, not `||`: both comparisons are made, so that a loop over slices has no branch in it.
        #[inline(always)]
        fn min(self, o: Self) -> Self {
            if (self < o) | self.is_nan() { self } else { o }
        }
        #[inline(always)]
        fn max(self, o: Self) -> Self {
            if (self > o) | self.is_nan() { self } else { o }
        }
        #[inline(always)]
        fn below(self, o: Self) -> bool {
            self < o
        }
        #[inline(always)]
        fn pick(m: bool, a: Self, b: Self) -> Self {
            if m { a } else { b }
        }
    };
}

/// Functions of one number that another function computes.
macro_rules! functions {
    ($($method:ident = $function:path;)*) => {
        $(#[inline(always)]
        fn $method(self) -> Self {
            $function(self)
        })*
    };
}

/// The functions are those of [`math`].
impl Elem for f32 {
    common!();

    #[inline(always)]
    fn lit(self, c: f64) -> Self {
        c as f32
    }

    functions! {
        exp = math::exp; expm1 = math::expm1; exp2 = math::exp2; ln = math::ln; ln_1p = math::ln_1p; log2 = math::log2;
        sin = math::sin; cos = math::cos; tan = math::tan; asin = math::asin; acos = math::acos; atan = math::atan;
        sinh = math::sinh; cosh = math::cosh; tanh = math::tanh; asinh = math::asinh; acosh = math::acosh;
        atanh = math::atanh; erf = math::erf; erfc = math::erfc; sigmoid = math::sigmoid;
    }

    #[inline(always)]
    fn atan2(self, o: Self) -> Self {
        math::atan2(self, o)
    }
    #[inline(always)]
    fn hypot(self, o: Self) -> Self {
        math::hypot(self, o)
    }
    #[inline(always)]
    fn powf(self, e: Self) -> Self {
        math::powf(self, e)
    }
    #[inline(always)]
    fn powi(self, n: i32) -> Self {
        math::powi(self, n)
    }
}

/// The functions are those of the standard library, where it has them.
impl Elem for f64 {
    common!();

    #[inline(always)]
    fn lit(self, c: f64) -> Self {
        c
    }

    functions! {
        exp = f64::exp; expm1 = f64::exp_m1; exp2 = f64::exp2; ln = f64::ln; ln_1p = f64::ln_1p; log2 = f64::log2;
        sin = f64::sin; cos = f64::cos; tan = f64::tan; asin = f64::asin; acos = f64::acos; atan = f64::atan;
        sinh = f64::sinh; cosh = f64::cosh; tanh = f64::tanh; asinh = f64::asinh; acosh = math::double::acosh;
        atanh = f64::atanh; erf = math::double::erf; erfc = math::double::erfc;
    }

    #[inline(always)]
    fn sigmoid(self) -> Self {
        // e^-|x| cannot overflow; on the left the quotient e/(1+e) keeps the digits that 1 - 1/(1+e) would lose.
        let e = (-self.abs()).exp();
        (if self < 0.0 { e } else { 1.0 }) / (1.0 + e)
    }
    #[inline(always)]
    fn atan2(self, o: Self) -> Self {
        self.atan2(o)
    }
    #[inline(always)]
    fn hypot(self, o: Self) -> Self {
        self.hypot(o)
    }
    #[inline(always)]
    fn powf(self, e: Self) -> Self {
        self.powf(e)
    }
    #[inline(always)]
    fn powi(self, n: i32) -> Self {
        match n {
            -1 => 1.0 / self,
            0 => 1.0,
            1 => self,
            2 => self * self,
            3 => self * self * self,
            _ => self.powf(f64::from(n)),
        }
    }
}

impl Scalar for f32 {
    #[inline(always)]
    fn re(self) -> f64 {
        f64::from(self)
    }
}

impl Scalar for f64 {
    #[inline(always)]
    fn re(self) -> f64 {
        self
    }
}
