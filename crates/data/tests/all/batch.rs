use proptest::prelude::*;
use rappel_data::{Batch, Dataset};
use rappel_tensor::Tensor;

use crate::{counted, rows};

#[test]
fn the_short_last_batch_is_kept_or_dropped() {
    for (n, size, kept, dropped) in [
        (10, 4, vec![4, 4, 2], vec![4, 4]),
        (8, 4, vec![4, 4], vec![4, 4]),
        (3, 4, vec![3], vec![]),
        (3, usize::MAX, vec![3], vec![]),
        (2, 1, vec![1, 1], vec![1, 1]),
    ] {
        let data = counted(n);
        let sizes = |batches: rappel_data::Batches| batches.map(|b| b.len()).collect::<Vec<_>>();
        assert_eq!(sizes(data.batches(size)), kept, "{n} samples in batches of {size}");
        assert_eq!(sizes(data.batches(size).drop_last()), dropped, "{n} samples in batches of {size}");
        assert_eq!(data.batches_per_epoch(size), kept.len());
        assert_eq!(data.batches(size).drop_last().len(), dropped.len());
    }
    assert_eq!(counted(60_000).batches_per_epoch(64), 938);
}

#[test]
fn the_length_counts_down() {
    let mut batches = counted(10).batches(4);
    for left in (0..3).rev() {
        assert!(batches.next().is_some());
        assert_eq!(batches.len(), left);
    }
    assert!(batches.next().is_none() && batches.next().is_none());
}

/// What a caller holds never changes, however long and in whatever pattern it is held.
#[test]
fn batches_that_are_held_are_not_written_over() {
    let data = counted(40);
    for held in 0..6 {
        let mut kept: Vec<(usize, Batch)> = Vec::new();
        for (i, batch) in data.batches(2).enumerate() {
            kept.push((i, batch));
            if kept.len() > held {
                kept.remove(i % kept.len());
            }
            for (i, batch) in &kept {
                assert_eq!(rows(batch), [2 * i, 2 * i + 1], "holding {held}");
            }
        }
    }
}

#[test]
fn a_loop_reuses_its_buffers() {
    let mut seen: Vec<Tensor<f32>> = Vec::new();
    let mut places = Vec::new();
    let mut last = None;
    for batch in counted(40).batches(2) {
        let place = batch.x.data().as_ptr();
        if !places.contains(&place) {
            places.push(place);
        }
        // As a tape does, which lets go of its input when the next step begins.
        last = Some(batch);
    }
    drop(last);
    assert!(places.len() <= 3, "{} buffers for 20 batches", places.len());

    // One being used, one held by a tape, three ready, one in the making.
    let (mut places, mut held) = (std::collections::BTreeSet::new(), None);
    for batch in counted(4000).batches(20).prefetch(3) {
        places.insert(batch.x.data().as_ptr());
        held = Some(batch);
    }
    drop(held);
    assert!(places.len() <= 6, "{} buffers for 200 prefetched batches", places.len());

    // Writing into a batch leaves those to come alone.
    for (i, mut batch) in counted(8).batches(2).enumerate() {
        assert_eq!(rows(&batch), [2 * i, 2 * i + 1]);
        batch.x.data_mut().fill(-1.0);
        seen.push(batch.x);
    }
    assert!(seen.iter().all(|x| x.data() == [-1.0; 4]));
}

proptest! {
    /// Against one row at a time.
    #[test]
    fn batches_are_the_rows_in_order(n in 1_usize..60, size in 1_usize..70, shuffle: bool, cut in 0_usize..59) {
        let data = if shuffle { counted(n).shuffled(1) } else { counted(n) };
        let data = data.slice(cut.min(n - 1)..n);
        let single: Vec<usize> = (0..data.len()).flat_map(|i| rows(&data.slice(i..i + 1).all())).collect();
        let batched: Vec<usize> = data.batches(size).flat_map(|batch| rows(&batch)).collect();
        prop_assert_eq!(single, batched);
    }

    #[test]
    fn pixels_and_values_give_the_same_batches(pixels in prop::collection::vec(any::<u8>(), 12..60), size in 1_usize..9) {
        let n = pixels.len() / 3;
        let pixels = Tensor::new(&pixels[..3 * n], &[n, 3]);
        let values = pixels.map(|&p| f32::from(p) / 255.0);
        let y = Tensor::full(&[n], 0);
        let of_pixels = Dataset::from_pixels(pixels, y.clone(), 1).expect("valid").shuffled(2);
        let of_values = Dataset::new(values, y, 1).expect("valid").shuffled(2);
        prop_assert!(of_pixels.batches(size).eq(of_values.batches(size)));
    }
}
