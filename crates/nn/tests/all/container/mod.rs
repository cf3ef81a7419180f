mod function;
mod parallel;
mod residual;
mod sequential;
