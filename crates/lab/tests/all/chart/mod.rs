//! Tests of `rappel_lab::chart`.
