//! Learning-rate schedules as a composable expression tree, for any optimizer library.
