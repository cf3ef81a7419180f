//! A running median.

/// The median of the `width` values around each: an odd number, at most twice as many as there are less one. Beyond the ends the
/// values are reflected, without the value at the end itself: `c b [a b c`.
pub(super) fn running(values: &[f64], width: usize) -> Vec<f64> {
    let (half, last) = (width / 2, values.len() - 1);
    let reflected = |i: usize| {
        // `i` counts from half before the first.
        let place = i.abs_diff(half);
        values[if place > last { 2 * last - place } else { place }]
    };
    let mut window: Vec<f64> = (0..width).map(reflected).collect();
    window.sort_by(f64::total_cmp);
    let place = |window: &[f64], value: f64| window.partition_point(|v| v.total_cmp(&value).is_lt());
    let mut medians = vec![window[half]];
    for next in width..values.len() + 2 * half {
        window.remove(place(&window, reflected(next - width)));
        window.insert(place(&window, reflected(next)), reflected(next));
        medians.push(window[half]);
    }
    medians
}
