//! The walk through a range for each group of parameters.

use rappel_autodiff::module::ModuleExt;
use rappel_autodiff::{Float, Module, Tape, Var};
use rappel_optim::Stepper;

use super::{RangeRun, RangeTest};
use crate::LabError;

impl RangeTest {
    /// A run for each group of parameters, in the order of the net: `name` gives a path's group. While one group's hyperparameter is
    /// walked, the others follow the optimizer's own schedules; what they learn meanwhile is on the curve too, so their rate is best
    /// low.
    ///
    /// ```
    /// use rappel_lab::autodiff::{Param, Tensor};
    /// use rappel_lab::optim::Sgd;
    /// use rappel_lab::range::RangeTest;
    ///
    /// let mut net = (Param::new(Tensor::from([3.0])), Param::new(Tensor::from([2.0])));
    /// let runs = RangeTest::new(1e-4, 10.0)?.per_group(
    ///     &mut net,
    ///     &Sgd::new(1e-6), // so that the others hold still
    ///     |path| path[..1].to_string(),
    ///     |net, tape, _| (tape.param(&net.0).square() + tape.param(&net.1).square() * 100.0).sum(),
    /// )?;
    /// let rate = |i: usize| runs[i].1.judge().unwrap().suggestion.unwrap().rate;
    /// assert_eq!(runs[0].0, "0");
    /// assert!(rate(0) > 10.0 * rate(1)); // a hundred times the curvature
    /// # Ok::<(), rappel_lab::LabError>(())
    /// ```
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn per_group<M, T, F>(
        &self,
        net: &mut M,
        optimizer: &dyn Stepper<T>,
        name: impl Fn(&str) -> String + Send + Sync + Clone + 'static,
        mut loss: F,
    ) -> Result<Vec<(String, RangeRun)>, LabError>
    where
        M: Module + ?Sized,
        T: Float,
        F: for<'t> FnMut(&M, &'t Tape<T>, u64) -> Var<'t, T>,
    {
        let mut groups: Vec<String> = Vec::new();
        for (path, _) in net.named_parameters().into_iter().filter(|(_, p)| p.trainable()) {
            let group = name(&path);
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        let mut runs = Vec::with_capacity(groups.len());
        for group in groups {
            let (name, this) = (name.clone(), group.clone());
            let walk = self.clone().group(move |path| name(path) == this);
            runs.push((group, walk.run(net, optimizer, &mut loss)?));
        }
        Ok(runs)
    }
}
