//! What computes one variable from another.

use std::any::type_name;
use std::fmt;

use rappel_autodiff::{Float, Module, Scope, Tape, Var};

use crate::Misfit;

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

    /// [`forward`](Self::forward) that returns a misfit instead of panicking, as far as the layer can tell beforehand.
    ///
    /// # Errors
    /// When [`misfit`](Self::misfit) gives a reason; containers ask each of their layers with the shape it is about to get. A layer
    /// that calls others by hand still panics where those do.
    #[track_caller]
    fn try_forward<'t>(&self, x: Var<'t, T>) -> Result<Var<'t, T>, Misfit> {
        match self.misfit(&x.shape()) {
            Some(why) => Err(Misfit::of(self, x, why)),
            None => Ok(self.forward(x)),
        }
    }

    /// Kind and sizes, as messages and tables name the layer: `Linear(784 -> 128)`. The name of the type, unless the layer says more.
    fn kind(&self) -> String {
        let whole = type_name::<Self>();
        let plain = whole.split('<').next().unwrap_or(whole);
        plain.rsplit("::").next().unwrap_or(plain).to_owned()
    }
}

/// The folder of this library's sources: a layer that was called through a pointer finds its own file where its caller's should be.
const SOURCES: &str = {
    let file = file!();
    let (folder, _) = file.split_at(file.len() - "layer.rs".len());
    folder
};

/// Begins a layer of this library, all of whose code is recorded for the line of its caller.
#[track_caller]
pub(crate) fn enter<'t, T: Float, L: Layer<T> + ?Sized>(layer: &L, x: Var<'t, T>) -> Scope<'t, T> {
    enter_around(layer, x).for_caller()
}

/// Begins a layer of this library that calls layers or functions of the user's.
#[track_caller]
pub(crate) fn enter_around<'t, T: Float, L: Layer<T> + ?Sized>(layer: &L, x: Var<'t, T>) -> Scope<'t, T> {
    x.tape().enter_library(layer, || layer.kind(), SOURCES)
}

/// Begins a module of this library that is no [`Layer`]: one that takes indices, a state or a mask. All of its code is recorded for
/// the line of its caller.
#[track_caller]
pub(crate) fn enter_module<'t, T: Float, M: Module + ?Sized>(
    module: &M,
    kind: impl FnOnce() -> String,
    tape: &'t Tape<T>,
) -> Scope<'t, T> {
    tape.enter_library(module, kind, SOURCES).for_caller()
}

/// The output, or the panic of a misfit at the caller's line.
#[track_caller]
pub(crate) fn or_panic<T: Float>(result: Result<Var<'_, T>, Misfit>) -> Var<'_, T> {
    // Not `unwrap_or_else`: a closure would put the panic at this line.
    match result {
        Ok(y) => y,
        Err(misfit) => panic!("{misfit}"),
    }
}

impl<T: Float, L: Layer<T> + ?Sized> Layer<T> for Box<L> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        or_panic(self.try_forward(x))
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        (**self).misfit(shape)
    }

    #[track_caller]
    fn try_forward<'t>(&self, x: Var<'t, T>) -> Result<Var<'t, T>, Misfit> {
        let _call = x.tape().call(SOURCES).passing_on();
        (**self).try_forward(x)
    }

    fn kind(&self) -> String {
        (**self).kind()
    }
}

/// Passes a value through a child of a container.
#[track_caller]
pub(crate) fn pass<'t, T: Float, L: Layer<T> + ?Sized>(
    container: &Scope<'t, T>,
    name: impl fmt::Display,
    layer: &L,
    x: Var<'t, T>,
) -> Result<Var<'t, T>, Misfit> {
    let child = container.child(name, || layer.kind());
    layer.try_forward(x).map(|y| child.leave(y))
}

/// The layers in turn.
macro_rules! tuple {
    ($first:ident $($rest:ident $index:tt)*) => {
        #[diagnostic::do_not_recommend]
        impl<T: Float, $first: Layer<T>, $($rest: Layer<T>),*> Layer<T> for ($first, $($rest,)*) {
            #[track_caller]
            fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
                or_panic(self.try_forward(x))
            }

            fn misfit(&self, shape: &[usize]) -> Option<String> {
                self.0.misfit(shape)
            }

            #[track_caller]
            fn try_forward<'t>(&self, x: Var<'t, T>) -> Result<Var<'t, T>, Misfit> {
                let whole = enter_around(self, x);
                let x = pass(&whole, 0, &self.0, x)?;
                $(let x = pass(&whole, $index, &self.$index, x)?;)*
                Ok(whole.leave(x))
            }

            fn kind(&self) -> String {
                let kinds = [self.0.kind(), $(self.$index.kind()),*];
                format!("({})", kinds.join(", "))
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
