//! Variables: values as they are written, numbers beside them, gradients that are variables again.

use rappel_autodiff::transform::{hvp, jvp};
use rappel_autodiff::{Tape, Tensor, Var};

fn x3() -> Tensor<f64> {
    Tensor::from([0.5, -1.5, 2.0])
}

#[test]
fn values_are_there_as_soon_as_they_are_written() {
    let tape = Tape::new();
    let x = tape.input(&Tensor::from([[1.0, 2.0], [3.0, 4.0]]));
    let y = x.sum_axes(&[1], true);
    assert_eq!((y.value().data(), &y.shape()[..], y.rank()), (&[3.0, 7.0][..], &[2, 1][..], 2));
    assert_eq!(y.sum().item(), 10.0);
    assert!(y.value().shares_buffer(&y.value()), "reading a value copies nothing");
    assert!(std::ptr::eq(y.tape(), &tape));
}

#[test]
fn leaves_share_the_buffer_they_were_given() {
    let (x, tape) = (x3(), Tape::default());
    for v in [tape.input(&x), tape.var(&x), tape.var(&x).detach()] {
        assert!(v.value().shares_buffer(&x));
    }
    assert_eq!(tape.constant(2.5).value(), Tensor::scalar(2.5));
}

#[test]
fn numbers_stand_on_either_side_and_fold_into_one_operation() {
    let tape = Tape::<f64>::default();
    let x = tape.var(&x3());
    type Case = (fn(Var<'_, f64>) -> Var<'_, f64>, fn(f64) -> f64);
    let cases: [Case; 22] = [
        (|x| x + 2.0, |x| x + 2.0),
        (|x| x - 2.0, |x| x - 2.0),
        (|x| x * 2.0, |x| x * 2.0),
        (|x| x / 2.0, |x| x / 2.0),
        (|x| x + 2.0_f32, |x| x + 2.0),
        (|x| x - 2.0_f32, |x| x - 2.0),
        (|x| x * 2.0_f32, |x| x * 2.0),
        (|x| x / 2.0_f32, |x| x / 2.0),
        (|x| x + 2, |x| x + 2.0),
        (|x| x - 2, |x| x - 2.0),
        (|x| x * 2, |x| x * 2.0),
        (|x| x / 2, |x| x / 2.0),
        (|x| 2.0 + x, |x| 2.0 + x),
        (|x| 2.0 - x, |x| 2.0 - x),
        (|x| 2.0 * x, |x| 2.0 * x),
        (|x| 2.0 / x, |x| 2.0 / x),
        (|x| 2 + x, |x| 2.0 + x),
        (|x| 2 - x, |x| 2.0 - x),
        (|x| 2 * x, |x| 2.0 * x),
        (|x| 2 / x, |x| 2.0 / x),
        (|x| -x, |x| -x),
        (|x| x.powi(2), |x| x * x),
    ];
    for (i, (ours, naive)) in cases.into_iter().enumerate() {
        let before = tape.len();
        let y = ours(x);
        assert_eq!(tape.len(), before + 1, "case {i} is one node");
        assert_eq!(y.value(), x3().map(|&v| naive(v)), "case {i}");
    }
    let before = tape.len();
    x.powi(1);
    assert_eq!(tape.len(), before, "the first power is the variable itself");
}

#[test]
fn comparisons_give_masks_that_combine_and_choose() {
    const NAN: f64 = f64::NAN;
    let tape = Tape::default();
    let (a, b) = (tape.var(&Tensor::from([1.0, 2.0, 3.0, NAN])), tape.var(&Tensor::from([2.0, 2.0, 2.0, 2.0])));
    let cases: [(Var<'_, f64>, [f64; 4]); 12] = [
        (a.lt(b), [1.0, 0.0, 0.0, 0.0]),
        (a.le(b), [1.0, 1.0, 0.0, 0.0]),
        (a.gt(b), [0.0, 0.0, 1.0, 0.0]),
        (a.ge(b), [0.0, 1.0, 1.0, 0.0]),
        (a.eq(b), [0.0, 1.0, 0.0, 0.0]),
        (a.ne(b), [1.0, 0.0, 1.0, 1.0]),
        (a.lt(2.5), [1.0, 1.0, 0.0, 0.0]),
        (a.ge(2), [0.0, 1.0, 1.0, 0.0]),
        (a.lt(b) | a.gt(b), [1.0, 0.0, 1.0, 0.0]),
        (a.le(b) & a.ge(b), [0.0, 1.0, 0.0, 0.0]),
        (!a.lt(b), [0.0, 1.0, 1.0, 1.0]),
        (a.lt(b).where_cond(a, -1.0), [1.0, -1.0, -1.0, -1.0]),
    ];
    for (i, (mask, want)) in cases.into_iter().enumerate() {
        assert_eq!(mask.value().data(), want, "case {i}");
    }
}

#[test]
fn a_detached_value_is_a_constant() {
    let tape = Tape::default();
    let x = tape.var(&x3());
    let g = (x * x.detach()).sum().backward();
    assert_eq!(g.wrt(x), Some(&x3()), "half of the derivative of the square");
}

#[test]
fn gradients_are_variables_to_any_order() {
    let tape = Tape::default();
    let x = tape.var(&Tensor::scalar(2.0_f64));
    let mut y = x.powi(5);
    for want in [32.0, 80.0, 160.0, 240.0, 240.0, 120.0, 0.0, 0.0] {
        assert!((y.item() - want).abs() < 1e-10, "{} instead of {want}", y.item());
        y = y.grad(&[x])[0];
    }
}

#[test]
fn a_penalty_on_the_gradient_mixes_with_the_loss() {
    // loss = sum x^3 + sum (3 x^2)^2; its derivative is 3 x^2 + 36 x^3.
    let tape = Tape::default();
    let x = tape.var(&x3());
    let loss = x.powi(3).sum();
    let total = loss + loss.grad(&[x])[0].square().sum();
    let g = total.backward();
    for (g, x) in g.wrt(x).unwrap().data().iter().zip(x3().data()) {
        let want = 3.0 * x * x + 36.0 * x * x * x;
        assert!((g - want).abs() < 1e-12 * want.abs(), "{g} instead of {want}");
    }
}

#[test]
fn gradients_are_taken_in_any_variable_on_the_way() {
    let tape = Tape::default();
    let (x, other) = (tape.var(&x3()), tape.input(&x3()));
    let hidden = x.exp();
    let y = (hidden * hidden * other).sum();
    let g = y.grad(&[hidden, x, other, y]);
    let naive = |f: &dyn Fn(f64) -> f64| x3().map(|&v| f(v));
    for (i, want) in
        [naive(&|x| 2.0 * x.exp() * x), naive(&|x| 2.0 * x.exp() * x * x.exp()), naive(&|x| x.exp() * x.exp())]
            .iter()
            .enumerate()
    {
        for (a, b) in g[i].value().data().iter().zip(want.data()) {
            assert!((a - b).abs() <= 1e-14 * b.abs(), "{i}");
        }
    }
    assert_eq!(g[3].item(), 1.0, "in itself");
    let later = y.exp();
    let none = y.grad(&[tape.var(&x3()), later]);
    assert_eq!(none[0].value(), Tensor::zeros(&[3]), "what it does not depend on");
    assert_eq!(none[1].item(), 0.0, "what was computed from it");
}

#[test]
fn a_cotangent_is_differentiated_too() {
    // g = c exp(x); d sum(g) / dc = exp(x).
    let tape = Tape::default();
    let (x, c) = (tape.var(&x3()), tape.var(&Tensor::from([1.0_f64, 2.0, 3.0])));
    let g = x.exp().grad_with(c, &[x])[0];
    assert_eq!(g.sum().grad(&[c])[0].value(), x.exp().value());
}

#[test]
fn eager_and_recorded_gradients_agree() {
    let tape = Tape::default();
    let x = tape.var(&x3());
    let y = (x.sin() * x.tanh()).logsumexp(0, false);
    let recorded = y.grad(&[x])[0].value();
    let eager = y.backward();
    for (a, b) in recorded.data().iter().zip(eager.wrt(x).unwrap().data()) {
        assert!((a - b).abs() < 1e-15);
    }
}

#[test]
fn directions_go_forward_through_closed_functions() {
    let (x, v) = (x3(), Tensor::from([1.0, 10.0, 100.0]));
    let (y, dy) = jvp(|x| x.exp().sum_axes(&[0], true), &x, &v);
    let want: f64 = x.data().iter().zip(v.data()).map(|(x, v)| x.exp() * v).sum();
    assert_eq!(y.shape(), [1]);
    assert!((dy.item() - want).abs() < 1e-13 * want);
    let (g, hv) = hvp(|x| x.exp().sum(), &x, &v);
    assert_eq!(g, x.exp());
    assert_eq!(hv, x.exp() * &v);
    let (_, none) = jvp(|x| x.tape().constant(1.0), &x, &v);
    assert_eq!(none.item(), 0.0, "a constant does not move");
}

#[test]
fn debug_shows_place_operation_and_value() {
    let tape = Tape::new();
    let x = tape.var(&Tensor::from([1.0, 4.0]));
    assert_eq!(format!("{x:?}"), "Var#0 input Tensor<f32>[2] [1, 4]");
    assert_eq!(format!("{:?}", x.sqrt()), "Var#1 sqrt Tensor<f32>[2] [1, 2]");
    assert_eq!(format!("{tape:?}"), "Tape { nodes: 2, training: false, step: 0, spent: false, .. }");
}
