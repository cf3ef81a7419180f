//! Nets of convolutions, on 64 images of 28 x 28.

use rappel::prelude::*;

use crate::{Step, labels, tape};

#[derive(Module, Debug)]
struct Conv2d {
    weight: Param,
    bias: Param,
    #[module(skip)]
    padding: usize,
}

impl Conv2d {
    fn new(inputs: usize, outputs: usize, kernel: usize, padding: usize, rng: &mut Rng) -> Self {
        let bound = ((inputs * kernel * kernel) as f64).sqrt().recip();
        Conv2d {
            weight: Param::new(Tensor::uniform(&[outputs, inputs, kernel, kernel], -bound, bound, rng)),
            bias: Param::new(Tensor::uniform(&[outputs], -bound, bound, rng)),
            padding,
        }
    }
}

impl Layer for Conv2d {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        let (weight, bias) = (x.tape().param(&self.weight), x.tape().param(&self.bias));
        x.conv2d(weight, Some(bias), Conv::new().padding(self.padding))
    }
}

fn images(rng: &mut Rng) -> (Tensor, Tensor<u32>) {
    (Tensor::uniform(&[64, 1, 28, 28], 0.0, 1.0, rng), labels(&[64], 10, rng))
}

/// LeNet-5 with tanh and mean pooling, SGD at 0.1 with momentum 0.9.
pub(crate) fn lenet(threads: &Threads) -> Step {
    let mut rng = Rng::seed(0);
    let mut net = Sequential::new()
        .push(Conv2d::new(1, 6, 5, 2, &mut rng))
        .push(Tanh)
        .push(from_fn(|x: Var| x.avg_pool2d(Pool::new(2))))
        .push(Conv2d::new(6, 16, 5, 0, &mut rng))
        .push(Tanh)
        .push(from_fn(|x: Var| x.avg_pool2d(Pool::new(2))))
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
        .push(Conv2d::new(1, 32, 3, 0, &mut rng))
        .push(Relu)
        .push(Conv2d::new(32, 64, 3, 0, &mut rng))
        .push(Relu)
        .push(from_fn(|x: Var| x.max_pool2d(Pool::new(2))))
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
