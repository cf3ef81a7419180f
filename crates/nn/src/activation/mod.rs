//! Activations as layers, for containers; elsewhere `x.relu()` is shorter.

mod bent;
mod gate;
mod hard;
mod learned;
mod plain;
mod random;
mod softmax;

pub use bent::{Celu, Elu, LeakyRelu, Softplus};
pub use gate::{Glu, SwiGlu};
pub use hard::{Hardshrink, Hardtanh, Softshrink, Threshold};
pub use learned::PRelu;
pub use plain::{
    Gelu, GeluTanh, Hardsigmoid, Hardswish, LogSigmoid, Mish, Relu, Relu6, Selu, Sigmoid, Silu, Softsign, Tanh,
    Tanhshrink,
};
pub use random::RRelu;
pub use softmax::{LogSoftmax, Softmax, Softmax2d, Softmin};
