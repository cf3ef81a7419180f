//! One error type for programs that use several of the crates.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use rappel_data::DataError;
use rappel_nn::Misfit;
#[cfg(feature = "safetensors")]
use rappel_nn::StateError;
use rappel_optim::StepError;
use rappel_schedule::ScheduleError;
use rappel_tensor::{ShapeError, ThreadsError};

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any error of the rappel crates, for `fn main() -> rappel::Result<()>`.
///
/// `?` turns each of their errors into it, and those of `std::io`; others go through [`Error::new`]. `Debug` is written for people,
/// since it is what a program prints whose `main` returns an error: the message, and the causes it does not already tell.
///
/// ```
/// use rappel::data::DataError;
/// use rappel::prelude::*;
///
/// fn labels() -> rappel::Result<Dataset> {
///     Ok(Dataset::new(Tensor::zeros(&[2, 3]), Tensor::from([0, 7]), 2)?)
/// }
///
/// let error = labels().unwrap_err();
/// assert_eq!(format!("{error:?}"), "the label of row 1 is 7; expected a class below 2");
/// assert!(matches!(error.inner().downcast_ref(), Some(DataError::Label { row: 1, .. })));
/// ```
pub struct Error {
    inner: Box<dyn StdError + Send + Sync>,
}

impl Error {
    /// An error of the program's own: any error type, or a text.
    ///
    /// ```
    /// fn epochs(text: &str) -> rappel::Result<u32> {
    ///     match text.parse() {
    ///         Ok(0) => Err(rappel::Error::new("at least one epoch is needed")),
    ///         n => n.map_err(rappel::Error::new),
    ///     }
    /// }
    /// assert_eq!(epochs("0").unwrap_err().to_string(), "at least one epoch is needed");
    /// assert_eq!(epochs("many").unwrap_err().to_string(), "invalid digit found in string");
    /// ```
    pub fn new(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Error { inner: error.into() }
    }

    /// The error itself, to be matched by `downcast_ref`.
    pub fn inner(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.inner
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// The message, then each cause on a line of its own unless the message above it tells it already.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut above = self.inner.to_string();
        f.write_str(&above)?;
        let mut cause = self.inner.source();
        while let Some(error) = cause {
            let text = error.to_string();
            if !above.contains(&text) {
                write!(f, "\n  caused by: {text}")?;
            }
            above = text;
            cause = error.source();
        }
        Ok(())
    }
}

/// The source is that of the error inside.
impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source()
    }
}

macro_rules! from {
    ($($(#[$cfg:meta])? $error:ty)*) => { $(
        $(#[$cfg])?
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Error::new(error)
            }
        }
    )* };
}
from! {
    DataError
    #[cfg(feature = "lab")]
    rappel_lab::LabError
    Misfit
    ScheduleError
    ShapeError
    #[cfg(feature = "safetensors")]
    StateError
    StepError
    ThreadsError
    io::Error
}
