//! Patterns of `*` and `?`.

/// Whether a text fits a pattern: `*` stands for any letters, `?` for one. Each `*` is tried from the shortest on, going back to the
/// last one only.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
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
