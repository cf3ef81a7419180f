//! What is kept of the steps of a run.

use super::trend::Trend;
use crate::gauge::{AVERAGED, Reading};
use crate::quantile::median;

/// So many blocks are kept at most: then pairs of neighbours are joined.
const BLOCKS: usize = 1024;

/// A trend is drawn through so many means at most.
const MEANS: usize = 32;

/// The smoothing of the loss for divergence: fastai's and Lightning's.
const SMOOTHING: f64 = 0.98;

/// A sum and how many went into it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    sum: f64,
    n: f64,
}

impl Sum {
    fn add(&mut self, x: Option<f64>) {
        if let Some(x) = x.filter(|x| x.is_finite()) {
            self.sum += x;
            self.n += 1.0;
        }
    }

    fn join(&mut self, other: &Sum) {
        self.sum += other.sum;
        self.n += other.n;
    }

    pub(super) fn mean(&self) -> Option<f64> {
        (self.n > 0.0).then_some(self.sum / self.n)
    }
}

/// Sums over neighbouring steps.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    steps: f64,
    loss: Sum,
    lr: Sum,
    pub(super) cosine: Sum,
    /// Size of the update over that of the weights.
    ratio: Sum,
    pub(super) pull: Sum,
    /// How far the average lags behind, in steps.
    lag: Sum,
    /// Change of the loss over a step, and by how much the slopes at both its ends miss that: nothing, on a parabola without noise.
    change: Sum,
    miss: Sum,
}

impl Block {
    fn join(&mut self, other: &Block) {
        self.steps += other.steps;
        for (a, b) in [
            (&mut self.loss, &other.loss),
            (&mut self.lr, &other.lr),
            (&mut self.cosine, &other.cosine),
            (&mut self.ratio, &other.ratio),
            (&mut self.pull, &other.pull),
            (&mut self.lag, &other.lag),
            (&mut self.change, &other.change),
            (&mut self.miss, &other.miss),
        ] {
            a.join(b);
        }
    }
}

/// What is kept of the steps of a run: sums over neighbours, in bounded memory.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    blocks: Vec<Block>,
    /// How many steps a block has.
    size: f64,
    /// How far the average of the weights lags behind now, in steps, and how often it was read.
    lag: f64,
    pulls: f64,
    pub(super) steps: u64,
    /// The loss before the first step.
    pub(super) first: Option<f64>,
    /// The step and loss where it was first no finite number.
    pub(super) lost: Option<(u64, f64)>,
    /// Sums of losses and of weights.
    smooth: (f64, f64),
    /// Step and smoothed loss where that was lowest; and where the median of a few was highest.
    pub(super) lowest: Option<(u64, f64)>,
    pub(super) peak: Option<(u64, f64)>,
    /// The last few losses, and the smoothed loss before them.
    recent: Vec<f64>,
    pub(super) before: Option<f64>,
    pub(super) lr: f64,
}

impl Record {
    pub(super) fn add(&mut self, reading: &Reading) {
        let (all, loss) = (&reading.all, reading.loss);
        if self.blocks.len() == BLOCKS && self.blocks.last().is_some_and(|b| b.steps >= self.size) {
            let joined = self.blocks.chunks(2).map(|pair| {
                let mut sum = pair[0].clone();
                pair[1..].iter().for_each(|b| sum.join(b));
                sum
            });
            self.blocks = joined.collect();
            self.size *= 2.0;
        }
        if self.size == 0.0 {
            self.size = 1.0;
        }
        if self.blocks.last().is_none_or(|b| b.steps >= self.size) {
            self.blocks.push(Block::default());
        }
        if reading.pull.is_some() {
            self.pulls += 1.0;
            let share = 1.0 / self.pulls.min(AVERAGED);
            self.lag = (1.0 - share) * self.lag + 1.0;
        } else {
            // The gauge's average begins anew.
            (self.pulls, self.lag) = (0.0, 0.0);
        }
        let change = reading.line.map(|line| {
            let change = line.loss[1] - line.loss[0];
            (change.abs(), (change - (line.slope[0] + line.slope[1]) / 2.0).abs())
        });
        if let Some(block) = self.blocks.last_mut() {
            block.steps += 1.0;
            block.loss.add(Some(loss));
            block.lr.add(Some(all.lr));
            block.cosine.add(all.cosine);
            block.ratio.add(Some(all.ratio()));
            block.pull.add(reading.pull);
            block.lag.add(reading.pull.map(|_| self.lag));
            block.change.add(change.map(|c| c.0));
            block.miss.add(change.map(|c| c.1));
        }
        self.steps += 1;
        if all.lr.is_finite() {
            self.lr = all.lr;
        }
        if !loss.is_finite() {
            self.lost.get_or_insert((reading.step, loss));
            return;
        }
        self.first.get_or_insert(loss);
        self.smoothe(reading.step, loss);
    }

    fn smoothe(&mut self, step: u64, loss: f64) {
        self.recent.push(loss);
        if self.recent.len() > LATELY {
            let leaving = self.recent.remove(0);
            self.smooth.0 = SMOOTHING * self.smooth.0 + (1.0 - SMOOTHING) * leaving;
            self.smooth.1 = SMOOTHING * self.smooth.1 + (1.0 - SMOOTHING);
            let smooth = self.smooth.0 / self.smooth.1;
            self.before = Some(smooth);
            if self.lowest.is_none_or(|(_, lowest)| smooth < lowest) {
                self.lowest = Some((step, smooth));
            }
        }
        let lately = self.lately();
        if self.peak.is_none_or(|(_, peak)| lately > peak) && self.recent.len() == LATELY {
            self.peak = Some((step, lately));
        }
    }

    /// The median of the last few losses; NaN of none.
    pub(super) fn lately(&self) -> f64 {
        median(self.recent.iter().copied())
    }

    /// The length of all updates over that of the weights.
    pub(super) fn path(&self) -> f64 {
        self.blocks.iter().map(|b| b.ratio.sum).sum()
    }

    /// The second half of the run.
    pub(super) fn late(&self) -> Late<'_> {
        let half = self.steps as f64 / 2.0;
        let mut before = 0.0;
        let from = self.blocks.iter().take_while(|b| {
            before += b.steps;
            before <= half
        });
        let from = from.count();
        Late { early: &self.blocks[..from], blocks: &self.blocks[from..] }
    }
}

/// So many of the last losses stand for where the loss is now.
pub(super) const LATELY: usize = 5;

/// The second half of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Late<'r> {
    early: &'r [Block],
    blocks: &'r [Block],
}

impl Late<'_> {
    /// Means of neighbours: place and value.
    fn means(&self, of: impl Fn(&Block) -> Sum) -> Vec<(f64, f64)> {
        let each = self.blocks.len().div_ceil(MEANS).max(1);
        let mut at: f64 = self.early.iter().map(|b| b.steps).sum();
        let mut means = Vec::with_capacity(MEANS);
        for blocks in self.blocks.chunks(each) {
            let (mut sum, mut steps) = (Sum::default(), 0.0);
            for block in blocks {
                sum.join(&of(block));
                steps += block.steps;
            }
            if let Some(mean) = sum.mean() {
                means.push((at + steps / 2.0, mean));
            }
            at += steps;
        }
        means
    }

    pub(super) fn loss(&self) -> Option<Trend> {
        Trend::of(&self.means(|b| b.loss))
    }

    /// Mean and standard error of a sign; `None` where it was not read.
    pub(super) fn mean(&self, of: impl Fn(&Block) -> Sum) -> Option<(f64, f64)> {
        let values: Vec<f64> = self.means(of).iter().map(|m| m.1).collect();
        (!values.is_empty()).then(|| super::trend::mean(&values))
    }

    /// The mean distance in steps between the weights and their average.
    pub(super) fn lag(&self) -> f64 {
        let mut sum = Sum::default();
        self.blocks.iter().for_each(|b| sum.join(&b.lag));
        sum.mean().unwrap_or(0.0)
    }

    /// The middle of this half in steps, as so many of its own: where the rate has changed, the way so far over the rate now.
    pub(super) fn way(&self) -> f64 {
        let sum = |blocks: &[Block]| {
            let mut sum = Sum::default();
            blocks.iter().for_each(|b| sum.join(&b.lr));
            sum
        };
        let steps = |blocks: &[Block]| blocks.iter().map(|b| b.steps).sum::<f64>();
        let (early, late) = (sum(self.early), sum(self.blocks));
        match late.mean() {
            Some(now) if now > 0.0 => (early.sum + late.sum / 2.0) / now,
            _ => steps(self.early) + steps(self.blocks) / 2.0,
        }
    }

    /// By how much slopes miss changes of the loss, as a share of those: near 0 without noise.
    pub(super) fn noise(&self) -> Option<f64> {
        let (mut change, mut miss) = (Sum::default(), Sum::default());
        for block in self.blocks {
            change.join(&block.change);
            miss.join(&block.miss);
        }
        Some(miss.mean()? / change.mean()?).filter(|x| x.is_finite())
    }
}
