//! Names of places in a module.

use std::fmt;

/// Where a visitor is in a module: the names entered so far, joined by dots.
///
/// The one place that decides what a path looks like: every visitor that needs paths keeps one and passes
/// `enter` and `leave` on to it. It does not allocate once it has been as deep as it gets.
///
/// ```
/// use rappel_autodiff::module::Path;
///
/// let mut path = Path::default();
/// path.enter("layers");
/// path.enter("0");
/// assert_eq!(path.as_str(), "layers.0");
/// path.leave();
/// assert_eq!(path.to_string(), "layers");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Path {
    text: String,
    /// The length of `text` before each name that is in it.
    starts: Vec<usize>,
}

impl Path {
    /// Goes down to a child.
    ///
    /// # Panics
    ///
    /// If the name is empty or contains a dot: two places could then have one path, and a saved net would lose one of them.
    pub fn enter(&mut self, name: &str) {
        assert!(
            !name.is_empty() && !name.contains('.'),
            "a name in a module must not be empty or contain a dot, and {name:?} below {:?} is or does",
            self.text
        );
        self.starts.push(self.text.len());
        if !self.text.is_empty() {
            self.text.push('.');
        }
        self.text.push_str(name);
    }

    /// Goes back up from the child entered last.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn leave(&mut self) {
        let start = self.starts.pop().expect("`leave` without an `enter`: a `Module` written by hand must pair them");
        self.text.truncate(start);
    }

    /// The names joined by dots; empty at the root.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}
