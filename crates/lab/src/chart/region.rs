//! Areas of one class.

use std::ops::RangeInclusive;

/// Places along each side at which the class is asked for.
const SIDE: usize = 120;

/// A strip of one class: two opposite corners.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Region {
    pub(crate) class: usize,
    pub(crate) corners: [(f64, f64); 2],
}

/// The area between two places of each axis in strips of one class each, from the middles of even cells.
pub(crate) fn regions(
    x: &RangeInclusive<f64>,
    y: &RangeInclusive<f64>,
    mut class: impl FnMut(f64, f64) -> Option<usize>,
) -> Vec<Region> {
    let place = |range: &RangeInclusive<f64>, i: f64| range.start() + (range.end() - range.start()) * (i / SIDE as f64);
    let mut strips: Vec<Region> = Vec::new();
    for j in 0..SIDE {
        let (below, above) = (place(y, j as f64), place(y, (j + 1) as f64));
        let mut open = false;
        for i in 0..SIDE {
            let (left, right) = (place(x, i as f64), place(x, (i + 1) as f64));
            let Some(class) = class(place(x, i as f64 + 0.5), place(y, j as f64 + 0.5)) else {
                open = false;
                continue;
            };
            match strips.last_mut().filter(|strip| open && strip.class == class) {
                Some(strip) => strip.corners[1].0 = right,
                None => strips.push(Region { class, corners: [(left, below), (right, above)] }),
            }
            open = true;
        }
    }
    strips
}
