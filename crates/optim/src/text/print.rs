//! An optimizer as text.

use std::fmt;

use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::groups::Shown;
use super::settings::print;
use crate::knob::Knob;
use crate::optimizer::Optimizer;

/// The text that reads back as the same optimizer: the rule with the hyperparameters that are not the defaults, then the adapters,
/// then the groups. A group of ids or of a function has no text: it is printed as `group(<function>, lr=0.1)`, which does not parse.
impl<R, T: Float> fmt::Display for Optimizer<R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let knobs = &self.core.knobs;
        let all: Vec<(&str, Knob, &Schedule)> =
            knobs.quantities().iter().map(|q| (q.knob.name, q.knob, &q.written)).collect();
        let own = self.core.engine.knobs().len() + 1;
        let changed = |all: &[(&str, Knob, &Schedule)], i: usize| all[i].2.number() != Some(all[i].1.default);
        let rule = &all[..own];
        let mut settings = print(rule, |i| i == 0 || changed(rule, i));
        settings.extend(self.core.engine.variant().map(|flag| format!("{flag}=true")));
        write!(f, "{}({})", self.core.engine.name(), settings.join(", "))?;
        for (adapter, places) in self.core.around.iter() {
            let mine = &all[places];
            let settings = match mine {
                [(_, knob, schedule)] => vec![super::settings::word(knob, schedule)],
                _ => print(mine, |i| changed(mine, i)),
            };
            write!(f, " | {}({})", adapter.name(), settings.join(", "))?;
        }
        for group in &knobs.groups {
            write!(f, " | {}", Shown { group, knobs, after: 0 })?;
        }
        Ok(())
    }
}
