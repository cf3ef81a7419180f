use rappel_schedule::{Clock, Plan, Schedule, ScheduleError, constant, cosine, epochs, linear, percent, rest, warmup};

#[test]
fn numbers_are_schedules() {
    fn text(s: impl Into<Schedule>) -> String {
        s.into().to_string()
    }
    assert_eq!([text(1e-3), text(0.5_f32), text(2), text(constant(-1.5))], ["0.001", "0.5", "2", "-1.5"]);
    assert_eq!(Schedule::from(0.1_f32), constant(f64::from(0.1_f32)), "exactly the f32's value");
}

#[test]
fn sharable_and_comparable() {
    fn holds<T: Clone + Send + Sync + std::fmt::Debug + PartialEq + 'static>() {}
    holds::<Schedule>();
    holds::<Plan>();
    holds::<Clock>();
    holds::<ScheduleError>();
    fn is_error<E: std::error::Error>() {}
    is_error::<ScheduleError>();
    assert_ne!(linear(0.0, 1.0, 10), linear(0.0, 1.0, epochs(10)));
    assert_ne!(linear(0.0, 1.0, 10), linear(0.0, 1.0, 10).inclusive());
    assert_ne!(linear(0.0, 1.0, 10), cosine(0.0, 1.0, 10));
}

#[test]
fn inclusive_leaves_what_has_no_later_end() {
    for s in [constant(0.5), warmup(1.0, 10), rappel_schedule::empty(), linear(0.0, 1.0, 10).then(0.5)] {
        assert_eq!(s.clone().inclusive(), s);
    }
}

#[test]
fn a_plan_is_a_schedule_again() {
    let s = warmup(1e-3, percent(10)).then(cosine(1e-3, 0.0, rest()).inclusive()).then(1e-5);
    let plan = s.over(1000).expect("valid");
    assert_eq!(
        Schedule::from(plan.clone()).to_string(),
        "warmup(0.001, 100) >> cosine(0.001, 0, 900).inclusive() >> 1e-05"
    );
    // Lengths that were changed are written as the floats they are now.
    let mut knob = 0;
    let longer = plan.lift(|v: f64| {
        knob += 1;
        if knob == 2 { v + 0.5 } else { v }
    });
    assert_eq!(
        Schedule::from(longer).to_string(),
        "warmup(0.001, 100.5) >> cosine(0.001, 0, 899.5).inclusive() >> 1e-05"
    );
}
