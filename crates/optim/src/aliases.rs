//! The optimizers by their names.

use crate::optimizer::Optimizer;
use crate::rules::{
    AdEmaMixRule, AdaBeliefRule, AdadeltaRule, AdafactorRule, AdagradRule, AdamRule, AdamWRule, AdamaxRule, AdanRule,
    AdoptRule, AmsGradRule, ArmijoSearch, AsgdRule, DadaptAdamWRule, DogRule, DowgRule, HdRule, LambRule, LarsRule,
    LbfgsSearch, LionRule, MomoAdamRule, MomoRule, MuonRule, NAdamRule, NAdamWRule, PolyakSgdRule, ProdigyRule,
    RAdamRule, RmspropRule, RpropRule, SgdRule, SoapRule, YogiRule,
};

/// Adam in units of how far the gradient is from what its mean foretold: `AdaBelief::new(1e-3)`. The formula is in
/// [`AdaBeliefRule`].
pub type AdaBelief<T = f32> = Optimizer<AdaBeliefRule, T>;

/// Adadelta: `Adadelta::new(1.0)`. The formula is in [`AdadeltaRule`].
pub type Adadelta<T = f32> = Optimizer<AdadeltaRule, T>;

/// The second moment of a matrix as a column times a row: `Adafactor::new(1e-2)`. The formula is in [`AdafactorRule`].
pub type Adafactor<T = f32> = Optimizer<AdafactorRule, T>;

/// Adagrad: `Adagrad::new(0.01)`. The formula is in [`AdagradRule`].
pub type Adagrad<T = f32> = Optimizer<AdagradRule, T>;

/// Adam: `Adam::new(1e-3)`. The formula is in [`AdamRule`].
pub type Adam<T = f32> = Optimizer<AdamRule, T>;

/// Adam in units of the largest recent gradient: `Adamax::new(2e-3)`. The formula is in [`AdamaxRule`].
pub type Adamax<T = f32> = Optimizer<AdamaxRule, T>;

/// Adam at a rate that descends: `AdamHd::new(1e-3)`. The formula is in [`HdRule`].
pub type AdamHd<T = f32> = Optimizer<HdRule<AdamRule>, T>;

/// Adam with decoupled weight decay: `AdamW::new(1e-3)`. The formula is in [`AdamWRule`].
pub type AdamW<T = f32> = Optimizer<AdamWRule, T>;

/// Adam that looks ahead along the change of the gradient: `Adan::new(1e-2)`. The formula is in [`AdanRule`].
pub type Adan<T = f32> = Optimizer<AdanRule, T>;

/// Adam with a second, much longer memory of gradients: `AdEmaMix::new(1e-3)`. The formula is in [`AdEmaMixRule`].
pub type AdEmaMix<T = f32> = Optimizer<AdEmaMixRule, T>;

/// Adam that divides a gradient by the size of those before it: `Adopt::new(1e-3)`. The formula is in [`AdoptRule`].
pub type Adopt<T = f32> = Optimizer<AdoptRule, T>;

/// Adam whose divisor never shrinks, as optax has it: `AmsGrad::new(1e-3)`. The formula is in [`AmsGradRule`].
pub type AmsGrad<T = f32> = Optimizer<AmsGradRule, T>;

/// Gradient descent with a backtracking line search: `Armijo::new(1.0)`, by `step_with`. The formula is in [`ArmijoSearch`].
pub type Armijo<T = f32> = Optimizer<ArmijoSearch, T>;

/// Averaged stochastic gradient descent: `Asgd::new(0.01)`. The formula is in [`AsgdRule`].
pub type Asgd<T = f32> = Optimizer<AsgdRule, T>;

/// AdamW at a rate found by D-Adaptation: `DadaptAdamW::new(1.0)`. The formula is in [`DadaptAdamWRule`].
pub type DadaptAdamW<T = f32> = Optimizer<DadaptAdamWRule, T>;

/// Distance over gradients, at a rate of its own: `Dog::new(1.0)`. The formula is in [`DogRule`].
pub type Dog<T = f32> = Optimizer<DogRule, T>;

/// Distance over weighted gradients, at a rate of its own: `Dowg::new(1.0)`. The formula is in [`DowgRule`].
pub type Dowg<T = f32> = Optimizer<DowgRule, T>;

/// Adam's direction at the length of the parameter: `Lamb::new(1e-2)`. The formula is in [`LambRule`].
pub type Lamb<T = f32> = Optimizer<LambRule, T>;

/// The gradient at a share of the parameter's length: `Lars::new(10.0)`. The formula is in [`LarsRule`].
pub type Lars<T = f32> = Optimizer<LarsRule, T>;

/// A quasi-Newton method: `Lbfgs::new(1.0).strong_wolfe(true)`, by `step_with`. The formula is in [`LbfgsSearch`].
pub type Lbfgs<T = f32> = Optimizer<LbfgsSearch<T>, T>;

/// The sign of momentum: `Lion::new(1e-4)`. The formula is in [`LionRule`].
pub type Lion<T = f32> = Optimizer<LionRule, T>;

/// Momentum at a rate that a model of the loss allows: `Momo::new(1.0)`. The formula is in [`MomoRule`].
pub type Momo<T = f32> = Optimizer<MomoRule, T>;

/// Adam's direction at a rate that a model of the loss allows: `MomoAdam::new(0.01)`. The formula is in [`MomoAdamRule`].
pub type MomoAdam<T = f32> = Optimizer<MomoAdamRule, T>;

/// Momentum whose singular values are all made 1, for matrices: `Muon::new(0.02)`. The formula is in [`MuonRule`].
pub type Muon<T = f32> = Optimizer<MuonRule, T>;

/// Adam with Nesterov's look-ahead and a momentum that grows: `NAdam::new(2e-3)`. The formula is in [`NAdamRule`].
pub type NAdam<T = f32> = Optimizer<NAdamRule, T>;

/// AdamW with Nesterov's look-ahead: `NAdamW::new(1e-3)`. The formula is in [`NAdamWRule`].
pub type NAdamW<T = f32> = Optimizer<NAdamWRule, T>;

/// Gradient descent at Polyak's step size: `PolyakSgd::new(1.0)`. The formula is in [`PolyakSgdRule`].
pub type PolyakSgd<T = f32> = Optimizer<PolyakSgdRule, T>;

/// Adam in units of an estimated distance: `Prodigy::new(1.0)`. The formula is in [`ProdigyRule`].
pub type Prodigy<T = f32> = Optimizer<ProdigyRule, T>;

/// Adam that waits with its divisor until that can be trusted: `RAdam::new(1e-3)`. The formula is in [`RAdamRule`].
pub type RAdam<T = f32> = Optimizer<RAdamRule, T>;

/// The gradient in units of its recent size: `Rmsprop::new(0.01)`. The formula is in [`RmspropRule`].
pub type Rmsprop<T = f32> = Optimizer<RmspropRule, T>;

/// Steps by the signs of gradients: `Rprop::new(0.01)`. The formula is in [`RpropRule`].
pub type Rprop<T = f32> = Optimizer<RpropRule, T>;

/// Stochastic gradient descent, with momentum: `Sgd::new(0.1).momentum(0.9)`. The formula is in [`SgdRule`].
pub type Sgd<T = f32> = Optimizer<SgdRule, T>;

/// Gradient descent at a rate that descends: `SgdHd::new(0.01)`. The formula is in [`HdRule`].
pub type SgdHd<T = f32> = Optimizer<HdRule<SgdRule>, T>;

/// Adam in the eigenbasis of Shampoo's preconditioner: `Soap::new(3e-3)`. The formula is in [`SoapRule`].
pub type Soap<T = f32> = Optimizer<SoapRule, T>;

/// Adam whose second moment moves by no more than a gradient's square: `Yogi::new(1e-2)`. The formula is in [`YogiRule`].
pub type Yogi<T = f32> = Optimizer<YogiRule, T>;
