//! The pictures of `plot`, read back from what is drawn.

use proptest::prelude::*;
use rappel_schedule::{
    Clock, Plan, Plot, PlotError, Ratio, Schedule, constant, cosine, forever, hold, linear, noise, steps, table, times,
};
use std::ops::Range;

fn bind(schedule: impl Into<Schedule>) -> Plan {
    schedule.into().bind(&Clock::new()).expect("valid")
}

/// A spike of one step, late in a run.
fn spike() -> Plan {
    bind(hold(0.1, 70_000).then(hold(1.0, 1)).then(hold(0.1, 29_999)))
}

/// The numbers in a text.
fn numbers(text: &str) -> Vec<f64> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'))
        .filter(|word| !word.is_empty())
        .map(|word| word.parse().expect("a number"))
        .collect()
}

/// The lines of the curve in a picture of one: points in pixels.
fn lines(svg: &str) -> Vec<Vec<(f64, f64)>> {
    let path = svg.lines().find(|line| line.contains("stroke-linejoin")).expect("a curve");
    let path = path.split('"').nth(1).expect("its path");
    let line = |line: &str| -> Vec<(f64, f64)> {
        let (points, dash) = line.split_once('h').unwrap_or((line, ""));
        let mut points: Vec<_> = numbers(points).chunks(2).map(|p| (p[0], p[1])).collect();
        // A point by itself is a short dash.
        points.extend(dash.parse::<f64>().ok().map(|length| (points[0].0 + length, points[0].1)));
        points
    };
    path.split('M').skip(1).map(line).collect()
}

/// The dots of a picture: centre, radius, and whether it is filled.
fn dots(svg: &str) -> Vec<(f64, f64, f64, bool)> {
    let dots = svg.lines().filter(|line| line.starts_with("<circle"));
    let attribute = |dot: &str, name: &str| {
        let value = dot.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
        value.and_then(|value| value.parse::<f64>().ok()).expect("the attribute")
    };
    dots.map(|dot| (attribute(dot, "cx"), attribute(dot, "cy"), attribute(dot, "r"), !dot.contains("fill=\"#fff\"")))
        .collect()
}

/// How far a point is from the lines, in pixels.
fn distance(lines: &[Vec<(f64, f64)>], x: f64, y: f64) -> f64 {
    let segments = lines.iter().flat_map(|line| line.windows(2).map(|w| (w[0], w[1])));
    let far = |((ax, ay), (bx, by)): ((f64, f64), (f64, f64))| {
        let length = (bx - ax).powi(2) + (by - ay).powi(2);
        let way = if length == 0.0 { 0.0 } else { ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length };
        let way = way.clamp(0.0, 1.0);
        (x - ax - way * (bx - ax)).hypot(y - ay - way * (by - ay))
    };
    segments.map(far).fold(f64::INFINITY, f64::min)
}

/// Where a time and a value stand in a picture, by the numbers at its axes.
fn axes(svg: &str) -> (impl Fn(f64) -> f64, impl Fn(f64) -> f64) {
    let labels = |anchor: &str, place: usize, up: f64| -> Vec<(f64, f64)> {
        let texts = svg.lines().filter(|line| line.starts_with("<text") && line.contains(anchor));
        let label = |line: &str| {
            let text = line.split(['>', '<']).nth(2)?;
            let unit = if text.ends_with('k') { 1000.0 } else { 1.0 };
            let value = text.trim_end_matches('k').parse::<f64>().ok()?;
            Some((value * unit, line.split('"').nth(place)?.parse::<f64>().ok()? - up))
        };
        texts.filter_map(label).collect()
    };
    let line = |marks: Vec<(f64, f64)>| {
        let ((a, at_a), (b, at_b)) = (marks[0], *marks.last().expect("two"));
        assert!(a < b, "two numbers at least: {marks:?}");
        move |v: f64| at_a + (v - a) / (b - a) * (at_b - at_a)
    };
    (line(labels("middle", 1, 0.0)), line(labels("\"end\"", 3, 4.0)))
}

#[test]
fn every_step_is_on_the_line() {
    let cases: [(&str, Plan, u64); 8] = [
        ("a line", bind(linear(0.0, 1.0, 100)), 100),
        ("a spike", spike(), 100_000),
        ("noise", bind(noise(1.0, 1, 1)), 5_000),
        ("few steps of noise", bind(noise(1.0, 1, 1)), 30),
        ("many periods", bind(cosine(1.0, 0.0, 13).repeat(times(777))), 10_101),
        ("few periods", bind(linear(0.0, 1.0, 1000).repeat(times(9).decay(0.8))), 9_000),
        ("stairs", bind(linear(3.0, -3.0, 900).hold_every(100)), 1_000),
        ("a seam between steps", bind(linear(0.0, 1.0, steps(Ratio::new(20, 3))).then(0.5)), 20),
    ];
    for (name, plan, count) in cases {
        let svg = Plot::new().add(name, &plan).steps(0..count).svg(700, 300).expect("drawable");
        let lines = lines(&svg);
        let (x, y) = axes(&svg);
        let near = |k: u64| distance(&lines, x(k as f64), y(plan.at_step(k)));
        // Those of the steps that a picture could miss, and some of the others.
        for k in (0..count).step_by((count / 500).max(1) as usize).chain([count - 1, (70_000).min(count - 1)]) {
            assert!(near(k) < 1.5, "{name}: step {k} is {} pixels from the line", near(k));
        }
    }
}

#[test]
fn jumps_are_gaps_between_an_open_and_a_filled_dot() {
    type Jumps = &'static [(f64, f64, f64)];
    let cases: [(&str, Plan, Jumps); 6] = [
        ("continuous", bind(linear(0.0, 1.0, 50).then(linear(1.0, 0.0, 50))), &[]),
        ("steep, but continuous", bind(linear(0.0, 1.0, steps(Ratio::new(1, 1000))).then(hold(1.0, 99))), &[]),
        (
            "between two steps",
            bind(hold(0.0, steps(Ratio::new(100, 3))).then(hold(1.0, 66))),
            &[(100.0 / 3.0, 0.0, 1.0)],
        ),
        ("stairs", bind(table(25, [1.0, 0.5, 0.0])), &[(25.0, 1.0, 0.5), (50.0, 0.5, 0.0)]),
        ("a sawtooth", bind(linear(0.0, 1.0, 33).repeat(times(3))), &[(33.0, 1.0, 0.0), (66.0, 1.0, 0.0)]),
        ("more than can be told apart", bind(linear(0.0, 1.0, 2).repeat(forever())), &[]),
    ];
    for (name, plan, jumps) in cases {
        let count = if name.starts_with("more") { 1000 } else { 100 };
        let svg = Plot::new().add(name, &plan).steps(0..count).svg(700, 300).expect("drawable");
        let (lines, dots) = (lines(&svg), dots(&svg));
        assert_eq!(lines.len(), jumps.len() + 1, "{name}: pieces");
        assert_eq!(dots.len(), 2 * jumps.len(), "{name}: dots");
        let ends: Vec<_> = lines.windows(2).flat_map(|pair| [pair[0][pair[0].len() - 1], pair[1][0]]).collect();
        for (i, (x, y, _, filled)) in dots.iter().enumerate() {
            assert_eq!((*x, *y), ends[i], "{name}: a dot at the end of a line");
            assert_eq!(*filled, i % 2 == 1, "{name}: first open, then filled");
        }
        let (left, right) = (lines[0][0].0, lines.last().expect("a line").last().expect("a point").0);
        for ((time, before, after), dots) in jumps.iter().zip(dots.chunks(2)) {
            let x = left + time / count as f64 * (right - left);
            // Coordinates are written to a tenth of a pixel.
            assert!((dots[0].0 - x).abs() < 0.11, "{name}: at {time}");
            assert_eq!(before > after, dots[0].1 < dots[1].1, "{name}: the higher value is drawn higher");
        }
    }
}

#[test]
fn steps_far_apart_have_a_dot_each() {
    let svg = |count| Plot::new().add("", &bind(cosine(1.0, 0.0, 30))).steps(0..count).svg(700, 300).expect("drawable");
    assert_eq!((dots(&svg(30)).len(), dots(&svg(300)).len()), (30, 0));
}

const TWO: &str = r"      ⠤⠤⠤⠤ rising
      ⠤⠤⠄ falling
   1 ┤                              ⢀⣀⡤⠖
     │                         ⢀⣠⠤⠖⠋⠉
     │⠉⠉⠁ ⠉⠉⠁ ⠉⠉⠁ ⠉⠉⠁ ⠉⡁  ⣀⣠⠴⠒⠋⠉
 0.5 ┤               ⣀⡤⠴⠒⠉⠁
     │         ⢀⣀⡤⠖⠚⠉⠁ ⠂
     │    ⢀⣠⠤⠖⠚⠉       ⠓⠂ ⠒⠒⠂ ⠒⠒⠂ ⠒⠒⠂ ⠒⠒
   0 ┤⣠⠴⠒⠋⠉
     └┬──────────┬──────────┬──────────┬
step  0         20         40         60
";

#[test]
fn in_a_terminal() {
    let rising = bind(linear(0.0, 1.0, 60).then(1.0));
    let falling = bind(hold(0.75, 30).then(hold(0.25, 30)));
    let plot = || Plot::new().add("rising", &rising).add("falling", &falling).steps(0..60);
    assert_eq!(plot().braille(40, 11).expect("drawable"), TWO);
    let coloured = plot().coloured().braille(40, 11).expect("drawable");
    assert!(coloured.contains("\x1b[36m") && coloured.contains("\x1b[33m"), "{coloured:?}");
    for line in coloured.lines() {
        assert!(
            line.matches("\x1b[").count() == 0
                || line.ends_with("\x1b[0m")
                || line.rfind("\x1b[0m") > line.rfind("\x1b[3")
        );
    }
}

#[test]
fn a_logarithmic_scale() {
    let plan = bind(linear(1.0, 0.0, 100).then(hold(0.0, 50)));
    let plot = Plot::new().add("to zero", &plan);
    let lines = |plot: &Plot| lines(&plot.svg(700, 300).expect("drawable"));
    let right = |lines: &[Vec<(f64, f64)>]| lines.iter().flatten().map(|p| p.0).fold(0.0, f64::max);
    let (all, positive) = (lines(&plot), lines(&plot.clone().log()));
    assert!(right(&positive) < right(&all) * 0.7, "the curve ends where it has no logarithm");
    // The halfway point of the logarithm is not that of the values.
    assert!(plot.log().svg(700, 300).expect("drawable").contains(">0.01<"));
    let zero = Plot::new().add("", &bind(constant(-1.0))).log().svg(700, 300);
    assert_eq!(zero, Err(PlotError::NoValues { log: true }));
}

#[test]
fn what_cannot_be_drawn() {
    let plot = || Plot::new().add("", &bind(constant(1.0)));
    let cases = [
        (Plot::new(), 80, 20, PlotError::NoCurves),
        (plot().steps(5..5), 80, 20, PlotError::NoSteps { from: 5, to: 5 }),
        (plot().steps(Range { start: 7, end: 5 }), 80, 20, PlotError::NoSteps { from: 7, to: 5 }),
        (plot().steps(0..u64::MAX), 80, 20, PlotError::TooFar { to: u64::MAX }),
        (plot().steps(1..(1 << 24) + 2), 80, 20, PlotError::TooLong { steps: (1 << 24) + 1, most: 1 << 24 }),
        (plot(), usize::MAX, 20, PlotError::TooLarge { most: 1 << 14 }),
    ];
    for (plot, width, height, error) in cases {
        assert_eq!(plot.braille(width, height), Err(error.clone()));
        assert_eq!(plot.svg(10 * width.min(100_000), 20 * height), Err(error));
    }
    for size in [(0, 0), (5, 100), (100, 3)] {
        let Err(PlotError::TooSmall { width, height }) = plot().braille(size.0, size.1) else {
            panic!("{size:?} is too small")
        };
        assert!(plot().braille(width, height).is_ok(), "{width} x {height} is said to be enough");
        let Err(PlotError::TooSmall { width, height }) = plot().svg(size.0, size.1) else {
            panic!("{size:?} is too small")
        };
        assert!(plot().svg(width, height).is_ok(), "{width} x {height} is said to be enough");
    }
}

#[test]
fn far_steps_are_drawn() {
    let end = 1 << 53;
    let text = Plot::new().add("", &bind(constant(1.0))).steps(end - 1000..end).braille(80, 20).expect("drawable");
    assert!(text.contains("⠤⠤⠤") || text.contains("⠒⠒⠒"), "{text}");
}

#[test]
fn labels_do_no_harm() {
    let plot = Plot::new().add("a < b & \"c\" > \x1b[31m\n\0", &bind(constant(1.0)));
    let svg = plot.svg(700, 300).expect("drawable");
    assert!(svg.contains("a &lt; b &amp; \"c\" &gt; \u{fffd}[31m\u{fffd}\u{fffd}</text>"), "{svg}");
    let text = plot.braille(80, 20).expect("drawable");
    assert!(text.contains("a < b & \"c\" > \u{fffd}[31m\u{fffd}\u{fffd}\n"), "{text}");
    let long = Plot::new().add("x".repeat(1000), &bind(constant(1.0)));
    assert!(
        long.braille(80, 20).expect("drawable").contains("x…\n")
            && long.svg(700, 300).expect("drawable").contains("x…<")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn every_step_of_any_tree_is_on_the_line(schedule in crate::random::tree(), count in prop_oneof![20..60_u64, 300..900_u64]) {
        let Ok(plan) = schedule.bind(&Clock::new()) else { return Ok(()) };
        let svg = Plot::new().add("a tree", &plan).steps(0..count).svg(600, 500).expect("drawable");
        let (lines, (x, y)) = (lines(&svg), axes(&svg));
        for k in 0..count {
            let away = distance(&lines, x(k as f64), y(plan.at_step(k)));
            prop_assert!(away < 1.5, "step {} of {} is {} pixels from the line", k, schedule, away);
        }
    }

    #[test]
    fn any_values_in_any_size(
        a in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO,
        b in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO,
        (from, count) in (0..1_u64 << 52, 1..5_000_u64),
        (width, height) in (0..200_usize, 0..60_usize),
        log: bool,
    ) {
        let plan = bind(hold(a, from + count / 3 + 1).then(linear(a, b, count)));
        prop_assume!(plan.at(from as f64 + 0.7 * count as f64).is_finite());
        let plot = Plot::new().add("a curve", &plan).steps(from..from + count);
        let plot = if log { plot.log() } else { plot };
        match plot.braille(width, height) {
            Ok(text) => {
                prop_assert_eq!(text.lines().count(), height);
                let widest = text.lines().map(|line| line.chars().count()).max().expect("lines");
                prop_assert!(widest <= width, "{} is wider than {}", widest, width);
                prop_assert!(text.lines().all(|line| line.trim_end() == line));
            }
            Err(PlotError::TooSmall { .. }) => {}
            Err(error) => prop_assert_eq!(error, PlotError::NoValues { log: true }),
        }
        if let Ok(svg) = plot.svg(10 * width, 20 * height) {
            prop_assert!(!svg.contains("NaN") && !svg.contains("inf"), "{}", svg);
            let inside = lines(&svg).into_iter().flatten().all(|(x, y)| {
                (0.0..=10.0 * width as f64).contains(&x) && (0.0..=20.0 * height as f64).contains(&y)
            });
            prop_assert!(inside, "{}", svg);
        }
    }
}
