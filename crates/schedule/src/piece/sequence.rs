//! One piece after the other.

use super::{Cx, Piece};
use rappel_elem::Scalar;
use std::sync::Arc;

const FEW: usize = 8;

/// Pieces one after the other, and where each begins; at last where the last ends, unless it never does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sequence<K> {
    pub(crate) pieces: Arc<[Piece<K>]>,
    /// Each the exact sum of the lengths before it, as the nearest float that no integer separates from it.
    pub(crate) seams: Arc<[K]>,
}

impl<K: Scalar> Sequence<K> {
    pub(crate) fn new(pieces: Vec<Piece<K>>, seams: Vec<K>) -> Sequence<K> {
        Sequence { pieces: pieces.into(), seams: seams.into() }
    }

    /// Which piece `t` is in; the number of pieces if it is past the end.
    #[inline]
    pub(crate) fn piece(&self, t: K, cx: Cx<'_, K>) -> usize {
        let begun = |seam: &K| cx.begun(seam.re(), t);
        // A few are asked one after the other faster than halved.
        let count = match self.seams.len() <= FEW {
            true => self.seams.iter().take_while(|seam| begun(seam)).count(),
            false => self.seams.partition_point(begun),
        };
        count.saturating_sub(1)
    }

    #[inline]
    pub(crate) fn at(&self, t: K, cx: Cx<'_, K>) -> K {
        let i = self.piece(t, cx);
        match self.pieces.get(i) {
            Some(piece) => piece.at(t - self.seams[i], cx),
            // Past the last seam, the end: exact, where a float sum of lengths could stop short of it.
            None => self.pieces[self.pieces.len() - 1].end(t, cx),
        }
    }
}
