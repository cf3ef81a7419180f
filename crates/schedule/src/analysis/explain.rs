//! Why the value is what it is.

use crate::adaptive::State;
use crate::form::Way;
use crate::piece::{Cx, Form, Piece};
use crate::text::Number;
use crate::{Plan, plan::START};
use std::fmt;

/// The way through a schedule to its value at one step: what [`Plan::explain`] gives.
///
/// Its `Display` is an indented tree, one line for each part that is at work.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    step: u64,
    lines: Vec<Line>,
}

/// One part of a schedule at work.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Line {
    /// How deep it is in the tree; 0 is the whole.
    pub depth: usize,
    /// The part, as it is written.
    pub text: String,
    /// Its own time, in steps since it began.
    pub time: f64,
    /// Its value.
    pub value: f64,
    /// Where in itself it is: the number of the piece, the way gone.
    pub note: String,
}

impl Explanation {
    /// The step.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// The value at that step.
    pub fn value(&self) -> f64 {
        self.lines[0].value
    }

    /// The parts at work, from the whole inwards.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {}: {}", self.step, Number(self.value()))?;
        for line in &self.lines {
            write!(f, "\n{:1$}", "", 2 * line.depth + 2)?;
            write!(f, "{}  at {} = {}", line.text, Number(line.time), Number(line.value))?;
            if !line.note.is_empty() {
                write!(f, "  ({})", line.note)?;
            }
        }
        Ok(())
    }
}

impl Plan {
    /// Why the value at a step is what it is: the parts that are at work there, each with its own time and value. Adaptive
    /// rules are as before anything is observed; [`explain_with`](Plan::explain_with) takes their state.
    ///
    /// ```
    /// use rappel_schedule::{Clock, linear, warmup};
    ///
    /// let plan = (warmup(1.0, 10).then(linear(1.0, 0.0, 40)) * 0.5).bind(&Clock::new())?;
    /// let why = plan.explain(30).to_string();
    /// assert_eq!(why.lines().next(), Some("step 30: 0.25"));
    /// assert!(why.contains("\n      linear(1, 0, 40)  at 20 = 0.5  (50 % of the way)"), "{why}");
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn explain(&self, step: u64) -> Explanation {
        self.explain_with(step, &START)
    }

    /// The same in a state of the adaptive rules.
    pub fn explain_with(&self, step: u64, state: &State) -> Explanation {
        let mut walk = Walk { plan: self, lines: Vec::new() };
        let run = step as f64;
        walk.piece(self.piece(), run, Cx::new(state, run), 0, None);
        Explanation { step, lines: walk.lines }
    }
}

struct Walk<'p> {
    plan: &'p Plan,
    lines: Vec<Line>,
}

impl Walk<'_> {
    /// `above` is the part a piece is in; where both were written as one, that has had its line.
    fn piece(&mut self, piece: &Piece<f64>, t: f64, cx: Cx<'_, f64>, depth: usize, above: Option<u32>) {
        let told = above == Some(piece.source);
        let line = self.lines.len();
        if !told {
            let text = self.plan.part(piece.source).to_string();
            self.lines.push(Line { depth, text, time: t, value: piece.at(t, cx), note: String::new() });
        }
        let depth = if told { depth } else { depth + 1 };
        let note = self.inside(piece, t, cx, depth);
        if let (false, Some(note)) = (told, note) {
            self.lines[line].note = note;
        }
    }

    fn inside(&mut self, piece: &Piece<f64>, t: f64, cx: Cx<'_, f64>, depth: usize) -> Option<String> {
        let mut tell = |of: &Piece<f64>, t: f64, cx: Cx<'_, f64>| self.piece(of, t, cx, depth, Some(piece.source));
        match &piece.form {
            Form::Constant(_) | Form::EndOf(_) | Form::ValueAt(..) | Form::User(_) | Form::Unknown => None,
            Form::Segment(segment) => Some(way(&segment.way(t))),
            Form::Moving(segment) => {
                let held = if segment.continues { t } else { t.min(segment.length) };
                segment.shape.map(&mut |knob| {
                    if knob.constant().is_none() {
                        tell(knob, held, cx);
                    }
                });
                Some(way(&segment.way(t)))
            }
            Form::Sequence(sequence) => {
                let (i, count) = (sequence.piece(t, cx), sequence.pieces.len());
                match sequence.pieces.get(i) {
                    Some(piece) => {
                        tell(piece, t - sequence.seams[i], cx);
                        Some(format!("piece {} of {count}", i + 1))
                    }
                    None => {
                        tell(&sequence.pieces[count - 1], t - sequence.seams[count - 1], cx);
                        Some(format!("past the end of all {count} pieces"))
                    }
                }
            }
            Form::Fold(_, parts) => {
                parts.iter().for_each(|part| tell(part, t, cx));
                None
            }
            Form::Clamp(parts) => {
                parts.iter().filter(|part| part.constant().is_none()).for_each(|part| tell(part, t, cx));
                let [of, low, high] = [&parts[0], &parts[1], &parts[2]].map(|part| part.at(t, cx));
                (of < low || of > high).then(|| "clamped".into())
            }
            Form::Take(of, n) if t >= *n => {
                tell(of, *n, Cx { left: true, ..cx });
                Some("its end, held".into())
            }
            Form::Take(of, _) => {
                tell(of, t, cx);
                None
            }
            Form::Skip(of, n) => {
                tell(of, t + n, cx);
                None
            }
            Form::Reverse(of, n) if t >= *n => {
                tell(of, 0.0, Cx { left: false, ..cx });
                Some("its start, held".into())
            }
            Form::Reverse(of, n) => {
                tell(of, n - t, Cx { left: !cx.left, ..cx });
                Some("backwards".into())
            }
            Form::Repeat(repeat) => {
                let (cycle, local) = repeat.cycle(t, cx.left);
                tell(&repeat.of, local, cx.within(cycle));
                let note = format!("time {}", Number(cycle + 1.0));
                Some(match repeat.decay == 1.0 || cycle == 0.0 {
                    true => note,
                    false => format!("{note}, times {}", Number(repeat.decay.powf(cycle))),
                })
            }
            Form::HoldEvery(of, every, length) => {
                let right = Cx { left: false, ..cx };
                match length {
                    Some(n) if cx.begun(*n, t) => {
                        tell(of, f64::INFINITY, right);
                        Some("its end, held".into())
                    }
                    _ => {
                        let stair = every.stair(t, cx.left);
                        tell(of, stair, right);
                        Some(format!("held since {}", Number(stair)))
                    }
                }
            }
            Form::Splice(parts, seam) => {
                let begun = cx.begun(*seam, t);
                tell(&parts[usize::from(begun)], t, cx);
                Some(if begun { "after the warm-up" } else { "in the warm-up" }.into())
            }
            Form::Linked(of) => Some(format!("at {} of its own", Number(of.at(cx.run, Cx { left: false, ..cx })))),
            Form::Factor(..) => Some("as observed".into()),
            Form::Until(until) => {
                tell(&until.of, t, cx);
                Some("until what is observed ends it".into())
            }
            Form::Wait(wait) => {
                match wait.seam(cx.state) {
                    Some(seam) if cx.begun(seam, t) => tell(&wait.next, t - seam, cx),
                    _ => tell(&wait.first, t, cx),
                }
                None
            }
        }
    }
}

fn way(way: &Way<f64>) -> String {
    match way {
        Way::Start => "not begun".into(),
        Way::At(z) => format!("{} % of the way", Number((z * 1e4).round() / 100.0)),
        Way::End => "at its end".into(),
    }
}
