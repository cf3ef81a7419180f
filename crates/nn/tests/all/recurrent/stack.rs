use proptest::prelude::*;
use rappel_nn::autodiff::{ModuleExt, Rng, Tape, Tensor, Var};
use rappel_nn::{Flatten, Gru, GruCell, Layer, LayerExt, Linear, Lstm, Recurrent, RnnOptions, Sequential};
use rappel_testkit::{check_module, check_module_second, gradcheck, gradgradcheck};

use super::{apart, each_layer, nothing, waves};

fn options(layers: usize, bidirectional: bool, bias: bool) -> RnnOptions {
    let options = RnnOptions::new().layers(layers);
    let options = if bidirectional { options.bidirectional() } else { options };
    if bias { options } else { options.without_bias() }
}

#[test]
fn layers_and_directions_are_their_cells_one_after_the_other() {
    for (layers, bidirectional, bias) in [(1, false, true), (1, true, false), (2, true, true), (3, false, false)] {
        each_layer!((2, 3, options(layers, bidirectional, bias)), |net| {
            let tape = Tape::default();
            let mut x = tape.input(&waves(&[4, 2, 2]));
            let (y, end) = net.forward_from(x, net.zero_state(2));
            assert_eq!(net.layers(), layers);

            let mut ends = Vec::new();
            for cells in net.cells().chunks(if bidirectional { 2 } else { 1 }) {
                let mut sides = Vec::new();
                for (direction, cell) in cells.iter().enumerate() {
                    let mut outputs = vec![x; 4];
                    let mut state = None;
                    for t in if direction == 0 { [0, 1, 2, 3] } else { [3, 2, 1, 0] } {
                        let next = cell.forward(x.at(t as isize), state);
                        outputs[t] = next.h;
                        state = Some(next);
                    }
                    ends.push(state.unwrap().h);
                    sides.push(Var::stack(&outputs, 0));
                }
                x = Var::concat(&sides, -1);
            }
            assert!(apart(&x.value(), &y.value()) < 1e-14);
            assert!(apart(&Var::stack(&ends, 0).value(), &end.h.value()) < 1e-14);
            assert_eq!(net.forward(tape.input(&waves(&[4, 2, 2]))).value(), y.value());
        });
    }
}

#[test]
fn the_order_of_the_axes_and_a_missing_batch_change_nothing_else() {
    each_layer!((2, 3, options(2, true, true)), |net| {
        let tape = Tape::default();
        let x = tape.input(&waves(&[4, 3, 2]));
        let (y, end) = net.forward_from(x, net.zero_state(3));
        let batches = net.clone().batch_first();
        // A clone's parameters are others, of the same values.
        let (by_batch, same) = batches.forward_from(x.swap_axes(0, 1), net.zero_state(3));
        assert!(apart(&by_batch.swap_axes(0, 1).value(), &y.value()) < 1e-14);
        assert!(apart(&same.h.value(), &end.h.value()) < 1e-14);

        for net in [net, batches] {
            let (one, last) = net.forward_from(x.at((.., 1)), nothing(end));
            assert!(apart(&one.value(), &y.at((.., 1)).value()) < 1e-14);
            assert!(apart(&last.h.value(), &end.h.at((.., 1)).value()) < 1e-14);
            // It takes what it gives.
            assert_eq!(net.forward_from(x.at((.., 1)), last.detach()).1.h.shape(), last.h.shape());
        }
    });
}

#[test]
fn a_sequence_in_two_pieces_is_the_whole() {
    each_layer!((2, 3, options(2, false, true)), |net| {
        let tape = Tape::default();
        let x = tape.input(&waves(&[5, 2, 2]));
        let (whole, end) = net.forward_from(x, net.zero_state(2));
        let (first, state) = net.forward_from(x.slice_axis(0, 0..2), net.zero_state(2));
        let (second, last) = net.forward_from(x.slice_axis(0, 2..5), state);
        assert!(apart(&Var::concat(&[first, second], 0).value(), &whole.value()) < 1e-14);
        assert!(apart(&last.h.value(), &end.h.value()) < 1e-14);
    });
}

#[test]
fn gradients_flow_through_a_state_of_variables_and_end_at_a_detached_one() {
    let gru: Gru<f64> = Gru::new(2, 3, &mut Rng::seed(1));
    let tape = Tape::default();
    let x = tape.var(&waves(&[5, 2, 2]));
    let early = |gradient: &Tensor<f64>| gradient.data()[..8].iter().map(|g| g.abs()).sum::<f64>();
    let (whole, _) = gru.forward_from(x, gru.zero_state(2));
    let wanted = whole.slice_axis(0, 2..5).sum().backward_retain().wrt(x).unwrap().clone();

    let (_, state) = gru.forward_from(x.slice_axis(0, 0..2), gru.zero_state(2));
    let (carried, _) = gru.forward_from(x.slice_axis(0, 2..5), state);
    let got = carried.sum().backward_retain().wrt(x).unwrap().clone();
    assert!(apart(&got, &wanted) < 1e-14 && early(&got) > 0.01);

    let (cut, _) = gru.forward_from(x.slice_axis(0, 2..5), state.detach());
    assert_eq!(cut.value(), carried.value());
    assert_eq!(early(cut.sum().backward().wrt(x).unwrap()), 0.0);
}

#[test]
fn no_steps_no_sequences_and_one_of_each() {
    each_layer!((2, 3, options(2, true, true)), |net| {
        for (time, batch) in [(0, 2), (3, 0), (0, 0), (1, 1)] {
            let tape = Tape::default();
            let start = net.zero_state(batch);
            let (y, end) = net.forward_from(tape.var(&waves(&[time, batch, 2])), &start);
            assert_eq!((y.shape()[0], y.shape()[1]), (time, batch));
            assert_eq!(end.h.shape()[..], *start.h.shape());
            if time == 0 {
                assert_eq!(end.detach(), start);
            }
            let gradients = y.sum().backward();
            assert!(gradients.iter().all(|(_, g)| g.data().iter().all(|g| g.is_finite())));
        }
    });
}

#[test]
fn dropout_acts_between_layers_in_training_only() {
    let x = Tensor::<f32>::ones(&[6, 4, 3]);
    let make = |layers| -> Lstm { Lstm::with(3, 16, RnnOptions::new().layers(layers), &mut Rng::seed(2)) };
    let run = |net: &Lstm, tape: &Tape| net.forward(tape.input(&x)).value();

    let (plain, dropped) = (make(2), make(2).dropout(0.5));
    let same = run(&plain, &Tape::new());
    assert_eq!(run(&dropped, &Tape::new()), same);
    assert_eq!(run(&plain, &Tape::training(1)), same);
    assert_ne!(run(&dropped, &Tape::training(1)), same);
    assert_eq!(run(&dropped, &Tape::training(1)), run(&dropped, &Tape::training(1)));
    assert_ne!(run(&dropped, &Tape::training(1)), run(&dropped, &Tape::training(2)));

    // One layer has nothing between; the outputs themselves are whole.
    assert_eq!(run(&make(1).dropout(0.5), &Tape::training(1)), run(&make(1), &Tape::new()));
    assert!(run(&dropped, &Tape::training(1)).data().iter().all(|&y| y != 0.0));

    // By hand: the first layer, the tape's dropout, the second.
    let net = make(2);
    let tape = Tape::training(1);
    let first = net.cells()[0].clone();
    let mut state = None;
    let mut outputs = Vec::new();
    for _ in 0..6 {
        let next = first.forward(tape.input(&Tensor::ones(&[4, 3])), state);
        outputs.push(next.h);
        state = Some(next);
    }
    let between = Var::stack(&outputs, 0).dropout(0.5);
    let mut state = None;
    for t in 0..6 {
        state = Some(net.cells()[1].forward(between.at(t), state));
    }
    let (last, by_hand) = (run(&dropped, &Tape::training(1)), state.unwrap().h.value());
    assert!(last.slice_axis(0, 5..6).data().iter().zip(by_hand.data()).all(|(a, b)| (a - b).abs() < 1e-6));
}

#[test]
fn a_dropout_may_follow_a_schedule() {
    let fading = rappel_nn::schedule::linear(0.5, 0.0, 2);
    let net: Gru = Gru::with(3, 4, RnnOptions::new().layers(2), &mut Rng::seed(2)).dropout(fading);
    let x = Tensor::ones(&[6, 4, 3]);
    let at = |step| {
        let mut tape = Tape::training(1);
        tape.at_step(step);
        net.forward(tape.input(&x)).value()
    };
    let whole = net.forward(Tape::new().input(&x)).value();
    assert_ne!(at(0), whole);
    assert_eq!(at(2), whole);
}

#[test]
fn the_result_does_not_depend_on_the_number_of_threads() {
    let net: Gru = Gru::with(16, 64, options(2, true, true), &mut Rng::seed(3)).dropout(0.1);
    let x = Tensor::from_fn(&[20, 32, 16], |i| (i as f32).sin());
    let mut seen = Vec::new();
    for threads in [1, 2, 3] {
        let mut tape = Tape::training(4);
        tape.set_threads(&rappel_nn::autodiff::Threads::new(threads).unwrap());
        let y = net.forward(tape.input(&x));
        let gradients = y.square().sum().backward();
        let all: Vec<Tensor> = gradients.iter().map(|(_, g)| g.clone()).collect();
        seen.push(all);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

#[test]
fn stands_in_a_sequential_and_is_known_to_check() {
    let rng = &mut Rng::seed(0);
    let net: Sequential = Sequential::new()
        .push(Gru::with(1, 6, RnnOptions::new().bidirectional(), rng).batch_first())
        .push(Flatten)
        .push(Linear::new(480, 10, rng));
    let report = net.check(&[5, 40, 1]).unwrap();
    assert_eq!(report.output[..], [5, 10]);
    assert_eq!(report.trainable, 2 * (18 + 18 * 6 + 18 + 18) + 4810);
    assert!(report.unused.is_empty());
    let table = report.to_string();
    assert!(table.contains("Gru(1 -> 6, bidirectional)"), "{table}");
    assert_eq!(
        net.check(&[5, 40, 2]).unwrap_err().to_string(),
        "0: Gru(1 -> 6, bidirectional): input of shape [5, 40, 2] does not fit: the last axis must be 1"
    );
}

#[test]
fn every_parameter_is_trained() {
    each_layer!((2, 3, options(2, true, true)), |net| {
        let tape = Tape::default();
        let (y, _) = net.forward_from(tape.input(&waves(&[3, 2, 2])), net.zero_state(2));
        let gradients = y.square().sum().backward();
        assert_eq!(gradients.len(), net.named_parameters().len());
    });
}

#[test]
fn layers_are_shared_by_threads() {
    fn shared<T: Send + Sync + Clone + std::fmt::Debug>(_: &T) {}
    each_layer!((2, 3, options(1, false, true)), |net| {
        shared(&net);
        shared(&net.zero_state(1));
    });
    let _: Option<&Recurrent<GruCell>> = None::<&Gru>;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn gradients_are_those_of_differences(
        (time, batch, layers) in (1_usize..4, 1_usize..3, 1_usize..3),
        (bidirectional, bias, batch_first) in any::<(bool, bool, bool)>(),
        lengths in proptest::collection::vec(0_usize..4, 2),
    ) {
        let lengths: Vec<usize> = lengths[..batch].iter().map(|&length| length.min(time)).collect();
        each_layer!((2, 2, options(layers, bidirectional, bias)), |net| {
            let mut net = if batch_first { net.batch_first() } else { net };
            let x = waves(&if batch_first { [batch, time, 2] } else { [time, batch, 2] });
            let start = net.zero_state(batch);
            gradcheck(|x| net.forward(x).sin(), &x).unwrap();
            gradcheck(|x| net.forward_with(x, &lengths, &start).1.h.sin(), &x).unwrap();
            check_module(&mut net, |net, tape| net.forward_with(tape.input(&x), &lengths, &start).0.sin()).unwrap();
            if layers == 1 {
                gradgradcheck(|x| net.forward(x).sin(), &x).unwrap();
                check_module_second(&mut net, |net, tape| net.forward(tape.input(&x)).sin()).unwrap();
            }
        });
    }
}
