//! Where in a sequence something is.

mod learned;
mod rotary;
mod sinusoidal;

pub use learned::LearnedPositions;
pub use rotary::Rotary;
pub use sinusoidal::SinusoidalPositions;

/// Why a sequence `[.., time, size]` that begins at `offset` does not fit vectors of this size for so many places.
fn misfit(kind: &str, shape: &[usize], offset: usize, [places, size]: [usize; 2]) -> Option<String> {
    let &[.., time, last] = shape else {
        return Some(format!("{kind}: input of shape {shape:?} does not fit: [.., time, {size}] is expected"));
    };
    if last != size {
        return Some(format!("{kind}: input of shape {shape:?} does not fit: the last axis must be {size}"));
    }
    let end = offset.saturating_add(time);
    (end > places).then(|| {
        format!("{kind}: input of shape {shape:?} does not fit: it ends at place {end}, and there are {places} places")
    })
}
