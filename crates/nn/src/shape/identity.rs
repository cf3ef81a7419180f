//! Nothing.

use rappel_autodiff::{Float, Var};

use crate::layer::enter;
use crate::{Layer, Module};

/// The input itself: a place in a net where another layer may stand.
///
/// ```
/// use rappel_nn::autodiff::Rng;
/// use rappel_nn::{Dropout, Identity, LayerExt, Linear, Misfit, Sequential};
///
/// // The numbers of the layers, and with them the names of the weights, do not depend on the dropout.
/// let net = |dropout: bool| {
///     let mut rng = Rng::seed(0);
///     let net: Sequential = Sequential::new().push(Linear::new(4, 8, &mut rng));
///     let net = if dropout { net.push(Dropout::new(0.5)) } else { net.push(Identity) };
///     net.push(Linear::new(8, 2, &mut rng))
/// };
/// assert_eq!(net(false).check(&[3, 4])?.output, net(true).check(&[3, 4])?.output);
/// # Ok::<(), Misfit>(())
/// ```
#[derive(Module, Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Identity;

impl<T: Float> Layer<T> for Identity {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        enter(self, x).leave(x)
    }
}
