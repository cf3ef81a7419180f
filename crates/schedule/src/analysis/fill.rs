//! Many steps at once.

use super::window::Window;
use crate::form::{Fold, Segment};
use crate::piece::{Cx, Form, Piece, Repeat, Sequence};
use crate::plan::START;

/// So many values are made at a time: a combination keeps as many of each of its parts.
pub(crate) const CHUNK: usize = 128;

impl Piece<f64> {
    /// Writes the values of the steps from `from` on.
    pub(crate) fn run(&self, out: &mut [f64], from: u64) {
        let mut step = from;
        for chunk in out.chunks_mut(CHUNK) {
            for (i, t) in (0_u64..).zip(chunk.iter_mut()) {
                *t = (step + i) as f64;
            }
            let run = step as f64;
            self.fill(chunk, Cx::new(&START, run));
            step += chunk.len() as u64;
        }
    }

    /// The values of a window of at most [`CHUNK`] steps.
    pub(crate) fn values(&self, window: Window<'_>, out: &mut [f64]) {
        for (step, t) in (window.from..window.to).zip(out.iter_mut()) {
            *t = window.local(step);
        }
        self.fill(out, window.cx(window.from));
    }

    /// The value of each step of a window.
    pub(crate) fn each(&self, window: Window<'_>, each: &mut dyn FnMut(f64)) {
        let mut buffer = [0.0; CHUNK];
        let mut from = window.from;
        while from < window.to {
            let chunk = window.steps(from, window.to.min(from + CHUNK as u64));
            let values = &mut buffer[..chunk.count() as usize];
            self.values(chunk, values);
            values.iter().for_each(|v| each(*v));
            from = chunk.to;
        }
    }

    /// Turns local times, a step apart and all up or all down, at most [`CHUNK`] of them, into the values there: bit for bit
    /// those of [`at`](Piece::at), as the same operations are made on the same numbers. `cx` is that of the first.
    pub(crate) fn fill(&self, times: &mut [f64], cx: Cx<'_, f64>) {
        match &self.form {
            Form::Constant(v) => times.fill(*v),
            Form::Segment(segment) => fill_segment(segment, times),
            Form::Sequence(sequence) => fill_sequence(sequence, times, cx),
            Form::Fold(fold, parts) => {
                let mut buffer = [0.0; CHUNK];
                let own = &mut buffer[..times.len()];
                own.copy_from_slice(times);
                parts[0].fill(own, cx);
                let mut other = [0.0; CHUNK];
                for part in &parts[1..] {
                    let other = &mut other[..times.len()];
                    match part.form {
                        Form::Constant(v) => combine(*fold, own, |_| v),
                        _ => {
                            other.copy_from_slice(times);
                            part.fill(other, cx);
                            combine(*fold, own, |i| other[i]);
                        }
                    }
                }
                times.copy_from_slice(own);
            }
            Form::Clamp(parts) if parts[1..].iter().all(|bound| bound.constant().is_some()) => {
                let [low, high] = [&parts[1], &parts[2]].map(|bound| bound.at(0.0, cx));
                parts[0].fill(times, cx);
                times.iter_mut().for_each(|v| *v = Fold::Min.of(Fold::Max.of(*v, low), high));
            }
            Form::Skip(of, n) => {
                times.iter_mut().for_each(|t| *t += n);
                of.fill(times, cx);
            }
            Form::Reverse(of, n) if times.iter().all(|t| t < n) => {
                times.iter_mut().for_each(|t| *t = n - *t);
                of.fill(times, Cx { left: !cx.left, ..cx });
            }
            Form::Take(of, n) if times.iter().all(|t| t < n) => of.fill(times, cx),
            Form::Splice(parts, seam) => {
                let begun = |t: f64| cx.begun(*seam, t);
                match (times.first().is_none_or(|t| begun(*t)), times.last().is_none_or(|t| begun(*t))) {
                    (false, false) => parts[0].fill(times, cx),
                    (true, true) => parts[1].fill(times, cx),
                    _ => self.one_by_one(times, cx),
                }
            }
            Form::Repeat(repeat) => fill_repeat(self, repeat, times, cx),
            _ => self.one_by_one(times, cx),
        }
    }

    fn one_by_one(&self, times: &mut [f64], cx: Cx<'_, f64>) {
        for (i, t) in times.iter_mut().enumerate() {
            *t = self.at(*t, Cx { run: cx.run + i as f64, ..cx });
        }
    }
}

#[inline]
fn combine(fold: Fold, values: &mut [f64], with: impl Fn(usize) -> f64) {
    let each = values.iter_mut().enumerate();
    // A loop for each, so that none asks which it is.
    match fold {
        Fold::Sum => each.for_each(|(i, v)| *v += with(i)),
        Fold::Product => each.for_each(|(i, v)| *v *= with(i)),
        Fold::Min => each.for_each(|(i, v)| *v = Fold::Min.of(*v, with(i))),
        Fold::Max => each.for_each(|(i, v)| *v = Fold::Max.of(*v, with(i))),
    }
}

fn fill_segment(segment: &Segment<f64, f64>, times: &mut [f64]) {
    use super::parts::Leg;
    let legs = [times.first(), times.last()].map(|t| t.map(|t| segment.leg(*t)));
    match legs {
        [Some(Leg::Way), Some(Leg::Way)] if !segment.continues || segment.shape.endless() => {
            segment.shape.fill(times, |t| {
                let (way, whole) = segment.place(t);
                way / whole
            })
        }
        [Some(a), Some(b)] if a == b && a != Leg::Way => times.fill(segment.at(times[0])),
        _ => times.iter_mut().for_each(|t| *t = segment.at(*t)),
    }
}

fn fill_sequence(sequence: &Sequence<f64>, times: &mut [f64], cx: Cx<'_, f64>) {
    let mut rest = times;
    let mut run = cx.run;
    while let (Some(first), Some(last)) = (rest.first(), rest.last()) {
        let cx = Cx { run, ..cx };
        let i = sequence.piece(*first, cx);
        let count = match sequence.piece(*last, cx) == i {
            true => rest.len(),
            false => rest.partition_point(|t| sequence.piece(*t, cx) == i),
        };
        let (own, after) = rest.split_at_mut(count);
        match sequence.pieces.get(i) {
            Some(piece) => {
                let start = sequence.seams[i];
                own.iter_mut().for_each(|t| *t -= start);
                piece.fill(own, cx);
            }
            None => {
                let last = &sequence.pieces[i - 1];
                own.fill(f64::INFINITY);
                last.fill_held(own, cx);
            }
        }
        run += count as f64;
        rest = after;
    }
}

fn fill_repeat(piece: &Piece<f64>, repeat: &Repeat<f64>, times: &mut [f64], cx: Cx<'_, f64>) {
    let mut rest = times;
    let mut run = cx.run;
    while let Some(first) = rest.first() {
        let cx = Cx { run, ..cx };
        let (cycle, local) = repeat.cycle(*first, cx.left);
        // Whole numbers go on by one, exactly as they are divided, to the end of the period.
        let whole = repeat.period.is_whole() && first.fract() == 0.0 && rest.get(1).is_some_and(|t| t > first);
        if whole && *first >= 0.0 && local < repeat.period.steps() {
            let count = rest.len().min((repeat.period.steps() - local) as usize);
            let (own, after) = rest.split_at_mut(count);
            (0_u32..).zip(own.iter_mut()).for_each(|(i, t)| *t = local + f64::from(i));
            fill_cycle(repeat, own, cycle, cx);
            run += count as f64;
            rest = after;
            continue;
        }
        let mut count = 0;
        let mut held = false;
        for t in rest.iter_mut() {
            let (at, local) = repeat.cycle(*t, cx.left);
            if at != cycle || local == f64::INFINITY {
                held = at == cycle && count == 0;
                break;
            }
            *t = local;
            count += 1;
        }
        if held {
            return piece.one_by_one(rest, cx);
        }
        let (own, after) = rest.split_at_mut(count);
        fill_cycle(repeat, own, cycle, cx);
        run += count as f64;
        rest = after;
    }
}

fn fill_cycle(repeat: &Repeat<f64>, times: &mut [f64], cycle: f64, cx: Cx<'_, f64>) {
    repeat.of.fill(times, cx);
    if repeat.decay != 1.0 && cycle != 0.0 {
        let by = repeat.decay.powf(cycle);
        times.iter_mut().for_each(|v| *v *= by);
    }
}

impl Piece<f64> {
    /// All at the same time, which `times` are.
    fn fill_held(&self, times: &mut [f64], cx: Cx<'_, f64>) {
        match self.linked() {
            true => self.one_by_one(times, cx),
            false => times.fill(self.at(times[0], cx)),
        }
    }
}
