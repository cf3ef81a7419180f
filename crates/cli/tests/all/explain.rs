use crate::{golden, printed, run};

const RATE: &str = "0.5 * (warmup(1e-3, 100) >> cosine(1e-3, 0, 300).repeat(3, decay=0.5))";

#[test]
fn the_way_to_a_value() {
    let text = [0, 99, 250, 850, 5000].map(|step| printed(&["explain", RATE, &step.to_string()])).join("\n");
    golden("explain.txt", &text);
}

#[test]
fn what_is_not_explained() {
    for (arguments, code) in [
        (["explain", RATE, "-1"], 2),
        (["explain", RATE, "soon"], 2),
        (["explain", "linear(0, 1, 5).after(error)", "5"], 1),
        (["explain", "linear(0, 1, 5ep)", "5"], 1),
    ] {
        let run = run(&arguments);
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{arguments:?}");
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    }
}
