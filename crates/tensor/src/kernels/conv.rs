//! Convolution: its value and its two gradients, which are three views of one trilinear form
//!
//! `sum of g[n, o, y] w[o, c, k] x[n, c, y s + k d - p]`, over groups of channels.
//!
//! An image is copied into zero-padded planes, one per channel and [phase](axis), whose rows follow each other without a gap. There a
//! tap is one distance, for whole planes at a time: no matrix of patches is formed, and nothing is packed but the weight. Sums at places
//! where a row runs over into the next are formed too, and left behind.
//!
//! | | rows of results | summed over | kernel |
//! |---|---|---|---|
//! | value | outputs | channels and taps | [`Sweep`] |
//! | gradient in the input, for each of its phases | channels | outputs and the phase's taps | [`Sweep`] |
//! | gradient in the weight | channels and taps, with outputs as lanes | places and images | [`Patches`] |
//!
//! Threads share images. Padding takes part as the zeros that it is.

mod axis;
mod patches;
mod sweep;

use std::ops::Range;

use smallvec::SmallVec;

use super::shards::{for_each_part, threads};
use crate::Workspace;
use crate::kernels::lanes::LANES;
use crate::number::Float;
use crate::shape::Shape;
use crate::tensor::Tensor;
pub(crate) use axis::Axis;
use patches::{Patches, interleave};
use sweep::{SLACK, Sweep, pack, strips};

/// The sizes of a convolution; no kernel is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) images: usize,
    pub(crate) groups: usize,
    /// Input channels of a group.
    pub(crate) channels: usize,
    /// Output channels of a group.
    pub(crate) outputs: usize,
    pub(crate) axes: [Axis; 2],
}

/// From this many multiplications on, threads share the work.
const LARGE: usize = 1 << 20;

/// At most so many parts of the gradient in a weight are formed side by side, and then added in order.
const SHARES: usize = 16;

impl Plan {
    fn taps(&self) -> usize {
        self.axes[0].kernel * self.axes[1].kernel
    }

    fn places(&self) -> usize {
        self.axes[0].output * self.axes[1].output
    }

    /// Values of an image: input and output.
    fn per_image(&self) -> (usize, usize) {
        let area = self.axes[0].input * self.axes[1].input;
        (self.groups * self.channels * area, self.groups * self.outputs * self.places())
    }

    /// Values of a group's weight.
    fn per_group(&self) -> usize {
        self.outputs * self.channels * self.taps()
    }

    /// The images of a shard.
    fn share(&self) -> usize {
        let work = self.per_group().saturating_mul(self.groups).saturating_mul(self.places()).max(1);
        LARGE.div_ceil(work).min(self.images.max(1))
    }

    /// The planes of the padded input.
    fn planes(&self) -> Planes {
        Planes { phases: self.axes.map(|a| a.phases()), size: self.axes.map(|a| a.length()) }
    }

    /// Where in a channel's planes each tap looks.
    fn offsets(&self, planes: &Planes) -> Offsets {
        let [y, x] = &self.axes;
        let [height, width] = planes.size;
        let at = |axis: usize, phase: usize| {
            planes.phases[axis].iter().position(|&p| p == phase).expect("the phase of a tap")
        };
        let mut offsets = Offsets::new();
        for (ky, kx) in (0..y.kernel).flat_map(|ky| (0..x.kernel).map(move |kx| (ky, kx))) {
            let plane = at(0, y.phase(ky)) * planes.phases[1].len() + at(1, x.phase(kx));
            offsets.push((plane * height + y.shift(ky)) * width + x.shift(kx));
        }
        offsets
    }

    /// Copies a group of an image into its planes, whose padding stays as it is.
    fn spread<T: Float>(&self, planes: &Planes, group: &[T], to: &mut [T]) {
        let [y, x] = &self.axes;
        let [height, width] = planes.size;
        let mut plane = 0;
        for channel in group.chunks_exact((y.input * x.input).max(1)) {
            for &py in &planes.phases[0] {
                for &px in &planes.phases[1] {
                    let columns = x.inside(px);
                    for row in if columns.is_empty() { 0..0 } else { y.inside(py) } {
                        let from = &channel[y.place(py, row) * x.input + x.place(px, columns.start)..];
                        let to = &mut to[(plane * height + row) * width..][columns.clone()];
                        if x.stride == 1 {
                            to.copy_from_slice(&from[..columns.len()]);
                        } else {
                            to.iter_mut().zip(from.iter().step_by(x.stride)).for_each(|(to, x)| *to = *x);
                        }
                    }
                    plane += 1;
                }
            }
        }
    }
}

/// A place per tap.
type Offsets = SmallVec<[usize; 32]>;

/// The planes of a channel: one for each pair of phases.
struct Planes {
    phases: [SmallVec<[usize; 4]>; 2],
    size: [usize; 2],
}

impl Planes {
    /// Values of a channel.
    fn len(&self) -> usize {
        self.phases[0].len() * self.phases[1].len() * self.size[0] * self.size[1]
    }
}

/// A buffer from the pool; it holds anything.
fn room<T: Float>(workspace: Option<&Workspace<T>>, len: usize) -> Tensor<T> {
    Tensor::make(workspace, Shape::from_slice(&[len]), |_| {})
}

fn zeros<T: Float>(workspace: Option<&Workspace<T>>, len: usize) -> Tensor<T> {
    Tensor::make(workspace, Shape::from_slice(&[len]), |to| to.fill(T::ZERO))
}

/// The values of a plane's box whose rows follow each other, with what lies between them.
fn flat(rows: usize, columns: usize, width: usize) -> usize {
    if rows == 0 || columns == 0 { 0 } else { (rows - 1) * width + columns }
}

/// The convolution of images `x` with a weight, plus a bias per output channel.
pub(crate) fn convolve<T: Float>(
    plan: &Plan,
    workspace: Option<&Workspace<T>>,
    out: &mut [T],
    x: &[T],
    weight: &[T],
    bias: Option<&[T]>,
) {
    let &Plan { groups, channels, outputs, axes: [rows, columns], .. } = plan;
    if out.is_empty() {
        return;
    }
    let (taps, places) = (plan.taps(), plan.places());
    let (image_in, image_out) = plan.per_image();
    let planes = plan.planes();
    let offsets = plan.offsets(&planes);
    let pitch = planes.size[1];
    let (strips, width) = strips(flat(rows.output, columns.output, pitch));
    let mut packed = room(workspace, weight.len());
    for (to, group) in groups_of(packed.data_mut(), weight, plan.per_group()) {
        pack(to, [outputs, channels, taps], |o, c, k| group[(o * channels + c) * taps + k]);
    }
    let packed = packed.data();
    let share = plan.share();
    for_each_part(&threads(workspace), out, share * image_out, |shard, part| {
        let mut source = zeros(workspace, channels * planes.len() + SLACK);
        // Without channels nothing is written, and the sum is 0.
        let mut sums = zeros(workspace, outputs * width);
        let (source, sums) = (source.data_mut(), sums.data_mut());
        for (i, to) in part.chunks_exact_mut(image_out).enumerate() {
            let x = &x[(shard * share + i) * image_in..][..image_in];
            for (g, to) in to.chunks_exact_mut(outputs * places).enumerate() {
                plan.spread(&planes, &x[g * (image_in / groups)..][..image_in / groups], source);
                Sweep {
                    source,
                    distance: planes.len(),
                    channels,
                    offsets: &offsets,
                    packed: &packed[g * plan.per_group()..][..plan.per_group()],
                    rows: outputs,
                    out: sums,
                    width,
                    strips,
                }
                .run();
                for (o, to) in to.chunks_exact_mut(places).enumerate() {
                    let bias = bias.map(|bias| bias[g * outputs + o]);
                    for (y, to) in to.chunks_exact_mut(columns.output).enumerate() {
                        let sums = &sums[o * width + y * pitch..][..columns.output];
                        match bias {
                            None => to.copy_from_slice(sums),
                            Some(bias) => to.iter_mut().zip(sums).for_each(|(to, sum)| *to = *sum + bias),
                        }
                    }
                }
            }
        }
    });
}

/// What one phase of the input gets.
struct Pass {
    phases: [usize; 2],
    /// The taps that look at the phase, and where they do, seen from the other side.
    taps: Offsets,
    offsets: Offsets,
    /// The places of the phase that are in the input.
    rows: Range<usize>,
    columns: Range<usize>,
    /// Where its factors start, in factors per pair of channels.
    first: usize,
}

/// The adjoint of [`convolve`] in its input: from images of the output to images of the input.
pub(crate) fn transpose<T: Float>(plan: &Plan, workspace: Option<&Workspace<T>>, out: &mut [T], g: &[T], weight: &[T]) {
    let &Plan { groups, channels, outputs, axes, .. } = plan;
    if out.is_empty() {
        return;
    }
    if g.is_empty() {
        return out.fill(T::ZERO);
    }
    let [y, x] = &axes;
    let (taps, places) = (plan.taps(), plan.places());
    let (image_in, image_out) = plan.per_image();
    // Each output stands in a plane with as many zeros on both sides as a tap may reach.
    let [height, pitch] = axes.map(|a| a.output + 2 * a.reach());
    let mut passes: SmallVec<[Pass; 4]> = SmallVec::new();
    let mut first = 0;
    for py in y.phases() {
        for px in x.phases() {
            let at = (0..y.kernel).flat_map(|ky| (0..x.kernel).map(move |kx| (ky, kx)));
            let at = at.filter(|&(ky, kx)| y.phase(ky) == py && x.phase(kx) == px);
            let offset = |(ky, kx)| (y.reach() - y.shift(ky)) * pitch + x.reach() - x.shift(kx);
            let taps: Offsets = at.clone().map(|(ky, kx)| ky * x.kernel + kx).collect();
            let offsets = at.map(offset).collect();
            let next = first + taps.len();
            passes.push(Pass { phases: [py, px], taps, offsets, rows: y.inside(py), columns: x.inside(px), first });
            first = next;
        }
    }
    let pairs = channels * outputs;
    let mut packed = room(workspace, weight.len());
    for (to, group) in groups_of(packed.data_mut(), weight, plan.per_group()) {
        for Pass { taps: own, first, .. } in &passes {
            let to = &mut to[first * pairs..][..own.len() * pairs];
            pack(to, [channels, outputs, own.len()], |c, o, k| group[(o * channels + c) * taps + own[k]]);
        }
    }
    let packed = packed.data();
    let cover = |pass: &Pass| strips(flat(pass.rows.len(), pass.columns.len(), pitch));
    let widest = passes.iter().map(|pass| cover(pass).1).max().unwrap_or(0);
    let share = plan.share();
    for_each_part(&threads(workspace), out, share * image_in, |shard, part| {
        let mut source = zeros(workspace, outputs * height * pitch + SLACK);
        let mut sums = room(workspace, channels * widest);
        let (source, sums) = (source.data_mut(), sums.data_mut());
        // Places that no tap looks at get nothing.
        part.fill(T::ZERO);
        for (i, to) in part.chunks_exact_mut(image_in).enumerate() {
            let g = &g[(shard * share + i) * image_out..][..image_out];
            let groups = g.chunks_exact(image_out / groups).zip(to.chunks_exact_mut(image_in / groups));
            for (group, (g, to)) in groups.enumerate() {
                for (r, row) in g.chunks_exact(x.output).enumerate() {
                    let at = (r / y.output * height + r % y.output + y.reach()) * pitch + x.reach();
                    source[at..at + x.output].copy_from_slice(row);
                }
                debug_assert_eq!(g.len(), outputs * places);
                for pass in &passes {
                    let (strips, width) = cover(pass);
                    if strips == 0 {
                        continue;
                    }
                    let factors = &packed[group * plan.per_group() + pass.first * pairs..][..pass.taps.len() * pairs];
                    Sweep {
                        source: &source[pass.rows.start * pitch + pass.columns.start..],
                        distance: height * pitch,
                        channels: outputs,
                        offsets: &pass.offsets,
                        packed: factors,
                        rows: channels,
                        out: sums,
                        width,
                        strips,
                    }
                    .run();
                    for (c, to) in to.chunks_exact_mut(y.input * x.input).enumerate() {
                        for (i, row) in pass.rows.clone().enumerate() {
                            let sums = &sums[c * width + i * pitch..][..pass.columns.len()];
                            let at =
                                y.place(pass.phases[0], row) * x.input + x.place(pass.phases[1], pass.columns.start);
                            if x.stride == 1 {
                                to[at..at + sums.len()].copy_from_slice(sums);
                            } else {
                                to[at..].iter_mut().step_by(x.stride).zip(sums).for_each(|(to, sum)| *to = *sum);
                            }
                        }
                    }
                }
            }
        }
    });
}

/// The adjoint of [`convolve`] in its weight: from images of the input and of the output.
pub(crate) fn weight<T: Float>(plan: &Plan, workspace: Option<&Workspace<T>>, out: &mut [T], x: &[T], g: &[T]) {
    let &Plan { images, groups, outputs, channels, axes: [rows, columns], .. } = plan;
    if out.is_empty() || g.is_empty() {
        return out.fill(T::ZERO);
    }
    let planes = plan.planes();
    let offsets = plan.offsets(&planes);
    let (image_in, image_out) = plan.per_image();
    let (places, shifts) = (plan.places(), channels * plan.taps());
    // Outputs are the lanes here; those of a group that are too few for one more strip leave lanes idle.
    let lanes = outputs.next_multiple_of(LANES);
    let share = plan.share().max(images.div_ceil(SHARES));
    let sum = |first: usize, out: &mut [T]| {
        let mut source = zeros(workspace, channels * planes.len() + SLACK);
        let mut values = zeros(workspace, places * lanes);
        let mut sums = zeros(workspace, groups * shifts * lanes);
        let (source, values, sums) = (source.data_mut(), values.data_mut(), sums.data_mut());
        for image in first..images.min(first + share) {
            let x = &x[image * image_in..][..image_in];
            let g = g[image * image_out..][..image_out].chunks_exact(image_out / groups);
            for (group, (g, sums)) in g.zip(sums.chunks_exact_mut(shifts * lanes)).enumerate() {
                plan.spread(&planes, &x[group * (image_in / groups)..][..image_in / groups], source);
                interleave(g, places, values);
                Patches {
                    values,
                    rows: rows.output,
                    columns: columns.output,
                    source,
                    pitch: planes.size[1],
                    channels,
                    distance: planes.len(),
                    offsets: &offsets,
                    sums,
                }
                .run();
            }
        }
        let groups = out.chunks_exact_mut(outputs * shifts).zip(sums.chunks_exact(shifts * lanes));
        for (to, sums) in groups {
            for (o, to) in to.chunks_exact_mut(shifts).enumerate() {
                let sums = sums[o / LANES * shifts * LANES + o % LANES..].iter().step_by(LANES);
                to.iter_mut().zip(sums).for_each(|(to, sum)| *to = *sum);
            }
        }
    };
    if share >= images {
        return sum(0, out);
    }
    let mut parts = room(workspace, images.div_ceil(share) * out.len());
    for_each_part(&threads(workspace), parts.data_mut(), out.len(), |shard, part| sum(shard * share, part));
    let (first, rest) = parts.data().split_at(out.len());
    out.copy_from_slice(first);
    for part in rest.chunks_exact(out.len()) {
        out.iter_mut().zip(part).for_each(|(to, x)| *to = *to + *x);
    }
}

/// The groups of two arrays of weights.
fn groups_of<'a, T>(to: &'a mut [T], from: &'a [T], size: usize) -> impl Iterator<Item = (&'a mut [T], &'a [T])> {
    to.chunks_exact_mut(size.max(1)).zip(from.chunks_exact(size.max(1)))
}
