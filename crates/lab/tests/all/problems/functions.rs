//! Functions of a point: values, optima, and what cannot be a start.

use super::{start, walk};
use rappel_lab::autodiff::Tape;
use rappel_lab::optim::{Adam, Sgd};
use rappel_lab::problems::{NAMES, Numbers, Setup, Sphere, Started, named};
use rappel_lab::{LabError, Problem, Trial};

/// Name, start, loss and gradient, from PyTorch in `f64`; the usual start where none stands.
const VALUES: [(&str, &[f64], f64, &[f64]); 6] = [
    ("sphere", &[], 14.0, &[2.0, 4.0, 6.0]),
    ("beale", &[0.5, -1.25], 7.86676025390625, &[-5.622802734375, -0.56982421875]),
    ("rastrigin", &[], 38.430339887498924, &[64.35664329483116, -39.731636609809144]),
    ("rastrigin", &[0.25, -3.1, 4.0], 37.58233005625052, &[63.33185307179586, -43.13163660980909, 7.999999999999939]),
    ("rosenbrock", &[0.5, -2.0, 1.5], 1140.5, &[449.0, -2456.0, -500.0]),
    (
        "matrix",
        &[],
        3.9322381596853937,
        &[
            0.32896553962779584,
            -0.19928347166967142,
            0.4158152400204042,
            0.1533702658978109,
            1.194590245328973,
            0.7052569545489802,
            -0.4566146415753321,
            -0.794966431457782,
            -1.0027961411972637,
            0.22666721132755263,
            -0.5329447141043194,
            0.12936392917286563,
        ],
    ),
];

fn setup(name: &str, start: &[f64]) -> Setup {
    let setup = Setup::new(name);
    if start.is_empty() { setup } else { setup.start(start) }
}

fn whole(problem: &dyn Problem<f64>) -> f64 {
    problem.whole(&*problem.net(0), &Tape::default()).item()
}

#[test]
fn values_and_gradients_are_those_of_the_formula() {
    for (name, at, loss, gradient) in VALUES {
        let problem = setup(name, at).problem::<f64>().unwrap();
        let [_, found] = start(&*problem, 0, 0);
        assert!((found.0 - loss).abs() <= 1e-14 * loss, "{name}: {} and {loss}", found.0);
        assert_eq!(found.1.len(), gradient.len(), "{name}");
        for (found, stated) in found.1.iter().zip(gradient) {
            assert!((found - stated).abs() <= 1e-13 * stated.abs().max(1.0), "{name}: {found} and {stated}");
        }
    }
}

/// Where the lowest loss is, and that it is the lowest near by.
#[test]
fn optima_are_at_the_stated_points() {
    for (name, at) in [
        ("sphere", &[0.0, 0.0][..]),
        ("beale", &[3.0, 0.5]),
        ("rastrigin", &[0.0; 4]),
        ("rosenbrock", &[1.0; 3]),
        ("quadratic", &[0.0; 3]),
    ] {
        let least = setup(name, at).problem::<f64>().unwrap();
        assert_eq!(whole(&*least), least.optimum().unwrap().loss, "{name}");
        for i in 0..at.len() {
            for by in [-1e-3, 1e-3] {
                let mut beside = at.to_vec();
                beside[i] += by;
                assert!(whole(&*setup(name, &beside).problem().unwrap()) > 0.0, "{name}");
            }
        }
    }
}

#[test]
fn the_matrix_is_descended_to_least_squares() {
    let problem = named::<f64>("matrix").unwrap();
    let mut run = Trial::new(&*problem, Box::new(Sgd::new(0.19)), 0, 300);
    walk(&mut run, &*problem, 300);
    let (least, stated) = (run.whole(&*problem), problem.optimum().unwrap().loss);
    assert!((least - stated).abs() < 1e-12, "{least:.14}, not {stated}");
}

/// A start is the same for all seeds, in both number types, and for nets of several parameters too; batches still follow the seed.
#[test]
fn any_net_can_begin_anywhere() {
    for (name, _) in NAMES {
        let usual = named::<f32>(name).unwrap();
        let n = start(&*usual, 0, 0)[0].1.len();
        let at: Vec<f64> = (0..n).map(|i| 0.1 * (i as f64).sin()).collect();
        let problem = Started::new(named::<f32>(name).unwrap(), at.clone()).unwrap();
        let [first, second] = [0, 1].map(|seed| problem.whole(&*problem.net(seed), &Tape::default()).item().to_bits());
        assert_eq!(first, second, "{name}");
        assert_eq!((problem.name(), problem.steps()), (*name, usual.steps()));
        assert_eq!((problem.optimum(), problem.clock(7)), (usual.optimum(), usual.clock(7)));
        let score = |of: &dyn Problem| of.held_out(&*of.net(0)).is_some();
        assert_eq!(score(&problem), score(&*usual), "{name}");
        assert!(format!("{problem:?}").contains(name));
    }
    let wide = setup("logistic", &[1.0, -2.0, 3.0, -4.0, 0.5]).problem::<f64>().unwrap();
    let narrow = setup("logistic", &[1.0, -2.0, 3.0, -4.0, 0.5]).problem::<f32>().unwrap();
    let narrow = f64::from(narrow.whole(&*narrow.net(0), &Tape::default()).item());
    assert!((whole(&*wide) - narrow).abs() < 1e-6 && whole(&*wide) < 2_f64.ln());
    let seen = |seed| start(&*wide, seed, 0)[0].0;
    assert!(seen(0) != seen(1));
}

#[test]
fn a_spectrum_is_that_of_the_valley() {
    for (spectrum, loss) in [(&[2.0][..], 1.0), (&[1.0, 25.0], 13.0), (&[0.5, -1.0, 3.0, 0.0], 1.25)] {
        for name in ["quadratic", "noisy_quadratic"] {
            let problem = Setup::new(name).spectrum(spectrum).problem::<f64>().unwrap();
            assert_eq!(whole(&*problem), loss);
        }
    }
    let both = Setup::new("quadratic").spectrum([1.0, 4.0]).start([3.0, -1.0]);
    assert_eq!(whole(&*both.problem().unwrap()), 6.5);
    let mut run = Trial::<f64>::new(&*both.problem().unwrap(), Box::new(Adam::new(0.1)), 0, 1);
    assert_eq!(run.step(&*both.problem().unwrap()).unwrap(), 6.5);
}

#[test]
fn what_cannot_be_made_says_why() {
    let nan = f64::NAN;
    for (setup, why) in [
        (Setup::new("spere"), "there is no problem `spere`; did you mean `sphere`? There are sphere, "),
        (setup("beale", &[1.0, 2.0, 3.0]), "the start of `beale` has 2 numbers, and 3 are given"),
        (setup("matrix", &[1.0]), "the start of `matrix` has 12 numbers, and 1 is given"),
        (setup("logistic", &[1.0, 2.0]), "the start of `logistic` has 5 numbers, and 2 are given"),
        (setup("quadratic", &[1.0, 2.0]), "the start of `quadratic` has 3 numbers, and 2 are given"),
        (setup("rosenbrock", &[1.0]), "the number of dimensions is 1: the valley has two"),
        (Setup::new("sphere").start([]), "the number of dimensions is 0: "),
        (Setup::new("rastrigin").start([]), "the number of dimensions is 0: "),
        (setup("sphere", &[1.0, nan]), "a number of the start is NaN: "),
        (setup("sphere", &[1e39]), "a number of the start is 1e39: "),
        (
            Setup::new("sphere").spectrum([1.0]),
            "the spectrum is [1.0]: only `quadratic` and `noisy_quadratic` have one",
        ),
        (Setup::new("quadratic").spectrum([]), "the number of curvatures is 0: "),
        (Setup::new("quadratic").spectrum([1.0, f64::INFINITY]), "a curvature is inf: "),
    ] {
        let error = setup.problem::<f32>().err().expect("it cannot be made").to_string();
        assert!(error.starts_with(why), "{error}");
    }
    assert!(matches!(Sphere::new(0), Err(LabError::Setting { .. })));
}

#[test]
fn lists_of_numbers_are_read() {
    for (text, numbers) in [("1", &[1.0][..]), ("1,2,3", &[1.0, 2.0, 3.0]), (" -1.2, 1e-3 ,+.5", &[-1.2, 1e-3, 0.5])] {
        assert_eq!(Vec::from(text.parse::<Numbers>().unwrap()), numbers);
    }
    for (text, part) in [("", "``"), ("1,", "``"), ("1,,2", "``"), ("1 2", "`1 2`"), ("1,x", "`x`"), ("nan", "`nan`")] {
        let error = text.parse::<Numbers>().unwrap_err().to_string();
        assert!(error.contains(part) && error.contains("as 1,2,3"), "{error}");
    }
    for text in ["inf", "1,-inf", "1e999"] {
        assert!(text.parse::<Numbers>().is_err(), "{text}");
    }
}
