//! What is read of a large net stands for all of it.

use proptest::prelude::*;
use rappel_lab::autodiff::{Gradients, Param, Rng, Tape, Tensor};
use rappel_lab::gauge::{Gauge, Reading};
use rappel_lab::optim::{Adam, Sgd, Stepper};
use rappel_nn::{Layer, Linear, Relu, Sequential};

/// The reading of a step that takes a twentieth of the gradient, by each parameter.
fn read(gauge: Gauge, mut net: Vec<Param>, gradients: &Gradients) -> Reading {
    let mut gauge = gauge.groups(|path| path.to_owned());
    gauge.before(&net, 1.0, gradients).unwrap();
    for p in &mut net {
        let g = gradients.param(p).unwrap();
        p.value = Tensor::from_fn(p.value.shape(), |i| p.value.data()[i] - 0.05 * g.data()[i]);
    }
    gauge.after(0.05);
    gauge.close_at(&net, 0.5, gradients).unwrap().unwrap().clone()
}

fn near(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Of tensors that are the same all over, a sample knows everything: each is read, and counts for its size.
    #[test]
    fn each_tensor_counts_for_its_size(sizes in prop::collection::vec(0_usize..3000, 1..12), values in 0_usize..5000) {
        let value = |i: usize| 1.0 + i as f32;
        let net: Vec<Param> =
            sizes.iter().enumerate().map(|(i, n)| Param::new(Tensor::full(&[*n], value(i)))).collect();
        let gradients = Gradients::from_fn(&net, |_, p| p.value.clone());
        let reading = read(Gauge::new().values(values), net, &gradients);
        let mut squares = 0.0;
        for (i, n) in sizes.iter().enumerate() {
            let norm = f64::from(value(i)) * (*n as f64).sqrt();
            squares += norm * norm;
            // One parameter alone has no groups.
            if let Some(group) = reading.groups.get(i) {
                prop_assert!(near(group.weights, norm, 1e-12) && near(group.gradient, norm, 1e-12), "{:?}", group);
                prop_assert!(near(group.update, 0.05 * norm, 1e-6));
            }
        }
        prop_assert!(near(reading.all.weights, squares.sqrt(), 1e-12));
        prop_assert!(near(reading.line.unwrap().slope[0], -0.05 * squares, 1e-6));
    }

    /// As many are read as were asked for, but for whole blocks and a few of each tensor; all where that is about as cheap.
    #[test]
    fn as_many_are_read_as_asked_for(sizes in prop::collection::vec(1_usize..50_000, 1..8), values in 1_usize..5000) {
        let net: Vec<Param> = sizes.iter().map(|n| Param::new(Tensor::zeros(&[*n]))).collect();
        let gradients = Gradients::from_fn(&net, |_, p: &Param| p.value.clone());
        let mut gauge = Gauge::<f32>::new().values(values);
        gauge.before(&net, 1.0, &gradients).unwrap();
        let total: usize = sizes.iter().sum();
        let read = gauge.share().unwrap() * total as f64;
        prop_assert!(read <= 2.0 * (values + 64 * sizes.len()) as f64, "{read}");
        prop_assert!(read + sizes.len() as f64 >= values.min(total) as f64, "{read}");
        let mut exact = Gauge::exact();
        exact.before(&net, 1.0, &gradients).unwrap();
        prop_assert_eq!(exact.share(), Some(1.0));
    }
}

/// Over many tensors of random numbers the errors have the size that the number of values read implies, and no bias.
#[test]
fn errors_shrink_with_the_root_of_the_number_of_values() {
    for values in [512, 2048, 8192] {
        let (mut sum, mut squares) = (0.0, 0.0);
        let runs = 60;
        for seed in 0..runs {
            let mut rng = Rng::seed(seed);
            let net = vec![
                Param::new(Tensor::normal(&[784, 64], 0.0, 1.0, &mut rng)),
                Param::new(Tensor::normal(&[200, 256], 0.0, 1.0, &mut rng)),
            ];
            let gradients = Gradients::from_fn(&net, |_, p| p.value.clone());
            let exact = gradients.dot(&gradients);
            let error = read(Gauge::new().values(values), net, &gradients).all.gradient.powi(2) / exact - 1.0;
            (sum, squares) = (sum + error, squares + error * error);
        }
        // Squares of normal numbers have a variance of 2.
        let expected = (2.0 / values as f64).sqrt();
        let (mean, deviation) = (sum / runs as f64, (squares / runs as f64).sqrt());
        assert!(mean.abs() < 4.0 * expected / (runs as f64).sqrt(), "{values}: bias {mean}");
        assert!((0.7..1.3).contains(&(deviation / expected)), "{values}: {deviation}, expected {expected}");
    }
}

/// Matrices of which only a quarter of the columns counts, of whatever width: the sample is not caught in some of them.
#[test]
fn columns_are_not_missed() {
    // Of squares, of which a quarter is there, in so many blocks; half of it in norms.
    let deviation = (3.0_f64 / (2048.0 / 16.0)).sqrt() / 2.0;
    let widths = [16, 64, 100, 128, 256, 512, 784, 1024];
    let mut sum = 0.0;
    for width in widths {
        let rows = 200_000 / width;
        let column = |i: usize| if i % width < width / 4 { 2.0 } else { 0.0 };
        let net = vec![Param::new(Tensor::from_fn(&[rows, width], column))];
        let gradients = Gradients::from_fn(&net, |_, p| p.value.clone());
        let error = read(Gauge::new().values(2048), net, &gradients).all.gradient / gradients.norm() - 1.0;
        assert!(error.abs() < 2.5 * deviation, "{width}: {error}");
        sum += error;
    }
    let mean = sum / widths.len() as f64;
    assert!(mean.abs() < 2.5 * deviation / (widths.len() as f64).sqrt(), "{mean}");
}

/// On a net in training, whose first layer has inputs that are mostly zero, as images have: readings by sample are those of
/// all values within what the documentation states.
#[test]
fn a_net_in_training() {
    let rules: [Box<dyn Stepper>; 3] =
        [Box::new(Sgd::new(0.1)), Box::new(Sgd::new(0.05).momentum(0.9)), Box::new(Adam::new(1e-3))];
    for mut rule in rules {
        let mut rng = Rng::seed(1);
        let mut net =
            Sequential::new().push(Linear::new(784, 128, &mut rng)).push(Relu).push(Linear::new(128, 10, &mut rng));
        let x = Tensor::from_fn(&[64, 784], |i| {
            let (sample, pixel) = (i / 784, i % 784);
            let (row, column) = (pixel / 28, pixel % 28);
            let inside = (6..22).contains(&row) && (6..22).contains(&column);
            if inside && (sample * 31 + pixel * 17) % 5 < 2 { 1.0 } else { 0.0 }
        });
        let y = Tensor::from_fn(&[64], |i| (i % 10) as u32);
        let (mut sampled, mut exact, mut tape) = (Gauge::new(), Gauge::exact(), Tape::training(0));
        let [mut norms, mut cosines, mut alphas] = [const { Vec::new() }; 3];
        for _ in 0..60 {
            tape.reset();
            let loss = net.forward(tape.input(&x)).cross_entropy(&y);
            let (value, gradients) = (loss.item(), loss.backward());
            sampled.before(&net, value, &gradients).unwrap();
            exact.before(&net, value, &gradients).unwrap();
            rule.step(&mut net, &gradients).unwrap();
            let (Some(a), Some(b)) = (sampled.after(rule.lr()), exact.after(rule.lr())) else { continue };
            let pairs =
                [(a.all.gradient, b.all.gradient), (a.all.update, b.all.update), (a.all.weights, b.all.weights)];
            norms.extend(pairs.map(|(a, b)| (a / b - 1.0).abs()));
            cosines.extend(a.all.cosine.zip(b.all.cosine).map(|(a, b)| (a - b).abs()));
            if let Some(exact) = b.alpha.filter(|alpha| *alpha < 1.0) {
                alphas.push(a.alpha.map_or(f64::INFINITY, |alpha| (alpha - exact).abs()));
            }
        }
        let nine_tenths = |errors: &mut Vec<f64>| {
            errors.sort_by(f64::total_cmp);
            errors[errors.len() * 9 / 10]
        };
        let found = [&mut norms, &mut cosines, &mut alphas].map(nine_tenths);
        assert!(found[0] < 0.2 && found[1] < 0.15 && found[2] < 0.25, "{}: {found:?}", rule.name());
    }
}
