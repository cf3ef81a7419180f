//! What a training program names: `use rappel::prelude::*;`.
//!
//! Anything imported by name or defined in the program takes precedence over these. Errors, rules, initialisers, distributions, metrics,
//! readers of files and what is written by hand for new operations stay in the modules of the [crate].

pub use rappel_autodiff::module::{Module, ModuleExt};
pub use rappel_autodiff::{AnomalyMode, Buffer, Float, Gradients, Param, Shape, Tape, Var};
pub use rappel_data::{Batch, Dataset};
pub use rappel_nn::{
    AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveMaxPool1d, AdaptiveMaxPool2d, AlphaDropout, AttentionOptions,
    AvgPool1d, AvgPool2d, BatchNorm1d, BatchNorm2d, BceLoss, BceWithLogitsLoss, Celu, CircularPad1d, CircularPad2d,
    ConstantPad1d, ConstantPad2d, Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d, CosineEmbeddingLoss,
    CrossEntropyLoss, Dropout, Dropout1d, Dropout2d, Elu, Embedding, FeatureAlphaDropout, Flatten, FlattenAxes,
    GaussianNllLoss, Gelu, GeluTanh, Glu, GroupNorm, Gru, GruCell, Hardshrink, Hardsigmoid, Hardswish, Hardtanh,
    HiddenState, HingeEmbeddingLoss, HuberLoss, Identity, InstanceNorm1d, InstanceNorm2d, KlDivLoss, L1Loss, Layer,
    LayerExt, LayerNorm, LeakyRelu, LearnedPositions, Linear, LogSigmoid, LogSoftmax, LpPool1d, LpPool2d, Lstm,
    LstmCell, LstmState, MarginRankingLoss, Masks, MaxPool1d, MaxPool2d, Mish, Mlp, MlpOptions, MseLoss,
    MultiLabelMarginLoss, MultiLabelSoftMarginLoss, MultiMarginLoss, MultiheadAttention, NllLoss, PRelu, Parallel,
    PixelShuffle, PixelUnshuffle, PoissonNllLoss, RRelu, ReflectionPad1d, ReflectionPad2d, Relu, Relu6,
    ReplicationPad1d, ReplicationPad2d, Residual, RmsNorm, Rnn, RnnCell, RnnOptions, Rotary, Selu, Sequential, Sigmoid,
    Silu, SinusoidalPositions, SmoothL1Loss, SoftMarginLoss, Softmax, Softmax2d, Softmin, Softplus, Softshrink,
    Softsign, SwiGlu, Tanh, Tanhshrink, Threshold, TransformerDecoder, TransformerDecoderLayer, TransformerEncoder,
    TransformerEncoderLayer, TripletMarginLoss, Unflatten, Upsample, WeightNorm, ZeroPad1d, ZeroPad2d, from_fn,
};
#[cfg(feature = "safetensors")]
pub use rappel_nn::{load_safetensors, save_safetensors};
pub use rappel_nn_derive::FacadeModule as Module;
pub use rappel_optim::{Adam, AdamW, AnyOptimizer, Group, Sgd};
pub use rappel_schedule::{
    After, Clock, Schedule, constant, cosine, empty, epochs, exponential, forever, fraction, here, hold, linear,
    linked, percent, plateau, polynomial, rest, samples, share, steps, there, times, tokens, warmup,
};
pub use rappel_tensor::{
    By, Conv, ConvTranspose, CrossEntropy, Ellipsis, LossReduction, NewAxis, PadMode, Pool, Rng, Tensor, Threads,
};

pub use crate::{accuracy, correct};
