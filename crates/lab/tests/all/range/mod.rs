//! Tests of `rappel_lab::range`.
