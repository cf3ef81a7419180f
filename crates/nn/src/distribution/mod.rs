//! Probability distributions whose parameters are variables: what a policy, a variational autoencoder or a likelihood needs.
//!
//! Log-probabilities, entropies, moments and divergences are differentiable in the parameters, batched over the axes of these, and have
//! one value for each distribution of the batch.
//!
//! * [`sample`](Normal::sample) draws with a generator and gives a tensor: no gradient goes through. The gradient of a policy (REINFORCE,
//!   Williams 1992) is that of `-(log_prob * advantage)`:
//!
//! ```
//! use rappel_nn::autodiff::{Rng, Tape, Tensor};
//! use rappel_nn::distribution::Categorical;
//!
//! let (tape, mut rng) = (Tape::new(), Rng::seed(0));
//! let logits = tape.var(&Tensor::from([[0.0, 0.0, 1.0], [2.0, 0.0, 0.0]]));
//! let policy = Categorical::from_logits(logits);
//! let action = policy.sample(&mut rng);
//! let advantage = tape.input(&Tensor::from([1.0, -0.5]));
//! let loss = -(policy.log_prob(&action) * advantage).mean() - 0.01 * policy.entropy().mean();
//! assert!(loss.backward().wrt(logits).is_some());
//! ```
//!
//! * [`rsample`](Normal::rsample) is differentiable in the parameters: noise moved and stretched by them. The noise is a function of the
//!   tape's seed, the step and the number of draws so far, as dropout's is, so it repeats when a step does:
//!
//! ```
//! use rappel_nn::autodiff::{Tape, Tensor};
//! use rappel_nn::distribution::Normal;
//!
//! let tape = Tape::training(7);
//! let [mean, log_std] = [[[0.5, -0.5]], [[0.0, -1.0]]].map(|x| tape.var(&Tensor::from(x)));
//! let posterior = Normal::new(mean, log_std.exp());
//! let latent = posterior.rsample();
//! let prior = Normal::new(tape.constant(0.0), tape.constant(1.0));
//! let loss = latent.square().sum() + posterior.kl_divergence(prior).sum();
//! assert!(loss.backward().wrt(log_std).is_some());
//! ```

mod bernoulli;
mod categorical;
mod noise;
mod normal;

pub use bernoulli::Bernoulli;
pub use categorical::Categorical;
pub use normal::Normal;
