//! Operations whose loops stand beside their checks.

mod at;
mod contraction;
mod einsum;
mod linalg;
mod masked;
mod pad;
mod selection;
mod shape;
