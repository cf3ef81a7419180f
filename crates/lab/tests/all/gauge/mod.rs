//! Tests of `rappel_lab::gauge`.
