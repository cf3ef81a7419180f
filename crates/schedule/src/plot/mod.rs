//! Pictures: curves over steps, in a terminal and as SVG.

mod axis;
mod braille;
mod error;
mod svg;
mod trace;

pub use error::PlotError;

use crate::Plan;
use axis::Axis;
use std::ops::Range;
use trace::{Columns, Marked, Trace};

/// A range of more steps is refused: every one of them is read.
const MOST_STEPS: u64 = 1 << 24;

/// A picture is at most so wide and high, in characters or pixels.
const MOST_SIZE: usize = 1 << 14;

/// Schedules drawn over the steps of a run.
///
/// A curve is that of the plan's [`at`](Plan::at), between steps too; of adaptive rules before anything is observed. Every
/// step of the range is read, and of those that share a column the lowest and the highest are drawn, so no spike is too narrow
/// to be seen. A jump is a gap: [`svg`](Plot::svg) has an open dot where the curve was heading and a filled one where it
/// goes on, [`braille`](Plot::braille) a dotted line between. Jumps too low or too close to be told apart are drawn as a line.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Plot, linear};
///
/// let plan = linear(0.0, 1.0, 30).then(linear(0.5, 0.0, 30)).over(60)?;
/// let picture = Plot::new().add("two lines", &plan).braille(40, 9)?;
/// assert_eq!(picture, r"      ⠤⠤⠤⠤ two lines
///    1 ┤               ⡠⠖⠂
///      │           ⢀⡠⠖⠉  ⡁
///      │        ⢀⡠⠖⠉     ⠄
///  0.5 ┤     ⢀⡠⠖⠉        ⠉⠒⠲⠤⣀⡀
///      │  ⢀⡠⠒⠉                ⠈⠉⠓⠲⠤⣀⣀
///    0 ┤⡠⠞⠉                         ⠈⠉⠓⠢⠤⣄
///      └┬──────────┬──────────┬──────────┬
/// step  0         20         40         60
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Plot {
    curves: Vec<(String, Plan)>,
    steps: Option<Range<u64>>,
    log: bool,
    coloured: bool,
}

impl Plot {
    /// A picture without curves.
    pub fn new() -> Plot {
        Plot::default()
    }

    /// The same picture with one more curve, and what the legend says of it.
    #[must_use]
    pub fn add(mut self, label: impl Into<String>, plan: &Plan) -> Plot {
        let visible = |c: char| if c.is_control() { '\u{fffd}' } else { c };
        self.curves.push((label.into().chars().map(visible).collect(), plan.clone()));
        self
    }

    /// The same picture of these steps, from the start of the first to the end of the last: at most 2^24 of them, up to 2^53.
    ///
    /// Without it, all steps up to the end of the schedule that ends last; 1000 if none ends.
    #[must_use]
    pub fn steps(mut self, steps: Range<u64>) -> Plot {
        self.steps = Some(steps);
        self
    }

    /// The same picture with values on a logarithmic scale, six decades of it at most. A curve that leaves it ends there.
    #[must_use]
    pub fn log(mut self) -> Plot {
        self.log = true;
        self
    }

    /// The same picture; in a terminal the curves are told apart by colour, with ANSI escapes. Without it they are dashed.
    #[must_use]
    pub fn coloured(mut self) -> Plot {
        self.coloured = true;
        self
    }

    /// The picture in characters for a terminal, so many wide and high: values on the left, steps below, the legend above.
    /// Each character has 2 x 4 dots (Unicode's braille patterns). Lines have no spaces at their end.
    ///
    /// # Errors
    ///
    /// [`PlotError`]: no curve, steps that cannot be drawn, too little room, no finite value.
    pub fn braille(&self, width: usize, height: usize) -> Result<String, PlotError> {
        self.check(width, height)?;
        braille::draw(self, width, height)
    }

    /// The picture as SVG, so many pixels wide and high: one `<svg>` element, which can also stand within another or in HTML.
    ///
    /// Steps that are far enough apart have a dot each.
    ///
    /// # Errors
    ///
    /// As [`braille`](Plot::braille).
    pub fn svg(&self, width: usize, height: usize) -> Result<String, PlotError> {
        self.check(width, height)?;
        svg::draw(self, width, height)
    }

    fn check(&self, width: usize, height: usize) -> Result<(), PlotError> {
        if self.curves.is_empty() {
            return Err(PlotError::NoCurves);
        }
        if width.max(height) > MOST_SIZE {
            return Err(PlotError::TooLarge { most: MOST_SIZE });
        }
        let Range { start: from, end: to } = self.range();
        if from >= to {
            return Err(PlotError::NoSteps { from, to });
        }
        if to > 1 << 53 {
            return Err(PlotError::TooFar { to });
        }
        if to - from > MOST_STEPS {
            return Err(PlotError::TooLong { steps: to - from, most: MOST_STEPS });
        }
        Ok(())
    }

    /// The steps that are drawn.
    fn range(&self) -> Range<u64> {
        let end = || self.curves.iter().filter_map(|(_, plan)| plan.steps()).max();
        self.steps.clone().unwrap_or_else(|| 0..end().unwrap_or(1000))
    }

    /// The axis of values and the curves, for so many columns.
    fn traces(&self, columns: usize, marked: Marked) -> Result<(Axis, Vec<Trace>), PlotError> {
        let read: Vec<_> =
            self.curves.iter().map(|(_, plan)| Columns::read(plan, self.range(), columns, self.log)).collect();
        let axis = |ends: &[f64]| {
            let values = read.iter().flat_map(Columns::values).chain(ends.iter().copied());
            Axis::around(values, self.log).ok_or(PlotError::NoValues { log: self.log })
        };
        let trace = |axis: &Axis| -> Vec<Trace> { read.iter().map(|columns| columns.trace(axis, marked)).collect() };
        let first = axis(&[])?;
        let traces = trace(&first);
        // A jump may come from a value that no step has; it is shown too.
        let jumps = traces.iter().flat_map(|trace| &trace.jumps);
        let ends: Vec<f64> = jumps.flat_map(|jump| [jump.before, jump.after]).collect();
        if ends.iter().all(|end| (0.0..=1.0).contains(&first.place(*end))) {
            return Ok((first, traces));
        }
        let wider = axis(&ends)?;
        Ok((wider, trace(&wider)))
    }
}

/// The text, cut to so many characters.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.into();
    }
    text.chars().take(most.saturating_sub(1)).chain(['\u{2026}']).collect()
}
