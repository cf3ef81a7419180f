use rappel::prelude::*;

#[derive(Module)]
struct Net { fc1: Linear, fc2: Linear }

impl Layer for Net {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> { self.fc2.forward(self.fc1.forward(x).relu()) }
}

fn main() -> rappel::Result<()> {
    let (train, test) = rappel_mnist::load()?;
    let mut rng = Rng::seed(42);
    let mut net = Net { fc1: Linear::new(784, 128, &mut rng), fc2: Linear::new(128, 10, &mut rng) };
    let steps = 5 * train.batches_per_epoch(64);
    let lr = warmup(1e-3, 200).then(cosine(1e-3, 0.0, steps - 200)); // (t + 1) / 200 of the peak: the first step counts
    let (mut adam, mut tape) = (Adam::new(lr), Tape::training(42));
    for epoch in 0..5 {
        for batch in train.shuffled(epoch).batches(64) {
            tape.reset();
            let loss = net.forward(tape.input(&batch.x)).cross_entropy(&batch.y);
            adam.step(&mut net, &loss.backward())?;
        }
        println!("epoch {epoch}: test accuracy {:.2} %", 100.0 * accuracy(&net, &test));
    }
    Ok(())
}
