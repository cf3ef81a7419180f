//! Sums with a bound of their error, and the closed forms shapes are summed by.

/// Twice the relative error of one rounding.
const EPS: f64 = f64::EPSILON;

/// A sum of values: within `error` of the exact sum of the values the evaluation gives.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    pub(crate) value: f64,
    pub(crate) error: f64,
    /// At least the sum of the absolute values.
    pub(crate) size: f64,
}

impl Sum {
    /// A closed form over `steps` values that are not above `most`, each computed to a few roundings, as the form is: 16 of
    /// them cover both, and those of the place on the way.
    pub(crate) fn closed(value: f64, steps: u64, most: f64) -> Sum {
        let size = steps as f64 * most.abs();
        Sum { value, error: 16.0 * EPS * size, size }
    }

    /// `steps` times the same value.
    pub(crate) fn level(value: f64, steps: u64) -> Sum {
        let value = value * steps as f64;
        Sum { value, error: EPS * value.abs(), size: value.abs() }
    }

    pub(crate) fn plus(self, o: Sum) -> Sum {
        let value = self.value + o.value;
        Sum { value, error: self.error + o.error + EPS * value.abs(), size: self.size + o.size }
    }

    /// Of the same steps at once: each value is the sum of two, rounded.
    pub(crate) fn beside(self, o: Sum) -> Sum {
        let both = self.plus(o);
        Sum { error: both.error + EPS * both.size, ..both }
    }

    /// Of each value times the same factor, rounded.
    pub(crate) fn times(self, factor: f64) -> Sum {
        let (by, size) = (factor.abs(), self.size * factor.abs());
        Sum { value: self.value * factor, error: self.error * by + 2.0 * EPS * size, size }
    }

    /// With so much more of a relative error in each value.
    pub(crate) fn rougher(self, relative: f64) -> Sum {
        Sum { error: self.error + relative * self.size, ..self }
    }

    /// With so much more error.
    pub(crate) fn within(self, error: f64) -> Sum {
        Sum { error: self.error + error, ..self }
    }
}

/// The values one by one. What each addition rounds off is kept and added last, so the error is two roundings of the result
/// and, of second order, one rounding per value of what was kept (Ogita, Rump and Oishi 2005, proposition 4.5).
pub(crate) fn direct(values: impl IntoIterator<Item = f64>) -> Sum {
    let (mut sum, mut kept, mut size, mut count) = (0.0_f64, 0.0, 0.0, 0.0);
    for v in values {
        let next = sum + v;
        kept += if sum.abs() >= v.abs() { (sum - next) + v } else { (v - next) + sum };
        sum = next;
        size += v.abs();
        count += 1.0;
    }
    let value = sum + kept;
    let second: f64 = count * EPS;
    Sum { value, error: EPS * value.abs() + second * second * size, size: size * (1.0 + second) }
}

/// `B_2j / (2j)!` for j = 1 to 6, of the Bernoulli numbers.
const BERNOULLI: [f64; 6] =
    [1.0 / 12.0, -1.0 / 720.0, 1.0 / 30_240.0, -1.0 / 1_209_600.0, 1.0 / 47_900_160.0, -691.0 / 1_307_674_368_000.0];

/// The sum of `((first + i) / unit)^power` over `i` from 0 to `steps - 1`, for `first >= 0`.
///
/// Euler and Maclaurin's formula up to the term of `f^(11)`. What it leaves out is at most
/// `|B_12| / 12! * integral of |f^(12)|`. All derivatives of a power keep their sign above 0, so that integral is the
/// difference of `f^(11)` at the ends: the bound is the last term that was taken. The first values, where the derivatives of
/// a power are large, are added one by one. For a whole power up to 11 nothing is left out at all.
pub(crate) fn powers(first: f64, unit: f64, power: f64, steps: u64) -> Sum {
    const NEAR: f64 = 32.0;
    let f = |x: f64| (x / unit).powf(power);
    let near = (NEAR - first).ceil().max(0.0) as u64;
    let head = if steps <= 2 * NEAR as u64 { steps } else { near };
    let mut most = f(first + (steps - 1) as f64);
    let sum = direct((0..head).map(|i| f(first + i as f64)));
    most = most.max(f(first + head.min(steps - 1) as f64));
    // Twice its argument's rounding, by the power, and its own.
    let rough = EPS * (4.0 + 2.0 * power.abs());
    let sum = sum.rougher(rough);
    if head == steps {
        return sum;
    }
    let (a, n) = (first + head as f64, (steps - head) as f64);
    let b = a + n;
    let (fa, fb) = (f(a), f(b));
    let far = (n / a).ln_1p();
    let y = (power + 1.0) * far;
    let growth = if y == 0.0 { 1.0 } else { y.exp_m1() / y };
    let mut value = a * fa * far * growth - (fb - fa) / 2.0;
    // The derivative of order r is f(x) power (power - 1) .. (power - r + 1) / x^r.
    let (mut da, mut db) = (fa, fb);
    let mut factor = power;
    let mut last = 0.0;
    for (j, b2j) in BERNOULLI.iter().enumerate() {
        for _ in 0..if j == 0 { 1 } else { 2 } {
            (da, db) = (da * factor / a, db * factor / b);
            factor -= 1.0;
        }
        last = b2j * (db - da);
        value += last;
    }
    let tail = Sum::closed(value, steps - head, most).rougher(rough + 4.0 * EPS * y.abs()).within(last.abs());
    sum.plus(tail)
}

/// The sum of `cos(pi times (first + i) / whole)` over `i` from 0 to `steps - 1`: half of Dirichlet's kernel,
/// `cos(middle) sin(steps d / 2) / sin(d / 2)` for steps of `d`. `times` is below `whole`.
pub(crate) fn cosines(first: f64, whole: f64, times: f64, steps: u64) -> f64 {
    let n = steps as f64;
    let half = std::f64::consts::FRAC_PI_2 * times / whole;
    // A whole number of turns more or less is exact here and not behind the division.
    let middle = (first + (n - 1.0) / 2.0) % (2.0 * whole);
    (2.0 * half * middle).cos() * ((n % (4.0 * whole)) * half).sin() / half.sin()
}
