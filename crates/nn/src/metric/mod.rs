//! How good a net is, in the numbers its task is judged by.
