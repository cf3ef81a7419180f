//! Steps that are left out.

use rappel_autodiff::{Param, Tape};
use rappel_optim::{Outcome, StepError};
use rappel_tensor::Tensor;

use super::{along, parsed};
use crate::support::gradients;

#[test]
fn a_step_without_finite_gradients_changes_nothing() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e200] {
        let mut optimizer =
            parsed("adam(lr=linear(0.1, 0, 10)) | ema(0.5) | skip_nonfinite() | lookahead(k=2, alpha=0.5)");
        let (mut plain, mut p) = (optimizer.clone(), Param::new(Tensor::from([1.0, 2.0])));
        let mut q = Param::new(p.value.clone());
        for k in 0..6 {
            let g = Tensor::from([1.0 + f64::from(k), -1.0]);
            let report = along(&mut optimizer, &mut p, &Tensor::from([bad, 1.0]));
            // 1e200 is finite, and its square is not.
            assert_eq!((report.outcome, report.norm.unwrap().is_finite()), (Outcome::Skipped, false));
            along(&mut optimizer, &mut p, &g);
            along(&mut plain, &mut q, &g);
            assert_eq!(p.value.data(), q.value.data());
            assert_eq!(optimizer.eval(&mut p).value.data(), plain.eval(&mut q).value.data());
        }
        assert_eq!((optimizer.skipped(), optimizer.steps()), (6, 6));
        assert_eq!((plain.skipped(), plain.steps()), (0, 6));
    }
}

#[test]
fn time_goes_on_where_it_is_told_to() {
    for (time, steps) in [(false, 1), (true, 3)] {
        let mut optimizer = parsed(&format!("sgd(lr=linear(1, 0, 4)) | skip_nonfinite(time={time})"));
        let mut p = Param::new(Tensor::from([0.0]));
        for g in [f64::NAN, f64::NAN, 1.0] {
            along(&mut optimizer, &mut p, &Tensor::from([g]));
        }
        assert_eq!((optimizer.steps(), optimizer.skipped()), (steps, 2));
        assert_eq!(p.value.item(), if time { -0.5 } else { -1.0 });
    }
}

#[test]
fn too_many_in_a_row_are_an_error() {
    let mut optimizer = parsed("sgd(lr=1) | skip_nonfinite(limit=2)");
    let mut p = Param::new(Tensor::from([0.0]));
    for g in [f64::NAN, f64::NAN, 1.0, f64::NAN, f64::NAN] {
        along(&mut optimizer, &mut p, &Tensor::from([g]));
    }
    let bad = gradients(&Tape::default(), &[(&p, &Tensor::from([f64::NAN]))]);
    for _ in 0..2 {
        let error = optimizer.step(&mut p, &bad).unwrap_err();
        assert!(matches!(error, StepError::NotFinite { rule: "skip_nonfinite", .. }), "{error}");
        assert_eq!((p.value.item(), optimizer.skipped(), optimizer.steps()), (-1.0, 4, 1));
    }
    along(&mut optimizer, &mut p, &Tensor::from([1.0]));
    assert_eq!(p.value.item(), -2.0);
}

#[test]
fn a_loss_that_is_not_finite_is_enough() {
    let (mut optimizer, mut p) = (parsed("sgd(lr=1) | skip_nonfinite()"), Param::new(Tensor::from([0.0])));
    let mut g = gradients(&Tape::default(), &[(&p, &Tensor::from([1.0]))]);
    g.set_loss(Some(f64::INFINITY));
    assert_eq!(optimizer.step(&mut p, &g).unwrap().outcome, Outcome::Skipped);
    g.set_loss(None);
    assert_eq!(optimizer.step(&mut p, &g).unwrap().outcome, Outcome::Stepped);
}
