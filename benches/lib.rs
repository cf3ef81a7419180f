//! Benches; see `suite.rs` and the criterion files beside it.
