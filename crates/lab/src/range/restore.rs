//! A net that is given its values back.

use rappel_autodiff::Module;
use rappel_autodiff::module::{ModuleExt, Snapshot};

use crate::LabError;

/// A net on loan: it has its values back when this is dropped, by a panic or an error too.
pub(super) struct Loan<'n, M: Module + ?Sized> {
    pub(super) net: &'n mut M,
    before: Snapshot,
}

impl<'n, M: Module + ?Sized> Loan<'n, M> {
    pub(super) fn of(net: &'n mut M) -> Self {
        let before = Snapshot::of(net);
        Loan { net, before }
    }

    /// Refuses a net that has other parameters or buffers than at first.
    pub(super) fn check(&self) -> Result<(), LabError> {
        if self.before.fits(self.net) {
            return Ok(());
        }
        Err(self.changed(self.net.named_parameters().len()))
    }

    /// The error that says that there are so many parameters now.
    pub(super) fn changed(&self, is: usize) -> LabError {
        LabError::Parameters { was: self.before.len(), is }
    }
}

impl<M: Module + ?Sized> Drop for Loan<'_, M> {
    fn drop(&mut self) {
        // A net that has become another one has nothing to get back; `check` has said so.
        let _ = self.before.restore(self.net);
    }
}
