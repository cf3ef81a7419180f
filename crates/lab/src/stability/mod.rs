//! How far a run is from its edge of stability.
