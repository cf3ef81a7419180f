//! Random numbers that are the same everywhere and forever.
//!
//! [`philox`] is a counter-based generator: a pure function of a key and a counter, so that the numbers of step 1000 need
//! no numbers of step 999. [`Rng`] walks along its counters.
//!
//! # What is promised
//!
//! Streams are value-stable: for one seed every method gives the same bits on every platform and in every later version.
//! Integers come from integer arithmetic alone. [`Rng::uniform`] scales an integer by a power of two, which is exact.
//! [`Rng::normal`] uses only the operations IEEE 754 defines to the last bit (`+ - * /` and the square root), never the
//! platform's `ln`, `sin` or `cos`. Tests hold frozen values of each.
//!
//! [`Mersenne`] is other libraries' generator: it reproduces their streams, and its promise is theirs.

mod mersenne;
mod normal;

use std::convert::Infallible;
use std::fmt;

use rand_core::{SeedableRng, TryRng};

pub use mersenne::Mersenne;
pub use normal::normal_from_bits;

/// The counter word that tells split streams from drawn numbers; the top bit of [`Rng`]'s nonce is 0 otherwise.
const SPLIT: u32 = 1 << 31;

/// Philox4x32-10: four random words from a key and a counter.
///
/// For each key a bijection of the counters; different keys and counters give independent words. The function of
/// J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011; it passes
/// the known-answer tests of their library Random123.
///
/// ```
/// use rappel_tensor::random::philox;
/// assert_eq!(philox([0, 0], [0, 0, 0, 0]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
/// ```
#[inline(always)]
pub fn philox(key: [u32; 2], counter: [u32; 4]) -> [u32; 4] {
    let [mut k0, mut k1] = key;
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    for _ in 0..10 {
        let a = 0xD251_1F53 * u64::from(c0);
        let b = 0xCD9E_8D57 * u64::from(c2);
        (c0, c1, c2, c3) = ((b >> 32) as u32 ^ c1 ^ k0, b as u32, (a >> 32) as u32 ^ c3 ^ k1, a as u32);
        (k0, k1) = (k0.wrapping_add(0x9E37_79B9), k1.wrapping_add(0xBB67_AE85));
    }
    [c0, c1, c2, c3]
}

/// The number in `[0, 1)` that 64 random bits stand for: the upper 53 of them, times 2^-53.
///
/// ```
/// use rappel_tensor::random::uniform_from_bits;
/// assert_eq!(uniform_from_bits(0), 0.0);
/// assert_eq!(uniform_from_bits(1 << 63), 0.5);
/// assert_eq!(uniform_from_bits(u64::MAX), 1.0 - f64::EPSILON / 2.0);
/// ```
#[inline]
pub fn uniform_from_bits(bits: u64) -> f64 {
    (bits >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
}

/// A seeded stream of random numbers; there is no global one.
///
/// The stream is [`philox`] at counters 0, 1, 2 ... under a key made from the seed; see the [module](self) for what is
/// promised about its values. It is fit for statistics and not for secrets. It also implements [`rand_core`]'s traits, so
/// every distribution of the `rand` family can draw from it (their values are for those crates to promise).
///
/// Two `Rng`s are equal when they are at the same place of the same stream.
///
/// ```
/// use rappel_tensor::Rng;
/// let mut rng = Rng::seed(42);
/// let (a, b) = (rng.uniform(), rng.normal());
/// let mut again = Rng::seed(42);
/// assert_eq!((a, b), (again.uniform(), again.normal()));
/// assert_ne!(rng.split(0).next_u64(), rng.split(1).next_u64());
/// ```
#[derive(Clone)]
pub struct Rng {
    key: [u32; 2],
    nonce: [u32; 2],
    /// Words handed out so far.
    position: u64,
    /// The block of the last word, when `position` is not a multiple of four.
    block: [u32; 4],
}

impl Rng {
    /// The stream of a seed. Neighbouring seeds are as independent as distant ones.
    pub fn seed(seed: u64) -> Rng {
        Rng::at([seed as u32, (seed >> 32) as u32], [0, 0])
    }

    fn at(key: [u32; 2], nonce: [u32; 2]) -> Rng {
        Rng { key, nonce, position: 0, block: [0; 4] }
    }

    /// An independent stream, one for each `key`.
    ///
    /// It depends on this stream's identity and on `key`, not on how many numbers have been drawn; so
    /// `Rng::seed(s).split(epoch)` is a pure function of the two, and splitting does not disturb this stream.
    ///
    /// ```
    /// use rappel_tensor::Rng;
    /// let mut rng = Rng::seed(1);
    /// let before = rng.split(5);
    /// rng.next_u64();
    /// assert_eq!(rng.split(5), before);
    /// ```
    pub fn split(&self, key: u64) -> Rng {
        let [a, b, c, d] = philox(self.key, [key as u32, (key >> 32) as u32, self.nonce[0], self.nonce[1] | SPLIT]);
        Rng::at([a, b], [c, d & !SPLIT])
    }

    /// 32 random bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        let lane = (self.position % 4) as usize;
        if lane == 0 {
            let index = self.position / 4;
            self.block = philox(self.key, [index as u32, (index >> 32) as u32, self.nonce[0], self.nonce[1]]);
        }
        self.position = self.position.wrapping_add(1);
        self.block[lane]
    }

    /// 64 random bits: two words, the lower first.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        let low = u64::from(self.next_u32());
        low | u64::from(self.next_u32()) << 32
    }

    /// Uniform in `[0, 1)`: one of 2^53 evenly spaced numbers, see [`uniform_from_bits`].
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        uniform_from_bits(self.next_u64())
    }

    /// Standard normal: mean 0, variance 1, magnitude at most 8.3; one draw of 64 bits, see [`normal_from_bits`].
    #[inline]
    pub fn normal(&mut self) -> f64 {
        normal_from_bits(self.next_u64())
    }

    /// An integer in `0..n`, each exactly equally likely.
    ///
    /// Multiply-and-reject (D. Lemire, "Fast random integer generation in an interval", 2019): draws one word for `n` up
    /// to 2^32 - 1, two above, and more only when it rejects (never when `n` is a power of two).
    ///
    /// # Panics
    /// When `n` is 0: the range is empty.
    ///
    /// ```
    /// use rappel_tensor::Rng;
    /// let mut rng = Rng::seed(0);
    /// assert!((0..100).all(|_| rng.below(6) < 6));
    /// ```
    #[track_caller]
    #[inline]
    pub fn below(&mut self, n: u64) -> u64 {
        assert!(n > 0, "Rng::below(0): there is no integer in 0..0; n must be at least 1");
        match u32::try_from(n) {
            Ok(n) => u64::from(self.below_u32(n)),
            Err(_) => self.below_u64(n),
        }
    }

    fn below_u32(&mut self, n: u32) -> u32 {
        let mut product = u64::from(self.next_u32()) * u64::from(n);
        if (product as u32) < n {
            let excess = n.wrapping_neg() % n;
            while (product as u32) < excess {
                product = u64::from(self.next_u32()) * u64::from(n);
            }
        }
        (product >> 32) as u32
    }

    fn below_u64(&mut self, n: u64) -> u64 {
        let mut product = u128::from(self.next_u64()) * u128::from(n);
        if (product as u64) < n {
            let excess = n.wrapping_neg() % n;
            while (product as u64) < excess {
                product = u128::from(self.next_u64()) * u128::from(n);
            }
        }
        (product >> 64) as u64
    }

    /// Brings a slice into random order, each order equally likely (Fisher and Yates, from the back).
    ///
    /// ```
    /// use rappel_tensor::Rng;
    /// let mut cards = ["ace", "king", "queen"];
    /// Rng::seed(3).shuffle(&mut cards);
    /// assert!(cards.contains(&"king"));
    /// ```
    pub fn shuffle<T>(&mut self, slice: &mut [T]) {
        for i in (1..slice.len()).rev() {
            slice.swap(i, self.below(i as u64 + 1) as usize);
        }
    }

    /// The numbers `0..n` in random order.
    ///
    /// # Panics
    /// When `n` is above 2^32, the count of `u32`s.
    ///
    /// ```
    /// use rappel_tensor::Rng;
    /// let mut order = Rng::seed(0).permutation(5);
    /// order.sort();
    /// assert_eq!(order, [0, 1, 2, 3, 4]);
    /// ```
    #[track_caller]
    pub fn permutation(&mut self, n: usize) -> Vec<u32> {
        assert!(n as u64 <= 1 << 32, "Rng::permutation({n}): the numbers must fit u32, n must be at most 2^32");
        let mut order: Vec<u32> = (0..n as u64).map(|i| i as u32).collect();
        self.shuffle(&mut order);
        order
    }
}

impl PartialEq for Rng {
    fn eq(&self, other: &Rng) -> bool {
        (self.key, self.nonce, self.position) == (other.key, other.nonce, other.position)
    }
}

impl Eq for Rng {}

impl fmt::Debug for Rng {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rng")
            .field("key", &self.key)
            .field("nonce", &self.nonce)
            .field("position", &self.position)
            .finish()
    }
}

impl TryRng for Rng {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.next_u32())
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.next_u64())
    }

    /// Words in little-endian order; the rest of the last word is dropped.
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(4) {
            chunk.copy_from_slice(&self.next_u32().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

impl SeedableRng for Rng {
    type Seed = [u8; 8];

    /// [`Rng::seed`] of the little-endian number.
    fn from_seed(seed: [u8; 8]) -> Rng {
        Rng::seed(u64::from_le_bytes(seed))
    }

    /// [`Rng::seed`].
    fn seed_from_u64(seed: u64) -> Rng {
        Rng::seed(seed)
    }
}
