//! The affine map, against loops; products of matrices have their tests beside the kernel.

use proptest::prelude::*;
use rappel_tensor::Float;

use crate::naive::{assert_near, epsilon, numbers, soiled};

fn check<T: Float>(leading: &[usize], inputs: usize, outputs: usize) {
    let shape = |last: usize| [leading, &[last]].concat();
    let rows: usize = leading.iter().product();
    let x = soiled(&numbers::<T>(&shape(inputs), 1), rows * outputs);
    let (w, b) = (numbers::<T>(&[outputs, inputs], 2), numbers::<T>(&[outputs], 3));
    for bias in [None, Some(&b)] {
        let mut want = Vec::new();
        for r in 0..rows {
            for o in 0..outputs {
                let start = bias.map_or(0.0, |b| b.data()[o].re());
                let products = || (0..inputs).map(|i| x.data()[r * inputs + i].re() * w.data()[o * inputs + i].re());
                let size = products().map(f64::abs).sum::<f64>() + start.abs();
                want.push((products().sum::<f64>() + start, epsilon::<T>() * (inputs + 2) as f64 * size));
            }
        }
        let what = format!("{} {leading:?} x {inputs} to {outputs}, bias {}", T::NAME, bias.is_some());
        assert_near(&x.linear(&w, bias), &shape(outputs), &want, &what);
    }
}

proptest! {
    #[test]
    fn any_leading_axes_match_loops(leading in prop::collection::vec(0_usize..5, 0..4), inputs in 0_usize..20, outputs in 0_usize..20) {
        check::<f32>(&leading, inputs, outputs);
        check::<f64>(&leading, inputs, outputs);
    }
}

#[test]
fn sizes_of_nets_match_loops() {
    for (rows, inputs, outputs) in [(1, 784, 128), (64, 784, 128), (64, 128, 10), (100, 2, 16), (0, 3, 4), (5, 0, 4)] {
        check::<f32>(&[rows], inputs, outputs);
    }
}

#[test]
fn it_is_a_product_with_the_weight_transposed() {
    let (x, w, b) = (numbers::<f64>(&[6, 5], 1), numbers::<f64>(&[4, 5], 2), numbers::<f64>(&[4], 3));
    let composed = x.matmul_with(&w, false, true) + &b;
    for (a, b) in x.linear(&w, Some(&b)).data().iter().zip(composed.data()) {
        assert!((a - b).abs() < 1e-14);
    }
}
