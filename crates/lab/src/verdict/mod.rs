//! What is wrong with a run, in plain words.
