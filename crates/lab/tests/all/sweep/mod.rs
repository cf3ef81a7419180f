//! Tests of `rappel_lab::sweep`.
