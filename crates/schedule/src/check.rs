//! What can be said of a schedule without a clock.

use crate::{Dur, Node, Ratio, ScheduleError, Unit};

pub(crate) fn check(node: &Node<f64, Dur>) -> Result<(), ScheduleError> {
    match node {
        Node::Constant(v) => values(node, &[*v]),
        Node::Segment(segment) => {
            values(node, &segment.shape().values())?;
            let amount = segment.length().amount();
            if !amount.is_positive() {
                return Err(ScheduleError::Duration { piece: node.to_string(), amount });
            }
            whole(std::slice::from_ref(node))
        }
        Node::Then(sequence) => {
            let pieces = sequence.pieces();
            if pieces.is_empty() {
                return Err(ScheduleError::Empty);
            }
            pieces.iter().try_for_each(check)?;
            if let Some(i) = pieces.iter().position(|piece| !ends(piece))
                && let Some(next) = pieces.get(i + 1)
            {
                return Err(ScheduleError::Unreachable { piece: next.to_string(), endless: pieces[i].to_string() });
            }
            whole(pieces)?;
            let mut rests = pieces.iter().filter(|piece| is_rest(piece));
            match (rests.next(), rests.next()) {
                (Some(first), Some(second)) => {
                    Err(ScheduleError::TwoRests { first: first.to_string(), second: second.to_string() })
                }
                _ => Ok(()),
            }
        }
    }
}

/// Whether the piece lasts for the rest of the run.
pub(crate) fn is_rest(node: &Node<f64, Dur>) -> bool {
    matches!(node, Node::Segment(segment) if segment.length().unit() == Unit::Rest)
}

fn values(node: &Node<f64, Dur>, values: &[f64]) -> Result<(), ScheduleError> {
    match values.iter().find(|v| !v.is_finite()) {
        Some(value) => Err(ScheduleError::Value { piece: node.to_string(), value: *value }),
        None => Ok(()),
    }
}

fn ends(node: &Node<f64, Dur>) -> bool {
    !matches!(node, Node::Constant(_))
}

/// Parts of the run that follow each other are at most the whole of it.
fn whole(pieces: &[Node<f64, Dur>]) -> Result<(), ScheduleError> {
    let mut sum = Ratio::ZERO;
    for piece in pieces {
        if let Node::Segment(segment) = piece
            && segment.length().unit() == Unit::Run
        {
            let too_fine = || ScheduleError::TooFine { piece: piece.to_string() };
            sum = sum.plus(segment.length().amount()).ok_or_else(too_fine)?;
            if sum.exceeds(Ratio::ONE).ok_or_else(too_fine)? {
                return Err(ScheduleError::OverWhole { piece: piece.to_string(), sum });
            }
        }
    }
    Ok(())
}
