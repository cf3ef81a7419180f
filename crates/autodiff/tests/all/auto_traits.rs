//! What may cross threads: part of the interface, and easily lost to a new field.

use rappel_autodiff::transform::Linearised;
use rappel_autodiff::{Backward, Custom, Gradients, Param, ParamId, Rng, Tape, Tensor, Threads, Var};

fn sent<T: Send>() {}
fn shared<T: Send + Sync>() {}
fn copied<T: Copy>() {}

/// Does not compile for a type that has the trait: two implementations would then fit.
macro_rules! assert_not {
    ($($type:ty: $trait:path;)*) => { $({
        trait Fits<A> {
            fn check() {}
        }
        struct HasIt;
        impl<T: ?Sized> Fits<()> for T {}
        impl<T: ?Sized + $trait> Fits<HasIt> for T {}
        let _ = <$type as Fits<_>>::check;
    })* };
}

#[test]
fn a_tape_may_be_sent_but_not_shared() {
    sent::<Tape<f32>>();
    sent::<Tape<f64>>();
    assert_not! { Tape<f32>: Sync; Tape<f64>: Sync; Tape<f32>: Clone; }
}

#[test]
fn a_variable_is_a_handle_of_16_bytes_that_stays_on_its_thread() {
    copied::<Var<'_, f32>>();
    copied::<Var<'_, f64>>();
    assert_not! { Var<'static, f32>: Send; Var<'static, f64>: Send; Var<'static, f32>: Sync; }
    assert_eq!((size_of::<Var<'_, f32>>(), size_of::<Var<'_, f64>>()), (16, 16));
}

#[test]
fn results_and_what_nets_are_made_of_may_be_shared() {
    shared::<Tensor<f32>>();
    shared::<Param<f32>>();
    shared::<Param<f64>>();
    shared::<ParamId>();
    shared::<Gradients<f32>>();
    shared::<Gradients<f64>>();
    shared::<Threads>();
    shared::<Rng>();
    shared::<rappel_tensor::Workspace<f32>>();
}

#[test]
fn operations_of_ones_own_may_be_shared_and_passes_stay_on_their_thread() {
    shared::<Custom<f32>>();
    shared::<Custom<f64>>();
    copied::<Linearised<'_, f32>>();
    assert_not! { Linearised<'static, f32>: Send; Backward<'static, 'static, f32>: Send; }
}
