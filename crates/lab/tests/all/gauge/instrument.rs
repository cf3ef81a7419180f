use rappel_lab::autodiff::{Float, Gradients, Leaf, Module, ModuleExt, Param, Rng, Tape, Tensor, Var};
use rappel_lab::gauge::{Gauge, Reading};
use rappel_lab::optim::{Adam, Sgd, StepError, Stepper};
use rappel_lab::problems::Quadratic;
use rappel_lab::{LabError, Problem, Trial};
use rappel_nn::{Layer, Linear, Sequential, Tanh};

/// A net whose loss is that of fitting a wave by 64 points, all of them at each step.
fn wave<T: Float>(seed: u64) -> Sequential<T> {
    let mut rng = Rng::seed(seed);
    Sequential::new().push(Linear::new(1, 8, &mut rng)).push(Tanh).push(Linear::new(8, 1, &mut rng))
}

fn wave_loss<'t, T: Float>(net: &Sequential<T>, tape: &'t Tape<T>) -> Var<'t, T> {
    let x = Tensor::from_fn(&[64, 1], |i| T::of(i as f64 / 32.0 - 1.0));
    let y = Tensor::from_fn(&[64, 1], |i| T::of((i as f64 / 10.0).sin()));
    (net.forward(tape.input(&x)) - tape.input(&y)).square().mean()
}

/// Every value of a net, in f64.
fn values<T: Float>(net: &dyn Module) -> Vec<f64> {
    let mut all = Vec::new();
    net.for_each_param(|_, p| {
        all.extend(T::open(p).unwrap().value.data().iter().map(|x| x.re()));
    });
    all
}

fn flat<T: Float>(net: &dyn Module, gradients: &Gradients<T>) -> Vec<f64> {
    let mut all = Vec::new();
    net.for_each_param(|_, p| all.extend(gradients.by_id(p.id()).unwrap().data().iter().map(|x| x.re())));
    all
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn minus(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

fn near(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs())
}

/// One direction of curvature 4: the rate alone says where a step of gradient descent ends.
fn one_direction<T: Float>(tolerance: f64) {
    let valley: &dyn Problem<T> = &Quadratic::new(&[4.0]);
    for (lr, alpha) in [(0.0625, -0.75), (0.125, -0.5), (0.25, 0.0), (0.375, 0.5), (0.5, 1.0), (0.75, 2.0)] {
        let mut run = Trial::new(valley, Box::new(Sgd::new(lr)), 0, 3);
        let mut gauge = Gauge::<T>::new();
        let mut seen = 0;
        for _ in 0..3 {
            let (loss, gradients) = run.gradients(valley);
            gauge.before(&*run.net, loss, &gradients).unwrap();
            run.apply(&gradients).unwrap();
            if let Some(reading) = gauge.after(lr) {
                seen += 1;
                match reading.alpha {
                    Some(ours) => assert!((ours - alpha).abs() <= tolerance, "{lr}: {ours}"),
                    None => assert_eq!((reading.loss, alpha), (0.0, 0.0), "only from the minimum itself"),
                }
            }
        }
        assert_eq!(seen, 2);
    }
}

#[test]
fn alpha_of_gradient_descent_is_its_rate() {
    one_direction::<f64>(0.0);
    one_direction::<f32>(1e-6);
}

/// Where the loss along a line is least, from values of the loss alone.
fn lowest(loss: impl Fn(f64) -> f64) -> f64 {
    let (mut from, mut to) = (-1024.0, 1024.0);
    for _ in 0..120 {
        let (a, b) = (from + (to - from) / 3.0, to - (to - from) / 3.0);
        if loss(a) < loss(b) {
            to = b;
        } else {
            from = a;
        }
    }
    (from + to) / 2.0
}

fn rules() -> Vec<(&'static str, Box<dyn Stepper<f64>>)> {
    vec![
        ("sgd", Box::new(Sgd::new(0.05))),
        ("momentum", Box::new(Sgd::new(0.02).momentum(0.9))),
        ("nesterov", Box::new(Sgd::new(0.02).momentum(0.9).nesterov(true))),
        ("adam", Box::new(Adam::new(0.05))),
    ]
}

/// For every rule, alpha is what a scan of the loss along the update finds; the cheap form, which takes the update to be `-lr` times the
/// gradient, finds it for gradient descent only.
#[test]
fn alpha_is_that_of_the_true_update() {
    let spectrum = [1.0, 3.0, 10.0, 30.0];
    let valley: &dyn Problem<f64> = &Quadratic::new(&spectrum);
    let f = |w: &[f64]| w.iter().zip(&spectrum).map(|(w, c)| c * w * w / 2.0).sum::<f64>();
    for (name, optimizer) in rules() {
        let mut run = Trial::new(valley, optimizer, 0, 40);
        set(&mut *run.net, &[1.0, -0.5, 0.25, 0.125]);
        let mut gauge = Gauge::<f64>::new();
        let mut past: Vec<(Vec<f64>, Vec<f64>)> = Vec::new();
        let (mut misled, mut uphill, mut compared) = (0, 0, 0);
        for _ in 0..40 {
            let (loss, gradients) = run.gradients(valley);
            past.push((values::<f64>(&*run.net), flat(&*run.net, &gradients)));
            gauge.before(&*run.net, loss, &gradients).unwrap();
            run.apply(&gradients).unwrap();
            let lr = run.optimizer.lr();
            let Some(reading) = gauge.after(lr) else { continue };
            let [(w, g), (w_new, g_new)] = &past[past.len() - 2..] else { unreachable!() };
            let u = minus(w_new, w);
            let at = lowest(|s| f(&w.iter().zip(&u).map(|(w, u)| w + s * u).collect::<Vec<_>>()));
            match reading.alpha {
                Some(alpha) => {
                    compared += 1;
                    assert!(
                        (alpha - (1.0 / at - 1.0)).abs() < 1e-4 * (2.0 + alpha.abs()),
                        "{name}: {alpha}, scan {at}"
                    );
                    let cheap = -dot(g_new, g) / dot(g, g);
                    misled += usize::from((cheap - alpha).abs() > 0.1);
                }
                None => {
                    uphill += 1;
                    assert!(at < 1e-6, "{name}: the minimum is ahead at {at}");
                    assert!(reading.line.unwrap().slope[0] >= 0.0);
                }
            }
        }
        match name {
            "sgd" => assert_eq!((misled, uphill), (0, 0)),
            _ => assert!(misled * 2 > compared, "{name}: the cheap form is off in {misled} of {compared}"),
        }
    }
}

fn set(net: &mut dyn Module, values: &[f64]) {
    let mut values = values.iter();
    net.for_each_param_mut(|_, p| {
        let p = f64::open_mut(p).unwrap();
        p.value = Tensor::from_fn(p.value.shape(), |_| *values.next().unwrap());
    });
}

/// On a net, whose loss along an update is no parabola, alpha is where the scan says, nearly.
#[test]
fn alpha_on_a_net() {
    for (name, mut optimizer) in rules() {
        let (mut net, mut probe) = (wave::<f64>(1), wave::<f64>(1));
        let (mut tape, mut gauge) = (Tape::<f64>::default(), Gauge::<f64>::new());
        let mut errors = Vec::new();
        let mut before = values::<f64>(&net);
        for _ in 0..60 {
            tape.reset();
            let loss = wave_loss(&net, &tape);
            let here = values::<f64>(&net);
            let reading = gauge.step(&mut *optimizer, &mut net, loss.item(), &loss.backward()).unwrap();
            if let Some(Reading { alpha: Some(alpha), .. }) = reading {
                let u = minus(&here, &before);
                let mut f = |s: f64| {
                    set(&mut probe, &before.iter().zip(&u).map(|(w, u)| w + s * u).collect::<Vec<_>>());
                    wave_loss(&probe, &Tape::default()).item()
                };
                // The first that is lower than its neighbours, in steps of 2 %.
                let (mut s, mut least) = (0.01, f(0.01));
                while s < 1e3 {
                    let next = f(1.02 * s);
                    if next > least {
                        break;
                    }
                    (s, least) = (1.02 * s, next);
                }
                errors.push((alpha - (1.0 / s - 1.0)).abs());
            }
            before = here;
        }
        errors.sort_by(f64::total_cmp);
        let (median, most) = (errors[errors.len() / 2], errors[errors.len() * 9 / 10]);
        assert!(errors.len() > 40 && median < 0.02 && most < 0.1, "{name}: {} {median} {most}", errors.len());
    }
}

/// Weights, gradient (as a vector and as it was) and loss of a step.
type Past<T> = (Vec<f64>, Vec<f64>, Gradients<T>, f64);

/// Norms, cosines and slopes are those of the tensors themselves, for all and for each layer; groups add up to all.
fn reads_the_tensors<T: Float>(tolerance: f64) {
    let (mut net, mut tape) = (wave::<T>(2), Tape::<T>::default());
    let (mut adam, mut gauge) = (Adam::<T>::new(0.01), Gauge::<T>::exact().by_layer());
    let mut past: Vec<Past<T>> = Vec::new();
    for step in 0..6 {
        tape.reset();
        let loss = wave_loss(&net, &tape);
        let (value, gradients) = (loss.item().re(), loss.backward());
        past.push((values::<T>(&net), flat(&net, &gradients), gradients.clone(), value));
        let reading = gauge.step(&mut adam, &mut net, value, &gradients).unwrap();
        let Some(reading) = reading else {
            assert_eq!(step, 0);
            continue;
        };
        let n = past.len();
        let (w, g, tensors, value) = &past[n - 2];
        let (w_new, g_new, _, value_new) = &past[n - 1];
        let u = minus(w_new, w);
        assert_eq!((reading.step, reading.loss, reading.all.lr), (step - 1, *value, 0.01));
        assert!(near(reading.all.gradient, tensors.norm(), tolerance));
        let cosine = (n > 2).then(|| tensors.dot(&past[n - 3].2) / (tensors.norm() * past[n - 3].2.norm()));
        assert_eq!(reading.all.cosine.is_some(), cosine.is_some());
        assert!(reading.all.cosine.zip(cosine).is_none_or(|(a, b)| (a - b).abs() < tolerance));
        let line = reading.line.unwrap();
        assert_eq!(line.loss, [*value, *value_new]);
        assert!(near(line.slope[0], dot(g, &u), tolerance) && near(line.slope[1], dot(g_new, &u), tolerance));
        let names: Vec<_> = reading.groups.iter().map(|g| g.name.as_str()).collect();
        assert_eq!(names, ["0", "2"]);
        let layers = [0..16, 16..25];
        for (group, layer) in reading.groups.iter().zip(layers).chain([(&reading.all, 0..25)]) {
            let norm = |x: &[f64]| dot(&x[layer.clone()], &x[layer.clone()]).sqrt();
            assert!(near(group.gradient, norm(g), tolerance), "{}", group.name);
            assert!(near(group.update, norm(&u), tolerance), "{}", group.name);
            assert!(near(group.weights, norm(w), tolerance), "{}", group.name);
        }
    }
}

#[test]
fn norms_cosines_and_slopes() {
    reads_the_tensors::<f64>(1e-12);
    reads_the_tensors::<f32>(1e-12);
}

/// One run of a parameter in f64, with its rate; returns the readings.
fn descend(gauge: &mut Gauge<f64>, losses: &[f64]) -> Vec<Reading> {
    let mut w = Param::new(Tensor::from([4.0, -2.0]));
    let mut readings = Vec::new();
    for loss in losses {
        let tape = Tape::<f64>::default();
        let gradients = tape.param(&w).square().sum().backward();
        gauge.before(&w, *loss, &gradients).unwrap();
        w.value = Tensor::from_fn(&[2], |i| 0.9 * w.value.data()[i]);
        readings.extend(gauge.after(0.05).cloned());
    }
    readings.extend(gauge.close(&w).unwrap().cloned());
    readings
}

#[test]
fn the_last_step_has_no_alpha_until_it_is_evaluated() {
    let readings = descend(&mut Gauge::new(), &[20.0, 16.2]);
    assert_eq!(
        readings.iter().map(|r| (r.step, r.alpha.is_some(), r.line.is_some())).collect::<Vec<_>>(),
        [(0, true, true), (1, false, false)]
    );
    assert!(near(readings[1].all.ratio(), 0.1, 1e-12));

    let valley: &dyn Problem<f64> = &Quadratic::new(&[4.0]);
    let mut run = Trial::new(valley, Box::new(Sgd::new(0.125)), 0, 3);
    let mut gauge = Gauge::<f64>::new().at_step(10);
    for step in 10..13 {
        let (loss, gradients) = run.gradients(valley);
        gauge.before(&*run.net, loss, &gradients).unwrap();
        run.apply(&gradients).unwrap();
        assert_eq!(gauge.after(0.125), None, "a closed step is no step before");
        let (loss, gradients) = run.gradients(valley);
        let reading = gauge.close_at(&*run.net, loss, &gradients).unwrap().unwrap();
        assert_eq!((reading.step, reading.alpha, reading.all.cosine), (step, Some(-0.5), None));
        assert_eq!(gauge.close(&*run.net).unwrap(), None);
    }
}

#[test]
fn losses_that_are_no_numbers_leave_alpha_open() {
    let readings = descend(&mut Gauge::new(), &[20.0, f64::NAN, 13.0, f64::INFINITY, 8.0, 6.0]);
    let known: Vec<_> = readings.iter().map(|r| r.alpha.is_some()).collect();
    assert_eq!(known, [false, false, false, false, true, false]);
    assert!(readings[1].loss.is_nan() && readings[3].loss.is_infinite());
    assert!(readings.iter().all(|r| near(r.all.ratio(), 0.1, 1e-12)), "what does not need the loss is read");

    let mut w = Param::new(Tensor::from([4.0]));
    let (mut sgd, mut gauge) = (Sgd::<f64>::new(0.1), Gauge::<f64>::new());
    let mut readings = Vec::new();
    for _ in 0..3 {
        let mut gradients = Gradients::from_fn(&w, |_, p| p.value.clone());
        gradients.set(&w, Tensor::from([f64::NAN]));
        readings.extend(gauge.step(&mut sgd, &mut w, 1.0, &gradients).unwrap().cloned());
    }
    for reading in readings {
        assert!(reading.all.gradient.is_nan() && reading.all.update.is_nan());
        assert_eq!((reading.alpha, reading.line, reading.all.cosine), (None, None, None));
    }
}

/// Rates of their own are in the log for each group.
#[test]
fn groups_have_rates() {
    let net = wave::<f64>(3);
    let gradients = Gradients::from_fn(&net, |_, p| p.value.clone());
    let of = |name: &str| if name == "biases" { 0.2 } else { 0.1 };
    let mut gauge = Gauge::<f64>::new().groups(|path| if path.ends_with("bias") { "biases" } else { "weights" });
    for _ in 0..2 {
        gauge.before(&net, 1.0, &gradients).unwrap();
        gauge.after_groups(0.1, of);
    }
    let reading = gauge.close(&net).unwrap().unwrap();
    let rates: Vec<_> = reading.groups.iter().map(|g| (g.name.as_str(), g.lr)).collect();
    assert_eq!((rates.as_slice(), reading.all.lr), (&[("weights", 0.1), ("biases", 0.2)][..], 0.1));
}

#[test]
fn frozen_parameters_count_nowhere_and_tied_ones_once() {
    let one = Param::<f64>::new(Tensor::from([3.0, 4.0]));
    let mut net = vec![one.tie(), Param::new(Tensor::from([12.0])), one.tie()];
    net[1].trainable = false;
    let mut gauge = Gauge::<f64>::new();
    let mut read = |net: &mut Vec<Param<f64>>| {
        let gradients = Gradients::from_fn(net, |_, p| p.value.clone());
        gauge.before(net, 1.0, &gradients).unwrap();
        gauge.after(0.1).cloned()
    };
    assert_eq!(read(&mut net), None);
    let reading = read(&mut net).unwrap();
    assert_eq!((reading.all.weights, reading.all.gradient), (5.0, 5.0));
    net[1].trainable = true;
    assert_eq!(read(&mut net).unwrap().all.update, 0.0);
    let reading = read(&mut net).unwrap();
    assert_eq!((reading.all.weights, reading.all.gradient, reading.all.update), (13.0, 13.0, 0.0));
}

#[test]
fn another_net_is_refused() {
    let (net, mut gauge) = (wave::<f64>(1), Gauge::<f64>::new());
    let of = |net: &Sequential<f64>| Gradients::from_fn(net, |_, p| p.value.clone());
    gauge.before(&net, 1.0, &of(&net)).unwrap();
    gauge.after(0.1);
    let mut larger = wave::<f64>(1).push(Linear::new(1, 1, &mut Rng::seed(0)));
    for (other, is) in [(&wave(1), 4), (&Sequential::new(), 0)] {
        let error = gauge.before(other, 1.0, &of(other)).unwrap_err();
        assert!(matches!(error, LabError::Parameters { was: 4, is: found } if found == is), "{error}");
    }
    let gradients = of(&larger);
    let error = gauge.step(&mut Sgd::new(0.1), &mut larger, 1.0, &gradients).unwrap_err();
    assert!(matches!(error, LabError::Parameters { was: 4, is: 6 }), "{error}");
    assert!(matches!(gauge.close(&larger), Err(LabError::Parameters { .. })));
    // The run that it follows goes on.
    gauge.before(&net, 1.0, &of(&net)).unwrap();
    assert_eq!(gauge.after(0.1).map(|r| r.step), Some(0));
}

#[test]
fn what_does_not_fit_is_refused() {
    let mut w = vec![Param::<f64>::new(Tensor::from([1.0, 2.0]))];
    let mut gauge = Gauge::<f64>::new();
    let mut gradients = Gradients::from_fn(&w, |_, p| p.value.clone());
    gradients.set(&w[0], Tensor::from([1.0]));
    let error = gauge.before(&w, 1.0, &gradients).unwrap_err();
    assert!(matches!(&error, LabError::Step(StepError::Shape { path, .. }) if path == "0"), "{error}");
    let error =
        Gauge::<f32>::new().before(&w, 1.0, &Gradients::from_fn(&wave::<f32>(0), |_, p| p.value.clone())).unwrap_err();
    assert!(matches!(&error, LabError::Step(StepError::NumberType { path, .. }) if path == "0"), "{error}");
    let error = gauge.step_batches(&mut Sgd::new(0.1), &mut w, &[]).unwrap_err();
    assert!(error.to_string().starts_with("the number of micro-batches is 0"), "{error}");
    // A value of another shape is another parameter to the gauge.
    w[0].value = Tensor::from([1.0, 2.0, 3.0]);
    let gradients = Gradients::from_fn(&w, |_, p| p.value.clone());
    assert!(matches!(gauge.before(&w, 1.0, &gradients), Err(LabError::Parameters { was: 1, is: 1 })));
}

#[test]
#[should_panic(expected = "there was no `before` of this step")]
fn a_step_without_a_beginning() {
    Gauge::<f32>::new().after(0.1);
}

/// A step that is refused is no step: the next that is made follows the last that was.
#[test]
fn refused_steps_are_made_again() {
    let mut net = wave::<f64>(4);
    let (mut sgd, mut gauge) = (Sgd::<f64>::new(0.1), Gauge::<f64>::new());
    let full = Gradients::from_fn(&net, |_, p| p.value.clone());
    let mut partial = full.clone();
    partial.retain(|id| id == net.named_parameters()[0].1.id());
    assert!(gauge.step(&mut sgd, &mut net, 1.0, &full).unwrap().is_none());
    let error = gauge.step(&mut sgd, &mut net, 7.0, &partial).unwrap_err();
    assert!(matches!(error, LabError::Step(StepError::NoGradient { .. })), "{error}");
    let full = Gradients::from_fn(&net, |_, p| p.value.clone());
    let reading = gauge.step(&mut sgd, &mut net, 0.9, &full).unwrap().unwrap();
    assert_eq!((reading.step, reading.line.unwrap().loss), (0, [1.0, 0.9]));
    assert!(near(reading.all.ratio(), 0.1, 1e-12));
}

/// Where the optimizer made steps that the gauge did not see, or a run was taken back, no reading is made up.
#[test]
fn a_broken_chain_begins_anew() {
    let mut net = wave::<f64>(4);
    let (mut sgd, mut gauge) = (Sgd::<f64>::new(0.1), Gauge::<f64>::new());
    let gradients = Gradients::from_fn(&net, |_, p| p.value.clone());
    let mut seen = Vec::new();
    for step in 0..6 {
        if step == 3 {
            sgd.step(&mut net, &gradients).unwrap();
        } else {
            seen.push(
                gauge.step(&mut sgd, &mut net, 1.0, &gradients).unwrap().map(|r| (r.step, r.all.cosine.is_some())),
            );
        }
    }
    assert_eq!(seen, [None, Some((0, false)), Some((1, true)), None, Some((4, false))]);
    gauge.forget();
    assert_eq!(gauge.step(&mut sgd, &mut net, 1.0, &gradients).unwrap(), None);
}
