//! The range test: a rate that grows until the loss does.
