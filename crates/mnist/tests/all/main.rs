//! Tests of the embedded images; each module mirrors a source file.

mod files;
mod load;
