//! Checkpoints: what is dropped, and that nothing else changes.

use rappel_autodiff::transform::{Linearised, hvp, hvp_on, jvp};
use rappel_autodiff::{Gradients, Param, Rng, Tape, Tensor, Var};

const LAYERS: usize = 64;

fn layers() -> Vec<Param<f64>> {
    let mut rng = Rng::seed(1);
    (0..LAYERS).map(|_| Param::new(Tensor::normal(&[8, 8], 0.0, 0.4, &mut rng))).collect()
}

fn layer<'t>(x: Var<'t, f64>, w: &Param<f64>) -> Var<'t, f64> {
    x.linear(x.tape().param(w), None).tanh().dropout(0.1)
}

fn input() -> Tensor<f64> {
    Tensor::normal(&[5, 8], 0.0, 1.0, &mut Rng::seed(2))
}

fn plain<'t>(tape: &'t Tape<f64>, net: &[Param<f64>], x: Var<'t, f64>) -> Var<'t, f64> {
    let _ = tape;
    net.iter().fold(x, layer)
}

/// In segments of so many layers.
fn in_segments<'t>(tape: &'t Tape<f64>, net: &[Param<f64>], x: Var<'t, f64>, size: usize) -> Var<'t, f64> {
    net.chunks(size).fold(x, |x, part| tape.checkpoint(|| part.iter().fold(x, layer)))
}

/// Segments of 16 layers, each of segments of 4, and those of single layers.
fn nested<'t>(tape: &'t Tape<f64>, net: &[Param<f64>], x: Var<'t, f64>) -> Var<'t, f64> {
    let quarter = |x, part: &[Param<f64>]| tape.checkpoint(|| in_segments(tape, part, x, 1));
    net.chunks(16).fold(x, |x, part| tape.checkpoint(|| part.chunks(4).fold(x, quarter)))
}

type Build = for<'t> fn(&'t Tape<f64>, &[Param<f64>], Var<'t, f64>) -> Var<'t, f64>;

const BUILDS: [Build; 5] = [
    |tape, net, x| in_segments(tape, net, x, 8),
    |tape, net, x| in_segments(tape, net, x, 1),
    |tape, net, x| in_segments(tape, net, x, 64),
    // The first half only, and the last segment ends before the loss begins.
    |tape, net, x| plain(tape, &net[32..], in_segments(tape, &net[..32], x, 5)),
    nested,
];

fn same(net: &[Param<f64>], a: &Gradients<f64>, b: &Gradients<f64>) {
    for p in net {
        assert_eq!(a.param(p), b.param(p));
    }
}

#[test]
fn gradients_have_the_same_bits_and_dropped_values_are_dropped_again() {
    let (net, x) = (layers(), input());
    let tape = Tape::training_in(3);
    let at = tape.var(&x);
    let y = plain(&tape, &net, at).square().sum();
    let want = y.backward_retain();
    let whole = tape.live_bytes();
    for build in BUILDS {
        let mut tape = Tape::training_in(3);
        for _ in 0..2 {
            tape.rewind();
            let at_too = tape.var(&x);
            let y_too = build(&tape, &net, at_too).square().sum();
            assert_eq!(y_too.item().to_bits(), y.item().to_bits());
            let held = tape.live_bytes();
            assert!(held < whole, "{held} of {whole}");
            for _ in 0..2 {
                let g = y_too.backward_retain();
                same(&net, &g, &want);
                assert_eq!(g.wrt(at_too), want.wrt(at));
                assert_eq!(tape.live_bytes(), held, "dropped again");
            }
            same(&net, &y_too.backward(), &want);
        }
    }
}

#[test]
fn segments_of_eight_hold_a_quarter_at_most() {
    let (net, x) = (layers(), input());
    let tape = Tape::training_in(3);
    plain(&tape, &net, tape.var(&x)).sum().backward_retain();
    assert_eq!(tape.replayed_bytes(), 0);
    let whole = tape.live_bytes();
    let peak = |build: Build| {
        let tape = Tape::training_in(3);
        build(&tape, &net, tape.var(&x)).sum().backward_retain();
        tape.live_bytes() + tape.replayed_bytes()
    };
    let (segments, nested) = (peak(BUILDS[0]), peak(nested));
    assert!(4 * segments <= whole, "{segments} of {whole}");
    assert!(nested < segments, "{nested} and {segments}");
}

#[test]
fn only_what_the_gradient_passes_through_is_replayed() {
    let tape = Tape::<f64>::default();
    let x = tape.var(&Tensor::ones(&[4]));
    let used = tape.checkpoint(|| x.sin().exp());
    tape.checkpoint(|| x.cos().tanh().exp());
    used.sum().backward_retain();
    assert_eq!(tape.replayed_bytes(), 32);
}

#[test]
fn derivatives_of_every_kind_pass_through() {
    let (net, x, v) = (layers(), input(), Tensor::normal(&[5, 8], 0.0, 1.0, &mut Rng::seed(4)));
    let (net, short) = (&net[..6], 2);
    fn function<F: for<'t> Fn(Var<'t, f64>) -> Var<'t, f64>>(f: F) -> F {
        f
    }
    let forward = |checkpointed: bool| {
        function(move |x| {
            let y = if checkpointed { in_segments(x.tape(), net, x, short) } else { plain(x.tape(), net, x) };
            y.square().sum()
        })
    };
    assert_eq!(jvp(forward(true), &x, &v), jvp(forward(false), &x, &v));
    assert_eq!(hvp(forward(true), &x, &v), hvp(forward(false), &x, &v));
    let second = |checkpointed: bool| {
        let tape = Tape::training_in(8);
        let at = tape.var(&x);
        let g = forward(checkpointed)(at).grad(&[at])[0];
        let penalty = tape.checkpoint(|| g.square().sum());
        let gg = penalty.backward_retain();
        assert_eq!(penalty.backward_retain().wrt(at), gg.wrt(at));
        (g.value(), gg.wrt(at).cloned(), net.iter().map(|p| gg.param(p).cloned()).collect::<Vec<_>>())
    };
    assert_eq!(second(true), second(false));

    let tape = Tape::training_in(8);
    let y = forward(true)(tape.input(&x));
    let first = y.backward_retain();
    let map = Linearised::new(y);
    let (g, _) = map.hvp(&first);
    for p in net {
        let (a, b) = (g.param(p).unwrap(), first.param(p).unwrap());
        a.data().iter().zip(b.data()).for_each(|(a, b)| assert!((a - b).abs() < 1e-12, "{a} and {b}"));
    }
    same(net, &y.backward(), &first);
    let tape = Tape::training_in(8);
    assert_eq!(hvp_on(&tape, forward(true), &x, &v), hvp_on(&Tape::training_in(8), forward(false), &x, &v));
}

#[test]
fn a_result_from_outside_or_of_nothing_is_itself() {
    let tape = Tape::<f64>::default();
    let x = tape.var(&Tensor::scalar(2.0));
    let before = x.square();
    let same = tape.checkpoint(|| {
        x.exp();
        before
    });
    let y = tape.checkpoint(|| same);
    assert_eq!((y * x).backward().wrt(x).unwrap().item(), 12.0);
}

#[test]
fn parameters_and_inputs_from_inside_stay() {
    let w = Param::new(Tensor::from([1.0_f64, 2.0]));
    let tape = Tape::default();
    let mut inside = None;
    let y = tape.checkpoint(|| {
        let v = tape.param(&w);
        inside = Some(v);
        (v * tape.input(&Tensor::from([3.0, 4.0]))).sum()
    });
    assert_eq!(inside.unwrap().value(), w.value);
    let g = (y * tape.param(&w)).sum().backward();
    assert_eq!(g.param(&w).unwrap().data(), [20.0, 23.0]);
}

#[test]
fn a_value_that_is_shared_is_counted_once() {
    let tape = Tape::<f64>::default();
    let x = tape.var(&Tensor::ones(&[10]));
    assert_eq!(tape.live_bytes(), 0, "an input is not counted");
    x.reshape(&[5, 2]);
    assert_eq!(tape.live_bytes(), 0, "nor what shares its buffer");
    x.exp().reshape(&[5, 2]);
    assert_eq!(tape.live_bytes(), 80);
}

#[test]
fn a_dropped_value_says_so_when_it_is_shown() {
    let tape = Tape::<f64>::default();
    let mut inside = None;
    tape.checkpoint(|| {
        let h = tape.var(&Tensor::ones(&[2])).exp();
        inside = Some(h);
        h.sin()
    });
    assert_eq!(format!("{:?}", inside.unwrap()), "Var#1 exp [2], dropped");
    assert_eq!(inside.unwrap().shape()[..], [2]);
}
