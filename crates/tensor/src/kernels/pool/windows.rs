//! Where windows lie along axes and over planes.

use smallvec::SmallVec;

/// What windows there are along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Windows {
    /// Of one size at equal distances, over padding in front and behind.
    Sliding { kernel: usize, stride: usize, padding: usize, dilation: usize, count_padding: bool },
    /// So many of about equal sizes, which cover the axis.
    Adaptive,
    /// For each value of a shorter axis, the places whose nearest it is when it is stretched; sums are not divided.
    Nearest,
}

/// Sizes along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Axis {
    pub(crate) input: usize,
    pub(crate) output: usize,
    pub(crate) windows: Windows,
}

/// A window: so many places, and what a sum over them is divided by.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub(super) start: usize,
    pub(super) count: usize,
    pub(super) step: usize,
    pub(super) divisor: usize,
}

impl Window {
    /// So many values on from the first is behind the last.
    #[inline(always)]
    pub(super) fn extent(&self) -> usize {
        if self.count == 0 { 0 } else { (self.count - 1) * self.step + 1 }
    }
}

impl Axis {
    /// An axis that is not there.
    pub(crate) const ONE: Axis = Axis { input: 1, output: 1, windows: Windows::Nearest };

    fn window(&self, o: usize) -> Window {
        let Axis { input, output, windows } = *self;
        // Products of a place with a size, wide: sizes fit in memory, their products need not.
        let share = |o: usize, round: u128| ((o as u128 * input as u128 + round) / output as u128) as usize;
        match windows {
            Windows::Sliding { kernel, stride, padding, dilation, count_padding } => {
                let begin = o * stride;
                let skipped = padding.saturating_sub(begin).div_ceil(dilation).min(kernel);
                let start = begin + skipped * dilation - padding.min(begin + skipped * dilation);
                let count = input.saturating_sub(start).div_ceil(dilation).min(kernel - skipped);
                // Without values it starts where a plane does: inside.
                let start = if count == 0 { 0 } else { start };
                let whole = (begin + kernel).min(input + 2 * padding) - begin;
                Window { start, count, step: dilation, divisor: if count_padding { whole } else { count } }
            }
            Windows::Adaptive => {
                let (start, end) = (share(o, 0), share(o + 1, output as u128 - 1));
                Window { start, count: end - start, step: 1, divisor: end - start }
            }
            Windows::Nearest => {
                let (start, end) = (share(o, output as u128 - 1), share(o + 1, output as u128 - 1));
                Window { start, count: end - start, step: 1, divisor: 1 }
            }
        }
    }

    fn all(&self) -> SmallVec<[Window; 32]> {
        (0..self.output).map(|o| self.window(o)).collect()
    }
}

/// The windows of one size at equal distances among those along a row: what vectors work on. In front and behind are those that
/// reach into the padding.
#[derive(Clone, Copy)]
pub(super) struct Even {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) stride: usize,
    pub(super) first: Window,
}

impl Even {
    fn among(windows: &[Window]) -> Self {
        let whole = windows.iter().map(|w| w.count).max().unwrap_or(0);
        let from = windows.iter().position(|w| w.count == whole).unwrap_or(0);
        let Some(&first) = windows.get(from) else {
            return Even { from: 0, to: 0, stride: 1, first: Window { start: 0, count: 0, step: 1, divisor: 1 } };
        };
        let stride = windows.get(from + 1).map_or(1, |w| w.start.saturating_sub(first.start).max(1));
        let even = |(i, w): &(usize, &Window)| {
            w.count == whole && w.divisor == first.divisor && w.start == first.start + i * stride
        };
        let to = from + windows[from..].iter().enumerate().take_while(even).count();
        Even { from, to, stride, first }
    }
}

/// The windows over a plane.
pub(super) struct Grid {
    /// How many values a plane has, and how many windows.
    pub(super) input: usize,
    pub(super) output: usize,
    pub(super) width: usize,
    pub(super) rows: SmallVec<[Window; 32]>,
    pub(super) columns: SmallVec<[Window; 32]>,
    pub(super) even: Even,
}

impl Grid {
    pub(super) fn new(axes: &[Axis; 2]) -> Self {
        let [rows, columns] = [axes[0].all(), axes[1].all()];
        Grid {
            input: axes[0].input * axes[1].input,
            output: rows.len() * columns.len(),
            width: axes[1].input,
            even: Even::among(&columns),
            rows,
            columns,
        }
    }

    /// The numbers of the windows along a row that are not even.
    #[inline(always)]
    pub(super) fn edges(&self) -> impl Iterator<Item = usize> + use<> {
        (0..self.even.from).chain(self.even.to..self.columns.len())
    }
}
