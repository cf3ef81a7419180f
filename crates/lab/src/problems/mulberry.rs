//! The generator of runs published from JavaScript.

/// Mulberry32, a generator of 32 bits of state by Tommy Ettinger, common in JavaScript.
///
/// It is here to begin published runs with their own weights, and for nothing else: the house's generator is
/// [`Rng`](rappel_autodiff::Rng).
///
/// ```
/// use rappel_lab::problems::Mulberry32;
///
/// assert_eq!(Mulberry32::new(0).uniform(), 0.26642920868471265);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mulberry32(u32);

impl Mulberry32 {
    /// The stream of a seed.
    pub fn new(seed: u32) -> Mulberry32 {
        Mulberry32(seed)
    }

    /// From 0 (included) to 1, one of 2^32 evenly spaced numbers.
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x6d2b_79f5);
        let mut t = self.0;
        t = (t ^ t >> 15).wrapping_mul(t | 1);
        t ^= t.wrapping_add((t ^ t >> 7).wrapping_mul(t | 61));
        f64::from(t ^ t >> 14) / 4_294_967_296.0
    }

    /// Standard normal, by Box and Muller's cosine: two uniform numbers each.
    pub fn normal(&mut self) -> f64 {
        let (u1, u2) = (self.uniform(), self.uniform());
        (-2.0 * u1.ln()).sqrt() * (std::f64::consts::TAU * u2).cos()
    }
}
