//! A path within a picture.

/// The pieces of a path in the square from 0 to 1, which end at its edges. A place that is no number parts it.
pub(crate) fn inside(path: impl IntoIterator<Item = Option<(f64, f64)>>) -> Vec<Vec<(f64, f64)>> {
    let mut pieces: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut last: Option<(f64, f64)> = None;
    for at in path {
        if let Some((from, to)) = last.zip(at).and_then(|(from, to)| segment(from, to)) {
            match pieces.last_mut() {
                Some(piece) if piece.last() == Some(&from) => piece.push(to),
                _ => pieces.push(vec![from, to]),
            }
        }
        last = at;
    }
    pieces
}

/// The part of a line in the square (Liang and Barsky 1984).
fn segment(a: (f64, f64), b: (f64, f64)) -> Option<((f64, f64), (f64, f64))> {
    let (mut first, mut last) = (0.0_f64, 1.0_f64);
    for (from, to) in [(a.0, b.0), (a.1, b.1)] {
        let by = to - from;
        if by == 0.0 {
            if !(0.0..=1.0).contains(&from) {
                return None;
            }
            continue;
        }
        let (low, high) = (-from / by, (1.0 - from) / by);
        first = first.max(low.min(high));
        last = last.min(low.max(high));
    }
    let at = |t: f64| match t {
        0.0 => a,
        1.0 => b,
        t => (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1)),
    };
    (first <= last).then(|| (at(first), at(last)))
}
