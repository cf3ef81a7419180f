//! Tests of `rappel_lab::chart`.

mod contour;
mod region;

use rappel_lab::chart::{Chart, Scale};

#[test]
fn every_kind_has_its_character() {
    let chart = Chart::new("all kinds", Scale::log("rate"), Scale::linear("loss"))
        .line("line", [(1e-3, 3.0), (1e-2, 1.0), (1e-1, f64::NAN), (1.0, 3.0)])
        .dots("dots", [(1e-1, 2.0)])
        .band("band", [(1e-3, 2.0, 3.5), (1e-2, 0.5, 1.5)])
        .mark("mark", 1e-1)
        .level("level", 2.5);
    let text = chart.text(44, 11);
    assert!(text == include_str!("kinds.txt"), "not the picture that was looked at, but\n{text}");
}

#[test]
fn nothing_to_draw_is_said() {
    let of = |y: f64| Chart::new("empty", Scale::linear("step"), Scale::log("loss")).line("", [(0.0, y), (1.0, y)]);
    for y in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
        assert_eq!(of(y).text(40, 8), "empty: nothing to draw, no value is finite and above 0\n");
    }
    for y in [1e-300, 1e299, f64::MIN_POSITIVE] {
        assert!(of(y).text(40, 8).lines().count() > 8, "{y}");
    }
}

/// A band whose ends are given in the other order, or cross, is the same band.
#[test]
fn bands_have_no_order() {
    let of = |points: [(f64, f64, f64); 2]| {
        Chart::new("", Scale::linear("x"), Scale::linear("y").between(0.0, 4.0)).band("", points).text(30, 9)
    };
    let band = of([(0.0, 1.0, 3.0), (1.0, 2.0, 9.0)]);
    assert!(band.contains("::::"), "{band}");
    assert_eq!(of([(0.0, 3.0, 1.0), (1.0, 9.0, 2.0)]), band);
    assert!(of([(0.0, 1.0, 3.0), (1.0, 3.0, 1.0)]).contains(':'));
}

#[test]
fn ticks_are_round() {
    let chart = Chart::new("", Scale::linear("step"), Scale::log("loss").between(1e-4, 1.0))
        .line("", [(0.0, 1e-4), (700.0, 1.0)]);
    let text = chart.text(60, 16);
    let last = text.lines().last().unwrap_or_default();
    assert_eq!(last.split_whitespace().collect::<Vec<_>>(), ["step", "0", "200", "400", "600"]);
    for tick in ["1e-4", "0.001", "0.01", "0.1", "1 +"] {
        assert!(text.contains(tick), "{tick} in\n{text}");
    }
}

#[cfg(feature = "plot")]
#[test]
fn svg_has_all_series_and_no_bad_number() {
    let chart = Chart::new("a < b", Scale::log("rate"), Scale::log("loss"))
        .line("line", [(1e-3, 1e300), (3e-3, 9.0), (1e-2, 1.0), (1e-1, f64::NAN), (1.0, 3.0)])
        .band("band", [(1e-3, 0.5, 3.5), (1e-2, 0.5, 1.5)])
        .dots("dots", [(1e-1, 2.0)])
        .mark("mark", 1e-1)
        .level("level", 2.5);
    let svg = chart.svg(640, 420).unwrap();
    for label in ["line", "band", "dots", "mark (0.1)", "level (2.5)", "a &lt; b"] {
        assert!(svg.contains(label), "{label}");
    }
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
    assert!(chart.svg(10, 400).is_err());
}
