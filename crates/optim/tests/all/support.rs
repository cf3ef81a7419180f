//! Gradients of chosen values.

use rappel_autodiff::{Gradients, Leaf, Module, ModuleExt, Param, Tape, Var};
use rappel_optim::{Optimizer, Rule};
use rappel_tensor::{Float, Rng, Tensor};

/// Gradients with exactly these values.
pub(crate) fn gradients<T: Float>(tape: &Tape<T>, of: &[(&Param<T>, &Tensor<T>)]) -> Gradients<T> {
    let products = of.iter().map(|(p, g)| (tape.param(p) * tape.input(g)).sum());
    products.reduce(|a, b| a + b).expect("at least one parameter").backward()
}

/// Steps one parameter along a gradient.
pub(crate) fn step<R: Rule, T: Float>(optimizer: &mut Optimizer<R, T>, p: &mut Param<T>, g: &Tensor<T>) {
    let g = gradients(&Tape::default(), &[(p, g)]);
    optimizer.step(p, &g).unwrap();
}

/// A parameter of two values.
pub(crate) fn pair(a: f64, b: f64) -> Param<f64> {
    Param::new(Tensor::from([a, b]))
}

/// The gradient of `a p^2 / 2 + b p^3 / 3`, a loss that is no quadratic.
pub(crate) fn slope(p: &Param<f64>) -> Tensor<f64> {
    p.value.map(|x| 0.7 * x + 0.2 * x * x)
}

/// A weight and a bias.
#[derive(Module)]
pub(crate) struct Linear<T: Float = f64> {
    pub(crate) weight: Param<T>,
    pub(crate) bias: Param<T>,
}

/// A net of a few layers.
#[derive(Module)]
pub(crate) struct Net<T: Float = f64> {
    pub(crate) embed: Linear<T>,
    pub(crate) blocks: Vec<Linear<T>>,
    pub(crate) head: Linear<T>,
}

impl<T: Float> Net<T> {
    /// The same values each time.
    pub(crate) fn new() -> Self {
        let mut rng = Rng::seed(5);
        let mut linear = |inputs: usize, outputs: usize| Linear {
            weight: Param::new(Tensor::normal(&[inputs, outputs], 0.0, 0.4, &mut rng)),
            bias: Param::new(Tensor::normal(&[outputs], 0.0, 0.2, &mut rng)),
        };
        Net { embed: linear(3, 4), blocks: vec![linear(4, 4), linear(4, 4)], head: linear(4, 2) }
    }

    /// Another net with the same values.
    pub(crate) fn copy(&self) -> Self {
        let value = |(_, p)| T::open(p).expect("its type").value.clone();
        let mut values = self.named_parameters().into_iter().map(value);
        let mut new = Net::new();
        new.for_each_param_mut(|_, p| {
            T::open_mut(p).expect("its type").value = values.next().expect("as many parameters");
        });
        new
    }

    /// What it makes of fixed inputs, squared.
    pub(crate) fn loss<'t>(&self, tape: &'t Tape<T>) -> Var<'t, T> {
        let x = tape.input(&Tensor::from_fn(&[5, 3], |i| T::of((1.0 + i as f64).sin())));
        let apply = |x: Var<'t, T>, l: &Linear<T>| x.matmul(tape.param(&l.weight)) + tape.param(&l.bias);
        let x = self.blocks.iter().fold(apply(x, &self.embed).tanh(), |x, l| x + apply(x, l).tanh());
        (apply(x, &self.head) - 0.3).square().mean()
    }

    /// All values by path.
    pub(crate) fn values(&self) -> Vec<(String, Vec<u64>)> {
        let bits = |p: &Param<T>| p.value.data().iter().map(|x| x.re().to_bits()).collect();
        self.named_parameters().into_iter().map(|(path, p)| (path, bits(T::open(p).expect("its type")))).collect()
    }
}

/// Makes steps with the net's own loss.
pub(crate) fn train<R, T: Float>(optimizer: &mut Optimizer<R, T>, net: &mut Net<T>, steps: usize) {
    let mut tape = Tape::default();
    for _ in 0..steps {
        optimizer.step_with(net, &mut tape, |net, tape| net.loss(tape)).unwrap();
    }
}

/// Whether two numbers are so near; no number is near to NaN.
pub(crate) fn within(a: f64, b: f64, by: f64) -> bool {
    (a - b).abs() <= by
}
