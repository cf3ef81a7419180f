use rappel_nn::CrossEntropyLoss;
use rappel_nn::autodiff::{CrossEntropy, Tape, Tensor};
use rappel_nn::schedule::{linear, percent};

use crate::panics::panic_here;

#[test]
fn the_smoothing_follows_the_tapes_step_and_the_rest_stays() {
    let logits = Tensor::from([[1.0, -2.0, 0.5], [0.0, 3.0, 1.0]]);
    let labels = Tensor::from([2_u32, 0]);
    let options = CrossEntropy::new().weights(&[1.0, 2.0, 0.5]).ignore_index(0);
    let loss = CrossEntropyLoss::new().options(options.clone()).label_smoothing(linear(0.4, 0.0, 4));
    let mut tape = Tape::<f64>::default();
    for e in [0.4, 0.3, 0.2, 0.1, 0.0, 0.0] {
        let expected = tape.var(&logits).cross_entropy_with(&labels, &options.clone().label_smoothing(e)).item();
        let found = loss.forward(tape.var(&logits), &labels).item();
        assert!((found - expected).abs() <= 1e-15 * expected.abs(), "{found} {expected} at {e}");
        tape.reset();
    }
    let plain = CrossEntropyLoss::new().forward(tape.var(&logits), &labels).item();
    assert_eq!(plain, tape.var(&logits).cross_entropy(&labels).item());
    let written = CrossEntropyLoss::new().options(CrossEntropy::new().label_smoothing(0.1));
    let number = CrossEntropyLoss::new().label_smoothing(0.1);
    assert_eq!(written.forward(tape.var(&logits), &labels).item(), number.forward(tape.var(&logits), &labels).item());
}

#[test]
fn a_smoothing_that_makes_no_sense_is_refused_at_the_users_line() {
    let message = panic_here!(CrossEntropyLoss::new().label_smoothing(linear(0.1, 0.0, percent(50))));
    assert!(message.starts_with("label_smoothing: ") && message.contains("the run's length"), "{message}");
    let tape = Tape::<f64>::default();
    let loss = CrossEntropyLoss::new().label_smoothing(1.5);
    let message = panic_here!(loss.forward(tape.var(&Tensor::from([[0.0, 1.0]])), &Tensor::from([0_u32])));
    assert!(message.contains("[0, 1]"), "{message}");
}
