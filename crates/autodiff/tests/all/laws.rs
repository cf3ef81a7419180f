//! The laws of every operation, and of random graphs of many.



use rappel_testkit::strategies::config;
use rappel_testkit::{laws, table};

/// Cases per row and law.
const CASES: u32 = 24;

macro_rules! hold {
    ($($test:ident $law:ident;)*) => { $(
        #[test]
        fn $test() {
            laws::assert(&laws::$law, &table(), &config(CASES, file!()));
        }
    )* };
}

hold! {
    values_are_the_references VALUE;
    gradients_are_the_differences GRADIENT;
    forward_and_backward_are_adjoint ADJOINT;
    eager_is_recorded RECORDED;
    second_derivatives_are_the_differences SECOND_ORDER;
    hessians_are_symmetric_and_the_same_both_ways HESSIAN;
    masks_change_nothing MASKS;
    one_variable_may_stand_twice ALIASING;
    uses_accumulate ACCUMULATION;
    zero_gives_zero ZERO;
    single_is_near_double SINGLE;
    the_same_bits_again REPEATABLE;
}
