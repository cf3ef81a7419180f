use proptest::prelude::*;
use rappel_lab::LabError;
use rappel_lab::autodiff::transform::hessian_of;
use rappel_lab::autodiff::{Float, Gradients, Param, Rng, Tape, Tensor, Var};
use rappel_lab::optim::Sgd;
use rappel_lab::problems::Chebyshev;
use rappel_lab::stability::{Lanczos, Spectrum, hessian_top, hessian_top_by};
use rappel_lab::{Problem, Trial};

/// A net that is a vector, and the product of a direction in it with a diagonal.
fn diagonal<'n, T: Float>(net: &'n Param<T>, entries: &[f64]) -> impl Fn(&Gradients<T>) -> Gradients<T> + use<'n, T> {
    let entries = Tensor::from_fn(&[entries.len()], |i| T::of(entries[i]));
    move |v| Gradients::from_fn(net, |_, p| v.param(p).unwrap() * &entries)
}

fn vector<T: Float>(n: usize) -> Param<T> {
    Param::new(Tensor::zeros(&[n]))
}

fn values<T: Float>(spectrum: &Spectrum<T>) -> Vec<f64> {
    spectrum.pairs.iter().map(|p| p.value).collect()
}

#[track_caller]
fn assert_near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (f, e) in found.iter().zip(expected) {
        assert!((f - e).abs() <= tolerance, "{found:?}, expected {expected:?}");
    }
}

proptest! {
    /// All eigenvalues of any small symmetric matrix: each is one of the whole operator, vectors are orthonormal, and the traces of the
    /// matrix and of its square are their sums. Matrices of low rank, multiples of the identity and zero are among them.
    #[test]
    fn whole_spectra(n in 1_usize..12, rank in 0_usize..12, shift in -2_i32..=2, seed in 0_u64..1000) {
        let mut random = Rng::seed(seed);
        let halves: Vec<Vec<f64>> = (0..rank).map(|_| (0..n).map(|_| random.normal()).collect()).collect();
        let matrix = Tensor::from_fn(&[n, n], |at| {
            let (i, j) = (at / n, at % n);
            let sign = |r: usize| if r.is_multiple_of(2) { 1.0 } else { -1.0 };
            let sum: f64 = halves.iter().enumerate().map(|(r, h)| sign(r) * h[i] * h[j]).sum();
            sum + if i == j { f64::from(shift) } else { 0.0 }
        });
        let net = vector::<f64>(n);
        let times = |v: &Gradients<f64>| {
            let v = v.param(&net).unwrap().data();
            let row = |i: usize| matrix.data()[i * n..][..n].iter().zip(v).map(|(a, b)| a * b).sum();
            Gradients::from_fn(&net, |_, _| Tensor::from_fn(&[n], row))
        };
        let found = Lanczos::new(n).unwrap().tolerance(1e-12).unwrap().top(&net, times).unwrap();
        prop_assert!(found.converged && found.pairs.len() == n);
        let size = matrix.data().iter().map(|a| a * a).sum::<f64>();
        let close = 1e-11 * (1.0 + size);
        for (i, a) in found.pairs.iter().enumerate() {
            let mut residual = times(&a.vector);
            residual.axpy(-a.value, &a.vector);
            prop_assert!(residual.norm() <= close && (residual.norm() - a.residual).abs() <= close);
            prop_assert!(found.pairs.iter().skip(i + 1).all(|b| b.value <= a.value && a.vector.dot(&b.vector).abs() < 1e-11));
            prop_assert!((a.vector.norm() - 1.0).abs() < 1e-12);
        }
        let trace: f64 = (0..n).map(|i| matrix.data()[i * n + i]).sum();
        prop_assert!((values(&found).iter().sum::<f64>() - trace).abs() < close);
        prop_assert!((values(&found).iter().map(|x| x * x).sum::<f64>() - size).abs() < close);
    }

    /// The largest of many: within the residual that is told, and with an error of its square over the gap.
    #[test]
    fn residuals_bound_the_error(seed in 0_u64..200, power in 0.3_f64..2.0) {
        let n = 300;
        let entries: Vec<f64> = (0..n).map(|i| -0.5 + ((i + 1) as f64 / n as f64).powf(power)).collect();
        let net = vector::<f64>(n);
        let found = Lanczos::new(1).unwrap().seed(seed).top(&net, diagonal(&net, &entries)).unwrap();
        let (value, residual) = (found.pairs[0].value, found.pairs[0].residual);
        prop_assert!(found.converged && residual <= 0.5e-4);
        let nearest = entries.iter().map(|e| (e - value).abs()).fold(f64::MAX, f64::min);
        prop_assert!(nearest <= residual);
        prop_assert!(value <= 0.5 + 1e-12, "a quotient <v, Av> is never above the largest eigenvalue");
    }
}

/// Eigenvalues that occur several times are found as often, below zero too, and where the basis has to be restarted.
#[test]
fn largest_eigenvalues() {
    let long: Vec<f64> = (0..400).map(|i| 10.0 - (i as f64 / 40.0)).collect();
    let rows: [(&[f64], &[f64]); 5] = [
        (&[2.0, 1.0, 2.0, -7.0, 2.0, 1.5], &[2.0, 2.0, 2.0, 1.5]),
        (&[-3.0, -9.0, -1.0], &[-1.0, -3.0]),
        (&[-3.0, -9.0, -1.0], &[-1.0, -3.0, -9.0]),
        (&[0.0, 0.0, 0.0], &[0.0, 0.0]),
        (&long, &[10.0, 9.975, 9.95]),
    ];
    for (entries, top) in rows {
        let net = vector::<f64>(entries.len());
        let mut lanczos = Lanczos::new(top.len()).unwrap().tolerance(1e-7).unwrap().most(2000);
        let first = lanczos.top(&net, diagonal(&net, entries)).unwrap();
        assert_near(&values(&first), top, 1e-9);
        assert!(first.converged);
        let again = lanczos.top(&net, diagonal(&net, entries)).unwrap();
        assert_near(&values(&again), top, 1e-9);
    }
}

/// More eigenvalues than dimensions cannot be had; all there are come.
#[test]
fn as_many_as_there_are() {
    let net = vector::<f64>(2);
    let found = Lanczos::new(7).unwrap().top(&net, diagonal(&net, &[4.0, 5.0])).unwrap();
    assert_near(&values(&found), &[5.0, 4.0], 1e-14);
}

#[test]
fn single_precision() {
    let net = vector::<f32>(200);
    let entries: Vec<f64> = (0..200).map(|i| 5.0 * 0.9_f64.powi(i)).collect();
    let found = Lanczos::new(2).unwrap().top(&net, diagonal(&net, &entries)).unwrap();
    assert_near(&values(&found), &[5.0, 4.5], 1e-5);
    assert!(found.converged);
}

/// When the eigenvectors found last are exactly orthogonal to a direction whose eigenvalue has grown, it is found all the same.
#[test]
fn what_is_hidden_from_a_warm_start_is_found() {
    let net = vector::<f64>(60);
    let mut entries: Vec<f64> = (0..60).map(|i| 1.0 - i as f64 / 60.0).collect();
    entries[0] = 5.0;
    let mut lanczos = Lanczos::new(1).unwrap();
    let first = lanczos.top(&net, diagonal(&net, &entries)).unwrap();
    assert_near(&values(&first), &[5.0], 1e-6);
    // An operator of which the vector found is exactly an eigenvector, and another direction is sharper.
    let kept = first.pairs[0].vector.clone();
    let looks = (1..30).find(|_| {
        let found = lanczos.top(&net, |v| {
            let mut out = v.clone();
            out.axpy(-v.dot(&kept), &kept);
            entries[0] = 0.5;
            entries[41] = 6.0;
            let mut out = diagonal(&net, &entries)(&out);
            out.axpy(-out.dot(&kept), &kept);
            out.axpy(5.0 * v.dot(&kept), &kept);
            out
        });
        (values(&found.unwrap())[0] - 6.0).abs() < 1e-3
    });
    assert!(looks.is_some_and(|n| n <= 6), "found after {looks:?} looks");
}

/// The products that a warm start saves, counted along a run. Cold starts are short here too: this Hessian has few large eigenvalues.
#[test]
fn warm_starts_save_products() {
    let problem: &dyn Problem<f64> = &Chebyshev::<f64>::new();
    let mut run = Trial::new(problem, Box::new(Sgd::new(0.2)), 0, 2000);
    let (mut warm, mut cold) = (Lanczos::new(1).unwrap(), Lanczos::new(1).unwrap());
    let mut products = [0, 0];
    for step in 0..2000 {
        if step % 10 == 0 {
            let top = [&mut warm, &mut cold].map(|l| hessian_top_by(l, &*run.net, |n, t| problem.whole(n, t)).unwrap());
            assert_near(&values(&top[0]), &values(&top[1]), 1e-6);
            for (sum, found) in products.iter_mut().zip(&top) {
                assert!(found.converged);
                *sum += found.products;
            }
            cold.forget();
        }
        run.step(problem).unwrap();
    }
    assert!(3 * products[0] < 2 * products[1], "{products:?}");
}

/// Beside the whole Hessian; and the curvature of the net's parameters alone, whatever else the loss depends on.
#[test]
fn hessians() {
    let body = [Param::new(Tensor::<f64>::from([[0.3, -0.4], [0.8, 0.1]])), Param::new(Tensor::from([[0.5, -0.9]]))];
    let (other, x) = (Param::new(Tensor::<f64>::from([5.0, 3.0])), Tensor::from([[1.0, 2.0], [-0.5, 0.3]]));
    fn loss<'t>(net: &[Param<f64>; 2], tape: &'t Tape<f64>, x: &Tensor<f64>) -> Var<'t, f64> {
        let h = tape.input(x).linear(tape.param(&net[0]), None).tanh();
        h.linear(tape.param(&net[1]), None).square().sum()
    }
    let whole = hessian_of(&body, |net, tape| loss(net, tape, &x));
    let n = 6;
    let net = vector::<f64>(n);
    let dense = Lanczos::new(n).unwrap().top(&net, |v| {
        let v = v.param(&net).unwrap().data();
        let row = |i: usize| whole.data()[i * n..][..n].iter().zip(v).map(|(a, b)| a * b).sum();
        Gradients::from_fn(&net, |_, _| Tensor::from_fn(&[n], row))
    });
    let expected = values(&dense.unwrap());
    let plain = hessian_top(&body, n, |net, tape| loss(net, tape, &x)).unwrap();
    assert_near(&values(&plain), &expected, 1e-12);
    let mixed = hessian_top(&body, n, |net, tape| {
        let free = tape.var(&Tensor::scalar(2.0));
        let strange = (tape.param(&other).square().sum() + free.square()) * 100.0;
        loss(net, tape, &x) + strange + (free - 2.0) * tape.param(&net[1]).sum() * 9.0
    });
    let mixed = mixed.unwrap();
    assert_near(&values(&mixed), &expected, 1e-12);
    assert!(mixed.pairs.iter().all(|p| p.vector.param(&other).is_none()));
}

#[test]
fn refusals() {
    let net = vector::<f64>(3);
    let message = |result: Result<Spectrum<f64>, LabError>| result.unwrap_err().to_string();
    let has = |text: String, parts: &[&str]| assert!(parts.iter().all(|p| text.contains(p)), "{text}");

    has(Lanczos::<f64>::new(0).unwrap_err().to_string(), &["eigenvalues is 0", "one at least"]);
    for tolerance in [0.0, 1.0, -1.0, f64::NAN] {
        has(Lanczos::<f64>::new(1).unwrap().tolerance(tolerance).unwrap_err().to_string(), &["tolerance", "above 0"]);
    }
    // A net of another number type, and a frozen one.
    let frozen = Param::frozen(Tensor::<f64>::zeros(&[3]));
    has(message(Lanczos::new(1).unwrap().top(&vector::<f32>(3), Clone::clone)), &["trainable", "0 of type f64"]);
    has(message(Lanczos::new(1).unwrap().top(&frozen, Clone::clone)), &["trainable", "0 of type f64"]);
    // Another net, and one that has grown.
    let mut lanczos = Lanczos::new(1).unwrap();
    lanczos.top(&net, Clone::clone).unwrap();
    has(message(lanczos.top(&vector::<f64>(3), Clone::clone)), &["other parameters", "(1 then, 1 now)"]);
    has(message(lanczos.top(&(net.tie(), vector::<f64>(1)), Clone::clone)), &["(1 then, 2 now)"]);
    lanczos.top(&net, Clone::clone).unwrap();
    lanczos.forget();
    lanczos.top(&vector::<f64>(3), Clone::clone).unwrap();
    // Numbers that are none.
    has(
        message(Lanczos::new(1).unwrap().top(&net, diagonal(&net, &[1.0, f64::NAN, 1.0]))),
        &["product", "NaN", "overflow"],
    );
    let at = |x: f64| hessian_top(&net, 1, |net, tape| (tape.param(net).sum() + x).ln());
    has(message(at(0.0)), &["the loss is -inf", "lower the rate"]);
    assert_near(&values(&at(1.0).unwrap()), &[0.0], 1e-4 * 3.0);
}

/// It gives up where it is told to, and says so.
#[test]
fn limits_of_work() {
    let net = vector::<f64>(500);
    let entries: Vec<f64> = (0..500).map(|i| (i as f64 / 500.0).sqrt()).collect();
    let found = Lanczos::new(1).unwrap().tolerance(1e-9).unwrap().most(12).top(&net, diagonal(&net, &entries)).unwrap();
    assert!(!found.converged && found.products == 12 && found.pairs[0].residual > 1e-9);
}
