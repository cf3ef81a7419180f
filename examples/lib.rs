//! The examples stand beside this file; the README and the book run here as documentation tests.
