//! Changes of buffers on their way from the tape to the net.

use rappel_autodiff::{Buffer, Module, Param, Tape, Tensor, Update, Var};

#[derive(Module)]
struct Net {
    weight: Param<f64>,
    mean: Buffer<f64>,
    count: Buffer<i64>,
}

fn net() -> Net {
    Net {
        weight: Param::new(Tensor::scalar(2.0)),
        mean: Buffer::new(Tensor::scalar(0.0)),
        count: Buffer::integers(Tensor::scalar(0)),
    }
}

impl Net {
    fn forward<'t>(&self, tape: &'t Tape<f64>, x: f64) -> Var<'t, f64> {
        tape.collect(Update::count(&self.count, 1));
        tape.collect(Update::average(&self.mean, Tensor::scalar(x), &self.count));
        tape.param(&self.weight) * x
    }

    fn state(&self) -> (f64, i64) {
        (self.mean.value.item(), self.count.value.item())
    }
}

#[test]
fn they_are_made_in_order_on_what_is_there_then() {
    let (mut net, mut tape) = (net(), Tape::training_in(0));
    for (x, mean) in [(4.0, 4.0), (8.0, 6.0), (0.0, 4.0)] {
        tape.reset();
        let gradients = net.forward(&tape, x).backward();
        gradients.apply_updates(&mut net);
        assert_eq!(net.state().0, mean);
    }
    // Twice on one tape, and then once more from gradients that were added.
    tape.reset();
    let twice = (net.forward(&tape, 8.0) + net.forward(&tape, 3.0)).backward();
    tape.reset();
    let mut sum = net.forward(&tape, 1.0).backward();
    sum.axpy(1.0, &twice);
    assert_eq!(sum.updates().len(), 6);
    sum.apply_updates(&mut net);
    assert_eq!(net.state(), ((4.0 + 8.0 + 0.0 + 1.0 + 8.0 + 3.0) / 6.0, 6));

    let tape = Tape::training_in(0);
    tape.collect(Update::set(&net.mean, Tensor::scalar(10.0)));
    tape.collect(Update::blend(&net.mean, Tensor::scalar(20.0), 0.25));
    tape.param(&net.weight).backward().apply_updates(&mut net);
    assert_eq!(net.state(), (12.5, 6));
}

#[test]
fn the_first_backward_takes_them_and_a_cleared_tape_has_none() {
    let (mut net, mut tape) = (net(), Tape::training_in(0));
    let y = net.forward(&tape, 4.0);
    let first = y.backward_retain();
    assert_eq!((first.updates().len(), y.backward_retain().updates().len()), (2, 0));
    let _ = net.forward(&tape, 5.0);
    tape.rewind();
    assert_eq!(tape.param(&net.weight).backward().updates().len(), 0);
    tape.reset();
    let seeded = net.forward(&tape, 4.0).backward_with(&Tensor::scalar(1.0));
    assert_eq!(seeded.updates().len(), 2);
    seeded.apply_updates(&mut net);
    assert_eq!(net.state(), (4.0, 1));
}

#[test]
fn an_evaluation_collects_nothing() {
    let (net, tape) = (net(), Tape::default());
    assert_eq!(net.forward(&tape, 4.0).backward().updates().len(), 0);
}

#[test]
fn what_is_not_in_the_net_is_passed_over() {
    let (own, mut other, tape) = (net(), net(), Tape::training_in(0));
    own.forward(&tape, 4.0).backward().apply_updates(&mut other);
    assert_eq!((own.state(), other.state()), ((0.0, 0), (0.0, 0)));
}

#[test]
#[should_panic(expected = "Update::blend: a buffer of shape [] cannot move towards a value of shape [2]")]
fn another_shape_is_refused_where_it_is_asked_for() {
    let _ = Update::blend(&net().mean, Tensor::from([1.0, 2.0]), 0.1);
}

#[test]
fn an_average_that_nothing_has_counted_begins_with_its_first() {
    let (mut net, tape) = (net(), Tape::training_in(0));
    tape.collect(Update::average(&net.mean, Tensor::scalar(3.0), &net.count));
    tape.param(&net.weight).backward().apply_updates(&mut net);
    assert_eq!(net.state(), (3.0, 0));
}

#[test]
fn they_say_what_they_are() {
    let net = net();
    let id = format!("{:?}", net.mean.id());
    for (update, text) in [
        (Update::blend(&net.mean, Tensor::scalar(1.0), 0.1), "by 0.1 towards []"),
        (Update::average(&net.mean, Tensor::scalar(1.0), &net.count), "mean with []"),
        (Update::set(&net.mean, Tensor::from([1.0])), "becomes [1]"),
    ] {
        assert_eq!(format!("{update:?}"), format!("{id}: {text}"));
        assert_eq!(update.buffer(), net.mean.id());
    }
    assert!(format!("{:?}", Update::<f64>::count(&net.count, 2)).ends_with("grows by 2"));
}
