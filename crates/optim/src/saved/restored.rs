//! What came of loading a state.

use std::fmt;

/// A parameter that has another shape in the net than in the state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reshaped {
    /// Its path.
    pub path: String,
    /// Its shape in the state.
    pub state: Vec<usize>,
    /// Its shape in the net.
    pub net: Vec<usize>,
}

/// What came of loading a state: what goes on, and what begins anew. It prints as a line for each kind that there is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Restored {
    /// The paths of the parameters that go on.
    pub restored: Vec<String>,
    /// Of those in the net that the state does not have; they begin anew.
    pub new: Vec<String>,
    /// Of those in the state that the net does not have.
    pub dropped: Vec<String>,
    /// Those that have another shape in the net; they begin anew.
    pub reshaped: Vec<Reshaped>,
    /// The hyperparameters whose adaptive schedules were saved and begin anew, with their groups: there is no such hyperparameter or
    /// combination of groups, or its schedule is another.
    pub schedules: Vec<String>,
    /// The adapters that the state does not have; they stay as they are.
    pub new_adapters: Vec<String>,
    /// The adapters in the state that the optimizer does not have.
    pub dropped_adapters: Vec<String>,
}

impl Restored {
    /// Whether the optimizer goes on with all that was saved, and nothing begins anew.
    pub fn is_complete(&self) -> bool {
        let Restored { restored: _, new, dropped, reshaped, schedules, new_adapters, dropped_adapters } = self;
        [new, dropped, schedules, new_adapters, dropped_adapters].iter().all(|list| list.is_empty())
            && reshaped.is_empty()
    }
}

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.restored.len();
        write!(f, "{n} parameter{} restored", if n == 1 { "" } else { "s" })?;
        let reshaped = self.reshaped.iter().map(|r| format!("{}: {:?}, now {:?}", r.path, r.state, r.net)).collect();
        let lists = [
            ("new in the net", &self.new),
            ("no longer in the net", &self.dropped),
            ("of another shape, begun anew", &reshaped),
            ("schedules begun anew", &self.schedules),
            ("adapters without a state", &self.new_adapters),
            ("adapters no longer there", &self.dropped_adapters),
        ];
        for (what, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
            write!(f, "\n{what}: {}", list.join(", "))?;
        }
        Ok(())
    }
}
