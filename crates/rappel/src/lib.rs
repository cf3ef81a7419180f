//! Small neural nets and research on how they learn: autodiff of any order, layers, optimizers, and schedules one can compose.
