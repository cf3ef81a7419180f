//! Tests of `rappel_lab::stability`.
