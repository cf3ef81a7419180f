//! Several quantities of one run that may follow each other.

use crate::walk::walk;
use crate::{Clock, Node, Plan, Registry, Schedule, ScheduleError};

/// Binds the quantities of one run, each by its name, so that each may follow the others by [`linked`](crate::linked): what is
/// followed is bound first, whatever the order here. A name that is none of them is looked up in the registry.
///
/// The plans are in the order of the quantities. Each is complete by itself: it remembers what the rules of a linked quantity
/// do, and is told the same metrics.
///
/// # Errors
///
/// The number of the quantity at fault, and what is wrong: what [`bind_with`](Schedule::bind_with) finds, or
/// [`LinkCycle`](ScheduleError::LinkCycle) where they follow each other in a circle, itself included.
///
/// ```
/// use rappel_schedule::{Clock, Registry, Schedule, bind_together, linear, linked};
///
/// let momentum = 1.0 - linked("lr");
/// let lr = linear(0.0, 0.5, 10);
/// let plans = bind_together(&[("momentum", &momentum), ("lr", &lr)], &Clock::new(), &Registry::new()).unwrap();
/// assert_eq!((plans[0].at_step(4), plans[1].at_step(4)), (0.8, 0.2));
///
/// let circle = 0.5 * linked("lr");
/// let error = bind_together(&[("lr", &circle)], &Clock::new(), &Registry::new()).unwrap_err();
/// assert_eq!(error.1.to_string(), "@lr -> @lr: each follows the next, in a circle; one of them must stand for itself");
/// ```
pub fn bind_together(
    quantities: &[(&str, &Schedule)],
    clock: &Clock,
    registry: &Registry,
) -> Result<Vec<Plan>, (usize, ScheduleError)> {
    let mut follows = Vec::with_capacity(quantities.len());
    for (i, (_, schedule)) in quantities.iter().enumerate() {
        // Only what passes its check is shallow enough to be walked through.
        schedule.check().map_err(|error| (i, error))?;
        follows.push(links(schedule, quantities));
    }
    let mut together =
        Together { quantities, follows, clock, registry, plans: vec![None; quantities.len()], open: Vec::new() };
    for i in 0..quantities.len() {
        together.bind(i)?;
    }
    Ok(together.plans.into_iter().flatten().collect())
}

/// Which of the quantities a schedule follows.
fn links(schedule: &Schedule, quantities: &[(&str, &Schedule)]) -> Vec<usize> {
    let mut links = Vec::new();
    walk(schedule, &mut |part| {
        if let Node::Linked(name) = part.node()
            && let Some(i) = quantities.iter().position(|(other, _)| **name == **other)
            && !links.contains(&i)
        {
            links.push(i);
        }
    });
    links
}

struct Together<'a> {
    quantities: &'a [(&'a str, &'a Schedule)],
    follows: Vec<Vec<usize>>,
    clock: &'a Clock,
    registry: &'a Registry,
    plans: Vec<Option<Plan>>,
    /// Those that wait for the ones behind them.
    open: Vec<usize>,
}

impl Together<'_> {
    fn bind(&mut self, i: usize) -> Result<(), (usize, ScheduleError)> {
        if self.plans[i].is_some() {
            return Ok(());
        }
        if let Some(from) = self.open.iter().position(|open| *open == i) {
            let circle = self.open[from..].iter().chain([&i]);
            let names = circle.map(|i| self.quantities[*i].0.to_string()).collect();
            return Err((i, ScheduleError::LinkCycle { names }));
        }
        self.open.push(i);
        let mut registry = self.registry.clone();
        for j in self.follows[i].clone() {
            self.bind(j)?;
            let plan = self.plans[j].clone().expect("bound just now");
            registry = registry.link(self.quantities[j].0, plan);
        }
        self.open.pop();
        self.plans[i] = Some(self.quantities[i].1.bind_with(self.clock, &registry).map_err(|error| (i, error))?);
        Ok(())
    }
}
