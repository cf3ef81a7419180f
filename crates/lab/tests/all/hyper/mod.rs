//! Tests of `rappel_lab::hyper`.
