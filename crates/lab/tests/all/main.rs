//! Tests of the lab, a module for each of its sources.

mod chart;
mod gauge;
mod hyper;
mod improve;
mod problems;
mod range;
mod stability;
mod sweep;
mod trial;
mod verdict;
