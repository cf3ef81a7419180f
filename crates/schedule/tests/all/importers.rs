//! Other libraries' schedules against tables made with those libraries.

use proptest::prelude::*;
use rappel_schedule::{
    Clock, EntryKind, Node, Schedule, ScheduleError, fastai, keras, linear, names, optax, timm, torch, transformers,
};

const TABLE: &str = include_str!("../golden/importers.txt");

/// What the library computes as a recurrence that has no closed form; it is refused, with the reason.
const REFUSED: [(&str, &str); 1] = [(
    "torch::ChainedScheduler(lr=0.1, schedulers=[torch::ExponentialLR(gamma=0.9), torch::CosineAnnealingLR(T_max=10, eta_min=0.01)])",
    "`eta_min` is added after the others have multiplied",
)];

/// A block of a table.
pub(crate) struct Case<'a> {
    /// All that is behind the sign of equality.
    pub(crate) head: &'a str,
    pub(crate) steps: Vec<u64>,
    pub(crate) values: Vec<f64>,
}

pub(crate) fn cases(table: &str) -> impl Iterator<Item = Case<'_>> {
    let mut lines = table.lines();
    std::iter::from_fn(move || {
        let head = lines.find_map(|line| line.strip_prefix("= "))?;
        let mut row =
            |name: &str| lines.next().and_then(|line| line.strip_prefix(name)).expect("a row").split_whitespace();
        let steps = row("steps").map(|k| k.parse().expect("a step")).collect();
        let values = row("values").map(|v| v.parse().expect("a value")).collect();
        Some(Case { head, steps, values })
    })
}

/// Every block of a table of importers; those that differ.
fn differences(table: &str) -> (usize, Vec<String>) {
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in cases(table) {
        assert_eq!(case.steps.len(), case.values.len());
        count += 1;
        let (precision, text) = case.head.split_once(' ').expect("a precision and a text");
        let schedule: Schedule = match text.parse() {
            Ok(schedule) => schedule,
            Err(error) => {
                let expected = REFUSED.iter().find(|(refused, _)| *refused == text);
                if !expected.is_some_and(|(_, reason)| error.to_string().contains(reason)) {
                    wrong.push(format!("{text}\n{error}"));
                }
                continue;
            }
        };
        let last = case.steps.iter().max().expect("a step");
        let bound = match schedule.bind(&Clock::new()) {
            // What grows without end needs the run's length.
            Err(ScheduleError::Unbounded { .. }) => schedule.over(last + 1),
            bound => bound,
        };
        let plan = match bound {
            Ok(plan) => plan,
            Err(error) => {
                wrong.push(format!("{text}: {error}"));
                continue;
            }
        };
        // Relative to the value; to the largest one where a cosine near its end has lost its digits in the library: to the
        // millionth part in f64, the hundredth in f32.
        let (tolerance, part) = if precision == "f64" { (1e-9, 1e-6) } else { (2e-5, 1e-2) };
        let largest = case.values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        for (step, value) in case.steps.iter().zip(&case.values) {
            // Where the library raises an error after the end, so does this.
            let ours = match plan.try_at_step(*step, &plan.state()) {
                Ok(ours) => ours,
                Err(error) => {
                    wrong.push(format!("{text}: {error}"));
                    break;
                }
            };
            if (ours - value).abs() > tolerance * value.abs().max(part * largest) {
                let meaning = meaning(&schedule);
                wrong.push(format!("{text} = {meaning}: step {step}: {ours}, and the library's {value}"));
                break;
            }
        }
    }
    (count, wrong)
}

fn meaning(schedule: &Schedule) -> &Schedule {
    match schedule.node() {
        Node::Named(named) => named.meaning(),
        _ => panic!("{schedule} is in the algebra's own words"),
    }
}

#[test]
fn importers_have_the_libraries_values() {
    let (count, wrong) = differences(TABLE);
    assert_eq!(count, 393, "all blocks are read");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn momenta_have_the_libraries_values() {
    let (count, wrong) = differences(include_str!("../golden/momenta.txt"));
    assert_eq!(count, 9, "all blocks are read");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn importers_and_their_meanings_are_read_back() {
    for case in cases(TABLE) {
        let (_, text) = case.head.split_once(' ').expect("a precision and a text");
        let Ok(schedule) = text.parse::<Schedule>() else { continue };
        assert_eq!(schedule.to_string().parse(), Ok(schedule.clone()), "{text}");
        let meaning = meaning(&schedule);
        assert_eq!(meaning.to_string().parse().as_ref(), Ok(meaning), "{text}");
        // Importers inside it are written out too.
        let normal = schedule.normal();
        assert!(!normal.to_string().contains("::"), "{text} = {normal}");
        let last = case.steps.iter().max().expect("a step") + 1;
        let (written, plain) = (schedule.over(last).expect("bound before"), normal.over(last).expect("the same"));
        assert!(case.steps.iter().all(|k| written.at_step(*k) == plain.at_step(*k)), "{text} = {normal}");
    }
}

#[test]
fn every_importer_has_a_table_and_a_line() {
    let listed: Vec<_> = names().filter(|entry| entry.kind() == EntryKind::Importer).collect();
    assert!(listed.len() >= 60, "{}", listed.len());
    let tables = [TABLE, include_str!("../golden/momenta.txt"), include_str!("../golden/plateau.txt")];
    for entry in &listed {
        let call = format!("{}(", entry.name());
        assert!(tables.iter().any(|table| table.contains(&call)), "{} is in no table", entry.name());
        assert!(entry.signature().starts_with(&call) && entry.signature().ends_with(')'), "{}", entry.signature());
        assert!(
            entry.line().ends_with('.') && !entry.line().contains('\n') && entry.line().len() < 160,
            "{}",
            entry.line()
        );
    }
    for case in cases(TABLE) {
        let (_, text) = case.head.split_once(' ').expect("a precision and a text");
        let name = text.split('(').next().expect("a name");
        assert!(listed.iter().any(|entry| entry.name() == name), "{name} is not listed");
    }
    let one = listed.iter().find(|entry| entry.name() == "torch::StepLR").expect("listed");
    assert_eq!(one.signature(), "torch::StepLR(lr, step_size, gamma=0.1)");
    assert_eq!(one.line(), "The rate times `gamma` every `step_size` steps.");
}

#[test]
fn importers_in_rust_are_those_of_the_text() {
    let sequential = torch::SequentialLR::new(
        0.1,
        vec![
            torch::LinearLR { start_factor: 0.1, total_iters: 10, ..torch::LinearLR::new(0.1) }.into(),
            torch::CosineAnnealingLR { lr: None, ..torch::CosineAnnealingLR::new(0.1, 20) }.into(),
        ],
        vec![10],
    );
    let one_cycle = torch::OneCycleLR {
        total_steps: Some(100),
        anneal_strategy: torch::AnnealStrategy::Linear,
        ..torch::OneCycleLR::new(0.1, 0.5)
    };
    let cycle =
        optax::WarmupCosineDecaySchedule { end_value: 0.1, ..optax::WarmupCosineDecaySchedule::new(0.0, 1.0, 3, 10) };
    let halved = optax::PiecewiseConstantSchedule {
        boundaries_and_scales: optax::Boundaries(vec![(10, 0.5)]),
        ..optax::PiecewiseConstantSchedule::new(1.0)
    };
    let constant = optax::ConstantSchedule::new(0.5).into();
    let parts = vec![fastai::SchedLin { n_steps: None, ..fastai::SchedLin::new(1, 0.1, 1.0) }.into()];
    let decay = transformers::WarmupStableDecay {
        num_stable_steps: Some(9),
        decay_type: transformers::Form::OneMinusSqrt,
        ..transformers::WarmupStableDecay::new(0.1, 5, 8)
    };
    for (schedule, text) in [
        (torch::StepLR::new(0.1, 30).into(), "torch::StepLR(lr=0.1, step_size=30)"),
        (
            sequential.into(),
            "torch::SequentialLR(lr=0.1, schedulers=[torch::LinearLR(lr=0.1, start_factor=0.1, total_iters=10), \
             torch::CosineAnnealingLR(T_max=20)], milestones=[10])",
        ),
        (
            one_cycle.momentum(),
            "torch::OneCycleLR_momentum(lr=0.1, max_lr=0.5, total_steps=100, anneal_strategy=\"linear\")",
        ),
        (one_cycle.into(), "torch::OneCycleLR(lr=0.1, max_lr=0.5, total_steps=100, anneal_strategy=\"linear\")"),
        (
            optax::SgdrSchedule::new(vec![cycle]).into(),
            "optax::sgdr_schedule(cosine_kwargs=[{\"init_value\": 0, \"peak_value\": 1, \"warmup_steps\": 3, \
             \"decay_steps\": 10, \"end_value\": 0.1}])",
        ),
        (halved.into(), "optax::piecewise_constant_schedule(init_value=1, boundaries_and_scales={10: 0.5})"),
        (
            optax::JoinSchedules::new(vec![linear(0.0, 1.0, 5), constant], vec![5]).into(),
            "optax::join_schedules(schedules=[linear(0, 1, 5), optax::constant_schedule(value=0.5)], boundaries=[5])",
        ),
        (
            keras::CosineDecay { warmup_target: Some(0.1), ..keras::CosineDecay::new(0.0, 100.0) }.into(),
            "keras::CosineDecay(initial_learning_rate=0, decay_steps=100, warmup_target=0.1)",
        ),
        (
            decay.into(),
            "transformers::warmup_stable_decay(lr=0.1, num_warmup_steps=5, num_decay_steps=8, num_stable_steps=9, \
             decay_type=\"1-sqrt\")",
        ),
        (
            timm::CosineLRScheduler { warmup_prefix: true, ..timm::CosineLRScheduler::new(0.1, 20) }.into(),
            "timm::CosineLRScheduler(lr=0.1, t_initial=20, warmup_prefix=true)",
        ),
        (
            fastai::CombineScheds::new(20, vec![1.0], parts).into(),
            "fastai::combine_scheds(n_steps=20, pcts=[1], scheds=[fastai::SchedLin(start=0.1, end=1)])",
        ),
    ] {
        let schedule: Schedule = schedule;
        assert_eq!(schedule.to_string(), text);
        assert_eq!(text.parse(), Ok(schedule));
    }
}

#[test]
fn arguments_may_be_given_by_place() {
    for (by_place, by_name) in [
        ("torch::StepLR(0.1, 30, 0.5)", "torch::StepLR(lr=0.1, step_size=30, gamma=0.5)"),
        (
            "transformers::cosine(1e-3, 10, 100)",
            "transformers::cosine(lr=0.001, num_warmup_steps=10, num_training_steps=100)",
        ),
        (
            "optax::linear_schedule(1, 0, 10, 5)",
            "optax::linear_schedule(init_value=1, end_value=0, transition_steps=10, transition_begin=5)",
        ),
        ("keras::ExponentialDecay(0.1, 10, 0.5, True)", "keras::ExponentialDecay(0.1, 10, 0.5, staircase=true)"),
        ("timm::StepLRScheduler(0.1, 4, 0.5)", "timm::StepLRScheduler(lr=0.1, decay_t=4, decay_rate=0.5)"),
        ("torch::CyclicLR(None, 0.1, 0.5, 4)", "torch::CyclicLR(base_lr=0.1, max_lr=0.5, step_size_up=4)"),
    ] {
        let read = |text: &str| meaning(&text.parse().unwrap_or_else(|error| panic!("{error}"))).clone();
        assert_eq!(read(by_place), read(by_name));
    }
}

/// What is refused, and a part of what is said of it; by the rule of the library where it has one.
const WRONG: &[(&str, &str)] = &[
    ("torch::StepLR(step_size=30)", "`lr`, the optimizer's base rate, is missing"),
    ("torch::StepLR(lr=0.1)", "`torch::StepLR` needs `step_size`"),
    ("torch::StepLR(lr=0.1, step_size=0)", "by which PyTorch divides"),
    ("torch::StepLR(lr=0.1, step_size=2.5)", "must be a whole number"),
    ("torch::StepLR(lr=0.1, step_size=3, gamma=-0.5)", "`gamma` is below 0"),
    ("torch::StepLR(lr=0.1, step_size=3, gama=0.5)", "did you mean `gamma`?"),
    ("torch::LinearLR(lr=0.1, start_factor=0)", "`start_factor` is above 0 and at most 1"),
    ("torch::LinearLR(lr=0.1, end_factor=1.5)", "`end_factor` is between 0 and 1"),
    ("torch::ConstantLR(lr=0.1, factor=2)", "`factor` is between 0 and 1"),
    ("torch::ConstantLR(lr=0.1, factor=0)", "by which PyTorch divides"),
    ("torch::CosineAnnealingLR(lr=0.1, T_max=0)", "by which PyTorch divides"),
    ("torch::CosineAnnealingWarmRestarts(lr=0.1, T_0=5, T_mult=0)", "whole numbers from 1"),
    ("torch::CyclicLR(base_lr=0.1, max_lr=0.5, mode=\"square\")", "`triangular` `triangular2` `exp_range`"),
    ("torch::CyclicLR_momentum(base_lr=0.1, max_lr=0.5, cycle_momentum=false)", "the optimizer's own"),
    ("torch::OneCycleLR(max_lr=0.5)", "it needs `total_steps`, or `epochs` and `steps_per_epoch`"),
    ("torch::OneCycleLR(max_lr=0.5, total_steps=0)", "above 0"),
    ("torch::OneCycleLR(max_lr=0.5, total_steps=10, pct_start=1.5)", "`pct_start` is between 0 and 1"),
    ("torch::OneCycleLR(max_lr=0.5, total_steps=10, pct_start=0.1)", "a phase has no steps"),
    ("torch::SequentialLR(lr=0.1, schedulers=[torch::LinearLR()], milestones=[5])", "one scheduler more"),
    (
        "torch::SequentialLR(lr=0.1, schedulers=[torch::LinearLR(), torch::LinearLR(lr=0.2)], milestones=[5])",
        "the base rate 0.2 and the whole has 0.1",
    ),
    (
        "torch::SequentialLR(lr=0.1, schedulers=[torch::LinearLR(), torch::SequentialLR(schedulers=[], milestones=[])], milestones=[5])",
        "write it flat",
    ),
    ("torch::SequentialLR(lr=0.1, schedulers=[0.5], milestones=[])", "not a scheduler of torch"),
    ("torch::ChainedScheduler(lr=0.1, schedulers=[])", "it needs a scheduler"),
    (
        "torch::ChainedScheduler(lr=0.1, schedulers=[torch::ExponentialLR(gamma=0.9), torch::CyclicLR(base_lr=0.1, max_lr=0.5)])",
        "sets the rate whatever the others did",
    ),
    (
        "torch::ChainedScheduler(lr=0.1, schedulers=[torch::StepLR(step_size=3), torch::CosineAnnealingLR(T_max=10)])",
        "has no closed form",
    ),
    ("torch::LambdaLR(lr=0.1)", "takes a Python function"),
    ("torch::MultiplicativeLR(lr=0.1)", "takes a Python function"),
    ("torch::SepLR(lr=0.1)", "did you mean `torch::StepLR`?"),
    ("optax::cosine_decay_schedule(init_value=1, decay_steps=0)", "`decay_steps` is above 0"),
    ("optax::piecewise_constant_schedule(init_value=1, boundaries_and_scales={5: -1})", "not below 0"),
    (
        "optax::warmup_cosine_decay_schedule(init_value=0, peak_value=1, warmup_steps=10, decay_steps=10)",
        "counts the warm-up",
    ),
    ("optax::linear_onecycle_schedule(transition_steps=0, peak_value=1)", "above 0"),
    ("optax::sgdr_schedule(cosine_kwargs=[])", "it needs a cycle"),
    ("optax::sgdr_schedule(cosine_kwargs=[{\"init_value\": 0}])", "the cycle needs `peak_value`"),
    ("optax::sgdr_schedule(cosine_kwargs=[{\"steps\": 0}])", "there is no `steps`"),
    ("optax::join_schedules(schedules=[], boundaries=[])", "it needs a schedule"),
    ("keras::PiecewiseConstantDecay(boundaries=[5], values=[1])", "one value more"),
    ("keras::CosineDecay(initial_learning_rate=0.1, decay_steps=0)", "`decay_steps` is above 0"),
    ("keras::LearningRateScheduler()", "takes a Python function"),
    ("transformers::polynomial(lr=1e-8, num_warmup_steps=0, num_training_steps=10)", "`lr_end` is below `lr`"),
    (
        "transformers::cosine_with_min_lr(lr=0.1, num_warmup_steps=0, num_training_steps=10)",
        "one of `min_lr` and `min_lr_rate`",
    ),
    (
        "transformers::warmup_stable_decay(lr=0.1, num_warmup_steps=0, num_decay_steps=10)",
        "one of `num_training_steps`",
    ),
    (
        "transformers::warmup_stable_decay(lr=0.1, num_warmup_steps=0, num_decay_steps=10, num_stable_steps=1, decay_type=\"exp\")",
        "`1-sqrt`",
    ),
    ("timm::CosineLRScheduler(lr=0.1, t_initial=0)", "`t_initial` is above 0"),
    ("timm::CosineLRScheduler(lr=0.1, t_initial=10, noise_range_t=5)", "from its own generator"),
    ("timm::MultiStepLRScheduler(lr=0.1, decay_t=[5, 3])", "in increasing order"),
    ("timm::WSDLRScheduler(lr=0.1, t_initial=10, decay_t=11)", "at most `t_initial`"),
    ("timm::WSDLRScheduler(lr=0.1, t_initial=10, decay_t=5, stable_fn=\"rsqrt\")", "`stable_timescale`"),
    ("fastai::SchedLin(start=0, end=1)", "`n_steps`"),
    (
        "fastai::combine_scheds(n_steps=10, pcts=[0.7, 0.2, 0.1], scheds=[fastai::SchedNo(start=1, end=1), fastai::SchedNo(start=1, end=1), fastai::SchedNo(start=1, end=1)])",
        "exactly and in floats",
    ),
    ("fastai::fit_sgdr(n_steps=10, n_cycles=2, cycle_len=1, lr_max=0.1, cycle_mult=1)", "divides by it less 1"),
    ("fastai::fit_one_cycle_momentum(n_steps=10, lr_max=0.1, moms=[0.9])", "three momenta"),
    ("torch::OneCycleLR(max_lr=0.5, total_steps=20, div_factor=0)", "inf is not a value a schedule can have"),
    ("torch::ReduceLROnPlateau(lr=0.1, factor=1.5)", "`factor` is at least 0 and below 1"),
    ("torch::SequentialLR(lr=0.1, schedulers=[torch::ReduceLROnPlateau()], milestones=[])", "times `plateau(..)`"),
    ("optax::reduce_on_plateau(lr=0.1, rtol=0)", "not both 0"),
    ("keras::Unknown()", "there is no `keras::Unknown`"),
    ("nolib::Name()", "there is no `nolib::Name`"),
];

#[test]
fn what_a_library_does_not_take_is_refused_with_the_reason() {
    for (text, reason) in WRONG {
        match text.parse::<Schedule>() {
            Ok(schedule) => panic!("{text} was read, as {}", meaning(&schedule)),
            Err(error) => assert!(error.message().contains(reason), "{text}: {}", error.message()),
        }
    }
}

#[test]
fn in_rust_it_is_kept_and_a_check_says_why() {
    let lr = Schedule::from(torch::LinearLR { start_factor: 0.0, ..torch::LinearLR::new(0.1) });
    let refused = ScheduleError::Named {
        piece: "torch::LinearLR(lr=0.1, start_factor=0)".into(),
        reason: "`start_factor` is above 0 and at most 1".into(),
    };
    assert_eq!(lr.check(), Err(refused.clone()));
    assert_eq!(linear(0.0, 1.0, 5).then(lr.clone()).bind(&Clock::new()).err(), Some(refused.clone()));
    // Written out, it would be nothing, and the mistake with it.
    assert_eq!(linear(0.0, 1.0, 5).then(lr.clone()).normal().check(), Err(refused.clone()));
    assert_eq!((0.5 * lr).over(10).err(), Some(refused));
}

#[test]
fn importers_combine_with_everything_else() {
    let text =
        "linear(0, 0.1, 5) >> torch::OneCycleLR(max_lr=0.5, total_steps=20).take(10) >> optax::constant_schedule(0.2)";
    let lr: Schedule = text.parse().unwrap_or_else(|error| panic!("{error}"));
    // A schedule after which nothing may follow cannot be inside another.
    assert!(matches!(lr.check(), Err(ScheduleError::MisplacedEnd { .. })));
    let one = "torch::OneCycleLR(max_lr=0.5, total_steps=20)".parse::<Schedule>().expect("valid");
    assert!(one.over(20).is_ok() && one.over(21).is_ok(), "PyTorch allows one step more");
    assert!(matches!(one.over(22), Err(ScheduleError::EndsEarly { .. })));
    let product: Schedule =
        "torch::LinearLR(lr=1, total_iters=10) * optax::cosine_decay_schedule(1, 100)".parse().expect("valid");
    assert_eq!(product.bind(&Clock::new()).expect("valid").at_step(100), 0.0);
}

#[test]
fn importers_follow_metrics_as_the_libraries_do() {
    let mut lines = include_str!("../golden/plateau.txt").lines();
    let mut count = 0;
    while let Some(text) = lines.find_map(|line| line.strip_prefix("= ")) {
        let mut row = |name: &str| -> Vec<f64> {
            let line = lines.next().and_then(|line| line.strip_prefix(name)).expect("a row");
            line.split_whitespace().map(|v| v.parse().expect("a number")).collect()
        };
        let (metrics, values) = (row("metrics"), row("values"));
        assert_eq!(values.len(), metrics.len() + 1);
        let schedule: Schedule = text.parse().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(schedule.to_string().parse(), Ok(schedule.clone()));
        let meaning = meaning(&schedule);
        assert_eq!(meaning.to_string().parse().as_ref(), Ok(meaning), "{text}");
        let plan = schedule.bind(&Clock::new()).unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut state = plan.state();
        for (step, value) in (0..).zip(values) {
            let ours = plan.at_with(step as f64, &state);
            assert!(
                (ours - value).abs() <= 1e-12 * value,
                "{text} = {meaning}, metric {step}: {ours}, and {value} there"
            );
            if let Some(metric) = metrics.get(step as usize) {
                state = plan.observe(&state, step, *metric);
            }
        }
        count += 1;
    }
    assert!(count >= 85, "{count}");
}

#[test]
fn the_largest_and_the_smallest_numbers_are_borne() {
    let (most, least) = (i64::MAX, i64::MIN);
    let huge = u64::MAX;
    let texts: [String; 28] = [
        format!("optax::linear_schedule(0, 1, {most}, {most})"),
        format!("optax::linear_schedule(0, 1, {least}, {least})"),
        format!("optax::join_schedules(schedules=[0.5, linear(0, 1, 5), 0.1], boundaries=[{least}, {most}])"),
        format!("optax::warmup_cosine_decay_schedule(0, 1, {least}, {most})"),
        "optax::sgdr_schedule([{\"init_value\": 0, \"peak_value\": 1, \"warmup_steps\": 1, \"decay_steps\": 5}])"
            .into(),
        format!("optax::piecewise_constant_schedule(1, {{{least}: 2, {most}: 3}})"),
        format!("optax::cosine_onecycle_schedule({most}, 1, 1e300)"),
        format!("torch::MultiStepLR(0.1, [{least}, {most}])"),
        format!("torch::SequentialLR(0.1, [torch::LinearLR(), torch::SWALR(swa_lr=1)], [{least}])"),
        format!(
            "torch::SequentialLR(0.1, [torch::LinearLR(), torch::LinearLR(), torch::SWALR(swa_lr=1)], [{least}, {most}])"
        ),
        format!(
            "torch::ChainedScheduler(0.1, [torch::CosineAnnealingLR(T_max={huge}), torch::ExponentialLR(gamma=0.5)])"
        ),
        format!("torch::OneCycleLR(max_lr=1, epochs={huge}, steps_per_epoch={huge})"),
        "torch::CyclicLR(base_lr=0, max_lr=1, step_size_up=1e300, step_size_down=1e-300)".into(),
        format!("timm::MultiStepLRScheduler(0.1, [{least}, {most}])"),
        format!("timm::CosineLRScheduler(0.1, {huge}, cycle_mul=1e30, cycle_limit={huge})"),
        format!("timm::CosineLRScheduler(0.1, {huge}, cycle_mul=1.0001, cycle_limit=4000000000)"),
        "timm::StepLRScheduler(0.1, 5e-324)".into(),
        format!("timm::WSDLRScheduler(0.1, {huge}, {huge})"),
        format!("transformers::warmup_stable_decay(0.1, {huge}, {huge}, num_training_steps={huge})"),
        format!("transformers::warmup_stable_decay(0.1, {huge}, {huge}, num_stable_steps={huge})"),
        format!("transformers::polynomial(0.1, 0, {huge}, power=0)"),
        format!("transformers::cosine_with_restarts(0.1, 0, {huge}, num_cycles=1e300)"),
        format!("fastai::fit_sgdr({huge}, {huge}, {huge}, 0.1, {huge})"),
        format!("fastai::fine_tune({huge}, {huge}, freeze_epochs={huge})"),
        "keras::PiecewiseConstantDecay([1e300], [1, 2])".into(),
        "keras::CosineDecayRestarts(0.1, 1e-300, 1e300)".into(),
        "recipe::sgdr(first=1e300, grow=1e300)".into(),
        "recipe::noam(d_model=0, warmup=1e300)".into(),
    ];
    for text in texts {
        // Read or refused, bound or refused: nothing else.
        if let Ok(schedule) = text.parse::<Schedule>()
            && let Ok(plan) = schedule.bind(&Clock::new())
        {
            assert!([0, 1, 1 << 52].iter().all(|k| plan.at_step(*k).is_finite()), "{text}");
        }
    }
}

/// What an argument can be: most of it wrong in most places.
const ARGUMENTS: [&str; 30] = [
    "0",
    "1",
    "2",
    "3",
    "5",
    "7",
    "10",
    "100",
    "-1",
    "0.5",
    "0.1",
    "0.9",
    "2.5",
    "1e-300",
    "1e300",
    "9e15",
    "true",
    "none",
    "\"cos\"",
    "\"linear\"",
    "\"max\"",
    "[3, 5]",
    "[0.5, 0.5]",
    "[1]",
    "{3: 0.5, 7: 2}",
    "5ep",
    "10%",
    "linear(0, 1, 5)",
    "[torch::StepLR(step_size=3), torch::ExponentialLR(gamma=0.9)]",
    "[fastai::SchedLin(start=0, end=1), fastai::SchedCos(1, 0)]",
];

proptest! {
    #[test]
    fn any_arguments_are_taken_or_refused(
        entry in any::<prop::sample::Index>(),
        arguments in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8), 24),
    ) {
        let all: Vec<_> = names().filter(|e| matches!(e.kind(), EntryKind::Importer | EntryKind::Recipe)).collect();
        let entry = entry.get(&all);
        let (name, parameters) = entry.signature().split_once('(').expect("a call");
        let parameters = parameters.trim_end_matches(')').split(", ").filter(|p| !p.is_empty());
        // What has a default is often left out.
        let given = parameters.zip(&arguments).filter_map(|(parameter, (value, how))| match parameter.split_once('=') {
            Some((name, _)) => (*how == 0).then(|| format!("{name}={}", value.get(&ARGUMENTS))),
            None => Some(format!("{parameter}={}", value.get(&ARGUMENTS))),
        });
        let text = format!("{name}({})", given.collect::<Vec<_>>().join(", "));
        if let Ok(schedule) = text.parse::<Schedule>() {
            prop_assert_eq!(schedule.to_string().parse::<Schedule>(), Ok(schedule.clone()), "{}", text);
            if let Ok(plan) = schedule.over(1000) {
                for step in [0, 1, 2, 3, 5, 10, 99, 100, 500, 999] {
                    prop_assert!(plan.at_step(step).is_finite(), "{} = {}, step {}", text, schedule.normal(), step);
                }
            }
        }
    }
}
