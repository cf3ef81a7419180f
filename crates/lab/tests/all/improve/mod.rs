//! Tests of `rappel_lab::improve`.
