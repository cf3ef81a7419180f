//! Tests of `rappel_lab::problems`.
