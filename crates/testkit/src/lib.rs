//! Gradient checks, laws and proptest strategies for code written with rappel.
