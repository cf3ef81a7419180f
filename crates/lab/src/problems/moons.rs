//! Two moons.

use std::f64::consts::PI;

use rappel_autodiff::{Float, Rng, Tape, Tensor, Var};
use rappel_nn::{Layer, Linear, Tanh};

use crate::{Cursor, Optimum, Problem};

const POINTS: usize = 100;

/// `moons`: two half circles that reach into each other, told apart by a 2-16-16-1 net with tanh; 100 points, all at once.
///
/// Points are at even angles of half circles of radius 1, around (0, 0) above and around (1, 1/2) below, with normal noise of
/// standard deviation 0.1 (as scikit-learn's `make_moons`); the loss is the binary cross-entropy. It starts near ln 2. The net can part
/// the moons, so the loss goes to 0 and reaches it nowhere: the weights grow without end.
///
/// ```
/// use rappel_lab::Trial;
/// use rappel_lab::optim::Adam;
/// use rappel_lab::problems::Moons;
///
/// let problem = Moons::<f64>::new();
/// let mut run = Trial::new(&problem, Box::new(Adam::new(0.02)), 0, 1_000);
/// for _ in 0..1_000 {
///     run.step(&problem)?;
/// }
/// assert!(run.whole(&problem) < 1e-3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Moons<T: Float = f32> {
    x: Tensor<T>,
    y: Tensor<T>,
}

impl<T: Float> Moons<T> {
    /// The 100 points: the upper moon, then the lower.
    #[expect(clippy::new_without_default, reason = "data are made, which a default does not tell")]
    pub fn new() -> Self {
        let mut random = Rng::seed(0);
        let half = POINTS / 2;
        let x = Tensor::<f64>::from_fn(&[POINTS, 2], |i| {
            let (point, axis) = (i / 2, i % 2);
            let (sin, cos) = (PI * (point % half) as f64 / (half - 1) as f64).sin_cos();
            let at = if point < half { [cos, sin] } else { [1.0 - cos, 0.5 - sin] };
            at[axis] + 0.1 * random.normal()
        });
        let y = Tensor::from_fn(&[POINTS, 1], |i| T::of((i / half) as f64));
        Moons { x: x.cast(), y }
    }

    /// The points, `[100, 2]`, and which moon each is of, `[100, 1]`: 0 for the upper.
    pub fn points(&self) -> (&Tensor<T>, &Tensor<T>) {
        (&self.x, &self.y)
    }
}

impl<T: Float> Problem<T> for Moons<T> {
    fn name(&self) -> &str {
        "moons"
    }

    fn net(&self, seed: u64) -> Box<dyn Layer<T>> {
        let mut random = Rng::seed(seed);
        let mut layer = |inputs, outputs| Linear::new(inputs, outputs, &mut random);
        Box::new((layer(2, 16), Tanh, layer(16, 16), Tanh, layer(16, 1)))
    }

    fn loss<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>, _cursor: &mut Cursor) -> Var<'t, T> {
        self.whole(net, tape)
    }

    fn whole<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>) -> Var<'t, T> {
        net.forward(tape.input(&self.x)).bce_with_logits(tape.input(&self.y))
    }

    fn optimum(&self) -> Option<Optimum> {
        Some(Optimum { loss: 0.0 })
    }

    fn steps(&self) -> u64 {
        500
    }
}
