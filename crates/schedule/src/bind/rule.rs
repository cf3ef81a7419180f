//! What follows the run: rules, and other quantities.

use super::{Binder, Link, Place};
use crate::adaptive::{State, built_in};
use crate::piece::{Cx, Piece, Rule};
use crate::text::Call;
use crate::{Plan, Schedule, ScheduleError};
use rappel_elem::Scalar;
use std::sync::Arc;

impl<K: Scalar> Binder<'_, K> {
    /// Before anything is observed.
    pub(super) fn cx<'s>(&self, state: &'s State, run: K) -> Cx<'s, K> {
        Cx::new(state, run)
    }

    /// How far the lists are filled, to [`forget`](Binder::forget) what is only measured.
    pub(super) fn marks(&self) -> [usize; 3] {
        [self.sources.len(), self.rules.len(), self.links.len()]
    }

    pub(super) fn forget(&mut self, [sources, rules, links]: [usize; 3]) {
        self.sources.truncate(sources);
        self.rules.truncate(rules);
        self.links.truncate(links);
    }

    /// Another quantity, its rules among those of this plan: it follows what is observed as its own plan does, whichever piece
    /// is at work here.
    pub(super) fn link(&mut self, name: &Arc<str>, plan: &Plan) -> Arc<Piece<f64>> {
        if let Some(link) = self.links.iter().find(|link| link.name.as_ref() == Some(name)) {
            return link.piece.clone();
        }
        self.linked = self.linked.max(plan.levels());
        let by = self.rules.len();
        let shifted =
            |piece: &Piece<f64>| Arc::new(if plan.rules().is_empty() { piece.clone() } else { piece.shifted(by) });
        self.rules.extend_from_slice(plan.rules());
        self.links.extend(plan.links().iter().map(|link| Link { name: None, piece: shifted(&link.piece) }));
        let piece = shifted(plan.piece());
        self.links.push(Link { name: Some(name.clone()), piece: piece.clone() });
        piece
    }

    pub(super) fn rule(
        &mut self,
        call: &Call,
        node: &Schedule,
        place: Place<K>,
    ) -> Result<(usize, Rule), ScheduleError> {
        if let Some(under) = place.fixed {
            return Err(ScheduleError::AdaptiveUnder { piece: node.to_string(), under });
        }
        let mut made = None;
        let rule = match built_in(call) {
            Some(rule) => rule,
            None => {
                let name = call.name().strip_prefix("adaptive::").unwrap_or(call.name());
                let make = self.registry.find_adaptive(name);
                let make = make.ok_or_else(|| ScheduleError::UnknownRule { name: name.into() })?;
                call.numbers().and_then(|numbers| {
                    let rule = make(&numbers);
                    made = Some((make.clone(), numbers.into()));
                    rule
                })
            }
        };
        let rule = rule.map_err(|reason| ScheduleError::Rule { piece: node.to_string(), reason })?;
        let rule = Rule::new(rule, made);
        self.rules.push(rule.clone());
        Ok((self.rules.len() - 1, rule))
    }
}
