//! Where numbers go bad: the first value that is not finite while what it was computed from was.

mod hint;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::Location;

use rappel_tensor::{Float, Shape, Tensor};
use smallvec::SmallVec;

use crate::op::Op;
use crate::param::Param;
use crate::tape::Tape;
use crate::watch::Place;

/// Whether a tape looks at what it computes. See [`Tape::set_anomaly_mode`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AnomalyMode {
    /// Nothing is looked at.
    #[default]
    Off,
    /// The first anomaly is kept for [`Tape::anomaly`].
    Record,
    /// The first anomaly panics, at the user's line in forward, at that of the backward call in backward.
    Panic,
}

/// When an anomaly came up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pass {
    /// The value was bad when it was put on the tape.
    Arrival,
    /// An operation computed it.
    Forward,
    /// The rule of an operation computed it, by [`backward`](crate::Var::backward) or [`grad`](crate::Var::grad).
    Backward,
}

/// The first value of a step that is not finite while what it was computed from was; or that is NaN while what it was computed from
/// was at worst infinite.
///
/// Its text is a report of a few lines: operation, line, layer, index, what stood there in the inputs, and, where it is known, what
/// helps.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Anomaly {
    /// When it came up.
    pub pass: Pass,
    /// The operation, by the name of its node; `input`, `var`, `param` or `seed` on arrival.
    pub op: &'static str,
    /// The user's line: of the operation, in backward too.
    pub at: &'static Location<'static>,
    /// The layer it is in, on a [watched](Tape::watch) tape; for a parameter on arrival, its path.
    pub place: Option<Place>,
    /// The bad value.
    pub value: f64,
    /// Where it is, and the shape of the array that it is in: the output, or in backward the gradient of an input.
    pub index: Shape,
    /// See [`index`](Self::index).
    pub shape: Shape,
    /// In backward, which input's gradient it is in.
    pub input: Option<usize>,
    /// What it was computed from: in backward the gradient of the output first, then the inputs.
    pub evidence: Vec<Evidence>,
    /// What helps, where that is known.
    pub hint: Option<&'static str>,
}

/// What an array held that a bad value was computed from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Evidence {
    /// Which array.
    pub name: &'static str,
    /// Its shape.
    pub shape: Shape,
    /// Values with their indices: of an elementwise operation the one that the bad value was computed from, of others the smallest
    /// and the largest; none of an empty array.
    pub values: SmallVec<[(Shape, f64); 2]>,
}

/// How bad the worst value of an array is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Health {
    Finite,
    Infinite,
    Nan,
}

fn health_of<T: Float>(x: T) -> Health {
    match x {
        x if x.finite() => Health::Finite,
        x if x.re().is_nan() => Health::Nan,
        _ => Health::Infinite,
    }
}

fn health<T: Float>(x: &Tensor<T>) -> Health {
    let Some(first) = x.first_non_finite() else { return Health::Finite };
    x.data()[first..].iter().map(|&x| health_of(x)).max().unwrap_or(Health::Finite)
}

/// The first value that is worse than what it was computed from.
fn first_worse<T: Float>(x: &Tensor<T>, than: Health) -> Option<usize> {
    x.data().iter().position(|&x| health_of(x) > than)
}

/// The part of a tape that looks for anomalies.
#[derive(Debug, Default)]
pub(crate) struct Anomalies {
    mode: Cell<AnomalyMode>,
    /// Set while the mode is not off and nothing was found.
    looking: Cell<bool>,
    first: RefCell<Option<Anomaly>>,
}

impl Anomalies {
    #[inline]
    pub(crate) fn looking(&self) -> bool {
        self.looking.get()
    }

    /// Forgets what was found and looks again.
    pub(crate) fn clear(&mut self) {
        *self.first.get_mut() = None;
        self.looking.set(self.mode.get() != AnomalyMode::Off);
    }
}

impl<T: Float> Tape<T> {
    /// Looks from now on, or no longer, at everything the tape computes for the first value that is not finite while what it was computed
    /// from was: in forward, by [`backward`](crate::Var::backward) and by [`grad`](crate::Var::grad).
    ///
    /// One pass over every output and gradient; while the mode is off, one flag per operation is asked. The mode stays when the tape
    /// is cleared, and what was found is forgotten then. An infinite constant or `input` is no anomaly (masks use it); NaN is, and so is
    /// an infinite parameter. The sweeps of [`transform`](crate::transform) are looked at in forward only.
    ///
    /// ```
    /// use rappel_autodiff::{AnomalyMode, Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// tape.set_anomaly_mode(AnomalyMode::Record);
    /// let x = tape.var(&Tensor::from([4.0, 0.0]));
    /// let loss = x.sqrt().sum();
    /// assert!(tape.anomaly().is_none());
    /// loss.backward();
    /// let anomaly = tape.anomaly().unwrap();
    /// assert_eq!((anomaly.op, &anomaly.index[..], anomaly.value), ("sqrt", &[1][..], f64::INFINITY));
    /// println!("{anomaly}");
    /// ```
    pub fn set_anomaly_mode(&self, mode: AnomalyMode) {
        self.anomalies.mode.set(mode);
        self.anomalies.looking.set(mode != AnomalyMode::Off && self.anomalies.first.borrow().is_none());
    }

    /// The first anomaly since the tape was cleared. None while all is well, and unless [looked for](Self::set_anomaly_mode).
    pub fn anomaly(&self) -> Option<Anomaly> {
        self.anomalies.first.borrow().clone()
    }

    /// Keeps the first anomaly, or panics.
    #[track_caller]
    fn report(&self, anomaly: Anomaly) {
        assert!(self.anomalies.mode.get() != AnomalyMode::Panic, "{anomaly}");
        self.anomalies.looking.set(false);
        *self.anomalies.first.borrow_mut() = Some(anomaly);
    }

    /// Looks at a value that is put on the tape. Where infinity may be meant, only NaN is an anomaly.
    #[track_caller]
    pub(crate) fn look_at_arrival(&self, what: &'static str, x: &Tensor<T>, trained: bool) {
        if self.anomalies.looking() && !self.running.rule() {
            self.look_at_leaf(what, x, trained, None);
        }
    }

    /// [`look_at_arrival`](Self::look_at_arrival) for a parameter, which is named by its path.
    #[track_caller]
    pub(crate) fn look_at_param(&self, p: &Param<T>) {
        if self.anomalies.looking() {
            let path = self.running.watch.borrow().path_of(p.id()).map(str::to_owned);
            self.look_at_leaf("param", &p.value, true, path.map(|path| Place { path, layer: String::new() }));
        }
    }

    #[cold]
    #[track_caller]
    fn look_at_leaf(&self, op: &'static str, x: &Tensor<T>, trained: bool, place: Option<Place>) {
        let than = if trained { Health::Finite } else { Health::Infinite };
        let Some(at) = first_worse(x, than) else { return };
        self.report(Anomaly {
            pass: Pass::Arrival,
            op,
            at: self.running.line(),
            place,
            value: x.data()[at].re(),
            index: unravel(at, x.shape()),
            shape: x.shape().into(),
            input: None,
            evidence: Vec::new(),
            hint: hint::on_arrival(op),
        });
    }

    /// Looks at the output of an operation that is about to be recorded.
    #[cold]
    #[track_caller]
    pub(crate) fn look_at_output(&self, op: &Op<T>, x: &[&Tensor<T>], y: &Tensor<T>) {
        // What a rule computes on its way may be infinite and not selected; its results are looked at.
        if self.running.rule() || y.first_non_finite().is_none() {
            return;
        }
        let inputs = x.iter().map(|x| health(x)).max().unwrap_or(Health::Finite);
        let Some(at) = first_worse(y, inputs) else { return };
        let index = unravel(at, y.shape());
        let names = (0..x.len()).map(|i| operand(op.name(), i, x.len()));
        let evidence: Vec<Evidence> = names.zip(x).map(|(name, x)| witness(name, op, x, &index)).collect();
        let value = y.data()[at].re();
        self.report(Anomaly {
            pass: Pass::Forward,
            op: op.name(),
            at: self.running.line(),
            place: self.running.watch.borrow().place_of(self.len() as u32),
            value,
            shape: y.shape().into(),
            input: None,
            hint: hint::forward(op.name(), value, &evidence),
            index,
            evidence,
        });
    }

    /// Looks at the gradients of a node's inputs after its rule ran on `g`, the gradient of its output.
    #[cold]
    #[track_caller]
    pub(crate) fn look_at_cotangents<'a>(
        &self,
        id: usize,
        g: &Tensor<T>,
        of_input: impl Fn(usize) -> Option<&'a Tensor<T>>,
    ) {
        let nodes = self.nodes.borrow();
        let node = &nodes[id];
        for i in 0..node.inputs.len() {
            let Some(d) = of_input(i).filter(|d| d.first_non_finite().is_some()) else { continue };
            let Some(at) = first_worse(d, health(g)) else { continue };
            let index = unravel(at, d.shape());
            // An axis that broadcasting stretched is summed over: its first value stands for all.
            let mut of_output: Shape = smallvec::smallvec![0; g.rank().saturating_sub(index.len())];
            of_output.extend(index.iter().copied());
            let mut evidence = vec![witness("gradient of the output", &node.op, g, &of_output)];
            for (k, &input) in node.inputs.iter().enumerate() {
                let name = operand(node.op.name(), k, node.inputs.len());
                evidence.push(witness(name, &node.op, &nodes[input as usize].value, &of_output));
            }
            let value = d.data()[at].re();
            self.report(Anomaly {
                pass: Pass::Backward,
                op: node.op.name(),
                at: node.at,
                place: self.running.watch.borrow().place_of(id as u32),
                value,
                shape: d.shape().into(),
                input: Some(i),
                hint: hint::backward(node.op.name(), value, &evidence),
                index,
                evidence,
            });
            return;
        }
    }
}

/// What an input of an operation is called.
fn operand(op: &str, i: usize, of: usize) -> &'static str {
    let names: &[&'static str] = match (op, of) {
        ("linear", _) => &["x", "weight", "bias"],
        ("where_cond", _) => &["mask", "where it holds", "elsewhere"],
        (_, 1) => &["input"],
        (_, 2) => &["left operand", "right operand"],
        _ => &["input 0", "input 1", "input 2", "input 3"],
    };
    names.get(i).copied().unwrap_or("a further input")
}

/// What an array held that the value at `index` of the output was computed from.
fn witness<T: Float>(name: &'static str, op: &Op<T>, x: &Tensor<T>, index: &[usize]) -> Evidence {
    let shape: Shape = x.shape().into();
    let mut values = SmallVec::new();
    if !x.is_empty() {
        if matches!(op, Op::Unary(..) | Op::Binary(..) | Op::Select(_)) {
            // Aligned at the last axis; what was stretched has one value.
            let own = &index[index.len() - shape.len()..];
            let own: Shape = own.iter().zip(&shape).map(|(&i, &n)| if n == 1 { 0 } else { i }).collect();
            let flat = own.iter().zip(&shape).fold(0, |flat, (&i, &n)| flat * n + i);
            values.push((own, x.data()[flat].re()));
        } else {
            let by = |a: &(usize, T), b: &(usize, T)| a.1.re().total_cmp(&b.1.re());
            let each = || x.data().iter().copied().enumerate();
            let (low, high) = (each().min_by(by), each().max_by(by));
            values.extend([low, high].into_iter().flatten().map(|(at, x)| (unravel(at, &shape), x.re())));
        }
    }
    Evidence { name, shape, values }
}

/// The index of the value at a place in row-major order.
fn unravel(mut flat: usize, shape: &[usize]) -> Shape {
    let mut index: Shape = shape.into();
    for (i, &n) in shape.iter().enumerate().rev() {
        index[i] = flat % n;
        flat /= n;
    }
    index
}

/// A number as short as it can be read back, in the type it came from.
fn short(x: f64) -> String {
    let single = x as f32;
    if f64::from(single) == x { format!("{single:?}") } else { format!("{x:?}") }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, shape {:?}: ", self.name, &self.shape[..])?;
        match &self.values[..] {
            [] => f.write_str("no values"),
            [(at, x)] => write!(f, "{} at {:?}", short(*x), &at[..]),
            [(low, a), (high, b), ..] => {
                write!(f, "from {} at {:?} to {} at {:?}", short(*a), &low[..], short(*b), &high[..])
            }
        }
    }
}

impl fmt::Display for Anomaly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (op, value, index, shape) = (self.op, short(self.value), &self.index[..], &self.shape[..]);
        match self.pass {
            Pass::Arrival => {
                write!(
                    f,
                    "anomaly: {value} at {index:?} of a value of shape {shape:?} when it came onto the tape ({op})"
                )?;
            }
            Pass::Forward => {
                let infinite = self.evidence.iter().flat_map(|e| &e.values).any(|(_, x)| x.is_infinite());
                let from = if infinite { "infinite" } else { "finite" };
                write!(
                    f,
                    "anomaly in forward: `{op}` gave {value} at {index:?} of shape {shape:?}, from {from} inputs"
                )?;
            }
            Pass::Backward => {
                let arity = self.evidence.len() - 1;
                let input = operand(op, self.input.unwrap_or(0), arity);
                write!(
                    f,
                    "anomaly in backward: the rule of `{op}` gave {value} at {index:?} of the gradient of its {input}, \
                     shape {shape:?}, from a gradient that was still good"
                )?;
            }
        }
        write!(f, "\n  line: {}:{}", self.at.file(), self.at.line())?;
        if let Some(place) = &self.place {
            let what = if self.pass == Pass::Arrival { "parameter" } else { "layer" };
            write!(f, "\n  {what}: {place}")?;
        }
        for evidence in &self.evidence {
            write!(f, "\n  {evidence}")?;
        }
        match self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Anomaly {}
