//! The derivative of a run's loss in its rate and every other hyperparameter.
