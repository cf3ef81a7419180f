//! Numbers along axes, as kinds and messages show them.

use std::fmt;

use rappel_autodiff::PadMode;

/// A size for each axis: `3x5`.
pub(crate) struct Sizes<'a>(pub(crate) &'a [usize]);

impl fmt::Display for Sizes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, size) in self.0.iter().enumerate() {
            write!(f, "{}{size}", if i == 0 { "" } else { "x" })?;
        }
        Ok(())
    }
}

/// A number for each axis, shown once where all are equal.
pub(crate) struct Each<'a>(pub(crate) &'a [usize]);

impl fmt::Display for Each<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [first, rest @ ..] if rest.iter().all(|n| n == first) => write!(f, "{first}"),
            values => Sizes(values).fmt(f),
        }
    }
}

/// Adds `, stride 2` to a kind, unless that goes without saying.
pub(crate) fn write_option<const N: usize>(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    values: [usize; N],
    usual: [usize; N],
) -> fmt::Result {
    if values == usual { Ok(()) } else { write!(f, ", {name} {}", Each(&values)) }
}

/// So many places a window takes whose values are so far apart.
pub(crate) fn extent(kernel: usize, dilation: usize) -> u128 {
    (kernel as u128).saturating_sub(1).saturating_mul(dilation as u128) + 1
}

/// Why an axis of size n cannot be padded so far on one side.
pub(crate) fn padding_misfit(mode: PadMode, widest: u128, n: usize, axis: isize) -> Option<String> {
    match mode {
        PadMode::Reflect if widest > 0 && widest >= n as u128 => {
            Some(format!("reflection takes a padding below the size, not {widest} of {n} along axis {axis}"))
        }
        PadMode::Replicate | PadMode::Circular if widest > 0 && n == 0 => {
            Some(format!("there is nothing to pad with along axis {axis}"))
        }
        _ => None,
    }
}

/// A width of padding as the engine takes it, which refuses what cannot be counted.
pub(crate) fn width(places: u128) -> isize {
    isize::try_from(places).unwrap_or(isize::MAX)
}

/// The numbers of an option that must be at least 1.
///
/// # Panics
/// At the caller's line, when one is 0.
#[track_caller]
pub(crate) fn positive<const N: usize>(layer: &str, option: &str, values: [usize; N]) -> [usize; N] {
    assert!(values.iter().all(|&n| n > 0), "{layer}: {option} {} must be at least 1", Each(&values));
    values
}

/// Why these are no images (N = 2) or sequences (N = 1) of so many channels, in a batch or alone.
pub(super) fn misfit<const N: usize>(channels: usize, shape: &[usize]) -> Option<String> {
    let alone = shape.len() == N + 1;
    if (alone || shape.len() == N + 2) && shape[shape.len() - N - 1] == channels {
        return None;
    }
    let sizes = if N == 1 { "w" } else { "h, w" };
    let hint = if alone && channels == 1 {
        "; put the axis of the channel there by `x.unsqueeze(1)`, or by an `Unflatten`".to_owned()
    } else if shape.len() <= N + 1 {
        format!("; split an axis into `{channels}, {sizes}` by an `Unflatten`")
    } else if shape.len() == N + 2 && shape[N + 1] == channels {
        "; channels come before the sizes: `x.moveaxis(-1, 1)`".to_owned()
    } else {
        String::new()
    };
    Some(format!("expected [n, {channels}, {sizes}]{hint}"))
}
