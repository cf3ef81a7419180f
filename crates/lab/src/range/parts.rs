//! What steps the net during a range test: one optimizer, or two that share the parameters.

use std::fmt;
use std::sync::Arc;

use rappel_autodiff::module::ModuleExt;
use rappel_autodiff::{Float, Gradients, Module, ParamId};
use rappel_optim::{Report, StepError, Stepper};

use crate::LabError;

/// Which parameters a range test is about, by their paths.
#[derive(Clone)]
pub(super) struct Group(pub(super) Arc<dyn Fn(&str) -> bool + Send + Sync>);

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Group")
    }
}

/// The optimizer whose hyperparameter is walked, and the one of the other parameters.
pub(super) struct Parts<T: Float> {
    walked: Box<dyn Stepper<T>>,
    others: Option<(Box<dyn Stepper<T>>, Vec<ParamId>)>,
}

impl<T: Float> Parts<T> {
    /// Copies of an optimizer: one, or two where a group is chosen.
    pub(super) fn of<M: Module + ?Sized>(
        optimizer: &dyn Stepper<T>,
        net: &M,
        group: Option<&Group>,
    ) -> Result<Self, LabError> {
        let mut walked = optimizer.boxed();
        let Some(group) = group else { return Ok(Parts { walked, others: None }) };
        let (mut chosen, mut trained) = (Vec::new(), Vec::new());
        for (path, p) in net.named_parameters().into_iter().filter(|(_, p)| p.trainable()) {
            trained.push(path.clone());
            if (group.0)(&path) {
                chosen.push(p.id());
            }
        }
        if chosen.is_empty() {
            let why = "a group has one at least; the paths are those of `net.named_parameters()`";
            let value = format!("none of the {} trainable parameters ({})", trained.len(), first(&trained));
            return Err(LabError::Setting { what: "the group", value, why });
        }
        let mut others = optimizer.boxed();
        walked.set_allow_unused(true);
        others.set_allow_unused(true);
        Ok(Parts { walked, others: Some((others, chosen)) })
    }

    /// Makes a step with this value of the hyperparameter.
    pub(super) fn step<M: Module + ?Sized>(
        &mut self,
        mut net: &mut M,
        gradients: Gradients<T>,
        knob: &str,
        value: f64,
    ) -> Result<Report, StepError> {
        self.walked.set_knob(knob, value.into())?;
        let Some((others, chosen)) = &mut self.others else { return self.walked.step(&mut net, &gradients) };
        let (mut mine, mut theirs) = (gradients.clone(), gradients);
        mine.retain(|id| chosen.contains(&id));
        theirs.retain(|id| !chosen.contains(&id));
        self.walked.step(&mut net, &mine)?;
        others.step(&mut net, &theirs)
    }
}

/// The first of many paths.
fn first(paths: &[String]) -> String {
    const SHOWN: usize = 8;
    let more = if paths.len() > SHOWN { ", .." } else { "" };
    format!("{}{more}", paths[..paths.len().min(SHOWN)].join(", "))
}
