//! Laws of training that hold between the tape, the net and the optimizer.

use proptest::prelude::*;
use rappel::optim::StepError;
use rappel::prelude::*;
use rappel::tensor::Rng;

#[derive(Module, Clone)]
struct Net {
    fc1: Linear,
    drop: Dropout,
    fc2: Linear,
}

impl Layer for Net {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        self.fc2.forward(self.drop.forward(self.fc1.forward(x).tanh()))
    }
}

fn net(seed: u64, p: f64, hidden: usize) -> Net {
    let mut rng = Rng::seed(seed);
    Net { fc1: Linear::new(6, hidden, &mut rng), drop: Dropout::new(p), fc2: Linear::new(hidden, 3, &mut rng) }
}

/// Three clouds of points.
fn clouds(n: usize) -> Dataset {
    let mut rng = Rng::seed(99);
    let y: Vec<u32> = (0..n).map(|i| (i % 3) as u32).collect();
    let x = Tensor::from_fn(&[n, 6], |i| rng.normal() as f32 + if i % 6 == y[i / 6] as usize { 2.0 } else { 0.0 });
    Dataset::new(x, y.into(), 3).unwrap()
}

fn params(net: &Net) -> [&Param; 4] {
    [&net.fc1.weight, net.fc1.bias.as_ref().unwrap(), &net.fc2.weight, net.fc2.bias.as_ref().unwrap()]
}

fn bits(net: &Net) -> Vec<u32> {
    params(net).iter().flat_map(|p| p.value.data().iter().map(|x| x.to_bits())).collect()
}

/// One pass over the data with each of the steps' losses.
fn epoch(net: &mut Net, data: &Dataset, tape: &mut Tape, mut step: impl FnMut(&mut Net, &Gradients)) -> Vec<f32> {
    let one = |batch: Batch| {
        tape.reset();
        let loss = net.forward(tape.input(&batch.x)).cross_entropy(&batch.y);
        step(net, &loss.backward());
        loss.item()
    };
    data.batches(16).map(one).collect()
}

type Step<'a> = &'a mut dyn FnMut(&mut Net, &Gradients);

#[test]
fn losses_fall_and_the_classes_are_learned() {
    let data = clouds(96);
    let (mut adam, mut sgd) = (Adam::new(0.02), Sgd::new(0.3).momentum(0.9).nesterov(true));
    let steps: [(&str, Step<'_>); 2] = [
        ("adam", &mut |net, g| {
            adam.step(net, g).unwrap();
        }),
        ("sgd", &mut |net, g| {
            sgd.step(net, g).unwrap();
        }),
    ];
    for (name, step) in steps {
        let (mut net, mut tape) = (net(1, 0.1, 16), Tape::training(1));
        let first: f32 = epoch(&mut net, &data, &mut tape, |_, _| {}).iter().sum();
        for e in 0..20 {
            epoch(&mut net, &data.shuffled(e), &mut tape, &mut *step);
        }
        let last: f32 = epoch(&mut net, &data, &mut tape, |_, _| {}).iter().sum();
        assert!(last < 0.5 * first, "{name}: {first} to {last}");
        assert!(accuracy(&net, &data) > 0.85, "{name}: {}", accuracy(&net, &data));
    }
}

#[test]
fn a_step_never_copies_a_weight() {
    let (data, mut tape) = (clouds(32), Tape::training(1));
    let mut net = net(1, 0.0, 16);
    let (mut adam, mut sgd) = (Adam::new(0.01), Sgd::new(0.01).momentum(0.9));
    let places = |net: &Net| params(net).map(|p| p.value.data().as_ptr());
    let before = (places(&net), bits(&net));
    epoch(&mut net, &data, &mut tape, |net, g| {
        adam.step(net, g).unwrap();
    });
    epoch(&mut net, &data, &mut tape, |net, g| {
        sgd.step(net, g).unwrap();
    });
    assert_eq!(accuracy(&net, &data), accuracy(&net, &data));
    epoch(&mut net, &data, &mut tape, |net, g| {
        sgd.step(net, g).unwrap();
    });
    assert_eq!(
        places(&net),
        before.0,
        "weights are written where they are, though a tape held them in the forward pass"
    );
    assert_ne!(bits(&net), before.1);
}

/// Whoever holds a weight keeps what he holds; the step goes into another buffer, and the run is the same.
#[test]
fn snapshots_keep_their_values_and_change_nothing() {
    let data = clouds(64);
    let (mut held, mut free) = (net(1, 0.2, 16), net(1, 0.2, 16));
    let mut snapshots: Vec<(Vec<Tensor>, Vec<u32>)> = Vec::new();
    let (mut adam, mut tape) = (Adam::new(0.01), Tape::training(1));
    let held_losses = epoch(&mut held, &data, &mut tape, |net, g| {
        snapshots.push((params(net).iter().map(|p| p.value.clone()).collect(), bits(net)));
        adam.step(net, g).unwrap();
    });
    let (mut adam, mut tape) = (Adam::new(0.01), Tape::training(1));
    let free_losses = epoch(&mut free, &data, &mut tape, |net, g| {
        adam.step(net, g).unwrap();
    });
    assert_eq!((held_losses, bits(&held)), (free_losses, bits(&free)));
    for (tensors, then) in snapshots {
        let now: Vec<u32> = tensors.iter().flat_map(|t| t.data().iter().map(|x| x.to_bits())).collect();
        assert_eq!(now, then);
    }
}

#[test]
fn a_teacher_gets_no_gradient_from_its_student() {
    let mut student = net(1, 0.0, 16);
    let mut teacher = student.clone();
    let batch = clouds(8).all();
    let tape = Tape::training(0);
    let (x, target) = (tape.input(&batch.x), teacher.forward(tape.input(&batch.x)).detach());
    let gradients = (student.forward(x) * 1.5).mse(target).backward();
    let error = Sgd::new(0.1).step(&mut teacher, &gradients).unwrap_err();
    assert!(matches!(&error, StepError::NoGradient { paths } if paths.len() == 4), "{error}");
    Sgd::new(0.1).step(&mut student, &gradients).unwrap();
    assert_ne!(bits(&student), bits(&teacher));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Two clones of one net, trained on one tape with one loss but at different rates, end where each ends alone.
    #[test]
    fn two_clones_on_one_tape_stay_apart(seed: u64, rates in (1e-3..0.3, 1e-3..0.3_f64)) {
        let data = clouds(48);
        let alone = |rate: f64| {
            let mut net = net(seed, 0.0, 8);
            let mut sgd = Sgd::new(rate).momentum(0.5);
            epoch(&mut net, &data, &mut Tape::training(0), |net, g| { sgd.step(net, g).unwrap(); });
            bits(&net)
        };
        let mut a = net(seed, 0.0, 8);
        let mut b = a.clone();
        let mut optimizers = [rates.0, rates.1].map(|rate| Sgd::new(rate).momentum(0.5));
        let mut tape = Tape::training(0);
        for batch in data.batches(16) {
            tape.reset();
            let x = tape.input(&batch.x);
            let loss = a.forward(x).cross_entropy(&batch.y) + b.forward(x).cross_entropy(&batch.y);
            let gradients = loss.backward();
            optimizers[0].step(&mut a, &gradients).unwrap();
            optimizers[1].step(&mut b, &gradients).unwrap();
        }
        prop_assert_eq!(bits(&a), alone(rates.0));
        prop_assert_eq!(bits(&b), alone(rates.1));
    }
}

/// Products, losses, dropout and steps, at sizes that are cut into shards: the same bits on any number of threads.
#[cfg(feature = "threads")]
#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let mut rng = Rng::seed(5);
    let x = Tensor::uniform(&[512, 300], -1.0, 1.0, &mut rng);
    let data = Dataset::new(x, Tensor::from_fn(&[512], |_| rng.below(10) as u32), 10).unwrap();
    let run = |threads: usize| {
        let mut rng = Rng::seed(7);
        let mut net = Sequential::new()
            .push(Linear::new(300, 400, &mut rng))
            .push(Tanh)
            .push(Dropout::new(0.3))
            .push(Linear::new(400, 200, &mut rng))
            .push(Softplus::default())
            .push(Linear::new(200, 10, &mut rng));
        let (mut adam, mut tape) = (Adam::new(warmup(1e-2, 4).then(cosine(1e-2, 0.0, 20))), Tape::training(3));
        tape.set_threads(&Threads::new(threads).unwrap());
        let mut losses = Vec::new();
        for epoch in 0..3 {
            for batch in data.shuffled(epoch).batches(128) {
                tape.reset();
                let loss = net.forward(tape.input(&batch.x)).cross_entropy(&batch.y);
                adam.step(&mut net, &loss.backward()).unwrap();
                losses.push(loss.item().to_bits());
            }
        }
        let mut all = losses;
        net.for_each_param(|_, p| {
            all.extend(<f32 as rappel::autodiff::Leaf>::open(p).unwrap().value.data().iter().map(|x| x.to_bits()));
        });
        all
    };
    let one = run(1);
    assert_ne!(one[0], one[11], "it trains");
    for threads in [2, 3] {
        assert!(run(threads) == one, "{threads} threads");
    }
}
