//! Sorting lines of numbers: as whole numbers that hold a value and its index, so that an unstable sort is stable and no
//! comparison branches on NaN.

use crate::number::Float;

/// Writes the indices of the first `k` values in sorted order along the middle of `[outer, middle, inner]` to `out` of shape
/// `[outer, k, inner]`. Equals keep their order, zeros of either sign are equal, and NaN is the largest.
pub(crate) fn order<T: Float>(x: &[T], (middle, inner): (usize, usize), k: usize, descending: bool, out: &mut [u32]) {
    if size_of::<T>() == size_of::<f32>() {
        let flip = if descending { u64::MAX << 32 } else { 0 };
        let pack = |v: T, i: u32| ((u64::from(key_of_f32(v.re() as f32)) << 32) ^ flip) | u64::from(i);
        lines(x, (middle, inner), k, out, pack, |key| key as u32);
    } else {
        let flip = if descending { u128::from(u64::MAX) << 32 } else { 0 };
        let pack = |v: T, i: u32| ((u128::from(key_of_f64(v.re())) << 32) ^ flip) | u128::from(i);
        lines(x, (middle, inner), k, out, pack, |key| key as u32);
    }
}

/// A whole number for each float, in the same order. Negative numbers order by falling bits, positive ones by rising bits above
/// them; a NaN is above infinity.
macro_rules! key {
    ($name:ident $float:ident $bits:ident) => {
        fn $name(x: $float) -> $bits {
            const SIGN: $bits = 1 << ($bits::BITS - 1);
            // Adding 0 makes -0 to 0.
            let bits = (x + 0.0).to_bits();
            if x.is_nan() {
                $bits::MAX
            } else if bits & SIGN == 0 {
                bits | SIGN
            } else {
                !bits
            }
        }
    };
}
key! { key_of_f32 f32 u32 }
key! { key_of_f64 f64 u64 }

fn lines<T: Float, K: Ord + Copy>(
    x: &[T],
    (middle, inner): (usize, usize),
    k: usize,
    out: &mut [u32],
    pack: impl Fn(T, u32) -> K,
    unpack: impl Fn(K) -> u32,
) {
    if k == 0 || inner == 0 {
        return;
    }
    let mut keys = Vec::with_capacity(middle);
    for (x, out) in x.chunks_exact(middle * inner).zip(out.chunks_exact_mut(k * inner)) {
        for column in 0..inner {
            keys.clear();
            keys.extend(x[column..].iter().step_by(inner).zip(0..).map(|(v, i)| pack(*v, i)));
            if k < middle {
                keys.select_nth_unstable(k - 1);
                keys.truncate(k);
            }
            keys.sort_unstable();
            for (to, key) in out[column..].iter_mut().step_by(inner).zip(&keys) {
                *to = unpack(*key);
            }
        }
    }
}
