#[cfg(feature = "plot")]
use rappel_lab::chart::{Chart, Scale};

/// Corners and colour of each area: x, y, width, height, fill.
#[cfg(feature = "plot")]
fn areas(svg: &str) -> Vec<(String, f64)> {
    let field = |part: &str, name: &str| {
        part.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let rects = svg.split("<rect").skip(1).filter(|part| part.contains("opacity=\"0.25\""));
    rects
        .map(|part| {
            let size = |name: &str| field(part, name).parse::<f64>().unwrap();
            (field(part, "fill"), size("width") * size("height"))
        })
        .collect()
}

/// Half the plane is of each of two classes, and a corner of none; the samples are over them.
#[cfg(feature = "plot")]
#[test]
fn areas_have_the_colours_of_their_samples_and_cover_the_plane() {
    let svg = Chart::new("parted", Scale::linear("x").between(0.0, 1.0), Scale::linear("y").between(0.0, 1.0))
        .dots("zero", [(0.1, 0.5)])
        .dots("one", [(0.9, 0.5)])
        .regions(0.0..=1.0, 0.0..=1.0, |x, y| (x > 0.25 || y > 0.5).then_some(usize::from(x > 0.5)))
        .svg(800, 600)
        .unwrap();
    let areas = areas(&svg);
    let total = |colour: &str| areas.iter().filter(|area| area.0 == colour).map(|area| area.1).sum::<f64>();
    let (zero, one) = (total("#0072B2"), total("#D55E00"));
    assert!((zero / one - 0.75).abs() < 0.02, "{zero} {one}");
    // A strip for each class in a row of cells, not one for each cell.
    assert_eq!(areas.len(), 240);
    let dot = svg.find("<circle").unwrap();
    assert!(svg.rfind("opacity=\"0.25\"").unwrap() < dot, "samples lie under an area");
}
