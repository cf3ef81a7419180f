//! Tests of `rappel_lab::problems`.

mod chebyshev;
