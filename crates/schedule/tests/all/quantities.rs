//! Quantities that follow each other.

use rappel_schedule::{
    Clock, Plan, Registry, Schedule, ScheduleError, bind_together, cosine, empty, hold, linear, linked, percent,
    plateau,
};

fn bind(quantities: &[(&str, Schedule)]) -> Result<Vec<Plan>, (usize, ScheduleError)> {
    let quantities: Vec<_> = quantities.iter().map(|(name, schedule)| (*name, schedule)).collect();
    bind_together(&quantities, &Clock::new().total(10), &Registry::new())
}

#[test]
fn what_is_followed_is_bound_first_whatever_the_order() {
    let lr = ("lr", linear(0.0, 1.0, percent(100)));
    let momentum = ("momentum", 1.0 - linked("lr"));
    // In a knob that moves, through another, and twice.
    let decay = ("decay", cosine(linked("momentum"), 0.5, 10).then(linked("lr") * linked("lr")));
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let all = [lr.clone(), momentum.clone(), decay.clone()];
        let plans = bind(&order.map(|i| all[i].clone())).unwrap();
        for (i, plan) in order.into_iter().zip(plans) {
            let expected = [[0.0, 0.5, 1.0], [1.0, 0.5, 0.0], [1.0, 0.5, 1.0]][i];
            assert_eq!([0, 5, 10].map(|k| plan.at_step(k)), expected, "{}", all[i].0);
        }
    }
}

#[test]
fn a_circle_is_refused_with_the_names_on_it() {
    let follow = |name: &str| 0.5 * linked(name);
    let circle = |quantities: &[(&str, Schedule)]| match bind(quantities) {
        Err((i, ScheduleError::LinkCycle { names })) => (i, names.join(" ")),
        other => panic!("{other:?}"),
    };
    assert_eq!(circle(&[("a", follow("a"))]), (0, "a a".into()));
    assert_eq!(circle(&[("a", follow("b")), ("b", follow("a"))]), (0, "a b a".into()));
    let led_to = [("c", follow("a")), ("a", follow("b")), ("b", hold(1.0, 3).then(cosine(linked("a"), 0.0, 9)))];
    assert_eq!(circle(&led_to), (1, "a b a".into()));
}

#[test]
fn an_error_says_whose_it_is() {
    let fine = || ("lr", Schedule::from(0.1));
    assert_eq!(bind(&[fine(), ("b", empty())]).unwrap_err(), (1, ScheduleError::Empty));
    let unknown = bind(&[fine(), ("b", linked("c"))]).unwrap_err();
    assert_eq!(unknown, (1, ScheduleError::UnknownLink { name: "c".into() }));
    // A name that is none of them is the registry's, and theirs come before it.
    let other = Schedule::from(7.0).bind(&Clock::new()).unwrap();
    let registry = Registry::new().link("c", other.clone()).link("lr", other);
    let (lr, b) = (fine().1, linked("c") * linked("lr"));
    let plans = bind_together(&[("lr", &lr), ("b", &b)], &Clock::new(), &registry).unwrap();
    assert_eq!(plans[1].at_step(0), 7.0 * 0.1);
}

#[test]
fn each_remembers_what_it_follows() {
    let lr = ("lr", 0.1 * plateau().factor(0.5).patience(0));
    let plans = bind(&[("momentum", 1.0 - linked("lr")), lr]).unwrap();
    let states = plans.iter().map(|plan| (0..3).fold(plan.state(), |state, k| plan.observe(&state, k, 1.0)));
    let values: Vec<f64> = plans.iter().zip(states).map(|(plan, state)| plan.at_with(3.0, &state)).collect();
    assert_eq!(values, [1.0 - 0.025, 0.025]);
}
