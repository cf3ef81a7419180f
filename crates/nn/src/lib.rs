//! Layers, initialisers and state dictionaries for small neural nets.
