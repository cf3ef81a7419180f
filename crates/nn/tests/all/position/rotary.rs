use proptest::prelude::*;
use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{Layer, ModuleExt, Rotary};
use rappel_testkit::strategies::config;
use rappel_testkit::{gradcheck, gradgradcheck};

use crate::golden::cases_of;
use crate::panics::panic_here;

#[test]
fn turns_by_both_conventions() {
    for case in cases_of("position.jsonl", "Rotary") {
        let (size, offset, half) = (case.usize("size"), case.usize("offset"), case.bool("half"));
        let mut net = Rotary::with_base(offset + 5, size, case.f64("base")).half_split(half);
        case.hold(&mut net, |net, _, inputs| vec![net.forward_at(inputs.get("x"), offset)]);
        if offset == 0 {
            case.hold_layer(&mut net);
        }
    }
}

#[test]
fn sizes_are_checked_at_the_users_line() {
    assert_eq!(panic_here!(Rotary::<f32>::new(4, 3)), "Rotary: 3 numbers cannot be cut into pairs");
    for base in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(panic_here!(Rotary::<f32>::with_base(4, 2, base)).contains("the base must be finite and above 0"));
    }
    let (net, tape) = (Rotary::new(4, 2).half_split(true), Tape::new());
    assert_eq!((net.count_parameters(), net.kind()), (0, "Rotary(4 x 2, half split)".to_owned()));
    let x = tape.input(&Tensor::<f32>::zeros(&[3, 2]));
    assert!(panic_here!(net.forward_at(x, 2)).contains("it ends at place 5, and there are 4 places"));
}

proptest! {
    #![proptest_config(config(12, file!()))]

    /// What it is for: the product of a query and a key depends on how far apart they are.
    #[test]
    fn products_depend_on_the_distance(pairs in 1..4_usize, at in 0..50_usize, apart in 0..10_usize, half: bool, seed: u64) {
        let rotary = Rotary::new(100, 2 * pairs).half_split(half);
        let mut rng = Rng::seed(seed);
        let tape = Tape::<f64>::default();
        let mut vector = || tape.input(&Tensor::normal(&[1, 2 * pairs], 0.0, 1.0, &mut rng));
        let (q, k) = (vector(), vector());
        let product = |at: usize| (rotary.forward_at(q, at + apart) * rotary.forward_at(k, at)).sum().item();
        prop_assert!((product(at) - product(0)).abs() < 1e-12 * (1.0 + product(0).abs()));
        let length = |x: rappel_nn::autodiff::Var<'_, f64>| x.square().sum().item();
        prop_assert!((length(rotary.forward_at(q, at)) - length(q)).abs() < 1e-12 * length(q));
    }

    #[test]
    fn gradients_are_right(time in 0..3_usize, pairs in 1..3_usize, offset in 0..9_usize, half: bool, seed: u64) {
        let rotary = Rotary::new(20, 2 * pairs).half_split(half);
        let x = Tensor::normal(&[2, time, 2 * pairs], 0.0, 1.0, &mut Rng::seed(seed));
        gradcheck(|x| rotary.forward_at(x, offset).tanh(), &x).map_err(|e| TestCaseError::fail(e.to_string()))?;
        gradgradcheck(|x| rotary.forward_at(x, offset).tanh(), &x).map_err(|e| TestCaseError::fail(e.to_string()))?;
    }
}
