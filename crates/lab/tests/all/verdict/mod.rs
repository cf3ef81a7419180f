//! What runs are found to be.

mod chebyshev;
mod fit;
mod prechelt;
mod predictions;
mod rates;
mod run;
mod shown;
mod units;
