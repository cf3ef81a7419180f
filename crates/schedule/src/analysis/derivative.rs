//! The derivative in a knob.

use crate::form::{Fold, Segment, Way};
use crate::piece::{Cx, Form, Piece, User};
use crate::plan::START;
use crate::text::{Call, Expr, Kind, Number};
use crate::{Node, Plan, ScheduleError, Shape};
use rappel_elem::{Dual, Elem, Scalar};

/// A number that carries its derivative in the knob.
type Moved = Dual<f64>;

impl Plan {
    /// The derivative of the value at time `t` in the knob of that number, counted from 0 as [`knobs`](Plan::knobs) lists
    /// them: how much the value changes for a small change of the knob. In a length it is per step.
    ///
    /// At a boundary it is that of the piece that owns it, the right one; of two equal sides of a `min` or `max` that of the
    /// first. Before anything is observed, adaptive rules are constants, and so are linked quantities: their knobs are their
    /// own plan's.
    ///
    /// # Errors
    ///
    /// [`NoDerivative`](ScheduleError::NoDerivative) where there is none: `t` is on a seam that moves with the knob and
    /// where the value jumps; the knob is the seed of noise; a function of one's own is registered without its derivatives
    /// and depends on the knob; there is no knob of that number. A part that jumps counts even where what is around it, as
    /// a factor of zero, happens to hide it.
    ///
    /// ```
    /// use rappel_schedule::{Clock, ScheduleError, hold, linear};
    ///
    /// let plan = hold(1.0, 10).then(linear(0.5, 0.0, 10)).bind(&Clock::new())?; // knobs 1, 10, 0.5, 0, 10
    /// assert_eq!(plan.derivative(0, 5.0), Ok(1.0));
    /// assert_eq!(plan.derivative(1, 15.0), Ok(0.05)); // a later seam: the line comes later
    /// let error = plan.derivative(1, 10.0).unwrap_err();
    /// assert!(error.to_string().ends_with("the seam at step 10 moves with it, and there the value jumps from 1 to 0.5"));
    /// # Ok::<(), ScheduleError>(())
    /// ```
    pub fn derivative(&self, knob: usize, t: f64) -> Result<f64, ScheduleError> {
        let knobs = self.knobs();
        let none = |reason: String| {
            let knob = knobs.get(knob).map_or_else(String::new, |k| {
                let kind = if k.is_length() { "length" } else { "value" };
                format!("there is no derivative in knob {knob}, the {kind} {}: ", Number(k.value()))
            });
            ScheduleError::NoDerivative { piece: self.schedule().to_string(), reason: knob + &reason }
        };
        if knob >= knobs.len() {
            return Err(none(format!("there is no knob {knob}; it has {}, counted from 0", knobs.len())));
        }
        let mut number = 0..;
        let moved = self.lift(|v| Dual { v, d: if number.next() == Some(knob) { 1.0 } else { 0.0 } });
        let time = Dual::constant(t);
        let walk = Walk { plan: self, root: moved.piece() };
        walk.piece(moved.piece(), time, Cx::new(&START, time)).map_err(|stop| none(stop.reason))?;
        let slope = moved.at(time).d;
        if slope.is_finite() { Ok(slope) } else { Err(none("the slope there has no bound".into())) }
    }

    /// The derivatives in all knobs, in their order.
    ///
    /// # Errors
    ///
    /// [`NoDerivative`](ScheduleError::NoDerivative) if there is none in some knob, as of [`derivative`](Plan::derivative).
    ///
    /// ```
    /// use rappel_schedule::{Clock, linear};
    ///
    /// let plan = linear(0.0, 1.0, 100).bind(&Clock::new())?;
    /// assert_eq!(plan.gradient(50.0)?, [0.5, 0.5, -0.005]);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn gradient(&self, t: f64) -> Result<Vec<f64>, ScheduleError> {
        (0..self.knobs().len()).map(|knob| self.derivative(knob, t)).collect()
    }
}

/// Why there is no derivative.
struct Stop {
    reason: String,
    /// Whether the value jumps when the knob is moved: then what is the larger or the smaller there may not be so beside it.
    jumps: bool,
}

impl Stop {
    fn jumps(reason: String) -> Stop {
        Stop { reason, jumps: true }
    }

    fn unknown(reason: String) -> Stop {
        Stop { reason, jumps: false }
    }
}

/// Along the parts that make the value, looking for one without a derivative.
struct Walk<'p> {
    plan: &'p Plan,
    root: &'p Piece<Moved>,
}

impl Walk<'_> {
    fn piece(&self, piece: &Piece<Moved>, t: Moved, cx: Cx<'_, Moved>) -> Result<(), Stop> {
        // A seam that is passed when the knob is moved.
        let seam = |seam: Moved| match seam.v == t.v && seam.d != t.d {
            true => jump(piece, t, cx),
            false => Ok(()),
        };
        match &piece.form {
            Form::Constant(_) => self.hidden(),
            Form::Linked(_) | Form::Factor(..) | Form::Unknown => Ok(()),
            Form::Segment(segment) => {
                self.hidden()?;
                shape(segment, &segment.shape, t)
            }
            Form::Moving(segment) => {
                let held = if t.v > segment.length.v && !segment.continues { segment.length } else { t };
                let mut none = Ok(());
                let knobs = segment.shape.map(&mut |knob| {
                    if none.is_ok() {
                        none = self.piece(knob, held, cx);
                    }
                    knob.at(held, cx)
                });
                none?;
                shape(segment, &knobs, t)
            }
            Form::Sequence(sequence) => {
                sequence.seams.iter().skip(1).try_for_each(|s| seam(*s))?;
                let i = sequence.piece(t, cx);
                match sequence.pieces.get(i) {
                    Some(piece) => self.piece(piece, t - sequence.seams[i], cx),
                    None => self.piece(&sequence.pieces[i - 1], t.lit(f64::INFINITY), cx),
                }
            }
            Form::Fold(Fold::Min | Fold::Max, parts) => self.one_of(piece, parts, t, cx),
            Form::Fold(_, parts) => parts.iter().try_for_each(|part| self.piece(part, t, cx)),
            Form::Clamp(parts) => self.one_of(piece, &parts[..], t, cx),
            Form::Take(of, n) if t.v < n.v => self.piece(of, t, cx),
            Form::Take(of, n) => self.piece(of, *n, Cx { left: true, ..cx }),
            Form::Skip(of, n) => self.piece(of, t + *n, cx),
            Form::Reverse(of, n) => match *n - t {
                back if back.v <= 0.0 => self.piece(of, t.lit(0.0), Cx { left: false, ..cx }),
                back => self.piece(of, back, Cx { left: !cx.left, ..cx }),
            },
            Form::Repeat(repeat) => {
                let (over, since) = repeat.period.split(t, false);
                let last = repeat.count.is_none_or(|count| over <= f64::from(count));
                if over > 0.0 && last && since.v == 0.0 && since.d != 0.0 {
                    jump(piece, t, cx)?;
                }
                self.piece(&repeat.of, repeat.cycle(t, cx.left).1, cx)
            }
            Form::HoldEvery(of, every, length) => {
                if let Some(n) = length {
                    seam(*n)?;
                    if cx.begun(n.v, t) {
                        return self.piece(of, t.lit(f64::INFINITY), cx);
                    }
                }
                let stair = every.stair(t, cx.left);
                if t.v > 0.0 {
                    seam(every.stair(t, false))?;
                }
                self.piece(of, stair, Cx { left: false, ..cx })
            }
            Form::Splice(parts, n) => {
                seam(*n)?;
                if cx.begun(n.v, t) {
                    return self.piece(&parts[1], t, cx);
                }
                if let Node::Splice(warmup, _) = self.plan.part(piece.source).node()
                    && says(&Expr::from(warmup), "there")
                {
                    self.piece(&parts[1], *n, Cx { left: false, ..cx })?;
                }
                self.piece(&parts[0], t, cx)
            }
            Form::EndOf(of) => self.piece(of, t.lit(f64::INFINITY), cx),
            Form::ValueAt(of, time) => self.piece(of, *time, cx),
            Form::User(user) => {
                let inside = t.v >= 0.0 && user.length.is_none_or(|n| t.v < n.v);
                let way = if inside { user.length.map_or(t, |n| t / n).d } else { 0.0 };
                known(user, way != 0.0)
            }
            Form::Until(until) => self.piece(&until.of, t, cx),
            Form::Wait(wait) => match wait.seam(cx.state) {
                Some(n) => {
                    seam(n)?;
                    match cx.begun(n.v, t) {
                        true => self.piece(&wait.next, t - n, cx),
                        false => self.piece(&wait.first, t, cx),
                    }
                }
                None => self.piece(&wait.first, t, cx),
            },
        }
    }

    /// Of parts of which one is the value: the others count only where they jump.
    fn one_of(&self, piece: &Piece<Moved>, parts: &[Piece<Moved>], t: Moved, cx: Cx<'_, Moved>) -> Result<(), Stop> {
        let value = piece.at(t, cx).v;
        parts.iter().try_for_each(|part| match self.piece(part, t, cx) {
            Err(stop) if stop.jumps || part.at(t, cx).v == value => Err(stop),
            _ => Ok(()),
        })
    }

    /// A value may have been taken from a function of one's own when the schedule was bound, and no derivative with it.
    fn hidden(&self) -> Result<(), Stop> {
        let mut unknown = Ok(());
        users(self.root, &mut |user| {
            if unknown.is_ok() {
                unknown = known(user, user.length.is_some_and(|n| n.d != 0.0));
            }
        });
        let expr = || Expr::from(self.plan.schedule());
        if unknown.is_err() && (says(&expr(), "here") || says(&expr(), "there")) { unknown } else { Ok(()) }
    }
}

/// Nothing, unless the value jumps at `t`.
fn jump(piece: &Piece<Moved>, t: Moved, cx: Cx<'_, Moved>) -> Result<(), Stop> {
    let [before, after] = [true, false].map(|left| piece.at(t, Cx { left, ..cx }).v);
    if (after - before).abs() <= 1e-12 * before.abs().max(after.abs()) {
        return Ok(());
    }
    let (step, before, after) = (Number(cx.run.v), Number(before), Number(after));
    Err(Stop::jumps(format!(
        "the seam at step {step} moves with it, and there the value jumps from {before} to {after}"
    )))
}

fn shape<V>(segment: &Segment<V, Moved>, shape: &Shape<Moved>, t: Moved) -> Result<(), Stop> {
    if let Shape::Noise(noise) = shape {
        if noise.seed.d != 0.0 {
            return Err(Stop::unknown("a seed is a name and no quantity".into()));
        }
        if let Way::At(z) = segment.way(t)
            && z.v > 0.0
            && z.v.fract() == 0.0
            && z.d != 0.0
        {
            return Err(Stop::jumps("the draw of noise at this step moves with it".into()));
        }
    }
    let one_step = segment.reach == crate::form::Reach::Last && segment.length.v == 1.0 && segment.length.d != 0.0;
    let ends = [0.0, 1.0].map(|z| shape.at(t.lit(z)).v);
    // What could go on is at its end from then on, too.
    if one_step && (t.v == 0.0 || segment.continues) && ends[0] != ends[1] {
        return Err(Stop::jumps("an inclusive piece of one step is at its end at once, and of more it is not".into()));
    }
    Ok(())
}

/// Nothing, unless a function without derivatives depends on the knob.
fn known(user: &User<Moved>, way: bool) -> Result<(), Stop> {
    let depends = way || user.values.iter().any(|v| v.d != 0.0);
    if user.function.slopes.is_some() || !depends {
        return Ok(());
    }
    let name = &user.name;
    Err(Stop::unknown(format!(
        "user::{name} was registered without its derivatives; `Registry::differentiable` takes them"
    )))
}

fn users<K: Scalar>(piece: &Piece<K>, each: &mut dyn FnMut(&User<K>)) {
    if let Form::User(user) = &piece.form {
        each(user);
    }
    piece.parts(&mut |part| users(part, each));
}

/// Whether a word stands somewhere in a text.
fn says(expr: &Expr, word: &str) -> bool {
    let call = |call: &Call| call.args().iter().any(|arg| says(arg.value(), word));
    match expr.kind() {
        Kind::Word(w) => **w == *word,
        Kind::List(items) | Kind::Pair(items) | Kind::Infix(_, items) => items.iter().any(|item| says(item, word)),
        Kind::Map(items) => items.iter().any(|(key, value)| says(key, word) || says(value, word)),
        Kind::Call(c) => call(c),
        Kind::Method(of, c) => says(of, word) || call(c),
        Kind::Let(_, value, body) => says(value, word) || says(body, word),
        Kind::Number(..) | Kind::Dur(_) | Kind::Text(_) | Kind::Linked(_) => false,
    }
}
