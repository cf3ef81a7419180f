//! `rappel optimizer describe`: what a text stands for.

use super::{stage, word};
use crate::Failure;
use clap::{Arg, ArgMatches, Command};
use rappel_lab::optim::{AnyOptimizer, Knob, Stage, Training, catalogue};
use rappel_lab::{LabError, problems};
use std::io::Write;

/// The net that is meant by a small one.
const MLP: (&str, &str) = ("mlp", "mnist1d");

pub(super) fn command() -> Command {
    Command::new("describe")
        .about("Say what a text stands for: hyperparameters, the order of a step, what is remembered")
        .arg(Arg::new("text").value_name("TEXT").help("The optimizer").required(true))
        .arg(
            Arg::new("net")
                .long("net")
                .value_name("NAME")
                .help("Say it of each parameter of a net: of `mlp` (40-50-10), or of a problem (`rappel problems`)"),
        )
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let text = matches.get_one::<String>("text").expect("it is required");
    let optimizer: AnyOptimizer<f32> = text.parse()?;
    // A net that it does not fit is said before anything is printed.
    let of_net = matches.get_one::<String>("net").map(|net| of_net(&optimizer, net)).transpose()?;
    let all = catalogue();
    let of = |name: &str| all.iter().find(|entry| entry.name == name);
    let rule = of(optimizer.name());
    let about = rule.map_or("", |entry| entry.about);
    writeln!(out, "{optimizer}\n")?;
    writeln!(out, "rule     {}: {about}", optimizer.name())?;
    writeln!(out, "source   {}", rule.and_then(|entry| entry.source).unwrap_or("its own"))?;

    writeln!(out, "\nhyperparameters")?;
    let wide = optimizer.schedules().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, schedule) in optimizer.schedules() {
        let (owner, own) = name.split_once('.').unwrap_or((optimizer.name(), name));
        let knob = of(owner).and_then(|entry| entry.knobs.iter().find(|knob| knob.name == own)).unwrap_or(&Knob::LR);
        writeln!(out, "  {name:wide$}  {}", word::value(knob, schedule))?;
    }

    writeln!(out, "\na step, in this order")?;
    let adapters = optimizer.adapters();
    let mut row = |at: Stage, name: &str, about: &str| writeln!(out, "  {:10} {name:16} {about}", stage(at));
    for at in [Stage::Gradient, Stage::Direction, Stage::Parameter, Stage::Weights] {
        if at == Stage::Direction {
            row(at, optimizer.name(), about)?;
        }
        for (name, _) in adapters.iter().filter(|(_, of)| *of == at) {
            row(at, name, of(name).map_or("", |entry| entry.about))?;
        }
        if at == Stage::Parameter {
            row(at, "lr", "p <- p - lr direction")?;
        }
    }

    writeln!(out, "\nremembered of a parameter")?;
    for (name, shape) in optimizer.remembers(&[2, 3]) {
        let what = match &shape[..] {
            [] => "a number".to_owned(),
            [2, 3] => "as the parameter".to_owned(),
            other => format!("{other:?} of a parameter [2, 3]"),
        };
        writeln!(out, "  {name:20} {what}")?;
    }
    Ok(of_net.map_or(Ok(()), |table| write!(out, "\n{table}"))?)
}

/// Who gets what, and what is remembered of it all.
fn of_net(optimizer: &AnyOptimizer<f32>, name: &str) -> Result<String, Failure> {
    let net = problems::named::<f32>(if name == MLP.0 { MLP.1 } else { name })?.net(0);
    let description = optimizer.describe(&*net).map_err(LabError::from)?;
    let table = description.to_string();
    let rows = table.split_once('\n').map_or("", |(_, rows)| rows); // the text stands above
    let held = |shape: &[usize]| -> usize {
        optimizer.remembers(shape).iter().map(|(_, shape)| shape.iter().product::<usize>()).sum()
    };
    let trained = description.params.iter().filter(|p| p.training == Training::Trained);
    let numbers: usize = trained.map(|p| held(&p.shape)).sum();
    Ok(format!("{rows}\n{numbers} numbers are remembered: {} bytes in f32\n", 4 * numbers))
}
