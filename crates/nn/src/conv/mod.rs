//! Convolutions and their transposes.
