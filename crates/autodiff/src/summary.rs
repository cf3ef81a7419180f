//! What a tape holds: how many operations, how many bytes, in which layers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Deref;
use std::panic::Location;

use rappel_tensor::{Float, Shape, Tensor};
use smallvec::SmallVec;

use crate::op::Op;
use crate::table::{Table, grouped};
use crate::tape::{Node, Tape};
use crate::watch::Place;

/// How many of the largest values a [`Summary`] names.
const LARGEST: usize = 5;

/// What a tape holds at the moment. Its text is a table. See [`Tape::summary`].
///
/// Bytes are counted once per buffer: a reshaped value costs nothing.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Summary {
    /// Values from outside: data, constants, variables.
    pub inputs: Held,
    /// Parameters.
    pub parameters: Held,
    /// What operations computed, which lives until the tape is cleared.
    pub activations: Held,
    /// Bytes that operations keep for the backward pass besides their values.
    pub kept_bytes: usize,
    /// Products added up by contractions: of the forward pass, and of recorded gradients if there are any.
    pub multiply_adds: u64,
    /// Operations by name, those with the most bytes first.
    pub ops: Vec<OpCost>,
    /// What each layer recorded, in the order of the calls; empty unless the tape [watches](Tape::watch).
    pub layers: Layers,
    /// The largest computed values.
    pub largest: Vec<Largest>,
}

/// A number of nodes, the values in them, and the bytes of their buffers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Held {
    /// Nodes.
    pub nodes: usize,
    /// Numbers.
    pub values: usize,
    /// Bytes of buffers that no earlier node shares.
    pub bytes: usize,
}

/// An operation's share.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpCost {
    /// Its name.
    pub op: &'static str,
    /// What its nodes hold.
    pub held: Held,
    /// Bytes kept besides.
    pub kept_bytes: usize,
    /// Products added up.
    pub multiply_adds: u64,
}

/// What one run of a layer recorded, without what the layers in it did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LayerCost {
    /// The layer; none for what was recorded outside of all layers.
    pub place: Option<Place>,
    /// The shape of its output, if it was given.
    pub output: Option<Shape>,
    /// Numbers in the parameters it put on the tape: those that no earlier layer had.
    pub parameters: usize,
    /// Products added up.
    pub multiply_adds: u64,
    /// Bytes of the values it computed.
    pub activation_bytes: usize,
}

/// Layers in the order of the calls. The text is a table; it leaves out containers, which compute nothing themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layers(Vec<LayerCost>);

/// One of the largest values.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Largest {
    /// The operation that computed it.
    pub op: &'static str,
    /// Its shape.
    pub shape: Shape,
    /// Its bytes.
    pub bytes: usize,
    /// The user's line.
    pub at: &'static Location<'static>,
    /// The layer, on a watched tape.
    pub place: Option<Place>,
}

impl Held {
    fn add(&mut self, values: usize, bytes: usize) {
        self.nodes += 1;
        self.values += values;
        self.bytes += bytes;
    }
}

impl Deref for Layers {
    type Target = [LayerCost];

    fn deref(&self) -> &[LayerCost] {
        &self.0
    }
}

/// The values of a tensor as its shape has them: a parameter that the tape has let go of holds none.
fn values_of<T: Float>(x: &Tensor<T>) -> usize {
    x.shape().iter().product()
}

/// Buffers that were counted.
#[derive(Default)]
struct Buffers(BTreeSet<usize>);

impl Buffers {
    /// The bytes of a tensor's buffer, 0 if it was counted before.
    fn count<T: Float>(&mut self, x: &Tensor<T>) -> usize {
        let new = x.is_empty() || self.0.insert(x.data().as_ptr().addr());
        if new { size_of_val(x.data()) } else { 0 }
    }
}

impl<T: Float> Tape<T> {
    /// What the tape holds: operations, values and bytes, by operation and by layer, and the largest values with the lines that
    /// computed them.
    ///
    /// ```
    /// use rappel_autodiff::{Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// let x = tape.input(&Tensor::zeros(&[64, 784]));
    /// let w = tape.var(&Tensor::zeros(&[128, 784]));
    /// x.linear(w, None).relu();
    /// let summary = tape.summary();
    /// assert_eq!(summary.activations.bytes, 2 * 64 * 128 * 4);
    /// assert_eq!(summary.multiply_adds, 64 * 128 * 784);
    /// println!("{summary}");
    /// ```
    pub fn summary(&self) -> Summary {
        let nodes = self.nodes.borrow();
        let watch = self.running.watch.borrow();
        let mut buffers = Buffers::default();
        let mut ops: BTreeMap<&'static str, OpCost> = BTreeMap::new();
        // The last is for what is outside of all layers.
        let outside = watch.visits.len();
        let mut layers = vec![LayerCost::of(None, None); outside + 1];
        for (cost, visit) in layers.iter_mut().zip(&watch.visits) {
            let output = visit.output.map(|id| Shape::from(nodes[id as usize].value.shape()));
            *cost = LayerCost::of(Some(visit.place.clone()), output);
        }
        let mut all = Summary {
            inputs: Held::default(),
            parameters: Held::default(),
            activations: Held::default(),
            kept_bytes: 0,
            multiply_adds: 0,
            ops: Vec::new(),
            layers: Layers::default(),
            largest: Vec::new(),
        };
        let mut sizes: Vec<(usize, usize)> = Vec::new();
        for (id, node) in nodes.iter().enumerate() {
            let (values, bytes) = (values_of(&node.value), buffers.count(&node.value));
            let layer = &mut layers[watch.visit_of(id as u32).map_or(outside, |visit| visit as usize)];
            match node.op {
                Op::Leaf => all.inputs.add(values, bytes),
                Op::Param => {
                    all.parameters.add(values, values * size_of::<T>());
                    layer.parameters += values;
                }
                _ => {
                    let multiply_adds = node.multiply_adds(&nodes);
                    let kept = node.kept.as_ref().map_or(0, |kept| buffers.count(kept));
                    all.activations.add(values, bytes);
                    all.kept_bytes += kept;
                    all.multiply_adds += multiply_adds;
                    layer.multiply_adds += multiply_adds;
                    layer.activation_bytes += bytes;
                    let new = OpCost { op: node.op.name(), held: Held::default(), kept_bytes: 0, multiply_adds: 0 };
                    let cost = ops.entry(node.op.name()).or_insert(new);
                    cost.held.add(values, bytes);
                    cost.kept_bytes += kept;
                    cost.multiply_adds += multiply_adds;
                    sizes.push((bytes, id));
                }
            }
        }
        sizes.sort_by_key(|&(bytes, id)| (std::cmp::Reverse(bytes), id));
        let largest = sizes.iter().take(LARGEST).filter(|&&(bytes, _)| bytes > 0);
        all.largest = largest
            .map(|&(bytes, id)| {
                let node = &nodes[id];
                let place = watch.place_of(id as u32);
                Largest { op: node.op.name(), shape: node.value.shape().into(), bytes, at: node.at, place }
            })
            .collect();
        all.ops = ops.into_values().collect();
        all.ops.sort_by_key(|cost| std::cmp::Reverse(cost.held.bytes));
        if outside > 0 {
            all.layers = Layers(layers);
        }
        all
    }
}

impl<T: Float> Node<T> {
    fn multiply_adds(&self, nodes: &[Node<T>]) -> u64 {
        let shapes: SmallVec<[&[usize]; 4]> = self.inputs.iter().map(|&i| nodes[i as usize].value.shape()).collect();
        self.op.multiply_adds(&shapes, self.value.shape())
    }
}

impl LayerCost {
    fn of(place: Option<Place>, output: Option<Shape>) -> Self {
        LayerCost { place, output, parameters: 0, multiply_adds: 0, activation_bytes: 0 }
    }

    /// Whether it did something itself, or ends a row of calls: containers do neither.
    fn shows(&self, next: Option<&LayerCost>) -> bool {
        let works = self.parameters > 0 || self.multiply_adds > 0 || self.activation_bytes > 0;
        let contains = match (&self.place, next.and_then(|next| next.place.as_ref())) {
            (Some(own), Some(next)) => {
                own.path.is_empty() || next.path.strip_prefix(&own.path[..]).is_some_and(|rest| rest.starts_with('.'))
            }
            (own, _) => own.is_none(),
        };
        works || !contains
    }
}

impl fmt::Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headings = ["path", "layer", "output", "parameters", "multiply-adds", "activation bytes"];
        let mut table = Table::new(3, &headings);
        let numbers = |p: usize, m: u64, b: usize| [p as u64, m, b as u64].map(grouped);
        for (i, cost) in self.iter().enumerate().filter(|(i, cost)| cost.shows(self.get(i + 1))) {
            let words = match &cost.place {
                Some(place) => [place.path.clone(), place.layer.clone()],
                None => [String::new(), if i > 0 { "(outside of layers)".into() } else { String::new() }],
            };
            let output = cost.output.as_ref().map_or_else(String::new, |shape| format!("{:?}", &shape[..]));
            let numbers = numbers(cost.parameters, cost.multiply_adds, cost.activation_bytes);
            table.row(words.into_iter().chain([output]).chain(numbers));
        }
        let total = |f: fn(&LayerCost) -> u64| self.iter().map(f).sum::<u64>();
        let numbers = numbers(
            total(|cost| cost.parameters as u64) as usize,
            total(|cost| cost.multiply_adds),
            total(|cost| cost.activation_bytes as u64) as usize,
        );
        table.row(["total".into(), String::new(), String::new()].into_iter().chain(numbers));
        table.fmt(f)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(1, &["operation", "nodes", "values", "bytes", "kept bytes", "multiply-adds"]);
        let mut row = |name: &str, held: Held, kept: usize, multiply_adds: u64| {
            let counts = [held.nodes, held.values, held.bytes, kept].map(|n| n as u64);
            table.row([name.to_owned()].into_iter().chain(counts.into_iter().chain([multiply_adds]).map(grouped)));
        };
        for cost in &self.ops {
            row(cost.op, cost.held, cost.kept_bytes, cost.multiply_adds);
        }
        row("all operations", self.activations, self.kept_bytes, self.multiply_adds);
        row("inputs", self.inputs, 0, 0);
        row("parameters", self.parameters, 0, 0);
        table.fmt(f)?;
        if !self.layers.is_empty() {
            write!(f, "\n\n{}", self.layers)?;
        }
        if !self.largest.is_empty() {
            f.write_str("\n\nlargest values")?;
        }
        for value in &self.largest {
            let Largest { op, shape, bytes, at, place } = value;
            write!(f, "\n  {} bytes, `{op}` {:?}, {}:{}", grouped(*bytes as u64), &shape[..], at.file(), at.line())?;
            if let Some(place) = place {
                write!(f, ", in {place}")?;
            }
        }
        Ok(())
    }
}
