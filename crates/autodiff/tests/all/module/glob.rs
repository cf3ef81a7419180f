//! Patterns of `*` and `?`.

use proptest::prelude::*;
use rappel_autodiff::module::fits;

/// What `fits` is, in few words and exponential time.
fn plain(pattern: &[char], text: &[char]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some(('*', rest)), None) => plain(rest, text),
        (Some(('*', rest)), Some((_, left))) => plain(rest, text) || plain(pattern, left),
        (Some((p, rest)), Some((t, left))) => (*p == '?' || p == t) && plain(rest, left),
        _ => false,
    }
}

#[test]
fn patterns() {
    let cases = [
        ("*", "", true),
        ("*", "a.b", true),
        ("", "", true),
        ("", "a", false),
        ("*.bias", "head.bias", true),
        ("*.bias", "bias", false),
        ("head.*", "head.fc.bias", true),
        ("head.?", "head.ab", false),
        ("?", "é", true),
        ("*a*b", "aab", true),
        ("*ab", "aab", true),
        ("a*", "ba", false),
        ("**", "x", true),
        ("a*a", "a", false),
    ];
    for (pattern, path, takes) in cases {
        assert_eq!(fits(pattern, path), takes, "{pattern} on {path}");
    }
    let hard = "*a".repeat(40) + "b";
    assert!(!fits(&hard, &"a".repeat(10_000)), "and it ends");
}

proptest! {
    #[test]
    fn patterns_take_what_their_definition_takes(pattern in "[ab*?.]{0,8}", text in "[ab.]{0,10}") {
        let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
        prop_assert_eq!(fits(&pattern, &text), plain(&p, &t));
    }
}
