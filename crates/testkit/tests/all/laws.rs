//! Each law finds a row that breaks it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;
use rappel_autodiff::elem::{Binary, Consts, Elem, Unary};
use rappel_autodiff::{Tensor, Var};
use rappel_testkit::laws::{self, Law};
use rappel_testkit::{Row, row, strategies, table};

type Cases = BoxedStrategy<((), Vec<Tensor<f64>>)>;

fn one() -> Cases {
    strategies::one(0.5..2.0).prop_map(|x| ((), vec![x])).boxed()
}

/// Two vectors of one length.
fn two() -> Cases {
    let vector = || strategies::tensor(&[3], 0.5..2.0);
    (vector(), vector()).prop_map(|(a, b)| ((), vec![a, b])).boxed()
}

/// A square with half its derivative.
#[derive(Clone, Copy)]
struct HalfSquare;

impl Unary for HalfSquare {
    const NAME: &'static str = "half_square";

    fn f<E: Elem>(x: E, _: Consts) -> E {
        x * x
    }

    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        g * x
    }
}

/// A product whose derivative in b forgets that it depends on a. Inputs are whole numbers, so the first derivatives are right.
#[derive(Clone, Copy)]
struct Forgetful;

impl Binary for Forgetful {
    const NAME: &'static str = "forgetful";

    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        a * b
    }

    fn chain_a<E: Elem>(g: E, _: E, b: E, _: E, _: Consts) -> E {
        g * b
    }

    fn chain_b<E: Elem>(g: E, a: E, _: E, _: E, _: Consts) -> E {
        g * a.floor()
    }
}

fn wrong_value() -> Row {
    row! { name: "wrong value", args: (), cases: one(), vars: |(), &[x]| x.tanh(), numbers: |(), [x]| x.map(f64::sin) }
}

fn wrong_gradient() -> Row {
    row! {
        name: "wrong gradient",
        args: (),
        cases: one(),
        vars: |(), &[x]| x.row::<HalfSquare>(),
        numbers: |(), [x]| x.map(|x| x * x),
    }
}

fn wrong_second_derivative() -> Row {
    row! {
        name: "wrong second derivative",
        args: (),
        cases: one(),
        vars: |(), &[x]| x.detach() * x * 2.0 - x.detach().square(),
        numbers: |(), [x]| x.map(|x| x * x),
    }
}

fn asymmetric_hessian() -> Row {
    let whole = || strategies::tensor(&[2], (1_i32..4).prop_map(f64::from));
    row! {
        name: "asymmetric hessian",
        args: (),
        cases: (whole(), whole()).prop_map(|(a, b)| ((), vec![a, b])),
        vars: |(), &[a, b]| a.pair::<Forgetful>(b),
        numbers: |(), [a, b]| a.zip(b, |a, b| a * b),
    }
}

/// Depends on how much is on the tape, and so on everything around it.
fn not_a_function() -> Row {
    row! {
        name: "not a function",
        args: (),
        cases: one(),
        vars: |(), &[x]| x * x.tape().len() as f64,
        numbers: |(), [x]| x.clone(),
    }
}

/// Fused kernels round elsewhere than the recorded text; not so declared, they are held to the same bits.
fn fused_undeclared() -> Row {
    row! {
        name: "fused, undeclared",
        args: (),
        cases: strategies::tensor(&[3, 3], -1.0..1.0).prop_map(|x| ((), vec![x])),
        vars: |(), &[x]| x.softmax(0),
        numbers: |(), [x]| x.along(0, |run| {
            let total: f64 = run.iter().map(|x| x.exp()).sum();
            run.iter().map(|x| x.exp() / total).collect()
        }),
    }
}

fn a_constant_that_is_none() -> Row {
    row! {
        name: "a constant that is none",
        args: (),
        cases: two(),
        vars: |(), &[a, b]| a * b,
        numbers: |(), [a, b]| a.zip(b, |a, b| a * b),
    }
    .constants(&[0])
}

fn minds_being_asked_twice() -> Row {
    row! {
        name: "minds being asked twice",
        args: (),
        cases: two(),
        vars: |(), &[a, b]| if format!("{a:?}") == format!("{b:?}") { a.square() * 2.0 } else { a * b },
        numbers: |(), [a, b]| a.zip(b, |a, b| a * b),
    }
}

fn zero_times_infinity() -> Row {
    row! {
        name: "zero times infinity",
        args: (),
        cases: Just(((), vec![Tensor::from([0.0, 1.0])])),
        vars: |(), &[x]| x.sqrt(),
        numbers: |(), [x]| x.map(f64::sqrt),
    }
}

fn cancels() -> Row {
    row! {
        name: "cancels",
        args: (),
        cases: one(),
        vars: |(), &[x]| x + 1e6 - 1e6,
        numbers: |(), [x]| x.clone(),
    }
}

fn never_the_same() -> Row {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    row! {
        name: "never the same",
        args: (),
        cases: one(),
        vars: |(), &[x]| x * CALLS.fetch_add(1, Ordering::Relaxed) as f64,
        numbers: |(), [x]| x.clone(),
    }
}

/// A fused operation and what it is said to be fused from: a digit differs.
fn not_its_parts() -> Row {
    row! {
        name: "not its parts",
        args: (),
        cases: one(),
        vars: |(), &[x]| x * x.sigmoid(),
        numbers: |(), [x]| x.map(|x| x / (1.0 + (-x).exp())),
        composed: |(), &[x]| x / ((-x).exp() + 1.000_000_000_1),
    }
}

/// Whether a law holds for a row on a fixed set of cases.
fn holds(law: &Law, row: &Row) -> bool {
    row.samples(40).iter().all(|case| law.check(case).is_ok())
}

#[test]
fn each_law_finds_its_breaker() {
    let breakers: [(Law, fn() -> Row); 13] = [
        (laws::VALUE, wrong_value),
        (laws::GRADIENT, wrong_gradient),
        (laws::ADJOINT, not_a_function),
        (laws::RECORDED, fused_undeclared),
        (laws::SECOND_ORDER, wrong_second_derivative),
        (laws::HESSIAN, asymmetric_hessian),
        (laws::MASKS, a_constant_that_is_none),
        (laws::ALIASING, minds_being_asked_twice),
        (laws::ACCUMULATION, not_a_function),
        (laws::ZERO, zero_times_infinity),
        (laws::SINGLE, cancels),
        (laws::COMPOSED, not_its_parts),
        (laws::REPEATABLE, never_the_same),
    ];
    assert_eq!(breakers.map(|(law, _)| law.name), laws::ALL.map(|law| law.name), "a breaker for each law, in order");
    for (law, row) in breakers {
        assert!(!holds(&law, &row()), "`{}` does not find `{}`", law.name, row().name());
    }
}

/// The laws are not each other's echo: a row with one fault breaks only what is about that fault.
#[test]
fn laws_judge_apart() {
    let single = [
        (wrong_value as fn() -> Row, laws::VALUE),
        (wrong_second_derivative, laws::SECOND_ORDER),
        (fused_undeclared, laws::RECORDED),
        (minds_being_asked_twice, laws::ALIASING),
    ];
    for (row, fault) in single {
        for law in laws::ALL.iter().filter(|law| law.name != fault.name) {
            assert!(holds(law, &row()), "`{}` breaks `{}`", row().name(), law.name);
        }
    }
    assert!(holds(&laws::SINGLE, &cancels().single_precision(1e5, "it cancels")));
    assert!(holds(&laws::RECORDED, &fused_undeclared().fused()));
}

/// All broken rows are reported, each with a case, not just the first.
#[test]
fn a_report_names_every_broken_row() {
    let rows = [wrong_value(), table().remove(0), never_the_same()];
    let config = ProptestConfig { failure_persistence: None, ..strategies::config(8, file!()) };
    let failed = catch_unwind(AssertUnwindSafe(|| laws::assert(&laws::VALUE, &rows, &config))).unwrap_err();
    let message = failed.downcast_ref::<String>().expect("a message");
    assert!(message.starts_with("the law `value` is broken by:\n* wrong value () on"), "{message}");
    assert!(message.contains("* never the same () on") && !message.contains("* add "), "{message}");
    assert!(message.contains("value and reference at "), "{message}");
}

#[test]
#[should_panic(expected = "two inputs: 1 inputs do not match the row's pattern")]
fn a_wrong_number_of_inputs_is_said() {
    let row = row! {
        name: "two inputs",
        args: (),
        cases: one(),
        vars: |(), &[a, b]| a + b,
        numbers: |(), [a, b]| a.zip(b, |a, b| a + b),
    };
    let _ = laws::VALUE.check(&row.samples(1)[0]);
}

/// `Var` in a row is any number type's.
#[test]
fn rows_run_in_single_precision() {
    let case = &table()[0].samples(1)[0];
    let tape = rappel_autodiff::Tape::new();
    let x: Vec<Var<'_>> = case.inputs().iter().map(|x| tape.input(&x.cast())).collect();
    assert_eq!(&case.vars(&x).shape()[..], case.reference().shape());
}
