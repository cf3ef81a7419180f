//! Schedules compared and improved without a run, and from one.
