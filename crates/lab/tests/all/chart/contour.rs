use rappel_lab::chart::{Chart, Scale};

fn chart(height: impl FnMut(f64, f64) -> f64) -> Chart {
    let [x, y] = ["x", "y"].map(|axis| Scale::linear(axis).between(-2.0, 2.0));
    Chart::new("down", x, y).contour(-2.0..=2.0, -2.0..=2.0, height)
}

#[test]
fn paths_lie_over_the_contour() {
    let text = chart(|x, y| x * x + 4.0 * y * y)
        .path("out and back", [(-1.5, 1.5), (0.0, 3.0), (1.5, 1.5), (1.5, 0.0), (0.0, 0.0)])
        .dots("end", [(0.0, 0.0)])
        .text(60, 21);
    assert!(text == include_str!("contour.txt"), "not the picture that was looked at, but\n{text}");
}

/// Whatever its function, a chart has the contour under what was drawn before.
#[test]
fn the_order_is_that_of_the_heights() {
    let path = [(-1.0, -1.0), (1.0, 1.0)];
    let scale = |axis| Scale::linear(axis).between(-2.0, 2.0);
    let empty = || Chart::new("down", scale("x"), scale("y"));
    let height = |x: f64, y: f64| x * x + y * y;
    let (under, over) =
        (chart(height).path("p", path), empty().path("p", path).contour(-2.0..=2.0, -2.0..=2.0, height));
    assert_eq!(under.text(40, 20), over.text(40, 20));
}

/// Where there is no height there is no line, and no line is of NaN.
#[test]
fn places_without_a_height_have_no_line() {
    let dots = |height: fn(f64, f64) -> f64| {
        let text = chart(height).text(41, 21);
        let inside = |line: &str| line.chars().skip(11).collect::<Vec<_>>();
        let places: Vec<usize> = text
            .lines()
            .skip(2)
            .take(21)
            .flat_map(|line| inside(line).into_iter().enumerate())
            .filter(|(_, c)| *c == '.')
            .map(|(i, _)| i)
            .collect();
        places
    };
    let half = dots(|x, y| x.sqrt() + y);
    assert!(half.len() > 40 && half.iter().all(|column| *column >= 20), "{half:?}");
    assert!(dots(|_, _| f64::NAN).is_empty());
    assert!(dots(|_, _| 3.0).is_empty());
    assert!(dots(|x, y| if x > 1.9 { f64::INFINITY } else { 1.0 / y }).len() > 40);
}

/// The rows of points of an SVG's lines.
#[cfg(feature = "plot")]
fn polylines(svg: &str) -> Vec<Vec<(f64, f64)>> {
    let point = |text: &str| -> (f64, f64) {
        let (x, y) = text.split_once(',').expect("a pair");
        (x.parse().expect("a number"), y.parse().expect("a number"))
    };
    let lines = svg.split("<polyline").skip(1).filter_map(|part| part.split("points=\"").nth(1)?.split('"').next());
    lines.map(|points| points.split_whitespace().map(point).collect()).collect()
}

/// Lines of a round bowl are whole circles around its middle, to a pixel.
#[cfg(feature = "plot")]
#[test]
fn lines_of_a_bowl_are_circles() {
    let svg = chart(|x, y| x * x + y * y).svg(700, 700).unwrap();
    let lines: Vec<_> =
        polylines(&svg).into_iter().filter(|line| line.len() > 20 && line[0] == line[line.len() - 1]).collect();
    assert!(lines.len() >= 12, "{}", lines.len());
    for line in lines {
        let ends = |pick: fn(&(f64, f64)) -> f64| {
            let values = line.iter().map(pick);
            values.fold((f64::INFINITY, 0.0_f64), |(low, high), v| (low.min(v), high.max(v)))
        };
        let ((left, right), (top, bottom)) = (ends(|p| p.0), ends(|p| p.1));
        let (x, y, a, b) = ((left + right) / 2.0, (top + bottom) / 2.0, (right - left) / 2.0, (bottom - top) / 2.0);
        for p in &line {
            let off = ((p.0 - x) / a).hypot((p.1 - y) / b) - 1.0;
            assert!(off.abs() * a < 2.0, "{p:?} is {off} beside");
        }
    }
}

/// The same seen by the eye: low lines are dark, the path ends in a dot and is cut at the frame.
#[cfg(feature = "plot")]
#[test]
fn a_path_is_cut_at_the_frame() {
    let svg = chart(|x, y| x * y).path("away", [(0.0, 0.0), (1.0, 50.0)]).path("stays", [(0.0, 0.0), (1.0, 1.0)]);
    let svg = svg.svg(640, 480).unwrap();
    assert!(svg.contains("away") && svg.contains("stays") && !svg.contains("NaN"));
    let circles = svg.matches("<circle").count();
    assert_eq!(circles, 1, "a path that left has no end to mark");
    assert!(polylines(&svg).iter().flatten().all(|(x, y)| (0.0..=640.0).contains(x) && (0.0..=480.0).contains(y)));
}
