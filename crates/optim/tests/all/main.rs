//! Tests of `rappel-optim`; the modules mirror the sources.

mod optimizer;
