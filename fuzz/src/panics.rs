//! Where a panic happened.

use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex};

/// Something that must not happen.
#[derive(Debug)]
pub struct Finding {
    /// What was being done.
    pub doing: String,
    /// What went wrong.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.doing, self.what)
    }
}

impl std::error::Error for Finding {}

/// Notes where panics happen, instead of printing them.
#[derive(Debug)]
pub struct Panics {
    last: Arc<Mutex<Option<(String, String)>>>,
}

impl Panics {
    /// Watches panics of this process until it is dropped. It replaces the process's hook: for programs that only fuzz.
    pub fn watch() -> Self {
        let last = Arc::new(Mutex::new(None));
        let noted = Arc::clone(&last);
        panic::set_hook(Box::new(move |info| {
            let file = info.location().map_or(String::new(), |at| format!("{}:{}", at.file(), at.line()));
            let (formatted, literal) = (info.payload().downcast_ref::<String>(), info.payload().downcast_ref::<&str>());
            let text = formatted.map(String::as_str).or(literal.copied()).unwrap_or("no text").to_owned();
            *noted.lock().expect("nothing panics while it is held") = Some((file, text));
        }));
        Panics { last }
    }

    /// Runs an operation: its result, none where it refused by a panic at the line that called it, in the file `here`, with a message
    /// that begins with its name, or one of several names, as in `lstm_cell or linear`. Either name may go on where the other ends: `sum_axes` may say `sum`.
    ///
    /// # Errors
    /// When it panicked anywhere else, or without words.
    pub fn refusable<R>(
        &self,
        doing: &str,
        here: &str,
        name: &str,
        f: impl FnOnce() -> R,
    ) -> Result<Option<R>, Finding> {
        let mut kept = None;
        let Err(_) = panic::catch_unwind(AssertUnwindSafe(f)).map(|result| kept.insert(result)) else {
            return Ok(kept);
        };
        let (place, text) = self.last.lock().expect("nothing panics while it is held").take().unwrap_or_default();
        let is = |name: &str, op: &str| name.starts_with(op) || op.starts_with(name);
        let said = text.split_once(": ").is_some_and(|(op, _)| name.split(" or ").any(|name| is(name, op)));
        if place.starts_with(&format!("{here}:")) && said {
            return Ok(None);
        }
        Err(Finding { doing: doing.to_owned(), what: format!("panicked at {place}: {text}") })
    }
}

impl Drop for Panics {
    fn drop(&mut self) {
        // The hook that was set goes; the standard one prints again.
        drop(panic::take_hook());
    }
}
