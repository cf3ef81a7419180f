//! What evidence is held against: each number with its reason.

/// No word on the rate before so many steps, but for what cannot be mistaken: the average of the weights takes 30 steps to fill
/// ([`Reading::pull`](crate::gauge::Reading::pull)), and only the second half of the steps is looked at.
pub const FEWEST_STEPS: u64 = 60;

/// How many standard errors make a difference: two leave one chance in forty on either side.
pub const ERRORS: f64 = 2.0;

/// The rate that is asked about: would three times the rate have been better, or a third? Closer than that, runs are not told apart by
/// what one of them shows.
pub const FACTOR: f64 = 3.0;

/// The rate is too low below this ratio of swing to gain, `ln 3 / (3^2 - 1) = 0.137`.
///
/// Near the end of a run, `ln f` is what a rate `f` times as high gains by being further: the gain times its logarithm. What it loses
/// is the swing, which grows as the rate where noise drives it and faster where curvature does: at most as its square is assumed here.
/// So three times the rate gains `ln 3` times the gain and loses at most 8 times the swing.
pub const TOO_LOW: f64 = 0.137;

/// The rate is too high above this ratio of swing to gain, `ln 3 / (1 - 1 / 3^2) = 1.236`: a third of the rate would lose `ln 3` times
/// the gain, and save 8 ninths of the swing.
pub const TOO_HIGH: f64 = 1.236;

/// After a start with a jump, the rate is too high above this ratio of swing to gain: a little less of it would have ended lower.
pub const LOSING: f64 = 1.0;

/// A gain of less than this share, of the loss and of what the run has gained so far, is not worth a word.
pub const WORTH: f64 = 0.05;

/// The loss has left when it is above so many times its lowest, smoothed: the bound at which finders of rates stop (fastai, Lightning).
pub const LEFT_LOWEST: f64 = 4.0;

/// The loss has left when its last few are above so many times its smoothed value: where guards against spikes step in.
pub const LEFT_SMOOTHED: f64 = 3.0;

/// A start with a jump: the loss, as the median of five steps, rose to so many times what it was before the first step.
pub const JUMP: f64 = 1.25;

/// The loss has not moved when its second half is above this share of the first loss.
pub const STILL: f64 = 0.95;

/// The loss was lower before when its second half is above so many times its lowest, smoothed.
pub const BACK: f64 = 1.1;

/// At the edge of stability: sharpness over its threshold. Gradient descent hovers just above 1 there (Cohen et al., 2021).
pub const EDGE: [f64; 2] = [0.95, 1.05];

/// Without noise, slopes at both ends of a step tell the change of the loss: up to this share, they do.
pub const NOISE_FREE: f64 = 0.25;

/// Without noise, successive gradients whose cosine is above this on average say that steps are short.
pub const ALIKE: f64 = 0.5;

/// Prechelt's generalisation loss, in percent, and the quotient with progress from which on a run overfits.
pub const OVERFITTING: [f64; 2] = [5.0, 0.5];

/// Prechelt's strip.
pub const STRIP: usize = 5;

/// Underfitting: a training loss above this share of the labels' entropy, where no target is given.
pub const UNEXPLAINED: f64 = 0.5;

/// Underfitting: held-out and training loss differ by less than this share; and the swing is less than this share of the loss.
pub const GAP: f64 = 0.1;

/// A layer is dying when this share of its units are dead for every sample that was looked at: at the start of training, a few percent
/// are.
pub const DYING: f64 = 0.25;

/// A tanh is at the end of its range beyond this, where its slope is below 2 %.
pub const SATURATED: f64 = 0.99;

/// So many looks at units or predictions are needed in the second half of a run.
pub const LOOKS: usize = 3;

/// Predictions are constant when they tell less than this share of what labels could tell about the input.
pub const TOLD: f64 = 0.01;

/// Labels are not learned when the loss is above this share of their entropy, though the updates together are longer than the weights.
pub const UNLEARNED: f64 = 0.95;

/// Labels are learned by heart when the training loss is below this share of their entropy while the held-out loss is not below it.
pub const BY_HEART: f64 = 0.9;

/// An accuracy within this of guessing the most frequent class is chance.
pub const CHANCE: f64 = 0.05;
