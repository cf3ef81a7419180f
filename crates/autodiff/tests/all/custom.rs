//! Operations of one's own: every derivative, and what they refuse.

use rappel_autodiff::transform::{hessian, hvp, jacfwd, jacrev, jvp};
use rappel_autodiff::{Custom, CustomKernel, CustomOp, Float, Tape, Tensor, Var};
use rappel_testkit::{gradcheck_all, gradgradcheck_all};

/// `a^2 tanh(b)`, with broadcasting left to the operands' shapes: they must be equal.
struct SquareTanh;

impl<T: Float> CustomOp<T> for SquareTanh {
    fn name(&self) -> &'static str {
        "square_tanh"
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].square() * &x[1].tanh()
    }

    fn backward<'t>(&self, x: &[Var<'t, T>], _: Var<'t, T>, g: Var<'t, T>) -> Vec<Option<Var<'t, T>>> {
        let (a, b) = (x[0], x[1]);
        vec![Some(g * a * 2.0 * b.tanh()), Some(g * a.square() * (1.0 - b.tanh().square()))]
    }
}

/// The exponential; the rule uses the value.
struct Exp {
    forward_mode: bool,
}

impl CustomKernel<f64> for Exp {
    fn name(&self) -> &'static str {
        "raw_exp"
    }

    fn forward(&self, x: &[&Tensor<f64>]) -> Tensor<f64> {
        x[0].exp()
    }

    fn backward(&self, _: &[&Tensor<f64>], y: &Tensor<f64>, g: &Tensor<f64>) -> Vec<Option<Tensor<f64>>> {
        vec![Some(g * y)]
    }

    fn jvp(&self, _: &[&Tensor<f64>], y: &Tensor<f64>, d: &[Option<&Tensor<f64>>]) -> Option<Tensor<f64>> {
        if self.forward_mode { Some(d[0]? * y) } else { None }
    }
}

/// Lets the compiler see that a closure is one for every tape.
fn function<F: for<'t> Fn(Var<'t, f64>) -> Var<'t, f64>>(f: F) -> F {
    f
}

fn points() -> [Tensor<f64>; 2] {
    [Tensor::from([0.5, -1.0, 2.0]), Tensor::from([0.3, 1.1, -0.7])]
}

fn composed<'t>(a: Var<'t, f64>, b: Var<'t, f64>) -> Var<'t, f64> {
    a.square() * b.tanh()
}

#[test]
fn a_rule_on_variables_is_right_to_any_order() {
    let op = Custom::new(SquareTanh);
    gradcheck_all(|x| op.apply(x).tanh(), &points()).unwrap();
    gradgradcheck_all(|x| op.apply(x).tanh(), &points()).unwrap();
    gradcheck_all(
        |x| {
            let g = op.apply(x).sum().grad(x);
            (g[0] * g[1]).sum().grad(x)[1]
        },
        &points(),
    )
    .unwrap();
}

#[test]
fn forward_mode_is_derived_from_the_rule() {
    let op = Custom::new(SquareTanh);
    let [a, b] = points();
    let close = |a: &Tensor<f64>, b: &Tensor<f64>| {
        a.data().iter().zip(b.data()).for_each(|(a, b)| assert!((a - b).abs() < 1e-13, "{a} and {b}"));
    };
    let custom = function(|x| op.apply(&[x, x.tape().input(&b) * x.exp()]));
    let plain = function(|x| composed(x, x.tape().input(&b) * x.exp()));
    close(&jvp(custom, &a, &b).1, &jvp(plain, &a, &b).1);
    close(&jacfwd(custom, &a), &jacrev(plain, &a));
    let (g, hv) = hvp(|x| custom(x).exp().sum(), &a, &b);
    let (want_g, want_hv) = hvp(|x| plain(x).exp().sum(), &a, &b);
    close(&g, &want_g);
    close(&hv, &want_hv);
    close(&hessian(|x| custom(x).sum(), &a), &hessian(|x| plain(x).sum(), &a));
}

#[test]
fn a_pair_of_functions_is_an_operation() {
    let scale = 3.0;
    let op: Custom<f64> = Custom::from_fns("scaled_exp", move |x| x[0].exp() * scale, |_, y, g| vec![Some(g * y)]);
    gradgradcheck_all(|x| op.apply(&[x[0]]), &points()[..1]).unwrap();
    assert_eq!(format!("{op:?}"), "Custom(scaled_exp)");
    let tape = Tape::default();
    let y = op.apply(&[tape.var(&Tensor::scalar(0.0))]);
    assert_eq!(y.item(), 3.0);
    assert!(format!("{y:?}").contains("scaled_exp"));
}

#[test]
fn an_operand_without_a_gradient_gets_none() {
    let op: Custom<f64> = Custom::from_fns("first", |x| x[0] + x[1], |_, _, g| vec![Some(g), None]);
    let tape = Tape::default();
    let [a, b] = points().map(|x| tape.var(&x));
    let g = op.apply(&[a, b]).sum().backward();
    assert_eq!((g.wrt(a).unwrap().data(), g.wrt(b)), (&[1.0; 3][..], None));
    let [x, v] = points();
    assert_eq!(jvp(|x| op.apply(&[x.detach(), x]), &x, &v).1.data(), [0.0; 3]);
}

#[test]
fn a_kernel_can_be_differentiated_once() {
    for forward_mode in [false, true] {
        let op = Custom::once(Exp { forward_mode });
        gradcheck_all(|x| op.apply(&[x[0]]).tanh(), &points()[..1]).unwrap();
        let [x, v] = points();
        // Where nothing moves, it is a constant to forward mode and to forward over reverse.
        let (_, hv) = hvp(|x| (op.apply(&[x.detach()]) * x.square()).sum(), &x, &v);
        assert!(hv.data().iter().all(|h| h.is_finite()));
        if forward_mode {
            assert_eq!(jvp(|x| op.apply(&[x]), &x, &v).1, x.exp() * &v);
        }
    }
}

#[test]
fn a_custom_operation_inside_a_checkpoint_is_replayed() {
    let op = Custom::new(SquareTanh);
    let tape = Tape::default();
    let [a, b] = points().map(|x| tape.var(&x));
    let want = op.apply(&[a, b]).exp().sum().backward_retain();
    let got = tape.checkpoint(|| op.apply(&[a, b]).exp()).sum().backward();
    assert_eq!((got.wrt(a), got.wrt(b)), (want.wrt(a), want.wrt(b)));
}
