//! #[derive(Module)] for rappel.
