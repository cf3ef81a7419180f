//! Again and again.

use super::extent::{countable, deviation};
use super::{Binder, Bound, Extent, MOST_STEPS, Place};
use crate::form::{Cycles, Fold};
use crate::piece::{Form, Period, Piece, Repeat};
use crate::{Ratio, Schedule, ScheduleError};
use rappel_elem::Scalar;
use std::sync::Arc;

/// Periods that grow or shrink are laid out one by one, and no more than these.
const MOST_CYCLES: u32 = 4096;

impl<K: Scalar> Binder<'_, K> {
    pub(super) fn repeat(
        &mut self,
        node: &Schedule,
        of: &Schedule,
        cycles: Cycles,
        place: Place<K>,
    ) -> Result<(Form<K>, Extent<K>), ScheduleError> {
        let piece = || node.to_string();
        let too_fine = || ScheduleError::TooFine { piece: node.to_string() };
        let source = self.sources.len() as u32 - 1;
        let repeated = cycles.count != Some(1);
        let plain = cycles.grow == Ratio::ONE;
        let inner =
            Place { repeated: place.repeated || repeated, start: if repeated { None } else { place.start }, ..place };
        let (first, extent) = self.child(0, of, inner)?;
        let Extent::Ends(n, exact) = extent else {
            return Err(ScheduleError::RepeatedEndless { piece: of.to_string() });
        };
        let forever = |count: Option<u32>| match count {
            None if place.reversed => Err(ScheduleError::ReversedEndless { piece: node.to_string() }),
            None => Ok(Extent::Endless),
            Some(count) => {
                let all = exact.times(count.into()).ok_or_else(too_fine)?;
                countable(all, &|| node.to_string())?;
                Ok(Extent::Ends(n.lit(all.to_f64()) + deviation(n, exact) * n.lit(f64::from(count)), all))
            }
        };
        // Turned round, what decays grows from period to period, and from the last one's factor.
        if plain && (cycles.decay == 1.0 || !place.reversed) {
            let extent = forever(cycles.count)?;
            let repeat = Repeat { of: first, period: Period::new(n, exact), count: cycles.count, decay: cycles.decay };
            return Ok((Form::Repeat(Arc::new(repeat)), extent));
        }
        // Periods that differ, laid out one by one.
        let (mut scale, mut decay, mut all) = (Ratio::ONE, 1.0, Ratio::ZERO);
        let mut pieces: Vec<Bound<K>> = Vec::new();
        let mut endless = false;
        for cycle in 0..cycles.count.unwrap_or(u32::MAX) {
            if cycle >= MOST_CYCLES {
                return Err(ScheduleError::TooManyCycles { piece: piece(), most: MOST_CYCLES });
            }
            let scaled = place.scale.times(scale).ok_or_else(too_fine);
            let bound = scaled.and_then(|scale| self.child(0, of, Place { scale, ..inner }));
            let (piece, extent) = match bound {
                // For ever ends where steps cannot be told apart any more.
                Err(ScheduleError::TooLong { .. } | ScheduleError::TooFine { .. })
                    if cycles.count.is_none() && cycle > 0 =>
                {
                    endless = true;
                    break;
                }
                other => other?,
            };
            let Extent::Ends(n, exact) = extent else { unreachable!("as the first") };
            let sum = all.plus(exact);
            if cycles.count.is_none()
                && cycle > 0
                && sum.is_none_or(|sum| sum.exceeds(MOST_STEPS.into()) != Some(false))
            {
                endless = true;
                break;
            }
            all = sum.ok_or_else(too_fine)?;
            let form = match decay == 1.0 {
                true => piece.form,
                false => {
                    let by = Piece { form: Form::Constant(n.lit(decay)), source };
                    Form::Fold(Fold::Product, Arc::new([Piece { form: piece.form, source }, by]))
                }
            };
            pieces.push((Piece { form, source: piece.source }, Extent::Ends(n, exact)));
            decay *= cycles.decay;
            scale = match scale.times(cycles.grow) {
                Some(scale) => scale,
                None if cycles.count.is_none() => {
                    endless = true;
                    break;
                }
                None => return Err(too_fine()),
            };
        }
        if place.reversed {
            if endless {
                return Err(ScheduleError::ReversedEndless { piece: piece() });
            }
            pieces.reverse();
        }
        let (form, extent) = self.sequence(pieces, std::slice::from_ref(node))?;
        Ok((form, if endless { Extent::Endless } else { extent }))
    }
}
