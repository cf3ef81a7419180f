//! Identity of parameters and buffers: what a clone and a tie share.

use std::collections::HashSet;

use rappel_autodiff::{Buffer, Param, Tensor};

fn param() -> Param {
    Param::new(Tensor::full(&[2, 3], 1.0))
}

#[test]
fn ids_differ_across_types_and_threads() {
    let from_threads = std::thread::scope(|s| {
        let workers: Vec<_> = (0..4).map(|_| s.spawn(|| (0..100).map(|_| param().id()).collect::<Vec<_>>())).collect();
        workers.into_iter().flat_map(|w| w.join().unwrap()).collect::<Vec<_>>()
    });
    let others = [
        Param::<f64>::new(Tensor::zeros(&[1])).id(),
        Buffer::<f32>::new(Tensor::zeros(&[1])).id(),
        Buffer::integers(Tensor::scalar(0)).id(),
    ];
    let all: HashSet<_> = from_threads.iter().chain(&others).collect();
    assert_eq!(all.len(), 403);
}

#[test]
fn a_clone_is_another_parameter_and_copies_on_write() {
    let first = param();
    let mut second = first.clone();
    assert_ne!(first.id(), second.id());
    assert!(first.value.shares_buffer(&second.value), "a clone copies nothing");
    second.value.data_mut()[0] = 5.0;
    assert_eq!(first.value.data(), [1.0; 6]);
    assert_eq!(second.value.data()[0], 5.0);

    let buffer = Buffer::new(Tensor::full(&[2], 1.0_f64));
    let mut copy = buffer.clone();
    assert_ne!(buffer.id(), copy.id());
    copy.value.data_mut()[0] = 5.0;
    assert_eq!(buffer.value.data(), [1.0; 2]);
}

#[test]
fn a_tie_is_the_same_parameter() {
    let first = param();
    let second = first.tie();
    assert_eq!(first.id(), second.id());
    assert!(first.value.shares_buffer(&second.value));
    assert_ne!(first.clone().id(), second.id());
}

#[test]
fn trainable_is_kept_by_clones_and_ties() {
    assert!(param().trainable);
    let frozen = Param::frozen(Tensor::full(&[2], 1.0_f32));
    for copy in [frozen.clone(), frozen.tie()] {
        assert!(!copy.trainable);
    }
}

#[test]
fn debug_shows_id_flag_and_value() {
    let frozen = Param::frozen(Tensor::full(&[1], 1.5_f32));
    let text = format!("{frozen:?}");
    let start = format!("Param {{ id: {:?}, trainable: false, value: ", frozen.id());
    assert!(text.starts_with(&start), "{text}");
    assert!(text.contains("1.5"), "{text}");
}
