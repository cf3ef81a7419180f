//! Masks select, they never multiply.

use rappel_autodiff::{Tape, Tensor, Var};

use super::check;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

#[test]
fn a_branch_not_taken_does_not_show() {
    let mask = Tensor::from([1.0, 0.0, 1.0, 0.0]);
    let (a, b) = (Tensor::from([1.0, NAN, 2.0, INF]), Tensor::from([NAN, 3.0, -INF, 4.0]));
    check(
        "where_cond",
        |x| x[0].where_cond(x[1].square(), x[2].square()),
        |x| x[0].where_cond(x[1].square(), x[2].square()),
        &[mask, a, b],
        (&[1.0, 9.0, 4.0, 16.0], &[&[0.0; 4]]),
    );
}

type Function = for<'t> fn(Var<'t, f64>) -> Var<'t, f64>;

/// The cotangent too is selected: an infinite one that belongs to one branch is 0 in the other.
#[test]
fn infinite_cotangents_are_dropped_whole() {
    let functions: [(&str, Function, [f64; 3]); 4] = [
        ("relu", |x| x.relu(), [0.0, 0.0, INF]),
        ("clamp", |x| x.clamp(-0.5, 0.5), [0.0, INF, 0.0]),
        ("where_cond", |x| x.gt(0.0).where_cond(x, 0.0), [0.0, 0.0, INF]),
        ("maximum", |x| x.maximum(x.tape().constant(0.25)), [0.0, 0.0, INF]),
    ];
    for (name, f, expected) in functions {
        let tape = Tape::<f64>::default();
        let x = tape.var(&Tensor::from([-1.0, 0.0, 1.0]));
        let seed = Tensor::full(&[3], INF);
        let recorded = f(x).grad_with(tape.input(&seed), &[x])[0].value();
        let eager = f(x).backward_with(&seed);
        assert_eq!(recorded.data(), expected, "{name}, recorded");
        assert_eq!(eager.wrt(x).unwrap().data(), expected, "{name}, eager");
    }
}

/// `where(x > 0, ln x, 0)` still differentiates `ln` at 0; the argument has to be selected too.
#[test]
fn the_argument_is_guarded_too() {
    check(
        "guarded ln",
        |x| {
            let ok = x[0].gt(0.0);
            ok.where_cond(ok.where_cond(x[0], 1.0).ln(), -1.0)
        },
        |x| {
            let ok = x[0].gt(0.0);
            ok.where_cond(ok.where_cond(x[0], 1.0).ln(), -1.0)
        },
        &[Tensor::from([0.0, 1.0, -3.0])],
        (&[-1.0, 0.0, -1.0], &[&[0.0, 1.0, 0.0]]),
    );
}

#[test]
fn comparisons_with_nan() {
    let tape = Tape::<f64>::default();
    let x = tape.input(&Tensor::from([NAN, 1.0, 2.0]));
    let masks = [x.lt(1.0), x.le(1.0), x.gt(1.0), x.ge(1.0), x.eq(1.0), x.ne(1.0), !x.lt(1.0)];
    let expected = [[0., 0., 0.], [0., 1., 0.], [0., 0., 1.], [0., 1., 1.], [0., 1., 0.], [1., 0., 1.], [1., 1., 1.]];
    for (mask, expected) in masks.iter().zip(expected) {
        assert_eq!(mask.value().data(), expected, "{mask:?}");
    }
}
