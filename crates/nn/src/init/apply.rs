//! New values for a whole net.

use std::collections::BTreeMap;

use rappel_autodiff::{Float, Module, ModuleExt, ParamMut, Tensor};

/// Gives the parameters of a net new values, in place: what `values` returns for a parameter's path and shape, or none to leave it as it
/// is. A value of another number type than the parameter is converted. A [tied](rappel_autodiff::Param::tie) parameter is asked for under the first of its paths and has the new value at all of them.
///
/// ```
/// use rappel_nn::autodiff::Rng;
/// use rappel_nn::init::{self, Gain};
/// use rappel_nn::{Linear, Tanh};
///
/// let mut rng = Rng::seed(0);
/// let mut net: (Linear, Tanh, Linear) = (Linear::new(3, 8, &mut rng), Tanh, Linear::new(8, 2, &mut rng));
/// init::apply(&mut net, |path, shape| {
///     Some(if path.ends_with("bias") { init::zeros::<f32>(shape) } else { init::orthogonal(shape, Gain::Tanh, &mut rng) })
/// });
/// assert_eq!(net.0.bias.as_ref().unwrap().value.data(), [0.0_f32; 8]);
/// ```
///
/// # Panics
/// At the caller's line, with the path, when a value has another shape than the parameter. The other parameters have their new values then.
#[track_caller]
pub fn apply<T: Float>(net: &mut (impl Module + ?Sized), mut values: impl FnMut(&str, &[usize]) -> Option<Tensor<T>>) {
    let mut drawn = BTreeMap::new();
    let mut misfit = None;
    net.for_each_param_mut(|path, param| {
        let (id, shape) = match &param {
            ParamMut::F32(p) => (p.id(), p.value.shape().to_vec()),
            ParamMut::F64(p) => (p.id(), p.value.shape().to_vec()),
        };
        let value = drawn.entry(id).or_insert_with(|| values(path, &shape)).clone();
        let Some(value) = value else { return };
        if value.shape() != shape {
            misfit.get_or_insert(format!("init::apply: {path} has shape {shape:?}, its new value {:?}", value.shape()));
            return;
        }
        match param {
            ParamMut::F32(p) => p.value = value.cast(),
            ParamMut::F64(p) => p.value = value.cast(),
        }
    });
    if let Some(misfit) = misfit {
        panic!("{misfit}");
    }
}
