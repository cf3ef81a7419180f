use rappel_lab::optim::{Sgd, StepError};
use rappel_lab::problems::{Chebyshev, Mulberry32};
use rappel_lab::{Problem, Trial};

/// The first numbers of `mulberry32(0)` and `mulberry32(4294967295)` in JavaScript.
#[test]
fn mulberry32_is_that_of_javascript() {
    let published = [
        (0, [0.26642920868471265, 0.0003297457005828619, 0.2232720274478197]),
        (u32::MAX, [0.8964226141106337, 0.189478256739676, 0.7156526781618595]),
    ];
    for (seed, numbers) in published {
        let mut random = Mulberry32::new(seed);
        assert_eq!(numbers.map(|_| random.uniform()), numbers);
    }
}

/// Losses of the recorded run at 0.4169, whose first steps rise.
#[test]
fn published_losses_to_six_digits() -> Result<(), StepError> {
    let problem = Chebyshev::<f64>::new();
    let mut run = Trial::new(&problem, Box::new(Sgd::new(0.4169)), 0, 100);
    let losses = (0..=100).map(|_| run.step(&problem)).collect::<Result<Vec<f64>, _>>()?;
    for (index, text) in
        [(0, "0.307125"), (1, "0.355703"), (2, "0.491466"), (3, "0.706909"), (10, "0.280649"), (100, "0.205724")]
    {
        assert_eq!(format!("{:.6}", losses[index]), text, "index {index}");
    }
    Ok(())
}

/// In `f32` it is the same task, to the precision of `f32`; another seed is another start.
#[test]
fn the_same_in_f32_and_another_with_another_seed() {
    let (narrow, wide) = (Chebyshev::<f32>::new(), Chebyshev::<f64>::new());
    let start = |seed| Trial::new(&wide, Box::new(Sgd::new(0.2)), seed, 1).whole(&wide);
    let narrow = Trial::new(&narrow, Box::new(Sgd::new(0.2)), 0, 1).whole(&narrow);
    assert!((narrow - start(0)).abs() < 1e-6 * start(0), "{narrow}");
    assert!(start(1) != start(0) && start(1 << 32) != start(0));
    assert_eq!(wide.name(), "chebyshev");
}
