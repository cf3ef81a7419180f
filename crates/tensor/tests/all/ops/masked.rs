//! Filling and taking by mask, against loops.

use proptest::prelude::*;
use rappel_tensor::Tensor;

use crate::naive::{assert_same, build, look, numbers_and_edges, shapes, stretched};

proptest! {
    #[test]
    fn masks_match_loops(
        (shape, thin) in shapes().prop_flat_map(|s| (Just(s.clone()), stretched(&s))), bits: u64,
    ) {
        let x = numbers_and_edges::<f32>(&shape, bits);
        let mask = Tensor::from_fn(&thin, |i| if bits >> (i % 64) & 1 == 1 { 2.0 } else { 0.0 });
        let filled = build(&shape, |i| if look(&mask, i) == 0.0 { look(&x, i) } else { 5.0 });
        assert_same(&x.masked_fill(&mask, 5.0), &filled, "masked_fill");
        let wide = build(&shape, |i| look(&mask, i));
        let chosen: Vec<f32> = x.data().iter().zip(wide.data()).filter(|p| *p.1 != 0.0).map(|p| *p.0).collect();
        assert_same(&x.masked_select(&mask), &Tensor::from(chosen), "masked_select");
    }
}
