//! Successive halving: short runs of all, longer ones of the better.

use crate::LabError;

/// After how many steps runs are judged, and which of them go on.
///
/// Jamieson and Talwalkar (2016), within each arm, so that every rule keeps its best rates: of `n` rates the best `n / eta`
/// (rounded up, one at least) go on to a rung `eta` times as long, until the last rung is the whole run. Without halving there is one rung.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rungs {
    /// The lengths, rising; the last is the whole run.
    pub(crate) steps: Vec<u64>,
    eta: usize,
}

impl Rungs {
    pub(crate) fn new(eta: Option<u32>, steps: u64, rates: usize) -> Result<Rungs, LabError> {
        let Some(eta) = eta else { return Ok(Rungs { steps: vec![steps], eta: 1 }) };
        if eta < 2 {
            let why = "of the rates, one in so many goes on: 2 or more";
            return Err(LabError::Setting { what: "halving", value: eta.to_string(), why });
        }
        // Rungs below one step judge nothing.
        let (mut lengths, mut left, eta) = (vec![steps], rates, eta as usize);
        while left > 1 && lengths[lengths.len() - 1] >= eta as u64 {
            lengths.push(lengths[lengths.len() - 1] / eta as u64);
            left = left.div_ceil(eta);
        }
        lengths.reverse();
        Ok(Rungs { steps: lengths, eta })
    }

    /// Of rates with their costs, those that go on, in the order given. Equal costs: the lower rate goes on, as it comes first.
    pub(crate) fn survivors(&self, costs: &[(usize, f64)]) -> Vec<usize> {
        let mut ranked: Vec<_> = costs.iter().collect();
        ranked.sort_by(|a, b| a.1.total_cmp(&b.1));
        ranked.truncate(costs.len().div_ceil(self.eta));
        let mut on: Vec<usize> = ranked.into_iter().map(|rate| rate.0).collect();
        on.sort_unstable();
        on
    }
}
