//! The vocabulary rappel's formulas are written in: numbers, dual numbers and the table of elementwise functions.
