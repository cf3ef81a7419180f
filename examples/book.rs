//! The README and the chapters of the book that have programs; they run as documentation tests.

#[doc = include_str!("../README.md")]
mod readme {}

#[doc = include_str!("../docs/src/introduction.md")]
mod introduction {}

#[doc = include_str!("../docs/src/numerics.md")]
mod numerics {}

#[doc = include_str!("../docs/src/learning-rate.md")]
mod learning_rate {}

#[doc = include_str!("../docs/src/problems.md")]
mod problems {}

#[doc = include_str!("../docs/src/stability.md")]
mod stability {}

#[doc = include_str!("../docs/src/learned-rate.md")]
mod learned_rate {}

#[doc = include_str!("../docs/src/gauge.md")]
mod gauge {}

#[doc = include_str!("../docs/src/verdicts.md")]
mod verdicts {}

#[doc = include_str!("../docs/src/sweeps.md")]
mod sweeps {}

#[doc = include_str!("../docs/src/improved-schedules.md")]
mod improved_schedules {}

#[doc = include_str!("../docs/src/range-test.md")]
mod range_test {}

#[doc = include_str!("../docs/src/schedules.md")]
mod schedules {}

#[doc = include_str!("../docs/src/time.md")]
mod time {}

#[doc = include_str!("../docs/src/following.md")]
mod following {}

#[doc = include_str!("../docs/src/importers.md")]
mod importers {}

#[doc = include_str!("../docs/src/program.md")]
mod program {}

#[doc = include_str!("../docs/src/layers.md")]
mod layers {}

#[doc = include_str!("../docs/src/weights.md")]
mod weights {}

#[doc = include_str!("../docs/src/metrics.md")]
mod metrics {}

#[doc = include_str!("../docs/src/transforms.md")]
mod transforms {}

#[doc = include_str!("../docs/src/seeing.md")]
mod seeing {}

#[doc = include_str!("../docs/src/own-layer.md")]
mod own_layer {}

#[doc = include_str!("../docs/src/own-function.md")]
mod own_function {}

#[doc = include_str!("../docs/src/own-operation.md")]
mod own_operation {}

#[doc = include_str!("../docs/src/own-rule.md")]
mod own_rule {}

#[doc = include_str!("../docs/src/own-adapter.md")]
mod own_adapter {}

#[doc = include_str!("../docs/src/optimizers.md")]
mod optimizers {}

#[doc = include_str!("../docs/src/pytorch.md")]
mod pytorch {}
