//! Optimizers written as one formula each, with every hyperparameter a schedule.
