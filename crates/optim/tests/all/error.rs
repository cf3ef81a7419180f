//! What the errors say.

use std::error::Error;

use rappel_optim::StepError;
use rappel_optim::schedule::ScheduleError;

#[test]
fn texts_name_the_place_and_the_remedy() {
    let paths = |n: usize| (0..n).map(|i| format!("layers.{i}.weight")).collect::<Vec<_>>();
    let errors = [
        StepError::NoGradient { paths: paths(1) },
        StepError::NoGradient { paths: paths(2) },
        StepError::NumberType { path: "a.b".into(), parameter: "f64", gradients: "f32" },
        StepError::Shape { path: "a.b".into(), gradient: vec![2, 3], parameter: vec![3] },
        StepError::Schedule { rule: "sgd", knob: "lr", reason: ScheduleError::Empty.into() },
        StepError::Value { rule: "sgd", knob: "lr", value: f64::NAN, step: 7, required: "0 <= lr < inf".into() },
        StepError::Conflict { rule: "sgd", reason: "nesterov needs a momentum" },
        StepError::NotFinite { rule: "lbfgs", what: "the loss" },
        StepError::Together { rule: "lbfgs", knob: "max_iter".into() },
    ];
    let texts = [
        "no gradient for `layers.0.weight`: the loss does not depend on it; use the layer in `forward`, freeze it \
         (`set_trainable(false)`), or call `allow_unused(true)` on the optimizer",
        "no gradient for `layers.0.weight`, `layers.1.weight`: the loss does not depend on them; use the layer in `forward`, \
         freeze it (`set_trainable(false)`), or call `allow_unused(true)` on the optimizer",
        "parameter `a.b` is f64, the gradients are f32: run the tape and the net in one number type",
        "the gradient of `a.b` has shape [2, 3], the parameter [3]: the net changed since the backward pass",
        "the schedule of sgd's lr: an empty schedule has no value; `then` something",
        "sgd: lr is NaN at step 7; required is 0 <= lr < inf",
        "sgd: nesterov needs a momentum",
        "lbfgs: the loss is not finite; the net has the weights that the step began with",
        "lbfgs moves all parameters together: a group may freeze some, and leaves max_iter as it is for all",
    ];
    for (error, text) in errors.iter().zip(texts) {
        assert_eq!(error.to_string(), text);
        assert!(error.source().is_none(), "its text is whole: {error}");
    }
    let many = StepError::NoGradient { paths: paths(300) }.to_string();
    assert!(many.contains("`layers.7.weight` and 292 more: ") && !many.contains("layers.8."), "{many}");
}

#[test]
fn it_passes_between_threads_into_any_error() {
    fn any<E: Error + Send + Sync + 'static>(_: E) {}
    any(StepError::Conflict { rule: "sgd", reason: "" });
}
