//! What is trained, and how: the arguments that say it.

use crate::Failure;
use clap::{Arg, ArgMatches};
use rappel_lab::autodiff::Float;
use rappel_lab::optim::{Schedule, Stepper};
use rappel_lab::{Problem, Trial, problems, rules};

/// A problem and a run of it.
pub(crate) struct Subject<T: Float> {
    pub(crate) problem: Box<dyn Problem<T>>,
    pub(crate) optimizer: Box<dyn Stepper<T>>,
    pub(crate) seed: u64,
    pub(crate) steps: u64,
}

/// The argument that names the problem.
pub(crate) fn problem() -> Arg {
    Arg::new("problem")
        .long("problem")
        .value_name("NAME")
        .help("What to train (`rappel problems`)")
        .default_value("mnist1d")
}

/// The argument that names the rule.
pub(crate) fn rule() -> Arg {
    Arg::new("rule")
        .long("rule")
        .value_name("TEXT")
        .help("The optimizer: adam, momentum, 'adamw(weight_decay=0.01) | clip_norm(1)'; its rate is given beside it")
        .default_value("sgd")
}

/// The argument that gives the learning rate.
pub(crate) fn rate() -> Arg {
    Arg::new("rate").long("rate").value_name("TEXT").help("The learning rate, a number or a schedule").required(true)
}

/// The argument that says how long.
pub(crate) fn steps() -> Arg {
    Arg::new("steps")
        .long("steps")
        .value_name("N")
        .help("How many steps; each problem has its own number")
        .value_parser(count)
}

/// The arguments that say how long, and from which start.
pub(crate) fn run() -> [Arg; 2] {
    [
        steps(),
        Arg::new("seed")
            .long("seed")
            .value_name("N")
            .help("The seed of weights and batches")
            .default_value("0")
            .value_parser(clap::value_parser!(u64)),
    ]
}

/// The losses of a run are held in memory.
const MOST_STEPS: u64 = 1 << 24;

fn count(text: &str) -> Result<u64, String> {
    match crate::steps::step(text)? {
        0 => Err("a run takes one step at least".into()),
        n if n > MOST_STEPS => {
            Err(format!("here a run takes {MOST_STEPS} steps at most; a loop of your own takes any"))
        }
        n => Ok(n),
    }
}

/// All of them.
pub(crate) fn arguments() -> Vec<Arg> {
    [problem(), rule(), rate()].into_iter().chain(run()).collect()
}

impl<T: Float> Subject<T> {
    /// What the arguments say.
    pub(crate) fn new(matches: &ArgMatches) -> Result<Subject<T>, Failure> {
        let rate = matches.get_one::<String>("rate").expect("it is required").parse()?;
        Subject::with_rate(matches, rate)
    }

    /// What the arguments say, of commands that choose the rate themselves.
    pub(crate) fn with_rate(matches: &ArgMatches, rate: Schedule) -> Result<Subject<T>, Failure> {
        let text = |name| matches.get_one::<String>(name).map_or("", String::as_str);
        let problem = problems::named(text("problem"))?;
        let optimizer = rules::named(text("rule"), rate)?;
        let seed = *matches.get_one("seed").expect("it has a default");
        let steps = matches.get_one("steps").copied().unwrap_or_else(|| problem.steps());
        Ok(Subject { problem, optimizer, seed, steps })
    }

    /// The run, at its start.
    pub(crate) fn trial(&self) -> Trial<T> {
        Trial::new(&*self.problem, self.optimizer.clone(), self.seed, self.steps)
    }
}
