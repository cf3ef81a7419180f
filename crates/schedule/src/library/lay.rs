//! Pieces laid one after the other at given steps.

use super::importer::Refused;
use crate::form::After;
use crate::{Clock, Node, Ratio, Schedule, constant, here, hold, steps};

/// Exact sums and products of lengths, which in importers are short decimals.
pub(super) fn exact(ratio: Option<Ratio>) -> Result<Ratio, Refused> {
    ratio.ok_or_else(|| "the exact sum of the lengths has more than 38 digits; use rounder ones".into())
}

pub(super) fn minus(a: impl Into<Ratio>, b: impl Into<Ratio>) -> Result<Ratio, Refused> {
    exact(a.into().minus(b.into()))
}

pub(super) fn times(a: impl Into<Ratio>, b: impl Into<Ratio>) -> Result<Ratio, Refused> {
    exact(a.into().times(b.into()))
}

pub(super) fn over(a: impl Into<Ratio>, b: impl Into<Ratio>) -> Result<Ratio, Refused> {
    exact(a.into().over(b.into()))
}

/// `value` for `n` steps; `empty` if there are none.
pub(super) fn held(value: f64, n: impl Into<Ratio>) -> Schedule {
    let n = n.into();
    if n.is_positive() { hold(value, steps(n)) } else { crate::empty() }
}

/// Without its first `n` steps, if `n` is above zero.
pub(super) fn skipped(of: Schedule, n: impl Into<Ratio>) -> Schedule {
    let n = n.into();
    let still = matches!(of.node(), Node::Constant(_));
    if n.is_positive() && !still { of.skip(steps(n)) } else { of }
}

/// A part of something longer may not say that nothing follows its own end.
pub(super) fn part(of: Schedule) -> Schedule {
    match of.node() {
        Node::After(of, After::Error) => of.clone(),
        _ => of,
    }
}

/// `of` for `n` steps: cut if it is longer, holding its end if it is shorter.
pub(super) fn lasting(of: Schedule, n: impl Into<Ratio>) -> Schedule {
    let n = n.into();
    let of = part(of);
    if let Node::Constant(value) = of.node() {
        return hold(value.clone(), steps(n));
    }
    match of.bind(&Clock::new()).ok().and_then(|plan| plan.exact_length()) {
        Some(length) if length == n => of,
        Some(length) => match n.minus(length) {
            Some(left) if left.is_positive() => of.then(hold(here(), steps(left))),
            _ => of.take(steps(n)),
        },
        None if crate::check::ends(&of) => of.then(constant(here())).take(steps(n)),
        None => of.take(steps(n)),
    }
}

/// Pieces that begin at given steps, each in its own time from there; the last goes on. Where two begin at one step the later
/// one stands, as where one begins before another that comes earlier in the list. What began before step 0 is in its middle.
pub(super) fn at_steps(pieces: impl IntoIterator<Item = (i64, Schedule)>) -> Schedule {
    let mut starts: Vec<(i64, Schedule)> = Vec::new();
    for (start, piece) in pieces {
        while starts.last().is_some_and(|(before, _)| (*before).max(0) >= start.max(0)) {
            starts.pop();
        }
        starts.push((start, piece));
    }
    let ends: Vec<Option<i64>> = starts.iter().skip(1).map(|(start, _)| Some(*start)).chain([None]).collect();
    starts.into_iter().zip(ends).fold(crate::empty(), |laid, ((start, piece), end)| {
        let piece = skipped(part(piece), start.min(0).unsigned_abs());
        laid.then(match end {
            Some(end) => lasting(piece, end - start.max(0)),
            None => piece,
        })
    })
}

/// Values that begin at given steps, the last for ever.
pub(super) fn stairs(first: f64, changes: impl IntoIterator<Item = (i64, f64)>) -> Schedule {
    at_steps(
        [(0, constant(first))].into_iter().chain(changes.into_iter().map(|(at, value)| (at.max(0), constant(value)))),
    )
}
