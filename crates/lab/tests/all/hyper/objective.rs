use rappel_lab::LabError;
use rappel_lab::hyper::Objective;

#[test]
fn weights_are_as_many_as_losses_and_finite() {
    for (weights, message) in [
        (vec![1.0], "the objective's weights is 1 numbers for 2 steps: each step has one weight"),
        (vec![1.0, f64::NAN], "the objective's weights is NaN among others: a weight is a finite number"),
    ] {
        let error = Objective::Weighted(weights).value(&[1.0, 2.0]).unwrap_err();
        assert!(matches!(error, LabError::Setting { .. }));
        assert_eq!(error.to_string(), message);
    }
}
