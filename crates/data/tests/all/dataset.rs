use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::{Mutex, Once};
use std::thread::{ThreadId, current};

use proptest::prelude::*;
use rappel_data::{DataError, Dataset};
use rappel_tensor::Tensor;

use crate::{counted, rows};

fn x(shape: &[usize]) -> Tensor<f32> {
    Tensor::full(shape, 0.0)
}

#[test]
fn what_is_no_data_set_is_refused() {
    let table: [(Tensor<f32>, Tensor<u32>, &str); 8] = [
        (x(&[]), Tensor::from([0]), "x has shape []; expected [n, ...] with at least one sample of at least one value"),
        (
            x(&[0, 784]),
            Tensor::new([], &[0]),
            "x has shape [0, 784]; expected [n, ...] with at least one sample of at least one value",
        ),
        (
            x(&[3, 0]),
            Tensor::from([0, 0, 0]),
            "x has shape [3, 0]; expected [n, ...] with at least one sample of at least one value",
        ),
        (
            x(&[3, 2]),
            Tensor::from([0, 1]),
            "x has shape [3, 2] and y has shape [2]; expected x of shape [n, ...] and y of shape [n]",
        ),
        (
            x(&[2, 1]),
            Tensor::new([0, 1], &[2, 1]),
            "x has shape [2, 1] and y has shape [2, 1]; expected x of shape [n, ...] and y of shape [n]",
        ),
        (x(&[3]), Tensor::from([0, 1, 10]), "the label of row 2 is 10; expected a class below 10"),
        (x(&[2]), Tensor::from([u32::MAX, 99]), "the label of row 0 is 4294967295; expected a class below 10"),
        (x(&[1]), Tensor::from([10]), "the label of row 0 is 10; expected a class below 10"),
    ];
    for (x, y, message) in table {
        assert_eq!(Dataset::new(x, y, 10).expect_err(message).to_string(), message);
    }
    let e = Dataset::new(x(&[1]), Tensor::from([0]), 0).expect_err("no classes");
    assert_eq!(e.to_string(), "the label of row 0 is 0; expected a class below 0");
    assert!(matches!(e, DataError::Label { row: 0, label: 0, classes: 0 }));
}

#[test]
fn every_pixel_value_is_divided_by_255() {
    let images = Tensor::from_fn(&[2, 128], |i| i as u8);
    let data = Dataset::from_pixels(images, Tensor::from([0, 1]), 2).expect("valid");
    let exact: Vec<f32> = (0..=255).map(|p| p as f32 / 255.0).collect();
    assert_eq!(data.all().x.data(), exact);
    assert_eq!(exact[255], 1.0);
    let halves: Vec<f32> = data.batches(1).flat_map(|batch| batch.x.data().to_vec()).collect();
    assert_eq!(halves, exact);
}

#[test]
fn samples_may_have_any_shape() {
    for shape in [&[4][..], &[4, 6], &[4, 1, 2, 3]] {
        let values = Tensor::from_fn(shape, |i| i as f32);
        let data = Dataset::new(values.clone(), Tensor::from([0, 1, 0, 1]), 2).expect("valid");
        assert_eq!(data.sample_shape(), &shape[1..]);
        assert_eq!(data.all().x, values);
    }
    let data = Dataset::new(x(&[4, 6]), Tensor::from([0; 4]), 1).expect("valid").with_sample_shape(&[2, 3]);
    assert_eq!((data.sample_shape(), data.batches(3).next().expect("some").x.shape()), (&[2, 3][..], &[3, 2, 3][..]));
}

/// Values of a separate implementation: what was trained with a seed can be trained again.
#[test]
fn orders_are_frozen() {
    let order = |seed, epoch| rows(&counted(12).with_seed(seed).shuffled(epoch).all());
    assert_eq!(order(0, 0), FROZEN[0]);
    assert_eq!(order(0, 1), FROZEN[1]);
    assert_eq!(order(7, 0), FROZEN[2]);
    assert_eq!(rows(&counted(12).shuffled(1).all()), order(0, 1), "the seed is 0 by default");
}

const FROZEN: [[usize; 12]; 3] = [
    [10, 7, 11, 3, 1, 0, 2, 8, 5, 6, 4, 9],
    [3, 6, 5, 9, 7, 11, 8, 10, 0, 1, 2, 4],
    [7, 3, 11, 2, 0, 8, 9, 4, 6, 1, 5, 10],
];

#[test]
fn shuffling_twice_and_slicing_reach_the_same_samples() {
    let data = counted(20);
    let (first, rest) = data.shuffled(3).split_at(15);
    let whole = rows(&data.shuffled(3).all());
    assert_eq!(rows(&first.all()), whole[..15]);
    assert_eq!(rows(&rest.all()), whole[15..]);

    let again = rows(&first.shuffled(4).all());
    assert_ne!(again, whole[..15]);
    let sorted = |mut rows: Vec<usize>| {
        rows.sort_unstable();
        rows
    };
    assert_eq!(sorted(again), sorted(whole[..15].to_vec()));
    assert_eq!(rows(&first.shuffled(4).slice(2..5).all()), rows(&first.shuffled(4).all())[2..5]);
}

#[test]
fn parts_that_would_be_empty_are_refused() {
    let data = counted(5);
    for (range, told) in [(2..2, "2..2"), (0..6, "0..6"), (7..9, "7..9"), (6..usize::MAX, "6..18446744073709551615")] {
        let message =
            format!("rows {told} of a data set of 5 samples; expected at least one row, and none beyond the last");
        assert_eq!(data.try_slice(range).expect_err(&message).to_string(), message);
    }
    assert_eq!((data.take(2).len(), data.take(9).len()), (2, 5));
    assert!(matches!(data.try_batches(0), Err(DataError::BatchSize { len: 5 })));
}

/// The message of a panic and the file it is reported in.
fn panic_of(f: impl FnOnce()) -> (String, String) {
    static SEEN: Mutex<Vec<(ThreadId, String, String)>> = Mutex::new(Vec::new());
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| {
            if let (Some(message), Some(at)) = (info.payload().downcast_ref::<String>(), info.location()) {
                let seen = (current().id(), message.clone(), at.file().to_owned());
                SEEN.lock().expect("not poisoned").push(seen);
            }
            before(info);
        }));
    });
    assert!(catch_unwind(AssertUnwindSafe(f)).is_err(), "there was no panic");
    let mut seen = SEEN.lock().expect("not poisoned");
    let mine = seen.iter().rposition(|(thread, ..)| *thread == current().id()).expect("a message with a place");
    let (_, message, file) = seen.swap_remove(mine);
    (message, file)
}

#[test]
fn mistakes_are_reported_where_they_are_made() {
    let none = "expected at least one row, and none beyond the last";
    type Mistake = fn(&Dataset);
    let mistakes: [(Mistake, String); 7] = [
        (|d| drop(d.batches(0)), "batches: batch size 0; expected at least 1 (the data set holds 5 samples)".into()),
        (
            |d| assert_eq!(d.batches_per_epoch(0), 0),
            "batches_per_epoch: batch size 0; expected at least 1 (the data set holds 5 samples)".into(),
        ),
        (|d| drop(d.slice(3..3)), format!("slice: rows 3..3 of a data set of 5 samples; {none}")),
        (|d| drop(d.split_at(5)), "split_at(5): both parts of 5 samples need at least one".into()),
        (|d| drop(d.split_at(0)), "split_at(0): both parts of 5 samples need at least one".into()),
        (
            |d| drop(d.clone().with_sample_shape(&[3])),
            "with_sample_shape: samples have shape [2] (2 values), the new shape [3] holds 3; the numbers of values must \
             be equal"
                .into(),
        ),
        (|d| drop(d.take(6).slice(0..6)), format!("slice: rows 0..6 of a data set of 5 samples; {none}")),
    ];
    for (mistake, message) in mistakes {
        let (told, file) = panic_of(|| mistake(&counted(5)));
        assert_eq!(told, message);
        assert_eq!(file, file!());
    }
}

proptest! {
    #[test]
    fn an_epoch_holds_every_sample_once(n in 1_usize..200, seed: u64, epoch: u64) {
        let data = counted(n).with_seed(seed);
        let order = rows(&data.shuffled(epoch).all());
        prop_assert_eq!(&order, &rows(&data.clone().shuffled(epoch).all()), "not a function of seed and epoch");
        let mut sorted = order;
        sorted.sort_unstable();
        prop_assert!(sorted.into_iter().eq(0..n));
    }

    #[test]
    fn epochs_and_seeds_give_other_orders(seed in 0..u64::MAX, epoch in 0..u64::MAX) {
        let order = |seed, epoch| rows(&counted(64).with_seed(seed).shuffled(epoch).all());
        prop_assert_ne!(order(seed, epoch), order(seed, epoch + 1));
        prop_assert_ne!(order(seed, epoch), order(seed + 1, epoch));
    }
}
