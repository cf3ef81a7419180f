//! Nets of convolutions, on 64 images of 28 x 28.

use rappel::prelude::*;

use crate::{Step, labels, tape};

fn images(rng: &mut Rng) -> (Tensor, Tensor<u32>) {
    (Tensor::uniform(&[64, 1, 28, 28], 0.0, 1.0, rng), labels(&[64], 10, rng))
}

/// LeNet-5 with tanh and mean pooling, SGD at 0.1 with momentum 0.9.
pub(crate) fn lenet(threads: &Threads) -> Step {
    let mut rng = Rng::seed(0);
    let mut net = Sequential::new()
        .push(Conv2d::new(1, 6, 5, &mut rng).padding(2))
        .push(Tanh)
        .push(AvgPool2d::new(2))
        .push(Conv2d::new(6, 16, 5, &mut rng))
        .push(Tanh)
        .push(AvgPool2d::new(2))
        .push(Flatten)
        .push(Linear::new(400, 120, &mut rng))
        .push(Tanh)
        .push(Linear::new(120, 84, &mut rng))
        .push(Tanh)
        .push(Linear::new(84, 10, &mut rng));
    let (x, y) = images(&mut rng);
    let (mut sgd, mut tape) = (Sgd::new(0.1).momentum(0.9), tape(threads));
    Box::new(move || {
        tape.reset();
        let loss = net.forward(tape.input(&x)).cross_entropy(&y);
        sgd.step(&mut net, &loss.backward())?;
        Ok(())
    })
}

/// Two convolutions of 3 x 3 with 32 and 64 channels, ReLU, largest of 2 x 2, dropout, 9216-128-10, Adam at 1e-3.
pub(crate) fn cnn(threads: &Threads) -> Step {
    let mut rng = Rng::seed(0);
    let mut net = Sequential::new()
        .push(Conv2d::new(1, 32, 3, &mut rng))
        .push(Relu)
        .push(Conv2d::new(32, 64, 3, &mut rng))
        .push(Relu)
        .push(MaxPool2d::new(2))
        .push(Dropout::new(0.25))
        .push(Flatten)
        .push(Linear::new(9216, 128, &mut rng))
        .push(Relu)
        .push(Dropout::new(0.5))
        .push(Linear::new(128, 10, &mut rng));
    let (x, y) = images(&mut rng);
    let (mut adam, mut tape) = (Adam::new(1e-3), tape(threads));
    Box::new(move || {
        tape.reset();
        let loss = net.forward(tape.input(&x)).cross_entropy(&y);
        adam.step(&mut net, &loss.backward())?;
        Ok(())
    })
}
