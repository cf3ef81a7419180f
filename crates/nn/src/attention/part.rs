//! What the blocks of transformers are put together from.

use rappel_autodiff::Float;

use super::{AttentionOptions, MultiheadAttention};
use crate::Linear;
use crate::init::Generator;

#[track_caller]
pub(super) fn attention<T: Float>(
    embed: usize,
    heads: usize,
    bias: bool,
    rng: &mut impl Generator,
) -> MultiheadAttention<T> {
    let options = AttentionOptions::new();
    MultiheadAttention::with(embed, heads, if bias { options } else { options.without_bias() }, rng)
}

pub(super) fn linear<T: Float>(inputs: usize, outputs: usize, bias: bool, rng: &mut impl Generator) -> Linear<T> {
    if bias { Linear::new(inputs, outputs, rng) } else { Linear::without_bias(inputs, outputs, rng) }
}

/// `TransformerEncoderLayer(64, 4 heads, feedforward 256)`.
pub(super) fn kind<T: Float>(name: &str, attention: &MultiheadAttention<T>, linear1: &Linear<T>) -> String {
    let [embed, heads] = attention.size_and_heads();
    let feedforward = linear1.weight.value.shape().first().copied().unwrap_or(0);
    format!("{name}({embed}, {heads} heads, feedforward {feedforward})")
}
