//! Dropout as a function of a key: value i is kept or dropped by hashing its index, so a mask is never stored.

use crate::number::Float;
use crate::random::philox;
use crate::simd::{Kernel, dispatch};

/// `to = x / (1 - p)` where kept and 0 where dropped, or `to += ...`.
///
/// Block j of the counter-based generator decides values 4j to 4j + 3: value i is dropped when its 32 random bits are below
/// `p 2^32`.
pub(crate) fn dropout<T: Float>(to: &mut [T], x: &[T], key: u64, p: f64, add: bool) {
    dispatch(Dropout { to, x, key, p, add });
}

struct Dropout<'a, T> {
    to: &'a mut [T],
    x: &'a [T],
    key: u64,
    p: f64,
    add: bool,
}

impl<T: Float> Kernel for Dropout<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let key = [self.key as u32, (self.key >> 32) as u32];
        let threshold = (self.p * 4_294_967_296.0) as u64;
        let scale = T::of(1.0 / (1.0 - self.p));
        for (block, (to, x)) in self.to.chunks_mut(4).zip(self.x.chunks(4)).enumerate() {
            let bits = philox(key, [block as u32, (block as u64 >> 32) as u32, 0, 0]);
            for ((to, x), bits) in to.iter_mut().zip(x).zip(bits) {
                let kept = if u64::from(bits) < threshold { T::ZERO } else { *x * scale };
                *to = if self.add { *to + kept } else { kept };
            }
        }
    }
}
