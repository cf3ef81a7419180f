//! Lines of equal height.

use std::ops::RangeInclusive;

/// Points along each side of the grid that a function is looked at on.
const SIDE: usize = 121;

/// How many heights have a line.
const LEVELS: usize = 24;

/// The lines of one height: each a row of points, closed where the last is the first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Level {
    /// Where it is among the others, from 0, the lowest, to 1.
    pub(crate) rank: f64,
    pub(crate) lines: Vec<Vec<(f64, f64)>>,
}

/// Heights on a grid of places, row by row.
struct Grid {
    x: Vec<f64>,
    y: Vec<f64>,
    heights: Vec<f64>,
}

/// The lines of equal height of a function.
///
/// Between two heights the picture has parts of its area that grow with the height: lines are close in the depth, where paths end,
/// whatever the function's range is.
pub(crate) fn levels(
    x: &RangeInclusive<f64>,
    y: &RangeInclusive<f64>,
    mut height: impl FnMut(f64, f64) -> f64,
) -> Vec<Level> {
    let even = |range: &RangeInclusive<f64>| -> Vec<f64> {
        let (from, to) = (*range.start(), *range.end());
        (0..SIDE).map(|i| from + (to - from) * (i as f64 / (SIDE - 1) as f64)).collect()
    };
    let (x, y) = (even(x), even(y));
    let heights = y.iter().flat_map(|y| x.iter().map(move |x| (*x, *y))).map(|(x, y)| height(x, y)).collect();
    let grid = Grid { x, y, heights };
    let mut sorted: Vec<f64> = grid.heights.iter().copied().filter(|h| h.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return Vec::new() };
    let at = |i: usize| sorted[(last as f64 * (i as f64 / (LEVELS + 1) as f64).powi(2)) as usize];
    let mut heights: Vec<(usize, f64)> = (1..=LEVELS).map(|i| (i, at(i))).collect();
    heights.dedup_by_key(|(_, height)| *height);
    let level = |(i, height)| Level { rank: (i - 1) as f64 / (LEVELS - 1) as f64, lines: grid.lines(height) };
    heights.into_iter().map(level).collect()
}

impl Grid {
    /// The lines of a height: marching squares, whose pieces are joined.
    fn lines(&self, level: f64) -> Vec<Vec<(f64, f64)>> {
        // A line crosses an edge of the grid once, and goes on to one other edge of each of the two cells beside it.
        let mut next = vec![[None; 2]; 2 * SIDE * SIDE];
        for j in 0..SIDE - 1 {
            for i in 0..SIDE - 1 {
                for (a, b) in self.pieces(i, j, level) {
                    for (from, to) in [(a, b), (b, a)] {
                        let free = usize::from(next[from][0].is_some());
                        next[from][free] = Some(to);
                    }
                }
            }
        }
        let ends = (0..next.len()).filter(|edge| next[*edge][0].is_some() && next[*edge][1].is_none());
        let starts: Vec<usize> = ends.chain(0..next.len()).collect();
        let mut lines = Vec::new();
        for start in starts {
            let (mut at, mut line) = (start, Vec::new());
            while let Some(to) = next[at].iter_mut().find_map(Option::take) {
                line.push(self.crossing(at, level));
                // It is not gone back.
                next[to].iter_mut().filter(|back| **back == Some(at)).for_each(|back| *back = None);
                at = to;
            }
            if !line.is_empty() {
                line.push(self.crossing(at, level));
                lines.push(line);
            }
        }
        lines
    }

    fn height(&self, i: usize, j: usize) -> f64 {
        self.heights[j * SIDE + i]
    }

    /// The pieces of a line in a cell, each from one edge to another. None where a corner has no height.
    fn pieces(&self, i: usize, j: usize, level: f64) -> Vec<(usize, usize)> {
        let corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)].map(|(i, j)| self.height(i, j));
        if corners.iter().any(|height| !height.is_finite()) {
            return Vec::new();
        }
        let above = corners.map(|height| height > level);
        // Below, right, above, left: an edge is named by its first place, and whether it goes up.
        let edges = [(i, j, 0), (i + 1, j, 1), (i, j + 1, 0), (i, j, 1)].map(|(i, j, up)| 2 * (j * SIDE + i) + up);
        let crossed: Vec<usize> = (0..4).filter(|k| above[*k] != above[(k + 1) % 4]).collect();
        match crossed[..] {
            [a, b] => vec![(edges[a], edges[b])],
            [a, b, c, d] => {
                // A saddle: the middle says which corners belong together.
                let joined = corners.iter().sum::<f64>() / 4.0 > level;
                let pairs = if joined == above[0] { [(a, b), (c, d)] } else { [(a, d), (b, c)] };
                pairs.map(|(a, b)| (edges[a], edges[b])).to_vec()
            }
            _ => Vec::new(),
        }
    }

    /// Where on an edge the height is met, as a line between its ends has it.
    fn crossing(&self, edge: usize, level: f64) -> (f64, f64) {
        let (i, j, up) = (edge / 2 % SIDE, edge / 2 / SIDE, edge % 2);
        let (a, b) = (self.height(i, j), self.height(i + 1 - up, j + up));
        let t = (level - a) / (b - a);
        let between = |from: f64, to: f64| from + (to - from) * t;
        match up {
            0 => (between(self.x[i], self.x[i + 1]), self.y[j]),
            _ => (self.x[i], between(self.y[j], self.y[j + 1])),
        }
    }
}
