//! Derivatives as closed functions.

use rappel_autodiff::transform::{
    Linearised, grad, hessian, hessian_of, hvp, hvp_all, hvp_of, hvp_on, jacfwd, jacobian, jacrev, jvp, jvp_all,
    jvp_of, jvp_on, per_sample_grad, per_sample_grad_of, value_and_grad, value_and_grad_all, value_and_grad_of, vjp,
    vjp_all, vjp_of, vjp_on,
};
use rappel_autodiff::{Gradients, Module, Param, Rng, Tape, Tensor, Var};

/// Lets the compiler see that a closure is one for every tape.
fn function<F: for<'t> Fn(Var<'t, f64>) -> Var<'t, f64>>(f: F) -> F {
    f
}

#[derive(Module)]
struct Net {
    first: Param<f64>,
    bias: Param<f64>,
    frozen: Param<f64>,
    second: Param<f64>,
}

fn net() -> Net {
    let mut rng = Rng::seed(5);
    let mut param = |shape: &[usize]| Param::new(Tensor::normal(shape, 0.0, 0.7, &mut rng));
    let mut net = Net { first: param(&[3, 2]), bias: param(&[3]), frozen: param(&[3]), second: param(&[1, 3]) };
    net.frozen.trainable = false;
    net
}

fn batch() -> (Tensor<f64>, Tensor<f64>) {
    let mut rng = Rng::seed(6);
    (Tensor::normal(&[4, 2], 0.0, 1.0, &mut rng), Tensor::normal(&[4, 1], 0.0, 1.0, &mut rng))
}

fn forward<'t>(net: &Net, x: Var<'t, f64>) -> Var<'t, f64> {
    let tape = x.tape();
    let h = x.linear(tape.param(&net.first), Some(tape.param(&net.bias))).tanh() * tape.param(&net.frozen);
    h.linear(tape.param(&net.second), None)
}

fn loss<'t>(net: &Net, tape: &'t Tape<f64>) -> Var<'t, f64> {
    let (x, y) = batch();
    forward(net, tape.input(&x)).mse(tape.input(&y))
}

/// A random tensor for each trained parameter.
fn direction(net: &Net, seed: u64) -> Gradients<f64> {
    let mut rng = Rng::seed(seed);
    Gradients::from_fn(net, |_, p| Tensor::normal(p.value.shape(), 0.0, 1.0, &mut rng))
}

/// The net with its parameters moved along a direction.
fn moved(net: &Net, v: &Gradients<f64>, h: f64) -> Net {
    let step = |p: &Param<f64>| {
        let mut p_moved = p.clone();
        if let Some(d) = v.param(p) {
            p_moved.value = &p.value + &(d * h);
        }
        p_moved
    };
    Net { first: step(&net.first), bias: step(&net.bias), frozen: step(&net.frozen), second: step(&net.second) }
}

fn trained(net: &Net) -> [&Param<f64>; 3] {
    [&net.first, &net.bias, &net.second]
}

fn assert_close(a: &Tensor<f64>, b: &Tensor<f64>, allowed: f64) {
    assert_eq!(a.shape(), b.shape());
    for (a, b) in a.data().iter().zip(b.data()) {
        assert!((a - b).abs() <= allowed * a.abs().max(1.0), "{a} and {b}");
    }
}

#[test]
fn nested_derivatives_are_not_confused() {
    // d/dx (x d/dy (x + y)) at x = y = 1 is 1; an implementation that mixes the two gives 2.
    let one = Tensor::scalar(1.0_f64);
    let f = function(|x| {
        let y = x.tape().var(&Tensor::scalar(1.0));
        (x + y).grad(&[y])[0]
    });
    assert_eq!(grad(|x| x * f(x), &one).item(), 1.0);
    assert_eq!(jvp(|x| x * f(x), &one, &one).1.item(), 1.0);

    // d/dx (x d/dy (x y)) at x = 1 is 2x; with forward mode around the recorded gradient too.
    let f = function(|x| {
        let y = x.tape().var(&Tensor::scalar(3.0));
        x * (x * y).grad(&[y])[0]
    });
    let two = Tensor::scalar(2.0);
    assert_eq!(grad(f, &two).item(), 4.0);
    assert_eq!(jvp(f, &two, &one).1.item(), 4.0);
    let (g, h) = hvp(f, &two, &one);
    assert_eq!((g.item(), h.item()), (4.0, 2.0));

    // The variable itself, differentiated inside: d/dx of (x^3)' is 6x.
    let f = function(|x| x.powi(3).grad(&[x])[0]);
    assert_eq!(grad(f, &two).item(), 12.0);
    assert_eq!(hvp(f, &two, &one).1.item(), 6.0);

    // A closed function inside a closed function is a constant to the outer one.
    let f = function(|x| {
        let inner = jvp(|y| y * y, &x.value(), &Tensor::scalar(1.0)).1;
        x * x.tape().input(&inner)
    });
    assert_eq!(grad(f, &two).item(), 4.0);
}

#[test]
fn all_forms_of_one_derivative_agree() {
    let x = Tensor::from([0.3, -1.2, 0.7]);
    let v = Tensor::from([1.0, 0.5, -2.0]);
    let f = function(|x| (x.sin() * x.sum()).exp().sum());
    let (y, g) = value_and_grad(f, &x);
    assert_eq!(grad(f, &x), g);
    let (_, [all]) = value_and_grad_all(|[x]| f(x), [&x]);
    assert_eq!(all, g);
    let (value, by_vjp) = vjp(f, &x, &Tensor::scalar(1.0));
    assert_eq!((&value, &by_vjp), (&y, &g));
    assert_close(&jacobian(f, &x), &g, 1e-14);
    let along = (&g * &v).sum();
    assert_close(&jvp(f, &x, &v).1, &along, 1e-13);
    let (by_hvp, hv) = hvp(f, &x, &v);
    assert_close(&by_hvp, &g, 1e-13);
    assert_close(&hessian(f, &x).matmul(&v.reshape(&[3, 1])).reshape(&[3]), &hv, 1e-12);
    assert_close(&hessian(f, &x), &jacobian(|x| f(x).grad(&[x])[0], &x), 1e-12);
}

#[test]
fn several_tensors() {
    let (a, b) = (Tensor::from([[0.5, -1.0], [2.0, 0.1]]), Tensor::from([0.3, 0.7]));
    let (va, vb) = (Tensor::from([[1.0, 0.0], [-1.0, 2.0]]), Tensor::from([0.5, -0.5]));
    fn f<'t>([a, b]: [Var<'t, f64>; 2]) -> Var<'t, f64> {
        a.linear(a, Some(b)).tanh()
    }
    let (y, dy) = jvp_all(f, [&a, &b], [&va, &vb]);
    let u = y.map(|y| y + 0.5);
    let (value, [ga, gb]) = vjp_all(f, [&a, &b], &u);
    assert_eq!(value, y);
    let (left, right) = ((&dy * &u).sum().item(), (&ga * &va).sum().item() + (&gb * &vb).sum().item());
    assert!((left - right).abs() < 1e-13, "{left} and {right}");

    fn sum<'t>(x: [Var<'t, f64>; 2]) -> Var<'t, f64> {
        f(x).square().sum()
    }
    let ([ga, gb], [ha, hb]) = hvp_all(sum, [&a, &b], [&va, &vb]);
    let (_, [ra, rb]) = value_and_grad_all(sum, [&a, &b]);
    assert_close(&ga, &ra, 1e-14);
    assert_close(&gb, &rb, 1e-14);
    let (_, [da, db]) = value_and_grad_all(
        |[a, b]| {
            let g = sum([a, b]).grad(&[a, b]);
            (g[0] * a.tape().input(&va)).sum() + (g[1] * a.tape().input(&vb)).sum()
        },
        [&a, &b],
    );
    assert_close(&ha, &da, 1e-12);
    assert_close(&hb, &db, 1e-12);
}

#[test]
fn jacobians_by_rows_and_by_columns_agree() {
    let x = Tensor::from([[0.3, -1.2], [0.7, 0.2]]);
    let wide = function(|x| Var::concat(&[x.sin(), x * x.sum(), x.exp()], 0));
    let narrow = function(|x| x.sin().sum_axes(&[0], false));
    for (rows, columns, picked, shape) in [
        (jacrev(wide, &x), jacfwd(wide, &x), jacobian(wide, &x), &[6, 2, 2, 2][..]),
        (jacrev(narrow, &x), jacfwd(narrow, &x), jacobian(narrow, &x), &[2, 2, 2]),
    ] {
        assert_eq!(picked.shape(), shape);
        assert_close(&rows, &columns, 1e-14);
        assert_close(&picked, &columns, 1e-14);
    }
}

#[test]
fn empty_tensors_and_constants_have_derivatives() {
    let none = Tensor::<f64>::zeros(&[0]);
    assert_eq!(grad(|x| x.sum(), &none), none);
    assert_eq!(jacobian(|x| x * 2.0, &none).shape(), [0, 0]);
    assert_eq!(jacobian(|x| x.sum(), &none).shape(), [0]);
    assert_eq!(hessian(|x| x.square().sum(), &none).shape(), [0, 0]);
    assert_eq!(per_sample_grad(|w, _| w.sum(), &none, 3).shape(), [3, 0]);

    let x = Tensor::from([1.0_f64, 2.0]);
    let constant = function(|x| x.detach().sum());
    let zeros = Tensor::zeros(&[2]);
    assert_eq!(grad(constant, &x), zeros);
    assert_eq!(vjp(constant, &x, &Tensor::scalar(1.0)).1, zeros);
    assert_eq!(jvp(constant, &x, &x).1.item(), 0.0);
    assert_eq!(hvp(constant, &x, &x), (zeros.clone(), zeros.clone()));
    assert_eq!(hvp(|x| x.sum(), &x, &x), (Tensor::ones(&[2]), zeros), "no curvature");
    assert_eq!(jacobian(|x| x.detach(), &x), Tensor::zeros(&[2, 2]));
}

#[test]
fn derivatives_of_modules_are_those_of_differences() {
    let net = net();
    let v = direction(&net, 1);
    let (value, g) = value_and_grad_of(&net, loss);
    let (_, along) = jvp_of(&net, &v, loss);
    assert!((along.item() - g.dot(&v)).abs() < 1e-14);
    assert!(g.param(&net.frozen).is_none());

    let h = 1e-4;
    let [right, left] = [h, -h].map(|h| value_and_grad_of(&moved(&net, &v, h), loss).0.item());
    assert!(((right - left) / (2.0 * h) - along.item()).abs() < 1e-7);

    let (by_hvp, hv) = hvp_of(&net, &v, loss);
    assert_eq!(by_hvp.len(), 3);
    let (plus, minus) = (moved(&net, &v, h), moved(&net, &v, -h));
    let (gp, gm) = (value_and_grad_of(&plus, loss).1, value_and_grad_of(&minus, loss).1);
    for ((p, plus), minus) in trained(&net).into_iter().zip(trained(&plus)).zip(trained(&minus)) {
        assert_close(by_hvp.param(p).unwrap(), g.param(p).unwrap(), 1e-14);
        let difference = (gp.param(plus).unwrap() - gm.param(minus).unwrap()) / (2.0 * h);
        assert_close(hv.param(p).unwrap(), &difference, 1e-6);
    }
    let w = direction(&net, 2);
    let (_, hw) = hvp_of(&net, &w, loss);
    assert!((w.dot(&hv) - v.dot(&hw)).abs() < 1e-13);

    let x = batch().0;
    let (y, pulled) = vjp_of(&net, &Tensor::ones(&[4, 1]), |net, tape| forward(net, tape.input(&x)));
    let (_, summed) = value_and_grad_of(&net, |net, tape| forward(net, tape.input(&x)).sum());
    assert_eq!((y.shape(), pulled.param(&net.first)), (&[4, 1][..], summed.param(&net.first)));
    assert!(value.item() > 0.0);
}

#[test]
fn the_hessian_of_a_module_is_its_products() {
    let net = net();
    let h = hessian_of(&net, loss);
    assert_eq!(h.shape(), [12, 12]);
    assert_close(&h, &h.transpose(), 1e-13);
    let v = direction(&net, 3);
    let flat = |g: &Gradients<f64>| {
        Tensor::from(trained(&net).into_iter().flat_map(|p| g.param(p).unwrap().data().to_vec()).collect::<Vec<_>>())
    };
    let (_, hv) = hvp_of(&net, &v, loss);
    assert_close(&h.matmul(&flat(&v).reshape(&[12, 1])).reshape(&[12]), &flat(&hv), 1e-12);
}

#[test]
fn per_sample_gradients_add_up_to_the_gradient() {
    let (net, (x, y)) = (net(), batch());
    let each = per_sample_grad_of(&net, 4, |net, tape, i| {
        let [x, y] = [&x, &y].map(|t| tape.input(&t.slice_axis(0, i..i + 1)));
        forward(net, x).mse(y)
    });
    let (_, g) = value_and_grad_of(&net, loss);
    assert_eq!(each.len(), 3);
    for p in trained(&net) {
        let each = each.param(p).unwrap();
        assert_eq!(each.shape()[0], 4);
        assert_close(&each.mean_axes(&[0], false), g.param(p).unwrap(), 1e-14);
    }
    let w = Tensor::from([0.5, -0.5]);
    let each = per_sample_grad(|w, i| (w * w.tape().input(&x.slice_axis(0, i..i + 1))).sum().tanh(), &w, 4);
    for i in 0..4 {
        let x = x.slice_axis(0, i..i + 1);
        assert_eq!(each.slice_axis(0, i..i + 1).reshape(&[2]), grad(|w| (w * w.tape().input(&x)).sum().tanh(), &w));
    }
}

#[test]
fn one_recording_serves_many_directions_and_everything_on_the_tape() {
    let net = net();
    let mut tape = Tape::training_in(3);
    for _ in 0..2 {
        tape.rewind();
        let scale = tape.var(&Tensor::scalar(1.5));
        let y = (loss(&net, &tape) * scale).dropout(0.1);
        let before = tape.len();
        let map = Linearised::new(y);
        for seed in 0..3 {
            let v = direction(&net, seed);
            let (g, hv) = map.hvp(&v);
            let (_, want) = hvp_of(&net, &v, |net, tape| {
                let scale = tape.var(&Tensor::scalar(1.5));
                loss(net, tape) * scale * (1.0 / 0.9)
            });
            assert_close(hv.param(&net.first).unwrap(), want.param(&net.first).unwrap(), 1e-13);
            assert!(g.wrt(scale).is_some() && hv.wrt(scale).unwrap().item() != 0.0, "a variable has its part");
            let along = map.jvp(&v).item();
            let pulled = map.vjp(&Tensor::scalar(1.0));
            assert!((pulled.dot(&v) - along).abs() < 1e-13);
        }
        assert_eq!(tape.len(), before, "nothing is recorded");
        let own = map.vjp(&Tensor::scalar(1.0));
        let mut doubled = own.clone();
        doubled.axpy(1.0, &own);
        assert!(
            (map.jvp(&doubled).item() - 2.0 * own.dot(&own)).abs() < 1e-12,
            "a gradient is a direction, variables too"
        );
        y.backward();
    }
}

#[test]
fn a_tape_of_ones_own_brings_its_mode() {
    let (x, v) = (Tensor::<f64>::ones(&[8]), Tensor::full(&[8], 2.0));
    let f = function(|x| x.dropout(0.5));
    let mut tape = Tape::training_in(7);
    let (y, dy) = jvp_on(&tape, f, &x, &v);
    assert!(y.data().contains(&0.0) && y.data().contains(&2.0));
    assert_eq!(dy, &y * 2.0);
    tape.rewind();
    assert_eq!(vjp_on(&tape, f, &x, &v), (y.clone(), dy.clone()));
    tape.rewind();
    let (g, hv) = hvp_on(&tape, |x| f(x).square().sum(), &x, &v);
    assert_eq!((g, hv), (&y * 4.0, &dy * 4.0));
    assert_eq!(jvp(f, &x, &v).0, x, "evaluation");
}

#[test]
fn gradients_are_vectors() {
    let (a, b, c) = (
        Param::new(Tensor::from([3.0_f64, 4.0])),
        Param::new(Tensor::scalar(12.0)),
        Param::frozen(Tensor::scalar(1.0)),
    );
    let net = [a, b, c];
    let mut v = Gradients::from_fn(&net[..], |_, p| p.value.clone());
    assert_eq!((v.len(), v.norm()), (2, 13.0), "frozen ones are left out");
    v.scale(2.0);
    assert_eq!(v.norm(), 26.0);
    let mut only = Gradients::from_fn(&net[1], |path, p| {
        assert_eq!(path, "");
        p.value.clone()
    });
    assert_eq!(v.dot(&only), 288.0);
    only.axpy(-0.5, &v);
    assert_eq!(only.param(&net[0]).unwrap().data(), [-3.0, -4.0], "what is absent is zero");
    assert_eq!(only.param(&net[1]).unwrap().item(), 0.0);
    only.set(&net[1], Tensor::scalar(7.0));
    assert_eq!(only.by_id(net[1].id()).unwrap().item(), 7.0);
}
