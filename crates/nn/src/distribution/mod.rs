//! Probability distributions whose parameters may be variables.
