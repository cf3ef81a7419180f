//! Dropout as a function of a key: value i is kept or dropped by hashing its index, so a mask is never stored.

use super::shards::for_each_part;
use crate::Threads;
use crate::number::Float;
use crate::random::philox;
use crate::simd::{Kernel, dispatch};

/// Values that a thread takes at a time: some 10 us of work.
const PART: usize = 1 << 15;

/// Blocks of the generator that are computed side by side.
const BLOCKS: usize = 16;

/// `to = x / (1 - p)` where kept and 0 where dropped, or `to += ...`.
///
/// Block j of the counter-based generator decides values 4j to 4j + 3: value i is dropped when its 32 random bits are below
/// `p 2^32`.
pub(crate) fn dropout<T: Float>(threads: &Threads, to: &mut [T], x: &[T], key: u64, p: f64, add: bool) {
    for_each_part(threads, to, PART, |part, to| {
        let (first, x) = ((part * PART / 4) as u64, &x[part * PART..][..to.len()]);
        dispatch(Dropout { to, x, first, key, p, add });
    });
}

struct Dropout<'a, T> {
    to: &'a mut [T],
    x: &'a [T],
    /// The block of the first value.
    first: u64,
    key: u64,
    p: f64,
    add: bool,
}

impl<T: Float> Kernel for Dropout<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Dropout { to, x, first, key, p, add } = self;
        let key = [key as u32, (key >> 32) as u32];
        let threshold = (p * 4_294_967_296.0) as u64;
        let scale = T::of(1.0 / (1.0 - p));
        for (at, (to, x)) in to.chunks_mut(4 * BLOCKS).zip(x.chunks(4 * BLOCKS)).enumerate() {
            let words = side_by_side(key, first + (at * BLOCKS) as u64);
            for ((to, x), word) in to.iter_mut().zip(x).zip(words.as_flattened()) {
                let kept = if u64::from(*word) < threshold { T::ZERO } else { *x * scale };
                *to = if add { *to + kept } else { kept };
            }
        }
    }
}

/// Blocks from `first` on: [`philox`], which the vector units compute for all of them at once.
#[inline(always)]
fn side_by_side(key: [u32; 2], first: u64) -> [[u32; 4]; BLOCKS] {
    let mut words = [[0; 4]; BLOCKS];
    for (lane, words) in words.iter_mut().enumerate() {
        let block = first + lane as u64;
        *words = philox(key, [block as u32, (block >> 32) as u32, 0, 0]);
    }
    words
}
