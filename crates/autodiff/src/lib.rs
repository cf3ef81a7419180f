//! Eager tape-based reverse-mode automatic differentiation of any order, for small nets.
