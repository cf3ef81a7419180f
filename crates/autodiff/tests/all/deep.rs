//! Chains of a million operations, on a stack of 64 kB.

use rappel_autodiff::transform::{hvp, jvp};
use rappel_autodiff::{Tape, Tensor, Var};

const OPS: usize = 1_000_000;

fn on_a_small_stack(f: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(64 << 10).spawn(f).expect("a thread").join().expect("it does not overflow");
}

fn chain(x: Var<'_>) -> Var<'_> {
    (0..OPS).fold(x, |x, _| x + 1.0)
}

#[test]
fn forward_backward_and_drop() {
    on_a_small_stack(|| {
        let tape = Tape::new();
        let x = tape.var(&Tensor::scalar(1.0));
        let y = chain(x).square();
        assert_eq!(y.backward().wrt(x).unwrap().item(), 2.0 * (OPS as f32 + 1.0));
    });
}

#[test]
fn recorded_gradients() {
    on_a_small_stack(|| {
        let tape = Tape::new();
        let x = tape.var(&Tensor::scalar(1.0));
        let g = chain(x).square().grad(&[x])[0];
        assert_eq!(g.grad(&[x])[0].item(), 2.0);
    });
}

#[test]
fn forward_mode() {
    on_a_small_stack(|| {
        let one = Tensor::scalar(1.0);
        assert_eq!(jvp(chain, &one, &one).1.item(), 1.0);
        assert_eq!(hvp(|x| chain(x).square(), &one, &one).1.item(), 2.0);
    });
}

#[test]
fn checkpoints_in_checkpoints() {
    on_a_small_stack(|| {
        let tape = Tape::new();
        let x = tape.var(&Tensor::scalar(1.0));
        let y = (0..1000).fold(x, |x, _| tape.checkpoint(|| (0..1000).fold(x, |x, _| x + 1.0)));
        assert_eq!(y.square().backward().wrt(x).unwrap().item(), 2.0 * (OPS as f32 + 1.0));
    });
}
