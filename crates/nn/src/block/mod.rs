//! Ready blocks.
