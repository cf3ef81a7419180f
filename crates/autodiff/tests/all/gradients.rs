//! What a backward pass gives, and to whom.

use rappel_autodiff::{Gradients, Param, Rng, Tape, Tensor};

fn param(seed: u64, shape: &[usize]) -> Param<f64> {
    Param::new(Tensor::normal(shape, 0.0, 1.0, &mut Rng::seed(seed)))
}

#[test]
fn gradients_are_found_by_parameter_by_id_and_by_variable() {
    let (w, b, unused) = (param(1, &[2, 3]), param(2, &[2]), param(3, &[4]));
    let tape = Tape::default();
    let (x, y) = (tape.input(&Tensor::ones(&[5, 3])), tape.var(&Tensor::ones(&[5, 2])));
    let (wv, bv, uv) = (tape.param(&w), tape.param(&b), tape.param(&unused));
    let hidden = x.linear(wv, Some(bv));
    let g = (hidden * y).sum().backward();

    assert_eq!(g.param(&w).unwrap().data(), [5.0; 6]);
    assert_eq!(g.param(&b).unwrap().data(), [5.0; 2]);
    assert_eq!(g.by_id(w.id()), g.param(&w));
    assert_eq!(g.wrt(wv), g.param(&w));
    assert_eq!(g.wrt(bv), g.param(&b));
    assert_eq!(g.wrt(y), Some(&hidden.value()));

    assert!(g.param(&unused).is_none() && g.by_id(unused.id()).is_none() && g.wrt(uv).is_none(), "absent, not zeros");
    assert!(g.param(&param(1, &[2, 3])).is_none(), "a parameter that was never on the tape");
    assert!(g.wrt(x).is_none(), "an input wants no gradient");
    assert!(g.wrt(hidden).is_none(), "what is computed keeps none");
}

#[test]
fn gradients_are_listed_and_counted() {
    let params: Vec<_> = (0..5).map(|i| param(i, &[i as usize + 1])).collect();
    let tape = Tape::default();
    // Lifted in another order than they were made, with one that is not used.
    let sum = [3, 0, 4, 1].into_iter().map(|i| tape.param(&params[i]).sum()).reduce(|a, b| a + b).unwrap();
    tape.param(&params[2]);
    let g = sum.backward();
    assert_eq!((g.len(), g.is_empty()), (4, false));
    let mut listed: Vec<_> = g.iter().map(|(id, g)| (id, g.clone())).collect();
    listed.sort_by_key(|l| l.0);
    let want: Vec<_> = [0, 1, 3, 4].map(|i: usize| (params[i].id(), Tensor::ones(&[i + 1]))).into();
    assert_eq!(listed, want);

    let tape = Tape::default();
    let x = tape.var(&Tensor::scalar(2.0_f64));
    let g = x.square().backward();
    assert_eq!((g.len(), g.is_empty(), g.iter().count()), (0, true, 0), "a variable is no parameter");
    assert_eq!(g.wrt(x).unwrap().item(), 4.0);
}

#[test]
fn gradients_outlive_tape_and_step_and_may_be_sent() {
    let w = param(1, &[3]);
    let g: Gradients<f64> = {
        let mut tape = Tape::default();
        let g = tape.param(&w).square().sum().backward();
        tape.reset();
        tape.param(&w).exp().sum().backward();
        g
    };
    let copy = g.clone();
    let doubled = std::thread::spawn(move || g.by_id(w.id()).unwrap() / 2.0).join().unwrap();
    assert_eq!(doubled, param(1, &[3]).value);
    assert_eq!(copy.len(), 1);
}

#[test]
fn tied_parameters_accumulate_and_clones_stay_apart() {
    let w = param(1, &[3]);
    let (tied, clone) = (w.tie(), w.clone());
    let tape = Tape::default();
    let y = (tape.param(&w) * 2.0 + tape.param(&tied) * 3.0 + tape.param(&clone) * 5.0).sum();
    let g = y.backward();
    assert_eq!(g.param(&w).unwrap().data(), [5.0; 3]);
    assert_eq!(g.param(&tied), g.param(&w));
    assert_eq!(g.param(&clone).unwrap().data(), [5.0; 3]);
    assert_eq!(g.len(), 2);

    let tape = Tape::default();
    let g = (tape.param(&w) * tape.param(&clone)).sum().backward();
    assert_eq!(g.param(&w), Some(&clone.value));
    assert_eq!(g.param(&clone), Some(&w.value));
}

#[test]
fn two_clones_of_a_net_on_one_tape_stay_apart() {
    let mut student = [param(1, &[4, 3]), param(2, &[4])];
    let teacher = student.clone();
    let x = Tensor::normal(&[5, 3], 0.0, 1.0, &mut Rng::seed(3));
    let tape = Tape::default();
    let forward = |net: &[Param<f64>; 2]| tape.input(&x).linear(tape.param(&net[0]), Some(tape.param(&net[1]))).tanh();
    // Equal nets, one up and one down: the gradients are equal and opposite, where one id for both would give their sum, zero.
    let g = (forward(&student) - forward(&teacher)).sum().backward();
    assert_eq!(g.len(), 4);
    for (s, t) in student.iter_mut().zip(&teacher) {
        let (gs, gt) = (g.param(s).unwrap(), g.param(t).unwrap());
        assert_eq!(*gs, -gt);
        assert!(gs.data().iter().all(|&v| v != 0.0));
        let before = t.value.clone();
        s.value.data_mut().fill(0.0);
        assert_eq!(t.value, before, "a step of one is not one of the other");
    }
}

#[test]
fn frozen_parameters_get_no_gradient_and_pass_it_on() {
    let (first, mut frozen) = (param(1, &[2, 3]), param(2, &[4, 2]));
    frozen.trainable = false;
    let x = Tensor::<f64>::ones(&[1, 3]);
    let tape = Tape::default();
    let g = tape.input(&x).linear(tape.param(&first), None).linear(tape.param(&frozen), None).sum().backward();
    assert!(g.param(&frozen).is_none());
    let want = frozen.value.sum_axes(&[0], false);
    for (row, w) in g.param(&first).unwrap().data().chunks(3).zip(want.data()) {
        assert!(row.iter().all(|v| (v - w).abs() < 1e-14));
    }
}

#[test]
fn a_leaf_is_its_own_gradient() {
    let w = param(1, &[1]);
    let tape = Tape::default();
    let v = tape.param(&w);
    assert_eq!(v.backward().param(&w).unwrap().data(), [1.0]);
    let tape = Tape::default();
    let x = tape.var(&Tensor::from([1.0, 2.0]));
    let seed = Tensor::from([3.0_f64, 4.0]);
    assert_eq!(x.backward_with(&seed).wrt(x), Some(&seed));
}

#[test]
fn uses_of_one_variable_accumulate() {
    let tape = Tape::default();
    let x = tape.var(&Tensor::from([1.0_f64, 2.0, 3.0]));
    let y = x + x + x * x + x.gather(0, &Tensor::from([0_u32])).sum() + x.exp().sum() * 0.0;
    let g = y.sum().backward();
    // 2 + 2x each, and the first value is added to each of three sums.
    assert_eq!(g.wrt(x).unwrap().data(), [7.0, 6.0, 8.0]);
}

#[test]
fn a_seed_weighs_the_outputs() {
    let (x, seed) = (Tensor::from([1.0_f64, 2.0, 3.0]), Tensor::from([1.0, -2.0, 0.5]));
    let tape = Tape::default();
    let v = tape.var(&x);
    let weighed = (v.tanh() * tape.input(&seed)).sum().backward_retain();
    let seeded = v.tanh().backward_with(&seed);
    assert_eq!(weighed.wrt(v), seeded.wrt(v));
}
