//! The generator of other libraries.

mod torch;

/// State words.
const N: usize = 624;

/// The Mersenne Twister MT19937, read as PyTorch's CPU generator, numpy's `RandomState` and Python's `random` read it.
///
/// It is here to begin a run of another library with that library's own weights and order, number by number, so that results can be
/// compared or reproduced. It is not the generator of this house: that is [`Rng`](super::Rng), whose streams split, take any
/// seed and are promised to stay.
///
/// | in the other library | here |
/// |---|---|
/// | `torch.manual_seed(s)` | [`Mersenne::seed`]`(s as u32)`, the lower half |
/// | `torch.empty(n).uniform_(lo, hi)`, `torch.rand(n)` | [`torch_uniform`](Self::torch_uniform) each |
/// | `torch.randn(n)` | [`torch_normal`](Self::torch_normal)`(n)` |
/// | `torch.randint(0, n, ..)` | [`torch_below`](Self::torch_below)`(n)` each |
/// | `torch.randperm(n)` | [`torch_permutation`](Self::torch_permutation)`(n)` |
/// | `numpy.random.seed(s)`, `RandomState(s)` | [`Mersenne::seed`]`(s)` |
/// | `random_sample()`, `rand()` | [`uniform`](Self::uniform)`(0.0, 1.0)` |
/// | `uniform(lo, hi)` | [`uniform`](Self::uniform)`(lo, hi)` |
/// | Python's `random.seed(s)` | [`Mersenne::python`]`(s)` |
/// | `random.random()`, `random.uniform(lo, hi)` | [`uniform`](Self::uniform) |
///
/// M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudo-random number generator",
/// 1998, with the initialisations of 2002. The readings are those of PyTorch 2.15, numpy 2.4 and Python 3.11, compared bit
/// by bit except where a method says otherwise.
///
/// ```
/// use rappel_tensor::random::Mersenne;
///
/// let mut torch = Mersenne::seed(2_147_483_647);
/// assert_eq!([(); 3].map(|()| torch.torch_uniform(0.0, 1.0)), [0.708_128_87, 0.354_239_1, 0.105_432_33]);
/// let mut numpy = Mersenne::seed(42);
/// assert_eq!(format!("{:.10}", numpy.uniform(-0.1, 0.1)), "-0.0250919762");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Mersenne {
    state: [u32; N],
    /// The next word to hand out; N when they are used up.
    next: usize,
    /// The second of a pair of normal numbers, as bits.
    spare: Option<u64>,
}

impl Mersenne {
    /// The stream of a seed of 32 bits (`init_genrand`): PyTorch's and numpy's.
    ///
    /// PyTorch takes a seed of 64 bits and uses the lower 32.
    pub fn seed(seed: u32) -> Mersenne {
        let mut state = [seed; N];
        for i in 1..N {
            let before = state[i - 1];
            state[i] = 1_812_433_253_u32.wrapping_mul(before ^ before >> 30).wrapping_add(i as u32);
        }
        Mersenne { state, next: N, spare: None }
    }

    /// The stream of a key of words (`init_by_array`): that of numpy for a seed that is a list.
    ///
    /// # Panics
    /// At the caller's line, when the key is empty.
    #[track_caller]
    pub fn key(key: &[u32]) -> Mersenne {
        assert!(!key.is_empty(), "Mersenne::key([]): a key has one word at least");
        let mut random = Mersenne::seed(19_650_218);
        let state = &mut random.state;
        let mut i = 1;
        let mut mix = |factor: u32, add: &dyn Fn(usize) -> u32| {
            let before = state[i - 1];
            state[i] = (state[i] ^ (before ^ before >> 30).wrapping_mul(factor)).wrapping_add(add(i));
            i += 1;
            if i == N {
                state[0] = state[N - 1];
                i = 1;
            }
        };
        for j in 0..N.max(key.len()) {
            let j = j % key.len();
            mix(1_664_525, &|_| key[j].wrapping_add(j as u32));
        }
        for _ in 1..N {
            mix(1_566_083_941, &|i| (i as u32).wrapping_neg());
        }
        state[0] = 1 << 31;
        random
    }

    /// The stream of Python's `random.seed(seed)` for a whole number.
    ///
    /// ```
    /// use rappel_tensor::random::Mersenne;
    /// assert_eq!(Mersenne::python(42).uniform(0.0, 1.0), 0.639_426_798_457_883_7);
    /// ```
    pub fn python(seed: u64) -> Mersenne {
        let (low, high) = (seed as u32, (seed >> 32) as u32);
        if high == 0 { Mersenne::key(&[low]) } else { Mersenne::key(&[low, high]) }
    }

    /// 32 random bits.
    pub fn next_u32(&mut self) -> u32 {
        if self.next == N {
            self.renew();
        }
        let mut word = self.state[self.next];
        self.next += 1;
        word ^= word >> 11;
        word ^= word << 7 & 0x9d2c_5680;
        word ^= word << 15 & 0xefc6_0000;
        word ^ word >> 18
    }

    /// The next 624 words of the state.
    fn renew(&mut self) {
        let state = &mut self.state;
        for i in 0..N {
            let word = state[i] & 1 << 31 | state[(i + 1) % N] & !(1 << 31);
            let odd = if word & 1 == 1 { 0x9908_b0df } else { 0 };
            state[i] = state[(i + 397) % N] ^ word >> 1 ^ odd;
        }
        self.next = 0;
    }

    /// Uniform from `lo` to `hi`, as numpy and Python draw it: 53 bits of two words, times `hi - lo`, plus `lo`.
    ///
    /// From 0 to 1 it is `random_sample()` and `random.random()`: one of 2^53 evenly spaced numbers, 0 included and 1 not.
    pub fn uniform(&mut self, lo: f64, hi: f64) -> f64 {
        let (upper, lower) = (self.next_u32() >> 5, self.next_u32() >> 6);
        let unit = (f64::from(upper) * 67_108_864.0 + f64::from(lower)) / 9_007_199_254_740_992.0;
        lo + (hi - lo) * unit
    }
}

impl std::fmt::Debug for Mersenne {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mersenne").field("next", &self.next).finish_non_exhaustive()
    }
}
