//! What each parameter of a net gets.

use std::fmt;

use rappel_autodiff::Module;
use rappel_tensor::Float;

use crate::error::StepError;
use crate::optimizer::Optimizer;
use crate::text::settings::word;

/// Whether a parameter is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Training {
    /// It is.
    Trained,
    /// A group freezes it.
    Frozen,
    /// It is not trainable itself.
    Untrained,
}

/// One parameter, and what an optimizer has for it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DescribedParam {
    /// Its path, a tied one's the first at which it is trained.
    pub path: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Whether it is moved.
    pub training: Training,
    /// The groups it is of, as text.
    pub groups: String,
    /// Name and schedule of the learning rate, and of every hyperparameter that is another than outside groups.
    pub settings: Vec<(String, String)>,
}

/// Which parameter of a net gets what; it prints as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Description {
    /// The optimizer's text.
    pub text: String,
    /// The parameters, in the order of declaration, tied ones once.
    pub params: Vec<DescribedParam>,
}

impl<R, T: Float> Optimizer<R, T> {
    /// Which parameter of a net gets what: before the first step too.
    ///
    /// ```
    /// use rappel_optim::autodiff::{Param, Tensor};
    /// use rappel_optim::{Adam, Group, no_decay};
    ///
    /// let param = |shape: &[usize]| Param::<f32>::new(Tensor::zeros(shape));
    /// let net = (vec![param(&[3, 4]), param(&[4])], vec![param(&[4, 2]), param(&[2])]);
    /// let adam = Adam::<f32>::new(1e-3).weight_decay(0.1) | no_decay() | Group::glob("1.1").freeze();
    /// assert_eq!(
    ///     adam.describe(&net)?.to_string(),
    ///     r#"adam(lr=0.001, weight_decay=0.1) | no_decay() | freeze("1.1")
    /// parameter  shape   trained     hyperparameters           groups
    /// 0.0        [3, 4]  yes         lr=0.001
    /// 0.1        [4]     yes         lr=0.001, weight_decay=0  no_decay()
    /// 1.0        [4, 2]  yes         lr=0.001
    /// 1.1        [2]     no: frozen  lr=0.001, weight_decay=0  no_decay() | freeze("1.1")
    /// 4 parameters of 26 numbers: 24 trained, 2 frozen by groups, 0 not trainable"#,
    /// );
    /// # Ok::<(), rappel_optim::StepError>(())
    /// ```
    ///
    /// # Errors
    /// When a pattern fits no parameter, or a group names a hyperparameter that there is not.
    pub fn describe<M: Module + ?Sized>(&self, net: &M) -> Result<Description, StepError> {
        let knobs = &self.core.knobs;
        let mut params = Vec::new();
        for member in self.core.members(net)?.0 {
            let (path, p, of) = (member.path, member.param, member.groups);
            let written = knobs.written(&of)?;
            let settings = knobs.quantities().iter().zip(&written).enumerate();
            let settings = settings.filter(|(i, (q, written))| *i == 0 || **written != q.written);
            let settings = settings.map(|(_, (q, written))| (q.name.clone(), word(&q.knob, written)));
            params.push(DescribedParam {
                path,
                shape: p.shape().to_vec(),
                training: match (p.trainable(), knobs.frozen(&of)) {
                    (false, _) => Training::Untrained,
                    (true, true) => Training::Frozen,
                    (true, false) => Training::Trained,
                },
                groups: knobs.text(&of),
                settings: settings.collect(),
            });
        }
        Ok(Description { text: self.to_string(), params })
    }
}

impl Description {
    /// How many numbers the parameters hold that are trained, frozen, or whatever is asked for.
    pub fn count(&self, training: Training) -> usize {
        let these = self.params.iter().filter(|p| p.training == training);
        these.map(|p| p.shape.iter().product::<usize>()).sum()
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        let mut rows = vec![["parameter", "shape", "trained", "hyperparameters", "groups"].map(str::to_owned)];
        for p in &self.params {
            let trained = match p.training {
                Training::Trained => "yes",
                Training::Frozen => "no: frozen",
                Training::Untrained => "no",
            };
            let settings: Vec<_> = p.settings.iter().map(|(name, text)| format!("{name}={text}")).collect();
            let shape = format!("{:?}", p.shape);
            rows.push([p.path.clone(), shape, trained.into(), settings.join(", "), p.groups.clone()]);
        }
        let widths: [usize; 5] =
            std::array::from_fn(|i| rows.iter().map(|row| row[i].chars().count()).max().unwrap_or(0));
        for row in &rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(widths) {
                line.push_str(&format!("{cell:width$}  "));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        let [trained, frozen, rest] = [Training::Trained, Training::Frozen, Training::Untrained].map(|t| self.count(t));
        let (n, all) = (self.params.len(), trained + frozen + rest);
        write!(f, "{n} parameters of {all} numbers: {trained} trained, {frozen} frozen by groups, {rest} not trainable")
    }
}
