//! Bytes read as arguments.

use rappel_autodiff::Tensor;

/// Bytes that are taken one after the other; zeros where they end.
#[derive(Debug)]
pub struct Bytes<'a> {
    rest: &'a [u8],
}

/// Numbers that break things.
const VALUES: [f64; 16] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -2.0,
    3.0,
    1e-30,
    1e30,
    -1e30,
    f64::MIN_POSITIVE,
    f64::MAX,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    0.1,
];

impl<'a> Bytes<'a> {
    /// All of them.
    pub fn new(bytes: &'a [u8]) -> Self {
        Bytes { rest: bytes }
    }

    /// Whether all have been taken.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next.
    pub fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        first
    }

    /// One of `n`.
    pub fn below(&mut self, n: usize) -> usize {
        usize::from(self.byte()) % n.max(1)
    }

    /// Yes or no.
    pub fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// A number, ordinary ones more often than others.
    pub fn number(&mut self) -> f64 {
        let byte = self.byte();
        if byte < 128 { f64::from(byte) / 32.0 - 2.0 } else { VALUES[usize::from(byte) % VALUES.len()] }
    }

    /// An axis, also one that no value has.
    pub fn axis(&mut self) -> isize {
        match self.byte() {
            255 => isize::MIN,
            254 => isize::MAX,
            byte => isize::from(byte as i8 % 6),
        }
    }

    /// Some axes.
    pub fn axes(&mut self) -> Vec<isize> {
        (0..self.below(4)).map(|_| self.axis()).collect()
    }

    /// A size: mostly small, and at times one that cannot be.
    pub fn size(&mut self) -> usize {
        match self.byte() {
            255 => usize::MAX,
            254 => usize::MAX / 2 + 1,
            253 => 1 << 62,
            byte => usize::from(byte) % 5,
        }
    }

    /// Sizes of some axes.
    pub fn sizes(&mut self) -> Vec<usize> {
        (0..self.below(6)).map(|_| self.size()).collect()
    }

    /// Indices, out of range at times, in a tensor that need not fit anything.
    pub fn indices(&mut self) -> Tensor<u32> {
        let shape: Vec<usize> = (0..self.below(4)).map(|_| self.below(4)).collect();
        Tensor::from_fn(&shape, |_| match self.byte() {
            255 => u32::MAX,
            byte => u32::from(byte % 5),
        })
    }

    /// A tensor of few values.
    pub fn tensor(&mut self) -> Tensor<f64> {
        let shape: Vec<usize> = (0..self.below(5)).map(|_| self.below(4)).collect();
        Tensor::from_fn(&shape, |_| self.number())
    }
}
