//! Nets of fully connected layers.

use rappel::prelude::*;
use rappel::transform::Linearised;

use crate::{Step, labels, tape};

/// 2-16-16-1, tanh, binary cross-entropy, SGD at 0.1, all 100 points at once.
pub(crate) fn moons(threads: &Threads) -> Step {
    let mut rng = Rng::seed(0);
    let mut net = Sequential::new()
        .push(Linear::new(2, 16, &mut rng))
        .push(Tanh)
        .push(Linear::new(16, 16, &mut rng))
        .push(Tanh)
        .push(Linear::new(16, 1, &mut rng));
    let x = Tensor::normal(&[100, 2], 0.0, 1.0, &mut rng);
    let y = Tensor::from_fn(&[100, 1], |_| rng.uniform().round() as f32);
    let (mut sgd, mut tape) = (Sgd::new(0.1), tape(threads));
    Box::new(move || {
        tape.reset();
        let loss = net.forward(tape.input(&x)).bce_with_logits(tape.input(&y));
        sgd.step(&mut net, &loss.backward())?;
        Ok(())
    })
}

/// 784-128-10, ReLU, cross-entropy, SGD at 0.1, batch 64.
pub(crate) fn mlp_small(threads: &Threads) -> Step {
    let mut rng = Rng::seed(0);
    let mut net =
        Sequential::new().push(Linear::new(784, 128, &mut rng)).push(Relu).push(Linear::new(128, 10, &mut rng));
    let x = Tensor::uniform(&[64, 784], 0.0, 1.0, &mut rng);
    let y = labels(&[64], 10, &mut rng);
    let (mut sgd, mut tape) = (Sgd::new(0.1), tape(threads));
    Box::new(move || {
        tape.reset();
        let loss = net.forward(tape.input(&x)).cross_entropy(&y);
        sgd.step(&mut net, &loss.backward())?;
        Ok(())
    })
}

/// 784-512-512-10, ReLU, cross-entropy, Adam at 1e-3, batch 128.
pub(crate) fn mlp_adam(threads: &Threads) -> Step {
    let mut rng = Rng::seed(0);
    let mut net = Sequential::new()
        .push(Linear::new(784, 512, &mut rng))
        .push(Relu)
        .push(Linear::new(512, 512, &mut rng))
        .push(Relu)
        .push(Linear::new(512, 10, &mut rng));
    let x = Tensor::uniform(&[128, 784], 0.0, 1.0, &mut rng);
    let y = labels(&[128], 10, &mut rng);
    let (mut adam, mut tape) = (Adam::new(1e-3), tape(threads));
    Box::new(move || {
        tape.reset();
        let loss = net.forward(tape.input(&x)).cross_entropy(&y);
        adam.step(&mut net, &loss.backward())?;
        Ok(())
    })
}

/// The Hessian of 784-128-10 (tanh, cross-entropy, batch 64) times a direction in all its 101,770 parameters.
pub(crate) fn hvp(threads: &Threads) -> Step {
    let mut rng = Rng::seed(0);
    let net = Sequential::new().push(Linear::new(784, 128, &mut rng)).push(Tanh).push(Linear::new(128, 10, &mut rng));
    let v = Gradients::from_fn(&net, |_, p| Tensor::full(p.value.shape(), 0.1));
    let x = Tensor::uniform(&[64, 784], 0.0, 1.0, &mut rng);
    let y = labels(&[64], 10, &mut rng);
    let mut tape = tape(threads);
    Box::new(move || {
        tape.reset();
        let loss = net.forward(tape.input(&x)).cross_entropy(&y);
        std::hint::black_box(Linearised::new(loss).hvp(&v));
        Ok(())
    })
}

/// 784-128-10 on one input, without gradients.
pub(crate) fn infer1(threads: &Threads) -> Step {
    let mut rng = Rng::seed(0);
    let net = Sequential::new().push(Linear::new(784, 128, &mut rng)).push(Relu).push(Linear::new(128, 10, &mut rng));
    let x = Tensor::uniform(&[1, 784], 0.0, 1.0, &mut rng);
    let mut tape = Tape::new();
    tape.set_threads(threads);
    Box::new(move || {
        tape.reset();
        std::hint::black_box(net.forward(tape.input(&x)).value());
        Ok(())
    })
}
