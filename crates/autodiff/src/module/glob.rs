//! Patterns of `*` and `?` for paths.

/// Whether a path fits a pattern: `*` stands for any letters, dots included, and `?` for one.
///
/// ```
/// use rappel_autodiff::module::fits;
///
/// assert!(fits("*.bias", "layers.0.bias") && !fits("layer.?", "layers.0"));
/// ```
pub fn fits(pattern: &str, text: &str) -> bool {
    // Each `*` is tried from the shortest on, going back to the last one only.
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    // What stands behind the last `*`, and the text that is left for it.
    let mut star = None;
    loop {
        match pattern.next() {
            Some('*') => {
                star = Some((pattern.clone(), text.clone()));
                continue;
            }
            Some(p) => {
                if text.next().is_some_and(|t| p == '?' || p == t) {
                    continue;
                }
            }
            None => {
                if text.next().is_none() {
                    return true;
                }
            }
        }
        let Some((behind, left)) = &mut star else { return false };
        if left.next().is_none() {
            return false;
        }
        (pattern, text) = (behind.clone(), left.clone());
    }
}
