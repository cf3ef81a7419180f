//! Edge values, and what holds between losses.

use rappel_nn::autodiff::{LossReduction, Tape, Tensor};
use rappel_nn::*;

/// What a plain target costs most: nothing overflows, nothing is NaN, in either number type.
#[test]
fn certain_and_wrong_costs_a_finite_loss() {
    let tape = Tape::new();
    let (p, t) = (tape.var(&Tensor::from([0.0, 1.0, 1.0, 0.0])), tape.input(&Tensor::from([1.0, 0.0, 1.0, 0.0])));
    let loss = BceLoss::new().reduction(LossReduction::None).forward(p, t);
    assert_eq!(loss.value().data(), [100.0_f32, 100.0, 0.0, 0.0]);
    assert!(loss.sum().backward().wrt(p).unwrap().data().iter().all(|g| g.is_finite()));
}

#[test]
fn the_absolute_error_is_the_smooth_one_without_a_bend_and_huber_the_smooth_one_times_delta() {
    let tape = Tape::<f64>::default();
    let x = tape.var(&Tensor::from([-3.0, -0.5, 0.25, 0.75, 4.0]));
    let t = tape.input(&Tensor::zeros(&[5]));
    let none = LossReduction::None;
    let smooth = |beta: f64| SmoothL1Loss::new().beta(beta).reduction(none).forward(x, t).value();
    assert_eq!(smooth(0.0), L1Loss::new().reduction(none).forward(x, t).value());
    assert_eq!(&smooth(0.5) * &Tensor::scalar(0.5), HuberLoss::new().delta(0.5).reduction(none).forward(x, t).value());
    let squared = MseLoss::new().reduction(none).forward(x, t).value();
    assert_eq!(&squared * &Tensor::scalar(0.5), HuberLoss::new().delta(9).reduction(none).forward(x, t).value());
}

/// A variance that is held still has a gradient by which it can grow.
#[test]
fn a_variance_below_eps_has_a_gradient() {
    let tape = Tape::<f64>::default();
    let [x, t] = [[0.0], [1.0]].map(|x| tape.input(&Tensor::from(x)));
    let v = tape.var(&Tensor::from([0.0]));
    let gradient = GaussianNllLoss::new().eps(0.1).forward(x, t, v).backward().wrt(v).unwrap().item();
    assert!((gradient - 0.5 * (1.0 / 0.1 - 1.0 / 0.01)).abs() < 1e-12, "{gradient}");
}

/// Stirling's term of a count of 0 has neither NaN nor a gradient.
#[test]
fn counts_of_0_and_1_have_no_stirling_term() {
    let tape = Tape::<f64>::default();
    let x = tape.var(&Tensor::from([0.5, 0.5]));
    let t = tape.var(&Tensor::from([0.0, 1.0]));
    let loss = PoissonNllLoss::new().reduction(LossReduction::Sum);
    assert_eq!(loss.full().forward(x, t).item(), loss.forward(x, t).item());
    assert_eq!(loss.full().forward(x, t).backward().wrt(t).unwrap().data(), [-0.5, -0.5]);
}

/// No distance of equal vectors and no angle of a zero vector is NaN, nor are their gradients.
#[test]
fn equal_and_zero_vectors_have_finite_gradients() {
    let tape = Tape::<f64>::default();
    let a = tape.var(&Tensor::from([[0.0, 0.0], [1.0, 2.0]]));
    let one = tape.input(&Tensor::ones(&[2]));
    let losses = TripletMarginLoss::new().eps(0).forward(a, a, a)
        + CosineEmbeddingLoss::new().forward(a, a, one)
        + cosine_similarity(a, a, 1, 1e-8).sum();
    assert!(losses.backward().wrt(a).unwrap().data().iter().all(|g| g.is_finite()));
}
