//! What stands between the products of a recurrent cell: gates, new state, and their cotangents, one pass each; and whole sequences
//! of steps.

mod gru;
mod lstm;
mod steps;

use rappel_elem::Elem;

use crate::number::Float;
use crate::simd::{Kernel, dispatch};
pub(crate) use gru::{GruSequence, gru_sequence, gru_sequence_chain};
pub(crate) use lstm::{LstmSequence, lstm_sequence, lstm_sequence_chain};
pub(crate) use steps::Steps;

/// `n` equal parts of a row.
#[inline(always)]
fn parts<T, const N: usize>(row: &[T]) -> [&[T]; N] {
    let size = row.len() / N;
    std::array::from_fn(|i| &row[i * size..][..size])
}

/// `n` equal parts of a row, to be written.
#[inline(always)]
fn parts_mut<T, const N: usize>(row: &mut [T]) -> [&mut [T]; N] {
    let size = row.len() / N;
    let mut rest = row;
    std::array::from_fn(|_| {
        let (part, others) = std::mem::take(&mut rest).split_at_mut(size);
        rest = others;
        part
    })
}

/// An LSTM's new state from its gates' arguments `a + b` (input, forget, cell, output: rows of four times the size) and its cell
/// `c`: `cell = sigmoid(f) c + sigmoid(i) tanh(g)`, `hidden = sigmoid(o) tanh(cell)`. `kept` takes the four gates and `tanh(cell)`.
pub(crate) fn lstm<T: Float>(a: &[T], b: &[T], c: &[T], hidden: &mut [T], cell: &mut [T], kept: &mut [T], size: usize) {
    dispatch(Lstm { a, b, c, hidden, cell, kept, size });
}

/// The cotangents of the gates' arguments and of `c`, from those of hidden state and cell.
pub(crate) fn lstm_chain<T: Float>(gh: &[T], gc: &[T], c: &[T], kept: &[T], da: &mut [T], dc: &mut [T], size: usize) {
    dispatch(LstmChain { gh, gc, c, kept, da, dc, size });
}

/// A GRU's new state from its gates' arguments (reset, update, new: rows of three times the size) by input and by state:
/// `r = sigmoid(a_r + b_r)`, `z = sigmoid(a_z + b_z)`, `n = tanh(a_n + r b_n)`, `out = (1 - z) n + z h`. `kept` takes r, z and n.
pub(crate) fn gru<T: Float>(a: &[T], b: &[T], h: &[T], out: &mut [T], kept: &mut [T], size: usize) {
    dispatch(Gru { a, b, h, out, kept, size });
}

/// The cotangents of the gates' arguments by input and by state, and of the state.
#[expect(clippy::too_many_arguments, reason = "four arrays in, three out, and the size")]
pub(crate) fn gru_chain<T: Float>(
    g: &[T],
    b: &[T],
    h: &[T],
    kept: &[T],
    da: &mut [T],
    db: &mut [T],
    dh: &mut [T],
    size: usize,
) {
    dispatch(GruChain { g, b, h, kept, da, db, dh, size });
}

struct Lstm<'a, T> {
    a: &'a [T],
    b: &'a [T],
    c: &'a [T],
    hidden: &'a mut [T],
    cell: &'a mut [T],
    kept: &'a mut [T],
    size: usize,
}

impl<T: Float> Kernel for Lstm<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let n = self.size;
        if n == 0 {
            return;
        }
        let arguments = self.a.chunks_exact(4 * n).zip(self.b.chunks_exact(4 * n)).zip(self.c.chunks_exact(n));
        let results =
            self.hidden.chunks_exact_mut(n).zip(self.cell.chunks_exact_mut(n)).zip(self.kept.chunks_exact_mut(5 * n));
        for (((a, b), c), ((hidden, cell), kept)) in arguments.zip(results) {
            lstm_row(a, b, c, hidden, cell, kept);
        }
    }
}

/// One row of [`lstm`].
#[inline(always)]
fn lstm_row<T: Float>(a: &[T], b: &[T], c: &[T], hidden: &mut [T], cell: &mut [T], kept: &mut [T]) {
    let n = c.len();
    // The gates first, each a loop of its own over a whole part: four functions in one loop want more registers than there are.
    for ((kept, a), b) in kept[..2 * n].iter_mut().zip(&a[..2 * n]).zip(&b[..2 * n]) {
        *kept = Elem::sigmoid(*a + *b);
    }
    for ((kept, a), b) in kept[2 * n..3 * n].iter_mut().zip(&a[2 * n..3 * n]).zip(&b[2 * n..3 * n]) {
        *kept = Elem::tanh(*a + *b);
    }
    for ((kept, a), b) in kept[3 * n..4 * n].iter_mut().zip(&a[3 * n..]).zip(&b[3 * n..]) {
        *kept = Elem::sigmoid(*a + *b);
    }
    let [i, f, g, o, t] = parts_mut(kept);
    for ((((cell, i), f), g), c) in cell.iter_mut().zip(&*i).zip(&*f).zip(&*g).zip(c) {
        *cell = *f * *c + *i * *g;
    }
    for (((hidden, cell), t), o) in hidden.iter_mut().zip(&*cell).zip(t).zip(&*o) {
        *t = Elem::tanh(*cell);
        *hidden = *o * *t;
    }
}

struct LstmChain<'a, T> {
    gh: &'a [T],
    gc: &'a [T],
    c: &'a [T],
    kept: &'a [T],
    da: &'a mut [T],
    dc: &'a mut [T],
    size: usize,
}

impl<T: Float> Kernel for LstmChain<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let n = self.size;
        if n == 0 {
            return;
        }
        let arguments = self.gh.chunks_exact(n).zip(self.gc.chunks_exact(n)).zip(self.c.chunks_exact(n));
        let results = self.da.chunks_exact_mut(4 * n).zip(self.dc.chunks_exact_mut(n));
        for ((((gh, gc), c), kept), (da, dc)) in arguments.zip(self.kept.chunks_exact(5 * n)).zip(results) {
            dc.copy_from_slice(gc);
            lstm_row_chain(gh, c, kept, da, dc);
        }
    }
}

/// One row of [`lstm_chain`]; `dc` holds the cotangent of the new cell, and gets that of the old one.
#[inline(always)]
fn lstm_row_chain<T: Float>(gh: &[T], c: &[T], kept: &[T], da: &mut [T], dc: &mut [T]) {
    let n = c.len();
    let [i, f, g, o, t] = parts(kept);
    let [di, df, dg, d_o] = parts_mut(da);
    let (gh, dc) = (&gh[..n], &mut dc[..n]);
    let (i, f, g, o, t) = (&i[..n], &f[..n], &g[..n], &o[..n], &t[..n]);
    let (di, df, dg, d_o) = (&mut di[..n], &mut df[..n], &mut dg[..n], &mut d_o[..n]);
    for k in 0..n {
        let (i, f, g, o, t) = (i[k], f[k], g[k], o[k], t[k]);
        let along = dc[k] + gh[k] * o * (T::ONE - t * t);
        di[k] = along * g * (i * (T::ONE - i));
        df[k] = along * c[k] * (f * (T::ONE - f));
        dg[k] = along * i * (T::ONE - g * g);
        d_o[k] = gh[k] * t * (o * (T::ONE - o));
        dc[k] = along * f;
    }
}

struct Gru<'a, T> {
    a: &'a [T],
    b: &'a [T],
    h: &'a [T],
    out: &'a mut [T],
    kept: &'a mut [T],
    size: usize,
}

impl<T: Float> Kernel for Gru<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let n = self.size;
        if n == 0 {
            return;
        }
        let arguments = self.a.chunks_exact(3 * n).zip(self.b.chunks_exact(3 * n)).zip(self.h.chunks_exact(n));
        let results = self.out.chunks_exact_mut(n).zip(self.kept.chunks_exact_mut(3 * n));
        for (((a, b), h), (out, kept)) in arguments.zip(results) {
            gru_row(a, b, h, out, kept);
        }
    }
}

/// One row of [`gru`].
#[inline(always)]
fn gru_row<T: Float>(a: &[T], b: &[T], h: &[T], out: &mut [T], kept: &mut [T]) {
    let n = h.len();
    let (gates, new) = kept.split_at_mut(2 * n);
    for ((gate, a), b) in gates.iter_mut().zip(a).zip(b) {
        *gate = Elem::sigmoid(*a + *b);
    }
    let (r, z) = gates.split_at(n);
    for (((new, a), b), r) in new.iter_mut().zip(&a[2 * n..]).zip(&b[2 * n..]).zip(r) {
        *new = Elem::tanh(*a + *r * *b);
    }
    for (((out, new), z), h) in out.iter_mut().zip(&*new).zip(z).zip(h) {
        *out = (T::ONE - *z) * *new + *z * *h;
    }
}

struct GruChain<'a, T> {
    g: &'a [T],
    b: &'a [T],
    h: &'a [T],
    kept: &'a [T],
    da: &'a mut [T],
    db: &'a mut [T],
    dh: &'a mut [T],
    size: usize,
}

impl<T: Float> Kernel for GruChain<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let n = self.size;
        if n == 0 {
            return;
        }
        let arguments = self.g.chunks_exact(n).zip(self.b.chunks_exact(3 * n)).zip(self.h.chunks_exact(n));
        let results =
            self.da.chunks_exact_mut(3 * n).zip(self.db.chunks_exact_mut(3 * n)).zip(self.dh.chunks_exact_mut(n));
        for ((((g, b), h), kept), ((da, db), dh)) in arguments.zip(self.kept.chunks_exact(3 * n)).zip(results) {
            dh.copy_from_slice(g);
            gru_row_chain(&b[2 * n..], h, kept, da, db, dh);
        }
    }
}

/// One row of [`gru_chain`], of whose arguments by state `b` is the last part; `dh` holds the cotangent of the new state, and gets that
/// of the old one.
#[inline(always)]
fn gru_row_chain<T: Float>(b: &[T], h: &[T], kept: &[T], da: &mut [T], db: &mut [T], dh: &mut [T]) {
    let n = h.len();
    let [r, z, new] = parts(kept);
    let [dr, dz, dn] = parts_mut(da);
    let [dr_state, dz_state, dn_state] = parts_mut(db);
    let (b, dh) = (&b[..n], &mut dh[..n]);
    let (r, z, new) = (&r[..n], &z[..n], &new[..n]);
    let (dr, dz, dn) = (&mut dr[..n], &mut dz[..n], &mut dn[..n]);
    let (dr_state, dz_state, dn_state) = (&mut dr_state[..n], &mut dz_state[..n], &mut dn_state[..n]);
    for k in 0..n {
        let (g, r, z, new) = (dh[k], r[k], z[k], new[k]);
        let along_new = g * (T::ONE - z) * (T::ONE - new * new);
        let along_z = g * (h[k] - new) * (z * (T::ONE - z));
        let along_r = along_new * b[k] * (r * (T::ONE - r));
        (dr[k], dr_state[k]) = (along_r, along_r);
        (dz[k], dz_state[k]) = (along_z, along_z);
        dn[k] = along_new;
        dn_state[k] = along_new * r;
        dh[k] = g * z;
    }
}
