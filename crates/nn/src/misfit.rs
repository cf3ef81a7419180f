//! An input that does not fit.

use std::fmt;

use rappel_autodiff::{Float, Scope, Var};

use crate::Layer;
use crate::layer::enter_around;

/// Why an input does not fit a net: which layer, its sizes, the input's shape, and what would fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    path: Option<String>,
    containers: String,
    why: String,
}

impl Misfit {
    /// The misfit of a layer that is about to be called with `x`; its path is known when the tape watches the net.
    #[track_caller]
    pub(crate) fn of<T: Float, L: Layer<T> + ?Sized>(layer: &L, x: Var<'_, T>, why: String) -> Self {
        Misfit { path: enter_around(layer, x).path(), containers: String::new(), why }
    }

    /// The misfit of a module that is no layer, in whose scope one is.
    pub(crate) fn at<T: Float>(scope: &Scope<'_, T>, why: String) -> Self {
        Misfit { path: scope.path(), containers: String::new(), why }
    }

    /// The same seen from outside a container: `place` is the container and the layer's place in it.
    pub(crate) fn inside(mut self, place: impl fmt::Display) -> Self {
        self.containers.insert_str(0, &format!("{place}: "));
        self
    }

    /// The dotted path of the layer, if the tape watched the net.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }
}

/// `body.2: Linear(8 -> 1): input of shape ..`; with the containers (`Sequential[2]: ..`) where the path is not known.
impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path() {
            Some(path) if !path.is_empty() => write!(f, "{path}: {}", self.why),
            _ => write!(f, "{}{}", self.containers, self.why),
        }
    }
}

impl std::error::Error for Misfit {}
