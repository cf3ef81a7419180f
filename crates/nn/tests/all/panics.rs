//! What a panic says, and at which line.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static CAUGHT: RefCell<Option<Option<String>>> = const { RefCell::new(None) };
}

/// The message of the panic in `f`, which must stand at this line of this file.
pub(crate) fn message(file: &str, line: u32, f: impl FnOnce()) -> String {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let others = take_hook();
        set_hook(Box::new(move |info| {
            let at = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
            let mine = CAUGHT.with_borrow_mut(|caught| caught.as_mut().map(|caught| *caught = at).is_some());
            if !mine {
                others(info);
            }
        }));
    });
    CAUGHT.set(Some(None));
    let panic = catch_unwind(AssertUnwindSafe(f)).expect_err("there was no panic");
    let at = CAUGHT.take().flatten().expect("the hook was called");
    assert!(at.ends_with(&format!("{file}:{line}")), "the panic is reported at {at}, not at {file}:{line}");
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => (*panic.downcast::<&str>().expect("panics carry text")).to_owned(),
    }
}

/// The message of a panic of an expression, reported at the line of the expression itself.
macro_rules! panic_here {
    ($expression:expr) => {
        crate::panics::message(file!(), line!(), || {
            let _ = $expression;
        })
    };
}
pub(crate) use panic_here;
