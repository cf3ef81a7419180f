//! The life of a tape: steps, masks, what it holds and what it lets go.

use rappel_autodiff::{Param, Rng, Tape, Tensor, Var};

fn param(shape: &[usize]) -> Param {
    Param::new(Tensor::normal(shape, 0.0, 1.0, &mut Rng::seed(1)))
}

/// Which of 64 values the next draw keeps.
fn mask(tape: &Tape) -> Vec<bool> {
    tape.input(&Tensor::ones(&[64])).dropout(0.5).value().data().iter().map(|&v| v != 0.0).collect()
}

/// The masks of the first two draws of a step.
fn masks(tape: &Tape) -> [Vec<bool>; 2] {
    [mask(tape), mask(tape)]
}

/// A loss of two layers with dropout between.
fn loss<'t>(tape: &'t Tape, w: &[Param; 2], x: &Tensor) -> Var<'t> {
    tape.input(x).linear(tape.param(&w[0]), None).tanh().dropout(0.5).linear(tape.param(&w[1]), None).square().mean()
}

#[test]
fn reset_counts_steps_and_passes_over_an_empty_tape() {
    let mut tape = Tape::new();
    assert!(tape.is_empty() && tape.step() == 0);
    tape.reset();
    tape.reset();
    assert_eq!(tape.step(), 0, "nothing was recorded");
    for step in 1..4 {
        tape.constant(1.0);
        assert_eq!((tape.len(), tape.is_empty()), (1, false));
        tape.reset();
        assert_eq!((tape.step(), tape.len()), (step, 0));
        tape.reset();
        assert_eq!(tape.step(), step);
    }
    tape.constant(1.0);
    tape.rewind();
    assert_eq!((tape.step(), tape.len()), (3, 0), "another evaluation of the same step");
    tape.constant(1.0);
    tape.at_step(10);
    assert_eq!((tape.step(), tape.len()), (10, 0));
    tape.reset();
    assert_eq!(tape.step(), 10);
}

#[test]
fn masks_repeat_after_rewind_and_differ_from_step_to_step() {
    let mut tape = Tape::training(5);
    assert!(tape.is_training());
    let first = masks(&tape);
    tape.rewind();
    assert_eq!(masks(&tape), first);
    tape.reset();
    let second = masks(&tape);
    assert_ne!(second, first);
    tape.reset();
    assert_ne!(masks(&tape), second);
    tape.at_step(1);
    assert_eq!(masks(&tape), second, "a run that is resumed");
    let mut resumed = Tape::training(5);
    resumed.at_step(1);
    assert_eq!(masks(&resumed), second);
}

#[test]
fn masks_differ_by_seed_step_draw_and_shard() {
    let mut seen = Vec::new();
    for seed in [0, 1, 2, 1 << 32, u64::MAX] {
        for step in [0, 1, 1 << 32] {
            for shard in [0, 1] {
                let mut tape = Tape::training(seed);
                tape.set_shard(shard);
                tape.at_step(step);
                seen.extend(masks(&tape));
            }
        }
    }
    let n = seen.len();
    for mask in &seen {
        let kept = mask.iter().filter(|&&k| k).count();
        assert!((12..53).contains(&kept), "{kept} of 64 kept at one half");
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), n, "no two masks are equal");
}

#[test]
fn evaluation_drops_nothing_and_records_nothing_for_it() {
    let tape = Tape::new();
    assert!(!tape.is_training() && tape.draw().is_none());
    let x = tape.var(&Tensor::ones(&[8]));
    let y = x.dropout(0.9);
    assert_eq!((y.value().data(), tape.len()), (&[1.0; 8][..], 1));
    assert_eq!(y.sum().backward().wrt(x).unwrap().data(), [1.0; 8], "evaluation is not the absence of gradients");
    assert!(!Tape::<f64>::default().is_training() && Tape::<f64>::training_in(1).is_training());
}

#[test]
fn the_gradient_passes_where_the_value_did() {
    let tape = Tape::training(3);
    let x = tape.var(&Tensor::full(&[64], 3.0));
    let y = x.dropout(0.25);
    let value = y.value();
    let g = y.sum().backward();
    for (g, y) in g.wrt(x).unwrap().data().iter().zip(value.data()) {
        assert_eq!(*y, 3.0 * g);
        assert!(*g == 0.0 || *g == 1.0 / 0.75);
    }
}

#[test]
fn a_parameter_is_one_node_however_often_it_is_lifted() {
    let (w, other) = (param(&[3]), param(&[3]));
    let mut tape = Tape::new();
    for _ in 0..2 {
        let v = tape.param(&w);
        assert_eq!(tape.len(), 1);
        for again in [tape.param(&w), tape.param(&w.tie())] {
            assert_eq!((tape.len(), format!("{again:?}")), (1, format!("{v:?}")));
        }
        tape.param(&other);
        tape.param(&w.clone());
        assert_eq!(tape.len(), 3);
        tape.reset();
    }
}

#[test]
fn a_parameter_is_lifted_anew_after_a_step() {
    let mut w = param(&[3]);
    let mut tape = Tape::new();
    assert_eq!(tape.param(&w).value(), w.value);
    tape.reset();
    w.value = Tensor::from([7.0, 8.0, 9.0]);
    assert_eq!(tape.param(&w).value().data(), [7.0, 8.0, 9.0]);
}

#[test]
fn a_spent_tape_has_let_go_of_the_parameters() {
    let mut w = [param(&[16, 4]), param(&[2, 16])];
    let x = Tensor::<f32>::ones(&[3, 4]);
    let mut tape = Tape::training(1);
    for _ in 0..3 {
        tape.reset();
        let places = [0, 1].map(|i| w[i].value.data().as_ptr());
        let y = loss(&tape, &w, &x);
        assert!(!w[0].value.is_unique(), "the tape holds it until then");
        let g = y.backward();
        let after = y.value();
        for (i, w) in w.iter_mut().enumerate() {
            assert!(w.value.is_unique());
            let step = g.param(w).expect("both are trained").clone();
            w.value.data_mut().iter_mut().zip(step.data()).for_each(|(w, g)| *w -= 0.1 * g);
            assert_eq!(w.value.data().as_ptr(), places[i], "a step writes in place");
        }
        assert_eq!(y.value(), after, "values can still be read");
    }
}

#[test]
fn a_retained_tape_holds_on_until_it_is_cleared() {
    let w = [param(&[16, 4]), param(&[2, 16])];
    let mut tape = Tape::new();
    loss(&tape, &w, &Tensor::ones(&[3, 4])).backward_retain();
    assert!(!w[0].value.is_unique());
    tape.rewind();
    assert!(w[0].value.is_unique());
}

#[test]
fn a_retained_tape_gives_the_same_gradients_again() {
    let w = [param(&[16, 4]), param(&[2, 16])];
    let tape = Tape::training(2);
    let y = loss(&tape, &w, &Tensor::ones(&[3, 4]));
    let (first, second) = (y.backward_retain(), y.backward_retain());
    let doubled = (y * 2.0).backward_retain();
    let last = y.backward();
    for w in &w {
        let g = first.param(w).expect("both are trained");
        assert_eq!((second.param(w), last.param(w)), (Some(g), Some(g)));
        assert_eq!(doubled.param(w), Some(&(g * 2.0)));
    }
}

#[test]
fn the_shape_of_a_parameter_is_known_on_a_spent_tape() {
    let w = [param(&[16, 4]), param(&[2, 16])];
    let tape = Tape::new();
    let y = loss(&tape, &w, &Tensor::ones(&[3, 4]));
    let v = tape.param(&w[0]);
    y.backward();
    assert_eq!((&v.shape()[..], v.rank()), (&[16, 4][..], 2));
}

#[test]
fn a_step_repeats_to_the_bit_and_memory_settles() {
    let w = [param(&[16, 4]), param(&[2, 16])];
    let x = Tensor::<f32>::normal(&[30, 4], 0.0, 1.0, &mut Rng::seed(2));
    let mut tape = Tape::training(9);
    let mut step = |k: u64| {
        tape.at_step(k);
        let y = loss(&tape, &w, &x);
        let value = y.item();
        let g = y.backward();
        let gradients = w.each_ref().map(|w| g.param(w).expect("both are trained").clone());
        drop(g);
        (value, gradients, tape.pooled_bytes())
    };
    let first = step(0);
    step(1);
    let settled = step(2).2;
    for k in 3..200 {
        assert_eq!(step(k).2, settled, "step {k}");
    }
    let again = step(0);
    assert_eq!((first.0.to_bits(), &first.1), (again.0.to_bits(), &again.1));
}

#[test]
#[cfg(feature = "threads")]
fn results_have_the_same_bits_on_one_and_two_threads() {
    use rappel_autodiff::Threads;
    let w = [param(&[128, 300]), param(&[10, 128])];
    let x = Tensor::<f32>::normal(&[200, 300], 0.0, 1.0, &mut Rng::seed(2));
    let run = |threads: &Threads| {
        let mut tape = Tape::training(4);
        tape.set_threads(threads);
        let y = loss(&tape, &w, &x);
        let value = y.item();
        let g = y.backward();
        (value.to_bits(), w.each_ref().map(|w| g.param(w).expect("both are trained").clone()))
    };
    assert_eq!(run(&Threads::serial()), run(&Threads::new(2).expect("two threads")));
}

#[test]
fn a_tape_moves_between_threads_with_its_step() {
    let mut tape = Tape::training(6);
    mask(&tape);
    tape.reset();
    let there = std::thread::spawn(move || (tape.step(), masks(&tape)));
    let mut here = Tape::training(6);
    here.at_step(1);
    assert_eq!(there.join().expect("the thread returns"), (1, masks(&here)));
}

#[test]
fn values_outlive_the_tape() {
    let value = {
        let tape = Tape::new();
        tape.input(&Tensor::from([1.0, 4.0])).sqrt().value()
    };
    assert_eq!(value.data(), [1.0, 2.0]);
}
