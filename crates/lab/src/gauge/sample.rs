//! Which values of a net are read.

use std::ops::Range;

use rappel_autodiff::{Float, Gradients, Leaf, Module, ModuleExt, ParamId, ParamRef, Rng, Visitor};
use rappel_optim::StepError;

use super::sums::LANES;
use crate::LabError;

/// Values are read in blocks of so many: a line of the cache, of `f32`.
const BLOCK: usize = 16;

/// A tensor is read in so many blocks at least, or whole.
const FEWEST: usize = 4;

/// What is read of one parameter.
#[derive(Debug)]
struct Place {
    id: ParamId,
    len: usize,
    trainable: bool,
    /// Where its values go in the sample.
    at: usize,
    /// The starts of the blocks that are read, in [`Sample::starts`]; empty where all is read.
    blocks: Range<usize>,
    group: usize,
}

impl Place {
    /// How many values are read.
    fn read(&self) -> usize {
        if self.blocks.is_empty() { self.len } else { self.blocks.len() * BLOCK }
    }

    /// Reads them, with the starts of all blocks.
    #[inline]
    fn copy<T: Float>(&self, starts: &[usize], from: &[T], into: &mut [T]) {
        let into = &mut into[self.at..self.at + self.read()];
        if self.blocks.is_empty() {
            into.copy_from_slice(from);
            return;
        }
        for (into, start) in into.as_chunks_mut::<BLOCK>().0.iter_mut().zip(&starts[self.blocks.clone()]) {
            into.copy_from_slice(&from[*start..*start + BLOCK]);
        }
    }
}

/// Values of the sample that are summed together.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) range: Range<usize>,
    pub(super) group: usize,
    /// How many values of the net one of them stands for.
    pub(super) times: f64,
}

/// Which values of a net are read, and where they go.
#[derive(Debug)]
pub(super) struct Sample {
    /// Each visit of a parameter of this number type; those of a tied one after its first read nothing.
    visits: Vec<(ParamId, Option<Place>)>,
    starts: Vec<usize>,
    /// Those of trainable parameters.
    pub(super) parts: Vec<Part>,
    /// Names of the groups, in the order of the net.
    pub(super) groups: Vec<String>,
    /// How many values the sample has room for.
    pub(super) room: usize,
}

impl Sample {
    /// Of a net, with the group of each path, reading about so many values of those there are.
    pub(super) fn new<T: Float>(
        net: &dyn Module,
        group: &dyn Fn(&str) -> String,
        most: impl Fn(usize) -> Option<usize>,
    ) -> Result<Sample, LabError> {
        let mut sizes: Vec<usize> = net.named_parameters().iter().map(|(_, p)| p.shape().iter().product()).collect();
        let most = most(sizes.iter().sum()).map(|values| level(&mut sizes, values));
        let mut rng = Rng::seed(0);
        let (mut visits, mut starts, mut groups) = (Vec::<(ParamId, _)>::new(), Vec::new(), Vec::<String>::new());
        let mut wrong = None;
        net.for_each_param(|path, p| {
            let Some(param) = T::open(p) else {
                if p.trainable() && wrong.is_none() {
                    let parameter = if T::NAME == "f32" { "f64" } else { "f32" };
                    wrong = Some(StepError::NumberType { path: path.into(), parameter, gradients: T::NAME });
                }
                return;
            };
            if visits.iter().any(|known| known.0 == p.id()) {
                visits.push((p.id(), None));
                return;
            }
            let name = group(path);
            let group = groups.iter().position(|known| *known == name).unwrap_or_else(|| {
                groups.push(name);
                groups.len() - 1
            });
            let (len, from) = (param.value.len(), starts.len());
            let blocks = most.map_or(0, |most| most.min(len).div_ceil(BLOCK).max(FEWEST));
            // Blocks pay where most of the tensor is left out.
            if blocks > 0 && 2 * blocks * BLOCK < len {
                starts.extend((0..blocks).map(|k| start(k, blocks, len, &mut rng)));
            }
            let blocks = from..starts.len();
            visits.push((p.id(), Some(Place { id: p.id(), len, trainable: p.trainable(), at: 0, blocks, group })));
        });
        if let Some(wrong) = wrong {
            return Err(wrong.into());
        }
        let mut sample = Sample { visits, starts, parts: Vec::new(), groups, room: 0 };
        // The values of a group side by side, those that are read whole first: they are summed in one go.
        let mut order: Vec<&mut Place> = sample.visits.iter_mut().filter_map(|v| v.1.as_mut()).collect();
        order.sort_by_key(|p| (p.group, !p.blocks.is_empty()));
        for place in order {
            place.at = sample.room;
            sample.room += place.read().next_multiple_of(LANES);
        }
        sample.join();
        Ok(sample)
    }

    /// Finds what is summed together: neighbours of one group whose values stand for as many.
    fn join(&mut self) {
        let mut order: Vec<&Place> = self.places().filter(|p| p.trainable).collect();
        order.sort_by_key(|p| p.at);
        let mut parts = Vec::<Part>::new();
        for place in order {
            let times = place.len as f64 / place.read().max(1) as f64;
            let range = place.at..place.at + place.read().next_multiple_of(LANES);
            match parts.last_mut() {
                Some(last) if (last.group, last.times, last.range.end) == (place.group, times, range.start) => {
                    last.range.end = range.end;
                }
                _ => parts.push(Part { range, group: place.group, times }),
            }
        }
        self.parts = parts;
    }

    fn places(&self) -> impl Iterator<Item = &Place> {
        self.visits.iter().filter_map(|v| v.1.as_ref())
    }

    /// The number of parameters.
    pub(super) fn len(&self) -> usize {
        self.places().count()
    }

    /// The share of the values that is read.
    pub(super) fn share(&self) -> f64 {
        let (read, all) = self.places().fold((0, 0), |(read, all), p| (read + p.read(), all + p.len));
        if all == 0 { 1.0 } else { read as f64 / all as f64 }
    }

    /// Reads the weights.
    pub(super) fn weights<T: Float>(&mut self, net: &dyn Module, into: &mut [T]) -> Result<(), LabError> {
        let mut read = Read { sample: self, into, next: 0, same: true, frozen: false };
        net.visit(&mut read);
        let (same, frozen) = (read.same && read.next == read.sample.visits.len(), read.frozen);
        if !same {
            return Err(LabError::Parameters { was: self.len(), is: net.named_parameters().len() });
        }
        if frozen {
            self.join();
        }
        Ok(())
    }

    /// Reads the gradients; a parameter that has none, or is frozen, has zeros.
    pub(super) fn gradients<T: Float>(
        &self,
        net: &dyn Module,
        gradients: &Gradients<T>,
        into: &mut [T],
    ) -> Result<(), LabError> {
        // Both mostly come in the order of their ids.
        let mut sorted = gradients.iter().peekable();
        for place in self.places() {
            let next = sorted.next_if(|(id, _)| *id == place.id).map(|(_, g)| g);
            match next.or_else(|| gradients.by_id(place.id)).filter(|_| place.trainable) {
                Some(g) if g.len() == place.len => place.copy(&self.starts, g.data(), into),
                Some(g) => return Err(misfit(net, place.id, g.shape())),
                None => into[place.at..place.at + place.read()].fill(T::ZERO),
            }
        }
        Ok(())
    }
}

/// How many values of each tensor may be read so that all together are about so many: small tensors are read whole, large ones alike.
/// In most nets the last layer is small and has much of the gradient.
fn level(sizes: &mut [usize], values: usize) -> usize {
    sizes.sort_unstable();
    let mut left = values;
    for (i, size) in sizes.iter().enumerate() {
        let each = left / (sizes.len() - i);
        if *size > each {
            return each;
        }
        left -= size;
    }
    usize::MAX
}

/// Where block `k` of so many begins in a tensor: at a multiple of [`BLOCK`] somewhere within the `k`-th of so many equal stretches. At
/// equal distances a matrix would be read along few of its columns.
fn start(k: usize, blocks: usize, len: usize, rng: &mut Rng) -> usize {
    let lines = len.div_ceil(BLOCK);
    let (from, to) = (k * lines / blocks, (k + 1) * lines / blocks);
    let line = from + rng.below((to - from) as u64) as usize;
    (line * BLOCK).min(len - BLOCK)
}

/// Why a gradient does not fit.
fn misfit(net: &dyn Module, id: ParamId, gradient: &[usize]) -> LabError {
    let (path, parameter) = net
        .named_parameters()
        .into_iter()
        .find(|(_, p)| p.id() == id)
        .map_or_else(Default::default, |(path, p)| (path, p.shape().to_vec()));
    StepError::Shape { path, gradient: gradient.to_vec(), parameter }.into()
}

/// Reads the weights of a net that is still the one it was.
struct Read<'s, 'i, T> {
    sample: &'s mut Sample,
    into: &'i mut [T],
    next: usize,
    same: bool,
    /// Whether a parameter was frozen or set free.
    frozen: bool,
}

impl<'a, T: Float> Visitor<'a> for Read<'_, '_, T> {
    fn param(&mut self, p: ParamRef<'a>) {
        let Some(p) = T::open(p) else { return };
        let Some((id, place)) = self.sample.visits.get_mut(self.next) else {
            self.same = false;
            return;
        };
        self.next += 1;
        self.same &= *id == p.id();
        let Some(place) = place.as_mut().filter(|_| self.same) else { return };
        if place.len != p.value.len() {
            self.same = false;
            return;
        }
        if place.trainable != p.trainable {
            (place.trainable, self.frozen) = (p.trainable, true);
        }
        place.copy(&self.sample.starts, p.value.data(), self.into);
    }
}
