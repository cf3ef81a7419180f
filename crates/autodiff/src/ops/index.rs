//! Picking by index, and writing and adding by index.

use rappel_tensor::shape::resolve_axis;
use rappel_tensor::{Float, Rows, Shape, Tensor};

use crate::array::{Array, Tangent};
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// Picks along an axis: `out[i, j] = self[index[i, j], j]` for axis 0, and so on, as `torch.gather` does. An index that occurs
    /// several times gathers the gradient of all its uses.
    ///
    /// # Panics
    /// At the caller's line, when the index array has another rank, is larger in another axis, or an index is out of range.
    #[doc(alias = "take_along_dim")]
    #[track_caller]
    pub fn gather(self, axis: isize, indices: &Tensor<u32>) -> Self {
        let axis = resolve_axis("gather", axis, self.rank());
        self.apply1(Gather { axis, indices: indices.clone() })
    }

    /// `values` written over the value at the indices along an axis: `out[index[i, j], j] = values[i, j]` for axis 0, and so on, as
    /// `torch.scatter` does. Of several values for one place the last, in row-major order, stays, and gets the gradient.
    ///
    /// ```
    /// use rappel_autodiff::{Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// let (x, v) = (tape.var(&Tensor::from([1.0, 2.0])), tape.var(&Tensor::from([10.0, 20.0])));
    /// let y = x.scatter(0, &Tensor::from([0_u32, 0]), v);
    /// assert_eq!(y.value().data(), [20.0, 2.0]);
    /// let g = y.sum().backward();
    /// assert_eq!((g.wrt(x).unwrap().data(), g.wrt(v).unwrap().data()), (&[0.0, 1.0][..], &[0.0, 1.0][..]));
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the index array has another rank, is larger in another axis, an index is out of range, or `values`
    /// has another shape than `indices`.
    #[track_caller]
    pub fn scatter(self, axis: isize, indices: &Tensor<u32>, values: Self) -> Self {
        let axis = resolve_axis("scatter", axis, self.rank());
        self.apply2(values, Overwrite { axis, indices: indices.clone() })
    }

    /// `values` added at the indices along an axis, as `torch.scatter_add` does. Repeated indices accumulate in order.
    ///
    /// # Panics
    /// At the caller's line, when the index array has another rank, is larger in another axis, an index is out of range, or `values`
    /// has another shape than `indices`.
    #[track_caller]
    pub fn scatter_add(self, axis: isize, indices: &Tensor<u32>, values: Self) -> Self {
        let axis = resolve_axis("scatter_add", axis, self.rank());
        self.apply2(values, ScatterAdd { axis, indices: indices.clone() })
    }

    /// The rows at a list of indices along an axis, in that order, as `torch.index_select` does. A row that is taken several times gathers
    /// the gradient of all its uses.
    ///
    /// # Panics
    /// At the caller's line, when the indices are not a list, there is no such axis, or an index is out of range.
    #[track_caller]
    pub fn index_select(self, axis: isize, indices: &Tensor<u32>) -> Self {
        self.apply1(Take(Rows::list("index_select", &self.shape(), axis, indices)))
    }

    /// The rows of `values` added at a list of indices along an axis, as `torch.index_add` does. Repeated indices accumulate in order.
    ///
    /// # Panics
    /// At the caller's line, when the indices are not a list, there is no such axis, an index is out of range, or `values` does not
    /// have a row per index.
    #[track_caller]
    pub fn index_add(self, axis: isize, indices: &Tensor<u32>, values: Self) -> Self {
        self.apply2(values, IndexAdd(Rows::list("index_add", &self.shape(), axis, indices)))
    }

    /// The rows of this table `[n, dim]` at indices of any shape: `[.., dim]`. The gradient of a row is the sum over its uses, in order.
    ///
    /// With a `padding_idx` the rows at that index are zeros, whatever the table holds there, and pass no gradient to it. In PyTorch they
    /// have the table's value, which is zero at first, and pass no gradient either; such a function would have no derivative that
    /// forward mode and differences agree on.
    ///
    /// ```
    /// use rappel_autodiff::{Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// let table = tape.var(&Tensor::from([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]));
    /// let words = table.embedding(&Tensor::from([[2_u32, 0], [2, 1]]), Some(0));
    /// assert_eq!(words.value().data(), [5.0, 6.0, 0.0, 0.0, 5.0, 6.0, 3.0, 4.0]);
    /// assert_eq!(words.sum().backward().wrt(table).unwrap().data(), [0.0, 0.0, 1.0, 1.0, 2.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the table has no axes, or an index or `padding_idx` is out of range.
    #[track_caller]
    pub fn embedding(self, indices: &Tensor<u32>, padding_idx: Option<usize>) -> Self {
        self.apply1(Take(Rows::embedding(&self.shape(), indices, padding_idx)))
    }
}

/// Picks along an axis.
#[derive(Clone, Debug)]
pub(crate) struct Gather {
    pub(crate) axis: usize,
    pub(crate) indices: Tensor<u32>,
}

impl Primitive for Gather {
    fn name(&self) -> &'static str {
        "gather"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].gather(self.axis as isize, &self.indices), None)
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let op = Scatter { shape: c.x(0).dims(), axis: self.axis, indices: self.indices.clone() };
        s.add_op(0, op, &[&g]);
    }
}

/// Zeros with the array added at indices along an axis.
#[derive(Clone, Debug)]
pub(crate) struct Scatter {
    pub(crate) shape: Shape,
    pub(crate) axis: usize,
    pub(crate) indices: Tensor<u32>,
}

impl Primitive for Scatter {
    fn name(&self) -> &'static str {
        "scatter_add"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].scattered(&self.shape, self.axis as isize, &self.indices), None)
    }

    fn add_to<T: Float>(&self, to: &mut Tensor<T>, x: &[&Tensor<T>]) {
        to.add_scattered(self.axis as isize, &self.indices, x[0]);
    }

    fn vjp<T: Float, V: Array<T>>(&self, _: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add_op(0, Gather { axis: self.axis, indices: self.indices.clone() }, &[&g]);
    }
}

/// The second array added to the first at indices along an axis.
#[derive(Clone, Debug)]
pub(crate) struct ScatterAdd {
    pub(crate) axis: usize,
    pub(crate) indices: Tensor<u32>,
}

impl Primitive for ScatterAdd {
    fn name(&self) -> &'static str {
        "scatter_add"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].scatter_add(self.axis as isize, &self.indices, x[1]), None)
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], _: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        together(self, x)
    }

    fn vjp<T: Float, V: Array<T>>(&self, _: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add_op(1, Gather { axis: self.axis, indices: self.indices.clone() }, &[&g]);
        s.add(0, g);
    }
}

/// The second array written over the first at indices along an axis; of several values for one place the last stays.
#[derive(Clone, Debug)]
pub(crate) struct Overwrite {
    pub(crate) axis: usize,
    pub(crate) indices: Tensor<u32>,
}

impl Primitive for Overwrite {
    fn name(&self) -> &'static str {
        "scatter"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].scatter(self.axis as isize, &self.indices, x[1]), None)
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], _: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        together(self, x)
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let zero = c.x(1).constant(0.0);
        if s.needs(1) {
            let picked = V::apply(Gather { axis: self.axis, indices: self.indices.clone() }, &[&g]);
            let stays = g.fixed(Tensor::scatter_winners(&g.dims(), self.axis as isize, &self.indices));
            s.add(1, V::select(&stays, &picked, &zero));
        }
        s.add_op(0, self.clone(), &[&g, &zero]);
    }
}

/// The derivative of what is linear in all its inputs at once.
fn together<T: Float>(op: &impl Primitive, x: &[&Tangent<T>]) -> Option<Tensor<T>> {
    Some(op.eval(&[&x[0].moved(), &x[1].moved()]).0)
}

/// What rows pick. The operation they are picked for gives the name.
#[derive(Clone, Debug)]
pub(crate) struct Take(pub(crate) Rows);

impl Primitive for Take {
    fn name(&self) -> &'static str {
        self.0.op()
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].take(&self.0), None)
    }

    fn vjp<T: Float, V: Array<T>>(&self, _: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add_op(0, Put(self.0.clone()), &[&g]);
    }
}

/// Zeros with the array added at rows.
#[derive(Clone, Debug)]
pub(crate) struct Put(pub(crate) Rows);

impl Primitive for Put {
    fn name(&self) -> &'static str {
        "index_add"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].put(&self.0), None)
    }

    fn add_to<T: Float>(&self, to: &mut Tensor<T>, x: &[&Tensor<T>]) {
        to.add_put(x[0], &self.0);
    }

    fn vjp<T: Float, V: Array<T>>(&self, _: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add_op(0, Take(self.0.clone()), &[&g]);
    }
}

/// The second array added to the first at rows.
#[derive(Clone, Debug)]
pub(crate) struct IndexAdd(pub(crate) Rows);

impl Primitive for IndexAdd {
    fn name(&self) -> &'static str {
        "index_add"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].plus_put(x[1], &self.0), None)
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], _: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        together(self, x)
    }

    fn vjp<T: Float, V: Array<T>>(&self, _: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add_op(1, Take(self.0.clone()), &[&g]);
        s.add(0, g);
    }
}
