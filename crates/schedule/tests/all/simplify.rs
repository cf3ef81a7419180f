use crate::random::{any_tree, tree};
use proptest::prelude::*;
use rappel_schedule::{Clock, Schedule};

fn read(text: &str) -> Schedule {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn what_says_nothing_is_left_out() {
    for (text, simpler) in [
        ("1 + 2 * 3", "7"),
        ("2 * 3 * linear(0, 1, 5)", "6 * linear(0, 1, 5)"),
        ("0.1 * 0.3 * linear(0, 1, 5)", "0.03 * linear(0, 1, 5)"),
        ("linear(0, 1, 5) * 2 * 3", "linear(0, 1, 5) * 6"),
        // 0.1 and 0.3 one after the other round differently from their product.
        ("linear(0, 1, 5) * 0.1 * 0.3", "linear(0, 1, 5) * 0.1 * 0.3"),
        ("linear(0, 1, 5) * 5e-324 * 0.5", "linear(0, 1, 5) * 5e-324 * 0.5"),
        ("linear(0, 1, 5) + 1 + 2", "linear(0, 1, 5) + 1 + 2"),
        ("linear(0, 1, 5) + 0", "linear(0, 1, 5)"),
        ("0 + linear(0, 1, 5)", "linear(0, 1, 5)"),
        ("1 * linear(0, 1, 5) * 1", "linear(0, 1, 5)"),
        // It is as long as the line.
        ("0 * linear(0, 1, 5)", "0 * linear(0, 1, 5)"),
        ("0 + 0", "0"),
        ("- -linear(0, 1, 5)", "linear(0, 1, 5)"),
        ("-(-linear(0, 1, 5))", "linear(0, 1, 5)"),
        ("linear(0, 1, 5).min(3).min(2)", "linear(0, 1, 5).min(2)"),
        ("linear(0, 1, 5).min(3).max(2)", "linear(0, 1, 5).min(3).max(2)"),
        ("linear(0, 1, 5).clamp(0.1, 0.9).clamp(0.2, 2)", "linear(0, 1, 5).clamp(0.2, 0.9)"),
        ("linear(0, 1, 5).clamp(0.1, 0.2).clamp(0.5, 2)", "linear(0, 1, 5).clamp(0.5, 0.5)"),
        ("3.clamp(0, 1)", "1"),
        ("linear(0, 1, 5).take(3).take(2)", "linear(0, 1, 5).take(2)"),
        ("linear(0, 1, 5).take(2ep).take(3ep)", "linear(0, 1, 5).take(2ep)"),
        ("linear(0, 1, 5).take(2ep).take(3)", "linear(0, 1, 5).take(2ep).take(3)"),
        ("linear(0, 1, 5).stretch(1)", "linear(0, 1, 5)"),
        ("linear(0, 1, 5).stretch(2).stretch(1/2)", "linear(0, 1, 5)"),
        ("linear(0, 1, 5).stretch(2).stretch(1/3)", "linear(0, 1, 5).stretch(2/3)"),
        ("(2 * 3).stretch(3).reverse().hold_every(5)", "6"),
        ("linear(0, 1, 5).repeat(1)", "linear(0, 1, 5)"),
        ("linear(0, 1, 5).stretch(1).reverse().stretch(1).reverse()", "linear(0, 1, 5)"),
        ("linear(2, 2, 5)", "hold(2, 5)"),
        ("cosine(2, 2, 5).inclusive()", "hold(2, 5)"),
        ("linear(2, 2, 5).after(continue)", "hold(2, 5).after(continue)"),
        ("let p = 1 in linear(0, 1, 5)", "linear(0, 1, 5)"),
        ("let p = 1 in let q = 2 in p * linear(0, q, 5)", "let p = 1 in let q = 2 in p * linear(0, q, 5)"),
        ("let p = 1 in let p = 2 in linear(0, p, 5)", "let p = 2 in linear(0, p, 5)"),
        ("let n = 5ep in linear(0, 1, 5).take(n)", "let n = 5ep in linear(0, 1, 5).take(n)"),
        ("let p = 1 in linear(0, linear(p, 1, 5), 5)", "let p = 1 in linear(0, linear(p, 1, 5), 5)"),
        ("linear(0, 1 + 1, 5) >> (linear(0, 1, 5) >> 3)", "linear(0, 2, 5) >> linear(0, 1, 5) >> 3"),
        // A sequence of its own sums its boundaries by itself, and a sum its terms.
        ("linear(0, 1, 1/3) >> (1 >> 2).repeat(1)", "linear(0, 1, 1/3) >> (1 >> 2).repeat(1)"),
        ("(1 >> 2).repeat(1) + 3", "(1 >> 2) + 3"),
        ("@a + (@b + @c).stretch(1)", "@a + (@b + @c).stretch(1)"),
        ("(@a + @b).stretch(1) + @c", "@a + @b + @c"),
        ("@a + (@b * @c).stretch(1)", "@a + @b * @c"),
        ("@a.min(@b.min(@c).stretch(1))", "@a.min(@b, @c)"),
        ("warmup(1, 5).splice(1 * linear(1, 0, 9))", "warmup(1, 5).splice(linear(1, 0, 9))"),
    ] {
        assert_eq!(read(text).simplify(), read(simpler), "{text}: {}", read(text).simplify());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn values_and_lengths_stay(s in tree()) {
        let simple = s.simplify();
        prop_assert_eq!(simple.simplify(), simple.clone());
        let (a, b) = (s.bind(&Clock::new()).expect("binds"), simple.bind(&Clock::new()).expect("still binds"));
        prop_assert_eq!(a.length(), b.length());
        for k in (0..300).chain([10_000, 1_000_000]) {
            let (a, b) = (a.at_step(k), b.at_step(k));
            prop_assert!(a == b, "step {k}: {a} and {b} of {s} and {simple}");
        }
    }

    #[test]
    fn whatever_it_is_it_is_a_schedule_of_the_same_words(s in any_tree()) {
        let simple = s.simplify();
        // By `{:?}`, as NaN is not equal to itself.
        prop_assert_eq!(format!("{:?}", simple.to_string().parse::<Schedule>().expect("its text")), format!("{simple:?}"));
        prop_assert_eq!(format!("{:?}", s.normal()), format!("{s:?}"));
    }
}
