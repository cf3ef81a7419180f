//! Variables in the place of parameters.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rappel_autodiff::{Module, Param, Rng, Tape, Tensor, Var};

#[derive(Module)]
struct Net {
    weight: Param<f64>,
    out: Param<f64>,
    frozen: Param<f64>,
}

fn net() -> Net {
    let mut rng = Rng::seed(1);
    let mut param = |shape: &[usize]| Param::new(Tensor::normal(shape, 0.0, 0.8, &mut rng));
    let mut net = Net { weight: param(&[3, 2]), out: param(&[1, 3]), frozen: param(&[3]) };
    net.frozen.trainable = false;
    net
}

fn loss<'t>(net: &Net, tape: &'t Tape<f64>, seed: u64) -> Var<'t, f64> {
    let mut rng = Rng::seed(seed);
    let x = tape.input(&Tensor::normal(&[6, 2], 0.0, 1.0, &mut rng));
    let y = tape.input(&Tensor::normal(&[6, 1], 0.0, 1.0, &mut rng));
    (x.linear(tape.param(&net.weight), None).tanh() * tape.param(&net.frozen)).linear(tape.param(&net.out), None).mse(y)
}

/// The loss on other data after one step of SGD that is recorded, as MAML has it.
fn after_a_step<'t>(net: &Net, lr: Var<'t, f64>) -> Var<'t, f64> {
    let tape = lr.tape();
    let w = tape.params(net);
    let g = loss(net, tape, 2).grad(&w);
    let stepped: Vec<_> = w.iter().zip(g).map(|(w, g)| *w - lr * g).collect();
    tape.bind(net, &stepped, || loss(net, tape, 3))
}

#[test]
fn the_gradient_through_a_step_is_that_of_differences() {
    let mut net = net();
    let (rate, h) = (0.3, 1e-5);
    let value = |net: &Net, rate: f64| {
        let tape = Tape::default();
        after_a_step(net, tape.var(&Tensor::scalar(rate))).item()
    };
    let tape = Tape::default();
    let lr = tape.var(&Tensor::scalar(rate));
    let g = after_a_step(&net, lr).backward();
    let in_rate = (value(&net, rate + h) - value(&net, rate - h)) / (2.0 * h);
    assert!((g.wrt(lr).unwrap().item() - in_rate).abs() < 1e-8);
    assert!(g.param(&net.frozen).is_none());
    for pick in [(|n: &mut Net| &mut n.weight) as fn(&mut Net) -> &mut Param<f64>, |n| &mut n.out] {
        let start = pick(&mut net).value.clone();
        let g = g.param(pick(&mut net)).unwrap().clone();
        for k in 0..start.len() {
            let [right, left] = [h, -h].map(|h| {
                pick(&mut net).value.data_mut()[k] = start.data()[k] + h;
                let y = value(&net, rate);
                pick(&mut net).value = start.clone();
                y
            });
            let difference = (right - left) / (2.0 * h);
            assert!((g.data()[k] - difference).abs() < 1e-8, "{} and {difference}", g.data()[k]);
        }
    }
}

#[test]
fn scopes_nest_and_end() {
    let w = Param::new(Tensor::scalar(1.0_f64));
    let tape = Tape::default();
    let [two, three] = [2.0, 3.0].map(|c| tape.constant(c));
    let read = || tape.param(&w).item();
    tape.with(&[(w.id(), two)], || {
        assert_eq!(read(), 2.0);
        tape.with(&[(w.id(), three)], || assert_eq!(read(), 3.0));
        assert_eq!(tape.param(&w.tie()).item(), 2.0, "a tied one is the same parameter");
        assert_eq!(tape.param(&w.clone()).item(), 1.0, "a clone is another");
    });
    assert_eq!(read(), 1.0);
    let given_back = tape.with(&[(w.id(), two), (w.id(), three)], read);
    assert_eq!(given_back, 3.0, "of two bindings the later counts");
}

#[test]
fn a_scope_ends_by_a_panic_too() {
    let w = Param::new(Tensor::scalar(1.0_f64));
    let tape = Tape::default();
    let two = tape.constant(2.0);
    let result = catch_unwind(AssertUnwindSafe(|| {
        tape.with(&[(w.id(), two)], || {
            std::panic::resume_unwind(Box::new(tape.param(&w).item()));
        })
    }));
    assert_eq!(result.unwrap_err().downcast_ref(), Some(&2.0));
    assert_eq!(tape.param(&w).item(), 1.0);
}

#[test]
fn a_module_is_lifted_in_order_without_what_is_frozen() {
    let net = net();
    let tape = Tape::default();
    let w = tape.params(&net);
    assert_eq!(w.iter().map(|w| w.value()).collect::<Vec<_>>(), [net.weight.value.clone(), net.out.value.clone()]);
    assert_eq!(Tape::<f32>::default().params(&net).len(), 0, "of another number type");
    assert_eq!(tape.len(), 2);
}

#[test]
fn a_checkpoint_inside_a_scope_is_replayed_with_its_values() {
    let w = Param::new(Tensor::scalar(1.0_f64));
    let tape = Tape::default();
    let x = tape.var(&Tensor::scalar(2.0));
    let y = tape.with(&[(w.id(), x * 3.0)], || tape.checkpoint(|| tape.param(&w).square().exp().ln()));
    let g = y.backward();
    assert!((g.wrt(x).unwrap().item() - 36.0).abs() < 1e-12);
    assert!(g.param(&w).is_none());
}
