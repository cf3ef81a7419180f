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

/// The functions are those of [`math`].
impl Elem for f32 {
    common!();

    #[inline(always)]
    fn lit(self, c: f64) -> Self {
        c as f32
    }
    #[inline(always)]
    fn exp(self) -> Self {
        math::exp(self)
    }
    #[inline(always)]
    fn expm1(self) -> Self {
        math::expm1(self)
    }
    #[inline(always)]
    fn ln(self) -> Self {
        math::ln(self)
    }
    #[inline(always)]
    fn ln_1p(self) -> Self {
        math::ln_1p(self)
    }
    #[inline(always)]
    fn sin(self) -> Self {
        math::sin(self)
    }
    #[inline(always)]
    fn cos(self) -> Self {
        math::cos(self)
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        math::tanh(self)
    }
    #[inline(always)]
    fn sigmoid(self) -> Self {
        math::sigmoid(self)
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

/// The functions are those of the standard library, the sigmoid excepted.
impl Elem for f64 {
    common!();

    #[inline(always)]
    fn lit(self, c: f64) -> Self {
        c
    }
    #[inline(always)]
    fn exp(self) -> Self {
        self.exp()
    }
    #[inline(always)]
    fn expm1(self) -> Self {
        self.exp_m1()
    }
    #[inline(always)]
    fn ln(self) -> Self {
        self.ln()
    }
    #[inline(always)]
    fn ln_1p(self) -> Self {
        self.ln_1p()
    }
    #[inline(always)]
    fn sin(self) -> Self {
        self.sin()
    }
    #[inline(always)]
    fn cos(self) -> Self {
        self.cos()
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        self.tanh()
    }
    #[inline(always)]
    fn sigmoid(self) -> Self {
        // e^-|x| cannot overflow; on the left the quotient e/(1+e) keeps the digits that 1 - 1/(1+e) would lose.
        let e = (-self.abs()).exp();
        (if self < 0.0 { e } else { 1.0 }) / (1.0 + e)
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
