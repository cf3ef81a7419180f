//! Hooks: what they see, when, and what they change.

use std::cell::RefCell;

use rappel_autodiff::{Backward, Param, Tape, Tensor};

#[test]
fn hooks_run_from_the_last_variable_to_the_first_in_the_order_given() {
    let tape = Tape::new();
    let x = tape.var(&Tensor::from([1.0, 2.0]));
    let (a, b) = (x * 2.0, x * 3.0);
    let y = (a * b).sum();
    let log = RefCell::new(Vec::new());
    let see = |name: &'static str| {
        let log = &log;
        move |g: &Tensor| {
            log.borrow_mut().push((name, g.data().to_vec()));
            None
        }
    };
    let g = Backward::new()
        .hook(a, see("a"))
        .hook(x, see("x"))
        .hook(b, see("b"))
        .hook(a, see("a again"))
        .hook(y, see("y"))
        .run(y);
    let (ga, gb) = (vec![3.0, 6.0], vec![2.0, 4.0]);
    let want = [("y", vec![1.0]), ("b", gb), ("a", ga.clone()), ("a again", ga), ("x", vec![12.0, 24.0])];
    assert_eq!(log.into_inner(), want);
    assert_eq!(g.wrt(x).unwrap().data(), [12.0, 24.0]);
}

#[test]
fn what_a_hook_gives_takes_the_place_of_the_cotangent() {
    let w = Param::new(Tensor::from([3.0, 4.0]));
    let tape = Tape::new();
    let v = tape.param(&w);
    let h = v.square();
    let g = Backward::new()
        .hook(h, |g| Some(g * 2.0))
        .hook(h, |g| Some(g * 5.0))
        .hook(v, |g| Some(g.clamp(0.0, 70.0)))
        .retain()
        .run(h.sum());
    assert_eq!(g.param(&w).unwrap().data(), [60.0, 70.0]);
    assert_eq!(h.sum().backward_retain().param(&w).unwrap().data(), [6.0, 8.0], "the tape is as it was");
    let seeded = Backward::new().seed(&Tensor::from([1.0, 10.0])).run(h);
    assert_eq!(seeded.param(&w).unwrap().data(), [6.0, 80.0]);
}

#[test]
fn hooks_of_what_has_no_cotangent_do_not_run() {
    let tape = Tape::new();
    let (x, input) = (tape.var(&Tensor::scalar(1.0)), tape.input(&Tensor::scalar(1.0)));
    let y = x.exp() * input;
    let later = y.exp();
    let mut runs = 0;
    let mut pass = Backward::new();
    for v in [later, input, x.sin()] {
        pass = pass.hook(v, |_| unreachable!("no cotangent comes here"));
    }
    pass.hook(y, |_| {
        runs += 1;
        None
    })
    .run(y);
    assert_eq!(runs, 1);
}

#[test]
fn a_hook_may_use_the_tape() {
    let tape = Tape::new();
    let x = tape.var(&Tensor::scalar(3.0));
    let h = x.square();
    let y = h.exp().ln();
    let g = Backward::new()
        .hook(h, |g| {
            let inner = (x * tape.input(g)).square().backward_retain();
            inner.wrt(x).cloned()
        })
        .run(y);
    // The inner gradient is 2 x, and takes the place of the cotangent 1.
    assert!((g.wrt(x).unwrap().item() - 36.0).abs() < 1e-3);
}

#[test]
fn hooks_and_checkpoints_meet() {
    let tape = Tape::new();
    let x = tape.var(&Tensor::scalar(0.5));
    let mut inside = None;
    let y = tape.checkpoint(|| {
        let h = x.sin();
        inside = Some(h);
        h.exp().ln()
    });
    let mut value = None;
    let g = Backward::new()
        .hook(inside.unwrap(), |g| {
            value = Some(inside.unwrap().value().item());
            Some(g * 2.0)
        })
        .run(y);
    assert!((g.wrt(x).unwrap().item() - 2.0 * 0.5_f32.cos()).abs() < 1e-6);
    assert_eq!(value, Some(0.5_f32.sin()), "values inside are there while a hook of theirs runs");
}

#[test]
fn a_pass_inside_a_hook_leaves_the_checkpoint_it_is_in() {
    let x = Tensor::from([0.5, -0.25]);
    let run = |inner: u32| {
        let tape = Tape::new();
        let at = tape.var(&x);
        let mut inside = None;
        let y = tape.checkpoint(|| {
            let h = tape.checkpoint(|| at.exp().tanh()).square();
            inside = Some(h);
            h.exp().tanh()
        });
        let y = y.sum();
        let mut second = None;
        let g = Backward::new()
            .hook(inside.unwrap(), |_| {
                match inner {
                    0 => {}
                    1 => drop(y.backward_retain()),
                    _ => second = Some(y.grad(&[at])[0]),
                }
                None
            })
            .retain()
            .run(y);
        let second = second.map(|g| g.sum().backward_retain().wrt(at).cloned());
        (g.wrt(at).cloned(), second.is_some_and(|g| g.is_some()))
    };
    let (plain, _) = run(0);
    assert_eq!(run(1), (plain.clone(), false));
    assert_eq!(run(2), (plain, true));
}
