//! One axis of a convolution, and the input cut along it into phases.
//!
//! With stride s, tap k at output o looks at place `o s + k d` of the padded input (dilation d). Taken apart by the remainder of
//! the place after division by s, its *phase*, the input is s shorter rows, and the tap looks at one of them, `o + shift` along: every
//! convolution is one of stride 1 in its phases.

use std::ops::Range;

use smallvec::SmallVec;

/// Sizes along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Axis {
    pub(crate) input: usize,
    pub(crate) kernel: usize,
    pub(crate) output: usize,
    pub(crate) stride: usize,
    /// Zeros in front. Those behind follow from the other sizes.
    pub(crate) padding: usize,
    pub(crate) dilation: usize,
}

impl Axis {
    /// An axis that is not there.
    pub(crate) const ONE: Axis = Axis { input: 1, kernel: 1, output: 1, stride: 1, padding: 0, dilation: 1 };

    /// The phase a tap looks at.
    pub(super) fn phase(&self, tap: usize) -> usize {
        tap * self.dilation % self.stride
    }

    /// How far along its phase.
    pub(super) fn shift(&self, tap: usize) -> usize {
        tap * self.dilation / self.stride
    }

    /// The largest shift.
    pub(super) fn reach(&self) -> usize {
        self.shift(self.kernel - 1)
    }

    /// The length of a phase: what some output looks at.
    pub(super) fn length(&self) -> usize {
        self.output + self.reach()
    }

    /// The most places that are ever laid out along the axis: all phases, or the output with what taps may reach on both sides.
    pub(crate) fn padded(&self) -> usize {
        let phases = self.length().saturating_mul(self.phases().len());
        phases.max(self.output.saturating_add(2 * self.reach()))
    }

    /// The phases that some tap looks at.
    pub(super) fn phases(&self) -> SmallVec<[usize; 4]> {
        let mut phases = SmallVec::new();
        for phase in (0..self.kernel).map(|k| self.phase(k)) {
            if phases.contains(&phase) {
                break;
            }
            phases.push(phase);
        }
        phases
    }

    /// The places of a phase that are in the input, not in the padding.
    pub(super) fn inside(&self, phase: usize) -> Range<usize> {
        let behind = |place: usize| place.saturating_sub(phase).div_ceil(self.stride).min(self.length());
        let end = behind(self.input + self.padding);
        behind(self.padding).min(end)..end
    }

    /// Where a place inside is in the input.
    pub(super) fn place(&self, phase: usize, i: usize) -> usize {
        i * self.stride + phase - self.padding
    }
}
