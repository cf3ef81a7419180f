//! What decides which weights an attention has.

/// Which weights a [`MultiheadAttention`](crate::MultiheadAttention) has: `bias`, `add_bias_kv`, `kdim` and `vdim` of
/// `torch.nn.MultiheadAttention`.
///
/// ```
/// use rappel_nn::autodiff::Rng;
/// use rappel_nn::{AttentionOptions, ModuleExt, MultiheadAttention};
///
/// let options = AttentionOptions::new().kdim(3).vdim(5).without_bias();
/// let attention: MultiheadAttention = MultiheadAttention::with(8, 2, options, &mut Rng::seed(0));
/// let names: Vec<_> = attention.named_parameters().into_iter().map(|(name, _)| name).collect();
/// assert_eq!(names, ["q_proj_weight", "k_proj_weight", "v_proj_weight", "out_proj.weight"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttentionOptions {
    pub(super) bias: bool,
    pub(super) bias_kv: bool,
    pub(super) kdim: Option<usize>,
    pub(super) vdim: Option<usize>,
}

impl AttentionOptions {
    /// Keys and values of the size of queries, biases at all products, no learned key.
    pub fn new() -> Self {
        AttentionOptions { bias: true, bias_kv: false, kdim: None, vdim: None }
    }

    /// Without `in_proj_bias` and `out_proj.bias`.
    #[must_use]
    pub fn without_bias(self) -> Self {
        AttentionOptions { bias: false, ..self }
    }

    /// A learned key and value (`bias_k`, `bias_v`) that every query sees, behind the others.
    #[must_use]
    pub fn add_bias_kv(self) -> Self {
        AttentionOptions { bias_kv: true, ..self }
    }

    /// The size of the keys that come in; that of the queries by default.
    #[must_use]
    pub fn kdim(self, size: usize) -> Self {
        AttentionOptions { kdim: Some(size), ..self }
    }

    /// The size of the values that come in; that of the queries by default.
    #[must_use]
    pub fn vdim(self, size: usize) -> Self {
        AttentionOptions { vdim: Some(size), ..self }
    }
}

impl Default for AttentionOptions {
    fn default() -> Self {
        AttentionOptions::new()
    }
}
