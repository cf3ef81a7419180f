//! The table of rows: every row with its naive reference and domain ([`table`]), the laws that hold for all of them
//! ([`laws`]), and what they give at kinks, poles and infinities ([`edges`]).

mod edges;
mod laws;
mod table;
