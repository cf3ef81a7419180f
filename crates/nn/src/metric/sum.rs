//! Sums without rounding.

/// A sum of floating point numbers, kept exactly and rounded once, when it is asked for: the order of the numbers does not matter.
///
/// It is held as numbers that do not overlap, of growing size (Shewchuk 1997, "Adaptive precision floating-point arithmetic"; Python's
/// `math.fsum`). There are seldom more than three of them. Sums beyond the largest number are not kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ExactSum {
    parts: Vec<f64>,
    /// The sum of those numbers that are infinite or NaN; zero without any.
    special: f64,
}

impl ExactSum {
    /// Adds a number.
    pub(super) fn add(&mut self, x: f64) {
        if !x.is_finite() {
            self.special += x;
            return;
        }
        let (mut x, mut kept) = (x, 0);
        for i in 0..self.parts.len() {
            let (large, small) = if x.abs() < self.parts[i].abs() { (self.parts[i], x) } else { (x, self.parts[i]) };
            x = large + small;
            let lost = small - (x - large);
            if lost != 0.0 {
                self.parts[kept] = lost;
                kept += 1;
            }
        }
        self.parts.truncate(kept);
        self.parts.push(x);
    }

    /// Adds a product, which is not rounded either unless it is below 1e-290.
    pub(super) fn add_product(&mut self, a: f64, b: f64) {
        let product = a * b;
        self.add(product);
        if product.is_finite() {
            self.add(a.mul_add(b, -product));
        }
    }

    /// Adds the numbers of another sum.
    pub(super) fn merge(&mut self, other: &ExactSum) {
        other.parts.iter().for_each(|&part| self.add(part));
        self.special += other.special;
    }

    /// The sum, rounded to the nearest.
    pub(super) fn value(&self) -> f64 {
        if self.special != 0.0 {
            return self.special;
        }
        let mut parts = self.parts.iter().rev().copied();
        let mut sum = parts.next().unwrap_or(0.0);
        while let Some(part) = parts.next() {
            let before = sum;
            sum += part;
            let lost = part - (sum - before);
            if lost != 0.0 {
                // Half a unit was lost, and rounded to even: what follows may say that it is more than half.
                let twice = 2.0 * lost;
                let further = sum + twice;
                if parts.next().is_some_and(|next| next.signum() == lost.signum()) && further - sum == twice {
                    sum = further;
                }
                break;
            }
        }
        sum
    }

    /// The sum divided by a count.
    pub(super) fn mean(&self, count: u64) -> Option<f64> {
        (count > 0).then(|| self.value() / count as f64)
    }

    /// `count * squares - sum^2`: the variance times the square of the count, without cancellation.
    pub(super) fn spread(count: u64, sum: &ExactSum, squares: &ExactSum) -> f64 {
        let mut spread = ExactSum { parts: Vec::new(), special: squares.special + sum.special };
        squares.parts.iter().for_each(|&part| spread.add_product(count as f64, part));
        for &a in &sum.parts {
            sum.parts.iter().for_each(|&b| spread.add_product(-a, b));
        }
        spread.value()
    }
}
