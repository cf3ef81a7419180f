//! Padding, rolling and triangles against loops.

use proptest::prelude::*;
use rappel_tensor::shape::count;
use rappel_tensor::{PadMode, Tensor};

use crate::naive::{assert_same, build, look, numbers, shapes, soiled};

/// The place of an axis of size `n` that a padded one shows at `i`; nothing where it shows the constant.
fn place(i: isize, n: isize, mode: PadMode) -> Option<isize> {
    let inside = (0..n).contains(&i);
    match mode {
        PadMode::Constant(_) => inside.then_some(i),
        PadMode::Replicate => Some(if i < 0 {
            0
        } else if inside {
            i
        } else {
            n - 1
        }),
        PadMode::Reflect => Some(if i < 0 {
            -i
        } else if inside {
            i
        } else {
            2 * n - 2 - i
        }),
        PadMode::Circular => {
            let mut i = i;
            while i < 0 {
                i += n;
            }
            Some(i % n)
        }
    }
}

fn modes() -> impl Strategy<Value = PadMode> {
    prop_oneof![
        Just(PadMode::Constant(-1.5)),
        Just(PadMode::Reflect),
        Just(PadMode::Replicate),
        Just(PadMode::Circular)
    ]
}

proptest! {
    #[test]
    fn padding_matches_loops(
        shape in shapes(),
        widths in prop::collection::vec((-3_isize..4, -3_isize..4), 5),
        mode in modes(),
    ) {
        let widths: Vec<(isize, isize)> = shape.iter().zip(widths).map(|(&n, (a, b))| {
            let n = n as isize;
            let most = match mode {
                PadMode::Constant(_) => 3,
                PadMode::Reflect => n - 1,
                _ => 3 * n,
            }.max(0);
            let a = a.clamp(-n, most);
            (a, b.clamp(-(n + a.min(0)), most))
        }).collect();
        let wide: Vec<usize> = shape.iter().zip(&widths).map(|(&n, w)| (n as isize + w.0 + w.1) as usize).collect();
        prop_assume!(count(&wide) < 10_000);
        let x = soiled(&numbers::<f32>(&shape, 1), count(&wide));
        let want = build(&wide, |index| {
            let from: Option<Vec<usize>> = (0..shape.len())
                .map(|k| place(index[k] as isize - widths[k].0, shape[k] as isize, mode).map(|i| i as usize))
                .collect();
            from.map_or(-1.5, |from| look(&x, &from))
        });
        assert_same(&x.pad(&widths, mode), &want, &format!("{widths:?} {mode:?} of {shape:?}"));
    }

    #[test]
    fn rolling_matches_loops(shape in shapes(), shifts in prop::collection::vec(-7_isize..8, 5)) {
        let axes: Vec<isize> = (0..shape.len() as isize).rev().collect();
        let shifts: Vec<isize> = shifts[..shape.len()].to_vec();
        let x = soiled(&numbers::<f64>(&shape, 1), count(&shape));
        let want = build(&shape, |index| {
            let from: Vec<usize> = (0..shape.len())
                .map(|k| (index[k] as isize - shifts[shape.len() - 1 - k]).rem_euclid(shape[k] as isize) as usize)
                .collect();
            look(&x, &from)
        });
        assert_same(&x.roll(&shifts, &axes), &want, &format!("{shifts:?} of {shape:?}"));
    }

    #[test]
    fn triangles_match_loops(
        shape in shapes().prop_filter("matrices", |s| s.len() > 1),
        diagonal in prop_oneof![-4_isize..5, Just(isize::MIN), Just(isize::MAX)],
    ) {
        let x = soiled(&numbers::<f32>(&shape, 1), count(&shape));
        let keep = |lower: bool| build(&shape, |i| {
            let (r, c) = (i[i.len() - 2] as i128, i[i.len() - 1] as i128);
            let kept = if lower { c - r <= diagonal as i128 } else { c - r >= diagonal as i128 };
            if kept { look(&x, i) } else { 0.0 }
        });
        assert_same(&x.tril(diagonal), &keep(true), "tril");
        assert_same(&x.triu(diagonal), &keep(false), "triu");
    }
}

#[test]
fn a_number_is_a_mode() {
    let x = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
    assert_eq!(x.pad(&[(1, -1), (0, 1)], 9.0).data(), [9.0, 9.0, 9.0, 1.0, 2.0, 9.0]);
    assert!(x.pad(&[(1, 0), (0, 0)], f64::NAN).data()[0].is_nan());
    assert_eq!(Tensor::<f32>::zeros(&[0, 2]).pad(&[(1, 1), (0, 0)], 5.0).data(), [5.0; 4]);
}

#[test]
fn what_is_not_kept_does_not_show() {
    let x = Tensor::from([[1.0_f32, f32::INFINITY], [f32::NAN, 4.0]]);
    assert_eq!(x.tril(0).triu(0).data(), [1.0, 0.0, 0.0, 4.0]);
}
