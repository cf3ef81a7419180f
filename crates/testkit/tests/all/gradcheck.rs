//! Gradient checks find what is wrong and say where.

use rappel_autodiff::{Rng, Tensor, Var};
use rappel_testkit::{
    GradCheck, gradcheck, gradcheck_all, gradgradcheck, gradgradcheck_all, hvpcheck, hvpcheck_all, step,
};

fn x() -> Tensor<f64> {
    Tensor::from([[0.3, -1.2, 0.7], [1.5, 0.1, -0.4]])
}

#[test]
fn the_step_is_exact() {
    for x in [0.0, 1e-9, 0.3, -1.0, 12345.678, -7e11] {
        let h = step(x);
        assert_eq!((x + h) - x, h, "{x}");
        assert!((h / (7e-4 * f64::max(1.0, f64::abs(x))) - 1.0).abs() < 1e-3, "{x}: {h}");
    }
}

#[test]
fn right_gradients_pass_far_below_the_tolerance() {
    let report = gradcheck(|x| x.tanh() * (x * 3.0).sin().exp(), &x()).unwrap();
    assert_eq!(report.checked, 6);
    assert!(report.worst < 0.5, "{report:?}");
    let report = gradcheck_all(|x| x[0].matmul_with(x[1], false, true), &[x(), x()]).unwrap();
    assert_eq!(report.checked, 12);
    let report = gradgradcheck(|x| x.tanh(), &x()).unwrap();
    assert_eq!(report.checked, 12);
    gradgradcheck_all(|x| x[0] / (2.0 + x[1]), &[x(), x()]).unwrap();
}

#[test]
fn constants_and_nothing_pass() {
    assert_eq!(gradcheck(|x| x.detach().square(), &Tensor::zeros(&[0])).unwrap().checked, 0);
    gradcheck(|x| x.tape().constant(3.0), &x()).unwrap();
    gradgradcheck(|x| x.floor(), &x()).unwrap();
}

/// The rows in the opposite order.
fn reversed<'t>(x: Var<'t, f64>) -> Var<'t, f64> {
    Var::concat(&[x.slice(&[1..2, 0..3]), x.slice(&[0..1, 0..3])], 0)
}

/// Wrong functions, and the input and index at which each is caught.
#[test]
fn wrong_gradients_are_found() {
    type Wrong = for<'a, 't> fn(&'a [Var<'t, f64>]) -> Var<'t, f64>;
    let cases: [(&str, Wrong, usize, &[usize]); 5] = [
        ("half is missing", |x| x[0] * x[0].detach() + x[1], 0, &[0, 0]),
        ("the second input is missing", |x| x[0] * x[1].detach(), 1, &[0, 0]),
        (
            "a row is missing",
            |x| Var::concat(&[x[0].slice(&[0..1, 0..3]), x[0].slice(&[1..2, 0..3]).detach()], 0),
            0,
            &[1, 0],
        ),
        // The gradient of the sum of its values is right.
        ("the cotangent is reversed", |x| (x[0] - reversed(x[0])).detach() + reversed(x[0]), 0, &[0, 0]),
        ("NaN", |x| x[0] + (x[1] * 0.0).sqrt(), 1, &[0, 0]),
    ];
    for (name, f, input, index) in cases {
        let e = gradcheck_all(f, &[x(), x()]).expect_err(name);
        assert_eq!((e.place.as_str(), &e.index[..]), (&format!("input {input}")[..], index), "{name}: {e}");
    }
}

#[test]
fn an_error_shows_both_numbers() {
    let e = gradcheck(|x| x * x.detach(), &Tensor::from([2.0])).unwrap_err();
    assert!((e.difference / e.analytic - 2.0).abs() < 1e-9, "{e:?}");
    let text = e.to_string();
    assert!(text.starts_with("gradient in input 0 at [0]: backward says "), "{text}");
    assert!(text.contains(&format!("{:.17e}", e.analytic)) && text.contains("is allowed"), "{text}");
}

/// An error of 1e-7 of the gradient, as of a constant with six digits, is found.
#[test]
fn six_digits_are_not_enough() {
    fn nearly(x: Var<'_, f64>) -> Var<'_, f64> {
        (x * 0.7978846 - x * 0.7978845608).detach() + x * 0.7978845608
    }
    gradcheck(nearly, &Tensor::from([1.0])).unwrap_err();
}

#[test]
fn a_wrong_second_derivative_is_found() {
    // The value and the gradient are those of the square.
    fn square(x: Var<'_, f64>) -> Var<'_, f64> {
        x.detach() * x * 2.0 - x.detach().square()
    }
    gradcheck(square, &x()).unwrap();
    let e = gradgradcheck(square, &x()).unwrap_err();
    assert_eq!(e.place, "input 0 (second order)");
}

#[test]
fn seeds_change_the_cotangent_and_training_mode_is_repeatable() {
    fn drop<'t>(x: &[Var<'t, f64>]) -> Var<'t, f64> {
        x[0].dropout(0.5).square()
    }
    let x = [Tensor::uniform(&[40], 0.5, 1.0, &mut Rng::seed(1))];
    for seed in 0..3 {
        let check = GradCheck { training: Some(3), seed, ..GradCheck::default() };
        check.first(drop, &x).unwrap();
        check.second(drop, &x).unwrap();
    }
}

#[test]
fn products_with_the_hessian_are_checked_everywhere() {
    let report = hvpcheck_all(|x| (x[0] / (2.0 + x[1].square())).tanh(), &[x(), x()]).unwrap();
    assert_eq!(report.checked, 13);
    assert!(report.worst < 0.5, "{report:?}");
    assert_eq!(hvpcheck(|x| x.detach(), &Tensor::zeros(&[0])).unwrap().checked, 1);
    hvpcheck(|x| x * 2.0, &x()).unwrap();
    // Its gradient is x, and stands still.
    let e = hvpcheck(|x| x * x.detach(), &x()).unwrap_err();
    assert_eq!((e.place.as_str(), &e.index[..]), ("input 0 (Hessian times v)", &[0, 0][..]), "{e}");
    let training = GradCheck { training: Some(3), ..GradCheck::default() };
    training.hessian(|x| x[0].dropout(0.5).powi(3), &[x()]).unwrap();
}
