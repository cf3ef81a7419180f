//! What computes one variable from another.

use rappel_autodiff::{Float, Module, Var};

/// A module that computes one variable from another: a layer, or a whole net.
///
/// The tape comes with the input and says whether to train; a layer reads its parameters onto it (`x.tape().param(&self.weight)`)
/// and changes nothing, so a `&Net` can be used by several threads, each with its own tape. What takes or gives more than one
/// variable (embeddings, recurrent cells, attention) is no `Layer` and has a `forward` of its own.
///
/// A net for one number type implements `Layer`; one for all of them `impl<T: Float> Layer<T> for Net<T>`. It can be boxed
/// (`Box<dyn Layer>`), and so can lists of different layers ([`Sequential`](crate::Sequential)). A tuple of layers is a layer that
/// applies them in turn, without boxes:
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{Layer, Linear, Tanh};
///
/// let mut rng = Rng::seed(0);
/// let net = (Linear::new(3, 8, &mut rng), Tanh, Linear::new(8, 2, &mut rng));
/// let tape = Tape::new();
/// assert_eq!(net.forward(tape.input(&Tensor::zeros(&[5, 3]))).shape()[..], [5, 2]);
/// ```
pub trait Layer<T: Float = f32>: Module + Send + Sync {
    /// The output for an input on the input's tape.
    ///
    /// # Panics
    /// When the shape does not fit; the layers of this library do so at the caller's line.
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T>;

    /// Why an input of this shape does not fit, beginning with the layer's kind and sizes; none if it fits or cannot be told.
    ///
    /// Containers ask before they call a layer they know as `dyn Layer`, so that the message can name the place. A layer that does
    /// not say is called, and panics in `forward`.
    fn misfit(&self, shape: &[usize]) -> Option<String> {
        let _ = shape;
        None
    }
}

impl<T: Float, L: Layer<T> + ?Sized> Layer<T> for Box<L> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        (**self).forward(x)
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        (**self).misfit(shape)
    }
}

/// The layers in turn.
macro_rules! tuple {
    ($first:ident $($rest:ident $index:tt)*) => {
        #[diagnostic::do_not_recommend]
        impl<T: Float, $first: Layer<T>, $($rest: Layer<T>),*> Layer<T> for ($first, $($rest,)*) {
            #[track_caller]
            fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
                let x = self.0.forward(x);
                $(let x = self.$index.forward(x);)*
                x
            }

            fn misfit(&self, shape: &[usize]) -> Option<String> {
                self.0.misfit(shape)
            }
        }
    };
}
tuple!(A);
tuple!(A B 1);
tuple!(A B 1 C 2);
tuple!(A B 1 C 2 D 3);
tuple!(A B 1 C 2 D 3 E 4);
tuple!(A B 1 C 2 D 3 E 4 F 5);
tuple!(A B 1 C 2 D 3 E 4 F 5 G 6);
tuple!(A B 1 C 2 D 3 E 4 F 5 G 6 H 7);
tuple!(A B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8);
tuple!(A B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9);
tuple!(A B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10);
tuple!(A B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);
