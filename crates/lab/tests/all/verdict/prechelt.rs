//! Prechelt's measures as he defines them.

use proptest::prelude::*;
use rappel_lab::verdict::prechelt::{generalisation_loss, progress, progress_quotient, strips_up};

/// GL(t) = 100 (E_va(t) / min E_va - 1); P_k(t) = 1000 (sum of the strip / (k min of the strip) - 1); PQ = GL / P_k.
#[test]
fn values() {
    let (tr, va) = ([8.0, 4.0, 2.0, 1.0, 1.0], [4.0, 2.0, 2.5, 3.0, 3.5]);
    assert_eq!(generalisation_loss(&va), 75.0);
    assert_eq!(progress(&tr, 5), Some(1000.0 * (16.0 / 5.0 - 1.0)));
    assert_eq!(progress(&tr, 3), Some(1000.0 * (4.0 / 3.0 - 1.0)));
    assert_eq!(progress_quotient(&tr, &va, 5), Some(75.0 / (1000.0 * (16.0 / 5.0 - 1.0))));
    assert_eq!([1, 2, 5].map(|k| strips_up(&va, k)), [3, 1, 0]);
}

#[test]
fn edges() {
    assert_eq!((generalisation_loss(&[]), generalisation_loss(&[0.0, 0.0])), (0.0, 0.0));
    assert_eq!(generalisation_loss(&[0.0, 1.0]), f64::INFINITY);
    assert_eq!((progress(&[1.0], 0), progress(&[], 1), progress(&[0.0, 0.0], 2)), (None, None, Some(0.0)));
    assert_eq!(progress(&[0.0, 1.0], 2), Some(f64::INFINITY));
    assert_eq!(progress_quotient(&[1.0, 1.0], &[1.0, 2.0], 2), Some(f64::INFINITY));
    assert_eq!(progress_quotient(&[1.0, 1.0], &[2.0, 1.0], 2), Some(0.0));
    assert_eq!((strips_up(&[], 5), strips_up(&[1.0], 5)), (0, 0));
}

proptest! {
    /// Measures are not below zero, and do not depend on the unit of the loss.
    #[test]
    fn scales(va in prop::collection::vec(0.1..10.0, 5..40), unit in 1..8_u32) {
        let scaled: Vec<f64> = va.iter().map(|x| x * f64::from(1 << unit)).collect();
        prop_assert!(generalisation_loss(&va) >= 0.0);
        prop_assert_eq!(generalisation_loss(&va), generalisation_loss(&scaled));
        prop_assert!(progress(&va, 5).unwrap() >= 0.0);
        prop_assert_eq!(progress(&va, 5), progress(&scaled, 5));
        prop_assert_eq!(strips_up(&va, 2), strips_up(&scaled, 2));
    }
}
