//! Tests of the data crate; each module mirrors a source file.

mod batch;
mod dataset;
mod idx;
mod loader;
mod mnist1d;
mod sized;

use rappel_data::Dataset;
use rappel_tensor::Tensor;

/// Samples `[i, i + 1/2]` with label `i % 3`, so that a batch shows which rows it was made of.
fn counted(n: usize) -> Dataset {
    let x = Tensor::from_fn(&[n, 2], |i| i as f32 / 2.0);
    let y = Tensor::from_fn(&[n], |i| i as u32 % 3);
    Dataset::new(x, y, 3).expect("valid")
}

/// The rows of [`counted`] that a batch was made of; checks that samples and labels belong together.
fn rows(batch: &rappel_data::Batch) -> Vec<usize> {
    assert_eq!(batch.x.shape(), [batch.len(), 2]);
    let samples = batch.x.data().chunks_exact(2).zip(batch.y.data());
    let row = |(x, &y): (&[f32], &u32)| {
        assert_eq!((x[1], y), (x[0] + 0.5, x[0] as u32 % 3));
        x[0] as usize
    };
    samples.map(row).collect()
}
