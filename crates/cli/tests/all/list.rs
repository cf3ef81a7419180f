use crate::{golden, printed, run};
use rappel_schedule::names;

#[test]
fn all_there_is() {
    let all = printed(&["list"]);
    for entry in names() {
        assert!(all.contains(entry.signature()) && all.contains(entry.line()), "{}", entry.name());
    }
    assert!(all.starts_with("Shapes\n  hold(value, length)"));
}

#[test]
fn by_a_word() {
    golden("list_cosine_power.txt", &printed(&["list", "Cosine_Power"]));
    let run = run(&["list", "no such thing"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert_eq!(run.err, "rappel: no name and no line has \"no such thing\" in it; `list` alone shows all\n");
}
