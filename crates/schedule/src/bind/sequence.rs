//! One piece after the other.

use super::extent::{adaptive, countable, deviation, takes_rest};
use super::{Binder, Bound, Extent, Place};
use crate::adaptive::State;
use crate::piece::{Form, Piece, Sequence, Wait};
use crate::{Ratio, Schedule, ScheduleError};
use rappel_elem::Scalar;
use std::sync::Arc;

impl<K: Scalar> Binder<'_, K> {
    pub(super) fn then(
        &mut self,
        written: &[Schedule],
        place: Place<K>,
    ) -> Result<(Form<K>, Extent<K>), ScheduleError> {
        let sum = |sum: Ratio, length: Ratio, node: &Schedule| {
            let piece = || node.to_string();
            let sum = sum.plus(length).ok_or_else(|| ScheduleError::TooFine { piece: piece() })?;
            countable(sum, &piece)?;
            Ok(sum)
        };
        let grow = |grown: Option<K>, n: K, exact: Ratio| {
            let more = deviation(n, exact);
            Some(grown.map_or(more, |grown| grown + more))
        };
        // What the others take, before the piece for the rest of the run is bound: their lengths depend on nothing in it.
        let Place { mut used, mut grown, mut open, mut start, .. } = place;
        let outer = self.here.clone();
        if let Some(rest) = written.iter().position(takes_rest) {
            let marks = self.marks();
            self.here = Some(Piece { form: Form::Unknown, source: 0 });
            // Those before it from the start on, those behind it from the end of the run back.
            let alone = place.used == Ratio::ZERO && place.start == Some(Ratio::ZERO) && !place.repeated;
            let mut end = match alone && !place.reversed {
                true => self.clock.known_run()?,
                false => None,
            };
            let mut begin = place.start.filter(|_| !place.reversed);
            for i in (0..rest).chain((rest + 1..written.len()).rev()) {
                let node = &written[i];
                let at = match i < rest {
                    true => Place { start: begin, end: None, ..place },
                    false => Place { start: None, end, ..place },
                };
                match self.child(i, node, at)?.1 {
                    Extent::Ends(n, exact) => {
                        used = sum(used, exact, node)?;
                        grown = grow(grown, n, exact);
                        match i < rest {
                            true => begin = begin.and_then(|begin| begin.plus(exact)),
                            false => end = end.and_then(|end| end.minus(exact)),
                        }
                    }
                    Extent::Open => open = true,
                    Extent::Endless | Extent::Timeless => {}
                }
            }
            self.here = outer.clone();
            self.forget(marks);
        }
        if place.reversed {
            start = None;
        }
        let mut pieces: Vec<Bound<K>> = Vec::with_capacity(written.len());
        let (behind, mut most_behind) = (self.behind, std::mem::take(&mut self.most_behind));
        for (i, node) in written.iter().enumerate() {
            if let Some((before, _)) = pieces.last() {
                self.here = Some(self.end_of(before));
                self.behind = std::mem::take(&mut self.most_behind);
            }
            let piece = self.child(i, node, Place { used, grown, open, start, ..place })?;
            most_behind = most_behind.max(self.most_behind);
            start = match (start, piece.1) {
                (Some(start), Extent::Ends(_, exact)) => Some(sum(start, exact, node)?),
                _ => None,
            };
            pieces.push(piece);
        }
        self.here = outer;
        (self.behind, self.most_behind) = (behind, most_behind);

        if place.reversed {
            if let Some(i) = pieces.iter().position(|(_, extent)| !matches!(extent, Extent::Ends(..))) {
                return Err(ScheduleError::ReversedEndless { piece: written[i].to_string() });
            }
            pieces.reverse();
        }
        self.sequence(pieces, written)
    }

    /// The pieces laid out; from a piece whose length is not known on, what follows is laid out by itself.
    pub(super) fn sequence(
        &mut self,
        mut pieces: Vec<Bound<K>>,
        written: &[Schedule],
    ) -> Result<(Form<K>, Extent<K>), ScheduleError> {
        let source = self.sources.len() as u32 - 1;
        let open = pieces.iter().position(|(_, extent)| matches!(extent, Extent::Open));
        let next = match open {
            Some(i) if i + 1 < pieces.len() => Some(pieces.split_off(i + 1)),
            _ => None,
        };
        let mut seams: Vec<K> = Vec::with_capacity(pieces.len() + 1);
        let (mut end, mut grown): (Ratio, Option<K>) = (Ratio::ZERO, None);
        let mut extent = None;
        for (i, (_, length)) in pieces.iter().enumerate() {
            let place = |some: K| {
                let seam = some.lit(end.boundary());
                grown.map_or(seam, |grown| seam + grown)
            };
            match *length {
                Extent::Ends(n, exact) => {
                    seams.push(place(n));
                    let node = &written[i.min(written.len() - 1)];
                    let piece = || node.to_string();
                    end = end.plus(exact).ok_or_else(|| ScheduleError::TooFine { piece: piece() })?;
                    countable(end, &piece)?;
                    let more = deviation(n, exact);
                    grown = Some(grown.map_or(more, |grown| grown + more));
                }
                other => {
                    // Something before it ended, or it is the only one; then it begins at once.
                    let some = seams.first().copied().or(self.witness);
                    if let Some(some) = some {
                        seams.push(place(some));
                    }
                    extent = Some(if matches!(other, Extent::Open) { Extent::Open } else { Extent::Endless });
                }
            }
        }
        let last = pieces.len() - 1;
        let slot = match (&next, &pieces[last].0.form) {
            (Some(_), Form::Until(until)) => Some((until.slot, until.length)),
            (Some(_), _) => return Err(ScheduleError::NestedUntil { piece: written[last].to_string() }),
            _ => None,
        };
        if extent.is_none() {
            let some = seams[0];
            let all = some.lit(end.boundary());
            let all = grown.map_or(all, |grown| all + grown);
            seams.push(all);
            let exact = some.lit(end.to_f64());
            extent = Some(Extent::Ends(grown.map_or(exact, |grown| exact + grown), end));
        }
        let begin = seams.get(last).copied();
        let pieces: Vec<Piece<K>> = pieces.into_iter().map(|(piece, _)| piece).collect();
        let form = if seams.is_empty() {
            // A rule alone, with no number anywhere.
            pieces[0].form.clone()
        } else {
            Form::Sequence(Sequence::new(pieces, seams))
        };
        let extent = extent.expect("the pieces end or they do not");
        let Some(next) = next else { return Ok((form, extent)) };
        let (slot, length) = slot.expect("a piece behind one without a length");
        let begin = begin.or(self.witness.map(|some| some.lit(0.0))).ok_or(ScheduleError::Empty)?;
        let after = last + 1;
        let (next, next_extent) = match next.len() {
            1 => {
                let (piece, extent) = next.into_iter().next().expect("one");
                (piece, extent)
            }
            _ => {
                let (form, extent) = self.sequence(next, &written[after..])?;
                (Piece { form, source }, extent)
            }
        };
        let extent = match next_extent {
            Extent::Endless | Extent::Timeless => Extent::Endless,
            _ => Extent::Open,
        };
        let first = Piece { form, source };
        Ok((Form::Wait(Arc::new(Wait { first, next, begin, slot, length })), extent))
    }

    /// The value a piece ends with: a number where that is known.
    pub(super) fn end_of(&self, piece: &Piece<K>) -> Piece<K> {
        let form = match self.witness {
            Some(some) if !adaptive(piece) => {
                Form::Constant(piece.end(some, self.cx(&State::default(), some.lit(f64::INFINITY))))
            }
            _ => Form::EndOf(Arc::new(piece.clone())),
        };
        Piece { form, source: piece.source }
    }
}
