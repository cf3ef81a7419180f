//! What follows a metric.

use super::base;
use crate::library::importer::{Meaning, Refused, importers};
use crate::{Mode, Schedule, Threshold, plateau};

importers! { "torch";
    /// The rate times a factor that falls when a metric has stopped getting better; it is told of each metric by
    /// [`Plan::observe`](crate::Plan::observe).
    ReduceLROnPlateau "ReduceLROnPlateau" base lr: f64 {
        ;
        mode: Mode = Mode::Min, factor: f64 = 0.1, patience: u32 = 10, threshold: f64 = 1e-4,
        threshold_mode: Threshold = Threshold::Rel, cooldown: u32 = 0, min_lr: f64 = 0.0, eps: f64 = 1e-8,
    }
}

impl Meaning for ReduceLROnPlateau {
    fn meaning(&self) -> Result<Schedule, Refused> {
        let lr = base(self.lr)?;
        if lr <= 0.0 {
            return Err("`lr` is above 0".into());
        }
        let rule = plateau()
            .factor(self.factor)
            .patience(self.patience)
            .threshold(self.threshold)
            .threshold_mode(self.threshold_mode)
            .mode(self.mode)
            .cooldown(self.cooldown)
            .min_factor(self.min_lr / lr)
            .eps(self.eps / lr);
        Ok(lr * rule)
    }
}
