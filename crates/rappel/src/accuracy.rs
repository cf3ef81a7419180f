//! How often a classifier is right.

use rappel_autodiff::Tape;
use rappel_data::Dataset;
use rappel_nn::Layer;
use rappel_nn::metric::Accuracy;

/// Samples evaluated at a time. Between 128 and 1024 the time does not differ (784-32-10 and 784-128-10, 10,000 samples); below 64 and
/// above 2048 it is half as much again.
const BATCH: usize = 256;

/// The share of samples, from 0 to 1, whose largest output is that of their label.
///
/// The net is evaluated (dropout passes everything) and gives one number per class for each sample: logits or probabilities. Of
/// equal largest ones the first counts; a sample with a NaN among them is counted as wrong. A data set is never empty. It is
/// [`Accuracy`] of the batches; what else there is to measure is in [`rappel_nn::metric`].
///
/// ```
/// use rappel::prelude::*;
///
/// # fn main() -> rappel::Result<()> {
/// let x = Tensor::from([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.6, 0.4]]);
/// let data = Dataset::new(x, Tensor::from([0, 1, 0, 0]), 2)?;
/// assert_eq!(accuracy(&from_fn(|x| x), &data), 0.75);
/// assert_eq!(correct(&from_fn(|x| x), &data), 3);
/// # Ok(())
/// # }
/// ```
///
/// # Panics
/// At the caller's line, unless the outputs have shape `[samples, classes]`, with more classes than the data set at will.
#[track_caller]
pub fn accuracy<L: Layer + ?Sized>(net: &L, data: &Dataset) -> f64 {
    correct(net, data) as f64 / data.len() as f64
}

/// The number of samples whose largest output is that of their label: [`accuracy`] as a count.
///
/// # Panics
/// As [`accuracy`].
#[track_caller]
pub fn correct<L: Layer + ?Sized>(net: &L, data: &Dataset) -> usize {
    let mut tape = Tape::new();
    let mut accuracy = Accuracy::new();
    for batch in data.batches(BATCH) {
        tape.rewind();
        let outputs = net.forward(tape.input(&batch.x)).value();
        match *outputs.shape() {
            [samples, classes] if samples == batch.len() && classes >= data.classes() => {}
            ref shape => panic!(
                "accuracy: the net gives outputs of shape {shape:?} for {} samples of {} classes; expected [{}, {}]",
                batch.len(),
                data.classes(),
                batch.len(),
                data.classes()
            ),
        }
        accuracy.update(&outputs, &batch.y);
    }
    accuracy.correct() as usize
}
