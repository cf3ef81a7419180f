use super::walk;
use rappel_lab::Trial;
use rappel_lab::autodiff::Tape;
use rappel_lab::optim::Adam;
use rappel_lab::problems::Moons;

/// The net parts the moons, so the loss has no bound above 0.
#[test]
fn the_moons_can_be_parted() {
    for seed in 0..3 {
        let problem = Moons::<f64>::new();
        let mut run = Trial::new(&problem, Box::new(Adam::new(0.02)), seed, 1);
        walk(&mut run, &problem, 1_000);
        assert!(run.whole(&problem) < 1e-3, "{seed}: {}", run.whole(&problem));
        let (x, y) = problem.points();
        let logits = run.net.forward(Tape::default().input(x)).value();
        assert!(logits.data().iter().zip(y.data()).all(|(logit, y)| (*logit > 0.0) == (*y == 1.0)));
    }
}

/// Points are where they are said to be, to within the noise.
#[test]
fn points_are_on_half_circles() {
    let problem = Moons::<f64>::new();
    let (x, y) = problem.points();
    for (at, moon) in x.data().chunks(2).zip(y.data()) {
        let (dx, dy) = (at[0] - moon, at[1] - 0.5 * moon);
        assert!((dx.hypot(dy) - 1.0).abs() < 0.4 && (if *moon == 0.0 { dy } else { -dy }) > -0.4, "{at:?}");
    }
    assert_eq!(y.data().iter().sum::<f64>(), 50.0);
}
