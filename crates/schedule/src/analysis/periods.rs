//! Periods, told once where they are alike.

use super::parts::Part;
use super::window::{Move, Window};
use crate::piece::Repeat;

/// How often a part comes again, and with which factor each time.
#[derive(Clone, Copy)]
pub(crate) struct Again {
    pub(crate) groups: u64,
    pub(crate) factor: f64,
    /// The periods between one and the next.
    pub(crate) periods: f64,
}

impl Again {
    const ONCE: Again = Again { groups: 1, factor: 1.0, periods: 0.0 };
}

impl Repeat<f64> {
    /// The cycles that own the steps of a window: the number of the cycle, what is read in it, its steps in its own time, and
    /// how often it comes again. Periods that begin on whole steps, or do so again every few periods, are told once.
    pub(crate) fn cycles(&self, window: Window<'_>, each: &mut dyn FnMut(f64, Part<'_>, Window<'_>, Again)) {
        let time = window.moved(Move::Within(&self.period, window.left));
        let place = |step| {
            let (cycle, local) = self.cycle(window.local(step), window.left);
            (cycle, local == f64::INFINITY)
        };
        let steps = self.period.steps();
        let mut one_by_one = |window: Window<'_>, again: Again| {
            let mut rest = window;
            while !rest.is_empty() {
                let (cycle, over) = place(rest.from);
                let local = rest.within(&time).local(rest.from);
                let near = rest.from as f64 + if rest.falling { local } else { steps - local };
                let end = match over {
                    true if !rest.falling => rest.to,
                    _ => rest.first_not(near, |step| place(step) == (cycle, over)),
                };
                let own = rest.steps(rest.from, end);
                match over {
                    false => each(cycle, Part::Piece(&self.of), own.within(&time), again),
                    true => each(cycle, Part::Held(&self.of, f64::INFINITY, window.left), own, again),
                }
                rest = rest.steps(end, rest.to);
            }
        };
        match self.groups(window) {
            Some((start, group, again)) => {
                one_by_one(window.steps(window.from, start), Again::ONCE);
                one_by_one(window.steps(start, start + group), again);
                one_by_one(window.steps(start + group * again.groups, window.to), Again::ONCE);
            }
            None => one_by_one(window, Again::ONCE),
        }
    }

    /// Where groups of periods begin that are the same some steps later, how many steps a group has, and how often it comes.
    pub(crate) fn groups(&self, window: Window<'_>) -> Option<(u64, u64, Again)> {
        let (num, den) = self.period.exact()?;
        let first = window.local(window.from);
        if !window.even
            || self.of.linked()
            || first.fract() != 0.0
            || first.abs() > 9e15
            || window.falling && self.decay != 1.0
        {
            return None;
        }
        // The steps that are in a period, before the first of which, or after the last, the value is held.
        let inside = |step| {
            let local = window.local(step);
            local >= 0.0 && self.cycle(local, window.left).1 != f64::INFINITY
        };
        // A boundary approached from the left belongs to the period before it, but for the first: none is a step too far.
        let lead = u64::from(window.left);
        let start = if inside(window.from) { window.from } else { window.first_not(0.0, |step| !inside(step)) } + lead;
        if start >= window.to {
            return None;
        }
        let rest = window.steps(start, window.to);
        let near = start as f64
            + if window.falling {
                window.local(start)
            } else {
                self.count.map_or(f64::MAX, |n| f64::from(n) * self.period.steps())
            };
        let end = rest.first_not(near, inside);
        let groups = end.saturating_sub(start).saturating_sub(lead) / num;
        let periods = den as f64;
        (groups > 1).then(|| (start, num, Again { groups, factor: self.decay.powf(periods), periods }))
    }
}
