//! The program of the README, for fewer epochs.

use rappel::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear,
    fc2: Linear,
}

impl Layer for Net {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        self.fc2.forward(self.fc1.forward(x).relu())
    }
}

/// What `main` of the README does, and the accuracy after each epoch.
fn train(train: &Dataset, test: &Dataset, epochs: u64) -> rappel::Result<Vec<f64>> {
    let mut rng = Rng::seed(42);
    let mut net = Net { fc1: Linear::new(784, 128, &mut rng), fc2: Linear::new(128, 10, &mut rng) };
    let steps = epochs as usize * train.batches_per_epoch(64);
    let lr = warmup(1e-3, 200).then(cosine(1e-3, 0.0, steps - 200));
    let (mut adam, mut tape) = (Adam::new(lr), Tape::training(42));
    let mut accuracies = vec![accuracy(&net, test)];
    for epoch in 0..epochs {
        for batch in train.shuffled(epoch).batches(64) {
            tape.reset();
            let loss = net.forward(tape.input(&batch.x)).cross_entropy(&batch.y);
            adam.step(&mut net, &loss.backward())?;
        }
        accuracies.push(accuracy(&net, test));
    }
    Ok(accuracies)
}

#[test]
fn digits_are_learned() {
    let (train_set, test_set) = rappel_mnist::load().unwrap();
    let accuracies = train(&train_set, &test_set, 2).unwrap();
    assert!(accuracies[0] < 0.2, "chance: {accuracies:?}");
    assert!(accuracies[1] > 0.9 && accuracies[2] > 0.95, "{accuracies:?}");
}

#[test]
fn a_run_too_short_for_its_schedule_is_a_typed_error() {
    let data = Dataset::new(Tensor::zeros(&[4, 784]), Tensor::from([0, 1, 2, 3]), 10).unwrap();
    let mut net = Linear::new(784, 10, &mut Rng::seed(0));
    let mut adam = Adam::new(warmup(1e-3, percent(5)).then(cosine(1e-3, 0.0, rest())));
    let tape = Tape::training(0);
    let batch = data.all();
    let loss = net.forward(tape.input(&batch.x)).cross_entropy(&batch.y);
    let before = net.weight.value.clone();
    let error = rappel::Error::from(adam.step(&mut net, &loss.backward()).unwrap_err());
    assert!(error.to_string().contains("warmup(0.001, 5%)"), "{error}");
    assert!(net.weight.value.shares_buffer(&before));
}
