use rappel_examples::{Chart, Curve};

fn chart(curves: &[Curve], steps: usize) -> Chart<'_> {
    Chart { title: "a title", steps, values: 0.1..10.0, curves }
}

fn curve(label: &str, values: &[f64]) -> Curve {
    Curve { label: label.to_owned(), values: values.to_vec() }
}

#[test]
fn text_puts_each_value_on_its_row() {
    let curves = [curve("down", &[10.0, 1.0, 0.1]), curve("leaves", &[1.0, 1.0, 1e9, 1.0])];
    let text = chart(&curves, 2).text(3, 5);
    let expected = "    loss
      10 +..o
         | .o
       1 +ooo
         |  .
     0.1 +  .
         +---
    step 0  2
     ... down
     ooo leaves
";
    assert_eq!(text, expected);
}

#[test]
fn curves_end_at_the_border() {
    for away in [1e5, 1e-5, f64::INFINITY] {
        let curves = [curve("leaves", &[1.0, away, 1.0])];
        let rows: Vec<String> =
            chart(&curves, 2).text(3, 3).lines().skip(1).take(3).map(|row| row[10..].into()).collect();
        assert!(rows.iter().all(|row| row.len() < 3), "nothing at step 2: {rows:?}");
    }
}

#[test]
fn svg_has_title_axes_and_legend() {
    let curves = [curve("one", &[0.3, 0.2]), curve("two", &[0.3, 50.0]), curve("none", &[])];
    let svg = chart(&curves, 1).svg().unwrap();
    for part in ["<svg", "a title", "step", "loss (log scale)", "one", "two", "none", "</svg>"] {
        assert!(svg.contains(part), "{part} is missing");
    }
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
}

#[test]
fn a_chart_of_one_point_or_none_can_be_drawn() {
    for curves in [vec![], vec![curve("point", &[1.0])]] {
        assert!(chart(&curves, 0).svg().unwrap().contains("</svg>"));
        assert!(chart(&curves, 0).text(10, 5).contains("step 0"));
    }
}
