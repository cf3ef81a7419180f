//! Where in a sequence a token stands: learned, sinusoidal and rotary positions.
