//! `rappel schedule check`: what can be said of a schedule, and what is probably not meant.

use crate::{Failure, clock, text};
use clap::{Arg, ArgMatches, Command};
use rappel_schedule::{Jump, Number, Plan};
use std::io::Write;

/// The annealing area is a sum over every step: so many take a few seconds.
const MOST_SUMMED: u64 = 1 << 28;

/// Of the jumps so many are listed.
const LISTED: usize = 10;

pub(super) fn command() -> Command {
    let within = |text: &str| match text.parse::<f64>() {
        Ok(decay) if (0.0..1.0).contains(&decay) => Ok(decay),
        _ => Err("expected a number from 0, below 1"),
    };
    Command::new("check")
        .about("Print length, range, jumps and areas over the run, and warnings; fails if the schedule cannot be used")
        .args(text::one())
        .arg(
            Arg::new("decay")
                .long("decay")
                .value_name("X")
                .help("Of S2, the annealing area: how much of it each step keeps")
                .value_parser(within)
                .default_value("0.999"),
        )
        .arg(text::in_normal())
        .args(clock::arguments())
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let clock = clock::clock(matches)?;
    let plan = text::schedule(matches)?.bind(&clock)?;
    let run = clock::run(&clock, matches)?.or(plan.steps());
    if let Some(run) = run {
        // It may have no value so late: that is said instead of everything else.
        plan.try_at_step(run - 1, &plan.state())?;
    }
    writeln!(out, "schedule  {}", plan.schedule())?;
    match plan.length() {
        Some(n) => writeln!(out, "length    {} steps", Number(n))?,
        None => writeln!(out, "length    no end")?,
    }
    let Some(run) = run else {
        return Ok(writeln!(out, "run       not known; --total says how long it is, and then range, jumps and area")?);
    };
    writeln!(out, "run       {run} steps")?;
    let (low, high) = plan.range(0..run).expect("a run has a step");
    writeln!(out, "range     {} to {}", Number(low), Number(high))?;
    jumps(&plan, run, out)?;
    let area = plan.area(0..run);
    writeln!(out, "S1        {}, the sum of all values, within {:.0e}", Number(area.value), area.error)?;
    let decay = *matches.get_one::<f64>("decay").expect("it has a default");
    if run > MOST_SUMMED {
        writeln!(out, "S2        not summed over more than {MOST_SUMMED} steps")?;
    } else {
        let annealing = plan.annealing_area(0..run, decay);
        writeln!(out, "S2        {}, the annealing area, decay {}", Number(annealing), Number(decay))?;
    }
    for warning in plan.warnings(run) {
        writeln!(out, "warning   {warning}")?;
    }
    Ok(())
}

fn jumps(plan: &Plan, run: u64, out: &mut dyn Write) -> Result<(), Failure> {
    let jumps = match plan.jumps(run) {
        Ok(jumps) => jumps,
        Err(error) => return Ok(writeln!(out, "jumps     {error}")?),
    };
    let show = |jump: &Jump| format!("step {}: {} to {}", Number(jump.time), Number(jump.before), Number(jump.after));
    match jumps.as_slice() {
        [] => writeln!(out, "jumps     none")?,
        [only] => writeln!(out, "jumps     one, at {}", show(only))?,
        all => {
            writeln!(out, "jumps     {}", all.len())?;
            for jump in all.iter().take(LISTED) {
                writeln!(out, "          at {}", show(jump))?;
            }
            if all.len() > LISTED {
                writeln!(out, "          and {} more", all.len() - LISTED)?;
            }
        }
    }
    Ok(())
}
