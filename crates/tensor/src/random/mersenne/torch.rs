//! What PyTorch makes of the words.

use std::f64::consts::TAU;

use super::Mersenne;

impl Mersenne {
    /// Uniform from `lo` to `hi`, as PyTorch draws `f32`: 24 bits of one word, times `hi - lo`, plus `lo`.
    ///
    /// The last two are one operation with one rounding, as in PyTorch on processors that have it (x86 since 2013, ARM). From 0
    /// to 1 it is `torch.rand`: one of 2^24 evenly spaced numbers, 0 included and 1 not. Elsewhere rounding may give `hi` itself.
    pub fn torch_uniform(&mut self, lo: f32, hi: f32) -> f32 {
        let unit = (self.next_u32() & 0x00ff_ffff) as f32 * (1.0 / 16_777_216.0);
        unit.mul_add(hi - lo, lo)
    }

    /// So many standard normal numbers, as one call of `torch.randn` draws them in `f32`.
    ///
    /// From 16 numbers on these are Box and Muller's in blocks of 16, of uniform numbers of 24 bits; a last block that would be short is
    /// drawn anew over the last 16 numbers. Fewer than 16 are made in pairs, of 53 bits, and the second of a last pair is kept for
    /// the next such call. Draws are exactly PyTorch's, and values too up to the rounding of its vectorised logarithm and sine, which
    /// depends on the processor: within 1e-6 of its own.
    pub fn torch_normal(&mut self, n: usize) -> Vec<f32> {
        if n < 16 {
            return (0..n).map(|_| self.single() as f32).collect();
        }
        let mut values: Vec<f32> = (0..n).map(|_| self.torch_uniform(0.0, 1.0)).collect();
        values.chunks_exact_mut(16).for_each(block);
        if !n.is_multiple_of(16) {
            let last = &mut values[n - 16..];
            last.iter_mut().for_each(|value| *value = self.torch_uniform(0.0, 1.0));
            block(last);
        }
        values
    }

    /// One normal number of a pair.
    fn single(&mut self) -> f64 {
        if let Some(bits) = self.spare.take() {
            return f64::from_bits(bits);
        }
        let mut unit = || (self.next_u64() & ((1 << 53) - 1)) as f64 * (1.0 / 9_007_199_254_740_992.0);
        let (angle, radius) = (TAU * unit(), (-2.0 * (-unit()).ln_1p()).sqrt());
        self.spare = Some((radius * angle.sin()).to_bits());
        radius * angle.cos()
    }

    /// 64 random bits, the upper word first.
    fn next_u64(&mut self) -> u64 {
        let upper = u64::from(self.next_u32());
        upper << 32 | u64::from(self.next_u32())
    }

    /// An integer in `0..n`, as `torch.randint` draws it: the remainder of one word below 2^28, of two from there on.
    ///
    /// The remainder favours small numbers a little, by up to 6 %.
    ///
    /// # Panics
    /// At the caller's line, when `n` is 0: the range is empty.
    #[track_caller]
    pub fn torch_below(&mut self, n: u64) -> u64 {
        assert!(n > 0, "Mersenne::torch_below(0): there is no integer in 0..0; n must be at least 1");
        if n < 1 << 28 { u64::from(self.next_u32()) % n } else { self.next_u64() % n }
    }

    /// The numbers `0..n` in random order, as `torch.randperm(n)`.
    ///
    /// # Panics
    /// At the caller's line, when `n` is above 214,748,364: from there on PyTorch draws otherwise.
    #[track_caller]
    pub fn torch_permutation(&mut self, n: usize) -> Vec<u32> {
        assert!(n <= (u32::MAX / 20) as usize, "Mersenne::torch_permutation({n}): n must be at most 214748364");
        let mut order: Vec<u32> = (0..n as u32).collect();
        for i in 1..n {
            let left = (n - i + 1) as u32;
            order.swap(i - 1, i - 1 + (self.next_u32() % left) as usize);
        }
        order
    }
}

/// Sixteen uniform numbers become normal: the first eight give the radius, the last eight the angle.
fn block(values: &mut [f32]) {
    let (first, last) = values.split_at_mut(8);
    for (radius, angle) in first.iter_mut().zip(last) {
        let r = (-2.0 * f64::from(1.0 - *radius).ln()).sqrt();
        let (sin, cos) = (TAU * f64::from(*angle)).sin_cos();
        (*radius, *angle) = ((r * cos) as f32, (r * sin) as f32);
    }
}
