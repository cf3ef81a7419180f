//! The name that was meant.

/// `; did you mean ..?` for the nearest of the names, if one is near enough to be meant.
///
/// ```
/// use rappel_schedule::did_you_mean;
///
/// assert_eq!(did_you_mean("adm", ["sgd", "adam"]), "; did you mean `adam`?");
/// assert_eq!(did_you_mean("lamb", ["sgd", "adam"]), "");
/// ```
pub fn did_you_mean<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(name, names) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => String::new(),
    }
}

/// The nearest of the names: up to a third of its letters changed, added, left out or swapped with the next.
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Nothing is near to what is that long.
    let most = match name.len() {
        0 | 65.. => return None,
        n => n.div_ceil(3),
    };
    let lower = name.to_lowercase();
    let near = names.into_iter().map(|other| (distance(&lower, &other.to_lowercase()), other));
    near.filter(|(distance, _)| *distance <= most).min_by_key(|(distance, _)| *distance).map(|(_, other)| other)
}

/// How many letters to change, add, leave out or swap with the next.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let least = changed.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if swapped { least.min(rows[i - 2][j - 2] + 1) } else { least }
            };
        }
    }
    rows[a.len()][b.len()]
}
