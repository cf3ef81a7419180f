//! Three spirals wound into each other: a linear map cannot part them, a net with one hidden layer can.
//!
//! A classifier gives each point of the plane to a class. A linear map parts the plane by straight lines from one point outwards, which
//! three arms that wind around each other cross again and again: it reads half of the points right. Each hidden unit of a net folds
//! the plane along one line more (`relu` is flat on one side of it), and a hundred folds follow the arms. The picture shows the plane as
//! the net sees it after training, and the points.
//!
//! ```text
//! cargo run --release --example spiral                        100 hidden units: 99 % of the points
//! cargo run --release --example spiral -- --hidden 0          a linear map: 52 %
//! cargo run --release --example spiral -- --hidden 3          three folds: 57 %
//! ```
//!
//! The task is that of the course CS231n, "Putting it together: minimal neural network case study"
//! (<https://cs231n.github.io/neural-networks-case-study/>): 100 points an arm, all at once in each step.

use std::f64::consts::TAU;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::bail;
use rappel::prelude::*;
use rappel_examples::{Usage, exit, value};
use rappel_file::Destination;
use rappel_lab::chart::{Chart, Scale};

const HELP: &str = "\
Trains a net to part three spirals, and draws how it sees the plane.

Usage: spiral [FLAGS]

  --hidden N      hidden units; 0 is a linear map (default 100)
  --steps N       steps, each on all points (default 1000)
  --lr X          learning rate of Adam (default 0.02)
  --decay X       decay of the weights at each step, times the rate (default 0.01)
  --points N      points an arm (default 100)
  --seed N        seed of the points' noise and of the weights (default 0)
  --svg FILE      the picture (default spiral.svg)
  --help          show this
";

/// The number of arms, which are the classes.
const ARMS: usize = 3;

fn main() -> ExitCode {
    exit("spiral", run(lexopt::Parser::from_env(), &mut io::stdout()))
}

/// The program, its results written to `out`.
///
/// # Errors
/// [`Usage`] for a bad command line; a loss that is no number any more, a file that cannot be written.
pub fn run(arguments: lexopt::Parser, out: &mut impl Write) -> anyhow::Result<()> {
    let Some(flags) = Flags::read(arguments)? else { return Ok(write!(out, "{HELP}")?) };
    // Looked at before the work begins, so that a long run does not lose its result.
    let picture = Destination::new(&flags.svg)?;
    let mut rng = Rng::seed(flags.seed);
    let data = spirals(flags.points, &mut rng)?;
    let mut net = net(flags.hidden, &mut rng);
    let mut adam = AdamW::new(flags.lr).weight_decay(flags.decay);
    let mut tape = Tape::training(flags.seed);
    let all = data.all();
    for step in 0..=flags.steps {
        tape.reset();
        let loss = net.forward(tape.input(&all.x)).cross_entropy(&all.y);
        if !loss.item().is_finite() {
            bail!(
                "the loss is {} at step {step}: the run has diverged; try a lower rate than --lr {}",
                loss.item(),
                flags.lr
            );
        }
        if step % 100 == 0 || step == flags.steps {
            let right = 100.0 * accuracy(&net, &data);
            writeln!(out, "step {step:>5}: loss {:.4}, accuracy {right:.1} %", loss.item())?;
        }
        if step < flags.steps {
            adam.step(&mut net, &loss.backward())?;
        }
    }
    picture.write(drawn(&net, &data)?.as_bytes())?;
    writeln!(out, "the plane is drawn in {}", picture.path().display())?;
    writeln!(out, "accuracy: {:.1} %", 100.0 * accuracy(&net, &data))?;
    Ok(())
}

/// Points on the arms: the radius grows evenly, the angle with it by four radians, with normal noise.
fn spirals(points: usize, rng: &mut Rng) -> anyhow::Result<Dataset> {
    let mut places = Vec::new();
    for arm in 0..ARMS {
        for i in 0..points {
            let radius = i as f64 / (points.max(2) - 1) as f64;
            let angle = arm as f64 * TAU / ARMS as f64 + 4.0 * radius + 0.2 * rng.normal();
            places.extend([radius * angle.sin(), radius * angle.cos()].map(|x| x as f32));
        }
    }
    let arms = Tensor::from_fn(&[ARMS * points], |i| (i / points) as u32);
    Ok(Dataset::new(Tensor::new(places, &[ARMS * points, 2]), arms, ARMS)?)
}

fn net(hidden: usize, rng: &mut Rng) -> Sequential {
    match hidden {
        0 => Sequential::new().push(Linear::new(2, ARMS, rng)),
        _ => Sequential::new().push(Linear::new(2, hidden, rng)).push(Relu).push(Linear::new(hidden, ARMS, rng)),
    }
}

/// The plane by class, and the points.
fn drawn(net: &Sequential, data: &Dataset) -> anyhow::Result<String> {
    let mut tape = Tape::new();
    let sides = -1.2..=1.2;
    let class = |x: f64, y: f64| {
        tape.reset();
        let scores = net.forward(tape.input(&Tensor::from([[x as f32, y as f32]])));
        Some(scores.argmax(1).item() as usize)
    };
    let axis = |name: &str| Scale::linear(name).between(*sides.start(), *sides.end());
    let mut chart = Chart::new("Three spirals", axis("x"), axis("y")).regions(sides.clone(), sides.clone(), class);
    let all = data.all();
    let points = all.x.data().chunks_exact(2).zip(all.y.data());
    let points: Vec<_> = points.map(|(place, arm)| (*arm, (f64::from(place[0]), f64::from(place[1])))).collect();
    for arm in 0..ARMS as u32 {
        let own = points.iter().filter(|point| point.0 == arm).map(|point| point.1);
        chart = chart.dots(format!("arm {arm}"), own);
    }
    Ok(chart.svg(640, 640)?)
}

/// What the command line asks for.
#[derive(Debug)]
struct Flags {
    hidden: usize,
    steps: u64,
    lr: f64,
    decay: f64,
    points: usize,
    seed: u64,
    svg: OsString,
}

impl Flags {
    /// None when help is asked for.
    fn read(mut arguments: lexopt::Parser) -> Result<Option<Flags>, Usage> {
        use lexopt::Arg::Long;
        let a = &mut arguments;
        let mut flags =
            Flags { hidden: 100, steps: 1000, lr: 0.02, decay: 0.01, points: 100, seed: 0, svg: "spiral.svg".into() };
        while let Some(flag) = a.next()? {
            match flag {
                Long("hidden") => {
                    flags.hidden = value(a, "--hidden", "a whole number from 0 to 65536", |n| *n <= 65_536)?;
                }
                Long("steps") => {
                    flags.steps = value(a, "--steps", "a whole number from 0 to 10000000", |n| *n <= 10_000_000)?;
                }
                Long("lr") => {
                    flags.lr = value(a, "--lr", "a number above 0", |lr: &f64| *lr > 0.0 && lr.is_finite())?;
                }
                Long("decay") => {
                    flags.decay = value(a, "--decay", "a number, 0 or more", |x: &f64| *x >= 0.0 && x.is_finite())?;
                }
                Long("points") => {
                    let counts = 1..=100_000;
                    flags.points = value(a, "--points", "a whole number from 1 to 100000", |n| counts.contains(n))?;
                }
                Long("seed") => flags.seed = value(a, "--seed", "a whole number from 0 to 2^64 - 1", |_| true)?,
                Long("svg") => flags.svg = a.value()?,
                Long("help") => return Ok(None),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(Some(flags))
    }
}
