//! What other libraries have that cannot be imported, and what to write instead.

/// Names without their importer, and why.
const NONE: &[(&str, &str)] = &[
    ("torch::LambdaLR", FUNCTION),
    ("torch::MultiplicativeLR", FUNCTION),
    ("torch::LRScheduler", "is the base class; name one of its schedulers"),
    ("torch::_LRScheduler", "is the base class; name one of its schedulers"),
    ("optax::inject_hyperparams", "makes hyperparameters follow schedules; here every one takes a schedule"),
    ("optax::inject_stateful_hyperparams", "makes hyperparameters follow schedules; here every one takes a schedule"),
    ("keras::LearningRateScheduler", FUNCTION),
    ("keras::LearningRateSchedule", "is the base class; name one of its schedules"),
    ("transformers::get_scheduler", "takes the schedule's name; write it as `transformers::cosine(..)`"),
    ("timm::create_scheduler", "takes the schedule's name; write it as `timm::CosineLRScheduler(..)`"),
    ("timm::create_scheduler_v2", "takes the schedule's name; write it as `timm::CosineLRScheduler(..)`"),
    ("fastai::ParamScheduler", "takes Python functions; write the schedule of each quantity by itself"),
    ("fastai::annealer", FUNCTION),
    ("fastai::lr_find", "trains; its schedule is `fastai::LRFinder(..)`"),
];

const FUNCTION: &str = "takes a Python function, which no text can name; write the formula in the algebra, or register a \
                        function of your own and write `user::name(..)`";

/// Why there is no importer of that name, if it is known.
pub(super) fn reason(name: &str) -> Option<&'static str> {
    NONE.iter().find(|(other, _)| *other == name).map(|(_, reason)| *reason)
}
