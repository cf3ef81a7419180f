//! Operations whose loops stand beside their checks.

mod contraction;
mod einsum;
mod selection;
