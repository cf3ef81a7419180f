//! Tests of `rappel-testkit`: what is right passes, and what is wrong is found.

mod gradcheck;
mod graph;
mod laws;
mod module_check;
mod plain;
mod strategies;
mod table;
