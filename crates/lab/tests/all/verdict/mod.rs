//! Tests of `rappel_lab::verdict`.
