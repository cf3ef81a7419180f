//! Operations whose loops stand beside their checks.

mod at;
mod contraction;
mod einsum;
mod masked;
mod pad;
mod selection;
mod shape;
