//! From written to bound: units become steps, and boundaries are the exact sums of the lengths before them.

use crate::check::is_rest;
use crate::{Clock, Dur, Node, Ratio, ScheduleError, Segment, Sequence, Span, Unit};

/// A bound node and its exact length in steps, if it has one.
type Bound = (Node<f64, Span<f64>>, Option<Ratio>);

/// Floats tell steps apart up to here.
const MOST_STEPS: u64 = 1 << 53;

/// The bound tree of a schedule that has passed its check.
pub(crate) fn bind(schedule: &Node<f64, Dur>, clock: &Clock) -> Result<Node<f64, Span<f64>>, ScheduleError> {
    node(schedule, clock, Ratio::ZERO).map(|(bound, _)| bound)
}

/// Binds a node of a run in which other nodes take `used` steps.
fn node(written: &Node<f64, Dur>, clock: &Clock, used: Ratio) -> Result<Bound, ScheduleError> {
    match written {
        Node::Constant(v) => Ok((Node::Constant(*v), None)),
        Node::Segment(segment) => {
            let piece = || written.to_string();
            let duration = *segment.length();
            let length = match duration.unit() {
                Unit::Rest => {
                    let total = clock.run(Unit::Rest, &piece)?;
                    let left = total.minus(used).ok_or_else(|| ScheduleError::TooFine { piece: piece() })?;
                    if !left.is_positive() {
                        return Err(ScheduleError::NoRest { piece: piece(), used, total });
                    }
                    left
                }
                _ => clock.resolve(duration, &piece)?,
            };
            countable(length, &piece)?;
            let span = Span::new(length, duration.unit() == Unit::Rest);
            Ok((Node::Segment(Segment::new(*segment.shape(), span, segment.reach())), Some(length)))
        }
        Node::Then(sequence) => then(sequence.pieces(), clock, used),
    }
}

fn then(written: &[Node<f64, Dur>], clock: &Clock, used: Ratio) -> Result<Bound, ScheduleError> {
    let sum = |sum: Ratio, length: Ratio, written: &Node<f64, Dur>| {
        let piece = || written.to_string();
        let sum = sum.plus(length).ok_or_else(|| ScheduleError::TooFine { piece: piece() })?;
        countable(sum, &piece)?;
        Ok(sum)
    };
    // The piece for the rest of the run comes last, wherever it stands: its length follows from all others.
    let mut bound: Vec<Option<Bound>> = vec![None; written.len()];
    let mut used = used;
    for (bound, written) in bound.iter_mut().zip(written).filter(|(_, written)| !is_rest(written)) {
        let piece = node(written, clock, used)?;
        used = sum(used, piece.1.unwrap_or(Ratio::ZERO), written)?;
        *bound = Some(piece);
    }

    let mut pieces = Vec::with_capacity(written.len());
    let mut seams = vec![0.0];
    let mut end = Some(Ratio::ZERO);
    for (bound, written) in bound.into_iter().zip(written) {
        let (piece, length) = bound.map_or_else(|| node(written, clock, used), Ok)?;
        pieces.push(piece);
        end = match (end, length) {
            (Some(end), Some(length)) => Some(sum(end, length, written)?),
            _ => None,
        };
        seams.extend(end.map(Ratio::boundary));
    }
    Ok((Node::Then(Sequence::bound(pieces, seams)), end))
}

fn countable(steps: Ratio, piece: &dyn Fn() -> String) -> Result<(), ScheduleError> {
    match steps.exceeds(Ratio::from(MOST_STEPS)) {
        Some(false) => Ok(()),
        Some(true) => Err(ScheduleError::TooLong { piece: piece(), steps }),
        None => Err(ScheduleError::TooFine { piece: piece() }),
    }
}
