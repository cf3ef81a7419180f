//! One piece after the other.

use crate::{Node, Span};
use rappel_elem::Scalar;
use std::sync::Arc;

/// Pieces one after the other, flat: a piece is never itself a sequence, so that `then` is associative as `==`.
///
/// It has at least two pieces, or none: [`empty`](crate::empty).
#[derive(Debug, PartialEq)]
pub struct Sequence<V, D> {
    pieces: Arc<[Node<V, D>]>,
    /// Once bound, where each piece begins and, unless the last is endless, where that ends. Written, there are none.
    seams: Arc<[V]>,
}

impl<V, D> Clone for Sequence<V, D> {
    fn clone(&self) -> Self {
        Sequence { pieces: Arc::clone(&self.pieces), seams: Arc::clone(&self.seams) }
    }
}

impl<V, D> Sequence<V, D> {
    pub(crate) fn written(pieces: Vec<Node<V, D>>) -> Sequence<V, D> {
        Sequence { pieces: pieces.into(), seams: Arc::new([]) }
    }

    pub(crate) fn bound(pieces: Vec<Node<V, D>>, seams: Vec<V>) -> Sequence<V, D> {
        Sequence { pieces: pieces.into(), seams: seams.into() }
    }

    /// The pieces, first to last.
    pub fn pieces(&self) -> &[Node<V, D>] {
        &self.pieces
    }

    /// Where the pieces begin, and where the last ends unless it never does: each the exact sum of the lengths before it, as
    /// the nearest float that no integer separates from it. Empty if the sequence is not bound.
    pub fn seams(&self) -> &[V] {
        &self.seams
    }
}

impl<K: Scalar> Sequence<K, Span<K>> {
    #[inline]
    pub(crate) fn at(&self, t: K) -> K {
        let begun = self.seams.partition_point(|seam| seam.re() <= t.re());
        match self.pieces.get(begun.saturating_sub(1)) {
            Some(piece) => piece.at(t - self.seams[begun.saturating_sub(1)]),
            // Past the last seam, the end: exact, where a float sum of lengths could stop short of it.
            None => self.end(),
        }
    }

    pub(crate) fn end(&self) -> K {
        self.pieces[self.pieces.len() - 1].end()
    }

    pub(crate) fn length(&self) -> Option<K> {
        self.seams.get(self.pieces.len()).copied()
    }

    /// The sequence with every knob read through `f`. Seams move by the sum of the changes before them, so that they stay
    /// exact where nothing changes.
    pub(crate) fn lift<L: Scalar>(&self, f: &mut dyn FnMut(K) -> L) -> Sequence<L, Span<L>> {
        let mut pieces: Vec<_> = self.pieces.iter().map(|piece| piece.lift(f)).collect();
        let zero = pieces[0].witness().lit(0.0);
        let change = |old: &Node<K, Span<K>>, new: &Node<L, Span<L>>| match (old.length(), new.length()) {
            (Some(old), Some(new)) => new - zero.lit(old.re()),
            _ => zero,
        };
        // The rest of the run shrinks by what the others grow.
        let growth = self.pieces.iter().zip(&pieces).fold(zero, |sum, (old, new)| sum + change(old, new));
        pieces = pieces.into_iter().map(|piece| piece.shorten_rest(growth)).collect();

        let mut moved = zero;
        let mut seams = Vec::with_capacity(self.seams.len());
        for (i, seam) in self.seams.iter().enumerate() {
            if i > 0 {
                moved = moved + change(&self.pieces[i - 1], &pieces[i - 1]);
            }
            seams.push(zero.lit(seam.re()) + moved);
        }
        Sequence::bound(pieces, seams)
    }
}
